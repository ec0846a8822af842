import { lookup, realPath } from '../../machine/files';
import { filesOf, knownPackage, ownerOf, takePackage } from '../../machine/packages/install';
import { placedFile } from '../../machine/packages/placement';
import { reloadDaemon } from '../../machine/units';
import type { Process, Program } from '../../shell/process';
import type { InstalledPackage } from '../../world/machine';
import { absolute } from '../coreutils/common';
import { formatDate } from '../coreutils/dates';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { globPattern } from './call';
import { nvra, splitEpoch } from './text';

const specs: readonly OptionSpec[] = [
  { key: 'query', short: 'q', long: ['query'] },
  { key: 'all', short: 'a', long: ['all'] },
  { key: 'info', short: 'i', long: ['info', 'install'] },
  { key: 'list', short: 'l', long: ['list'] },
  { key: 'file', short: 'f', long: ['file'] },
  { key: 'config', short: 'c', long: ['configfiles'] },
  { key: 'docs', short: 'd', long: ['docfiles'] },
  { key: 'requires', short: 'R', long: ['requires'] },
  { key: 'provides', long: ['provides'] },
  { key: 'whatrequires', long: ['whatrequires'] },
  { key: 'scripts', long: ['scripts'] },
  { key: 'changelog', long: ['changelog'] },
  { key: 'last', long: ['last'] },
  { key: 'erase', short: 'e', long: ['erase'] },
  { key: 'upgrade', short: 'UF', long: ['upgrade', 'freshen'] },
  { key: 'verify', short: 'V', long: ['verify'] },
  { key: 'nodeps', long: ['nodeps'] },
  { key: 'test', long: ['test'] },
  { key: 'quiet', long: ['quiet'] },
  { key: 'verbose', short: 'v', long: ['verbose'] },
  { key: 'hash', short: 'h', long: ['hash'] },
  { key: 'import', long: ['import'] },
  { key: 'version', long: ['version'] },
  { key: 'queryformat', long: ['queryformat', 'qf'], value: 'required' },
];

/** `rpm` */
export const rpm: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('rpm', process.argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const name = /'(--?[^']*)'/.exec(error.message)?.[1] ?? '';
    await process.stderr.write(`rpm: ${name.startsWith('-') ? name : `-${name}`}: unknown option\n`);
    return 1;
  }
  if (options.has('version')) {
    await process.stdout.write('RPM version 4.16.1.3\n');
    return 0;
  }
  if (options.has('query')) return query(process, options);
  if (options.has('verify')) return verify(process, options);
  if (options.has('erase')) return erase(process, options);
  if (options.has('import')) return 0;
  if (options.has('upgrade') || options.has('info')) {
    for (const path of options.operands)
      await process.stderr.write(`error: open of ${path} failed: No such file or directory\n`);
    if (options.operands.length === 0) await process.stderr.write('rpm: no packages given for install\n');
    return options.operands.length === 0 ? 1 : options.operands.length;
  }
  await process.stderr.write(
    'RPM version 4.16.1.3\nCopyright (C) 1998-2002 - Red Hat, Inc.\nThis program may be freely redistributed under the terms of the GNU GPL\n\nUsage: rpm [-afgpqlsiv?] ...\n',
  );
  return 1;
};

/** The installed packages that an operand names: `pcs`, `pcs-0.11.5`, `pcs-0.11.5-2.el9.x86_64`. */
function installed(process: Process, name: string): InstalledPackage | undefined {
  const { packages } = process.machine;
  return (
    packages[name] ??
    Object.values(packages).find((entry) => {
      const full = nvra(entry);
      return (
        full === name ||
        full.replace(/\.[^.]+$/, '') === name ||
        (full.startsWith(`${name}-`) && name.startsWith(`${entry.name}-`))
      );
    })
  );
}

async function query(process: Process, options: ParsedOptions): Promise<number> {
  const { packages } = process.machine;
  let status = 0;
  let hits: InstalledPackage[] = [];
  if (options.has('all')) {
    hits = Object.values(packages).filter(
      ({ name }) =>
        options.operands.length === 0 || options.operands.some((pattern) => globPattern(pattern).test(name)),
    );
    if (options.has('last')) hits.sort((a, b) => b.installedAt - a.installedAt);
  } else if (options.has('file')) {
    for (const operand of options.operands) {
      const found = await fileOwner(process, operand);
      if (found) hits.push(found);
      else status++;
    }
  } else if (options.has('whatrequires')) {
    for (const operand of options.operands) {
      const users = Object.values(packages).filter(({ name }) =>
        knownPackage(process.machine, name)?.requires?.includes(operand),
      );
      if (users.length === 0) {
        await process.stdout.write(`no package requires ${operand}\n`);
        status++;
      }
      hits.push(...users);
    }
  } else {
    if (options.operands.length === 0) {
      await process.stderr.write('rpm: no arguments given for query\n');
      return 1;
    }
    for (const operand of options.operands) {
      const found = installed(process, operand);
      if (found) hits.push(found);
      else {
        await process.stdout.write(`package ${operand} is not installed\n`);
        status++;
      }
    }
  }
  for (const entry of hits) await process.stdout.write(packageText(process, entry, options));
  return status;
}

async function fileOwner(process: Process, operand: string): Promise<InstalledPackage | undefined> {
  const path = absolute(process, operand);
  if (!lookup(process.machine, path, { follow: false })) {
    await process.stderr.write(`error: file ${path}: No such file or directory\n`);
    return undefined;
  }
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  const real = `${realPath(process.machine, folder)}/${path.slice(path.lastIndexOf('/') + 1)}`;
  const owner = ownerOf(process.machine, path) ?? ownerOf(process.machine, real);
  if (owner === undefined) {
    await process.stdout.write(`file ${path} is not owned by any package\n`);
    return undefined;
  }
  return process.machine.packages[owner];
}

function packageText(process: Process, entry: InstalledPackage, options: ParsedOptions): string {
  const format = options.value('queryformat');
  if (format) return formatQuery(process, entry, format);
  const { machine } = process;
  const known = knownPackage(machine, entry.name);
  const full = nvra(entry);
  if (options.has('info')) return information(process, entry);
  if (options.has('config')) {
    return (known?.files ?? [])
      .filter((file) => file.config)
      .map((file) => `${placedFile(machine, file).path}\n`)
      .join('');
  }
  if (options.has('list')) {
    const files = filesOf(machine, entry.name);
    return files.length === 0 ? '(contains no files)\n' : files.map((path) => `${path}\n`).join('');
  }
  if (options.has('docs') || options.has('scripts') || options.has('changelog')) return '';
  if (options.has('requires')) return (known?.requires ?? []).map((need) => `${need}\n`).join('');
  if (options.has('provides')) {
    const version = entry.version;
    return [`${entry.name} = ${version}`, `${entry.name}(x86-64) = ${version}`, ...(known?.provides ?? [])]
      .map((line) => `${line}\n`)
      .join('');
  }
  if (options.has('last'))
    return `${full.padEnd(45)} ${formatDate(process, entry.installedAt, '%a %d %b %Y %I:%M:%S %p %Z')}\n`;
  return `${full}\n`;
}

function tags(process: Process, entry: InstalledPackage): Readonly<Record<string, string>> {
  const known = knownPackage(process.machine, entry.name);
  const { epoch, rest } = splitEpoch(entry.version);
  const dash = rest.lastIndexOf('-');
  return {
    name: entry.name,
    version: rest.slice(0, dash),
    release: rest.slice(dash + 1),
    arch: entry.architecture,
    epoch: epoch ?? '(none)',
    epochnum: epoch ?? '0',
    summary: known?.summary ?? '',
    license: known?.license ?? '',
    size: String((known?.installed ?? 0) * 1024),
    vendor: 'CentOS',
    installtime: String(Math.floor(entry.installedAt / 1000)),
    nvra: nvra(entry),
    nevra: nvra(entry),
  };
}

function formatQuery(process: Process, entry: InstalledPackage, format: string): string {
  const values = tags(process, entry);
  return format
    .replace(/%(-?\d*)\{(\w+)(?::\w+)?\}/g, (_, width: string, tag: string) => {
      const value = values[tag.toLowerCase()] ?? '(none)';
      const count = Math.abs(Number(width || 0));
      return width.startsWith('-') ? value.padEnd(count) : value.padStart(count);
    })
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t');
}

function information(process: Process, entry: InstalledPackage): string {
  const values = tags(process, entry);
  const known = knownPackage(process.machine, entry.name);
  const { rest } = splitEpoch(entry.version);
  const rows: [string, string][] = [
    ['Name', entry.name],
    ...(values.epoch === '(none)' ? [] : ([['Epoch', values.epoch ?? '']] as [string, string][])),
    ['Version', values.version ?? ''],
    ['Release', values.release ?? ''],
    ['Architecture', entry.architecture],
    ['Install Date', formatDate(process, entry.installedAt, '%a %d %b %Y %I:%M:%S %p %Z')],
    ['Group', 'Unspecified'],
    ['Size', values.size ?? ''],
    ['License', known?.license ?? 'GPLv2+'],
    ['Signature', 'RSA/SHA256, Key ID 05b555b38483c65d'],
    ['Source RPM', `${known?.source ?? `${entry.name}-${rest}`}.src.rpm`],
    ['Build Host', 'x86-05.stream.rdu2.redhat.com'],
    ['Packager', 'builder@centos.org'],
    ['Vendor', 'CentOS'],
    ...(known?.url === undefined ? [] : ([['URL', known.url]] as [string, string][])),
    ['Summary', known?.summary ?? ''],
  ];
  return `${rows.map(([label, value]) => `${label.padEnd(12)}: ${value}\n`).join('')}Description :\n${known?.summary ?? ''}.\n`;
}

/** `rpm -V`: configuration files that aren't as installed. */
async function verify(process: Process, options: ParsedOptions): Promise<number> {
  let status = 0;
  const names = options.has('all') ? Object.keys(process.machine.packages).sort() : options.operands;
  for (const name of names) {
    const entry = installed(process, name);
    if (!entry) {
      await process.stdout.write(`package ${name} is not installed\n`);
      status = 1;
      continue;
    }
    for (const packaged of knownPackage(process.machine, entry.name)?.files ?? []) {
      const file = placedFile(process.machine, packaged);
      const there = lookup(process.machine, file.path, { follow: false });
      const mark = file.config ? 'c' : ' ';
      if (!there) {
        await process.stdout.write(`missing   ${mark} ${file.path}\n`);
        status = 1;
      } else if (there.kind === 'file' && file.kind === 'file') {
        const content = there.content !== file.content;
        const mode = there.mode !== file.mode;
        if (!content && !mode) continue;
        await process.stdout.write(
          `${content ? 'S' : '.'}${mode ? 'M' : '.'}${content ? '5' : '.'}....${content ? 'T' : '.'}.  ${mark} ${file.path}\n`,
        );
        status = 1;
      }
    }
  }
  return status;
}

async function erase(process: Process, options: ParsedOptions): Promise<number> {
  let status = 0;
  const gone: string[] = [];
  for (const operand of options.operands) {
    const entry = installed(process, operand);
    if (entry) gone.push(entry.name);
    else {
      await process.stderr.write(`error: package ${operand} is not installed\n`);
      status++;
    }
  }
  if (status > 0) return status;
  if (process.credentials.uid !== 0) {
    await process.stderr.write("error: can't create transaction lock on /var/lib/rpm/.rpm.lock (Permission denied)\n");
    return 1;
  }
  const broken: string[] = [];
  for (const other of Object.values(process.machine.packages)) {
    if (gone.includes(other.name)) continue;
    for (const need of knownPackage(process.machine, other.name)?.requires ?? []) {
      const lost = gone.some((name) => name === need || knownPackage(process.machine, name)?.provides?.includes(need));
      if (lost) broken.push(`\t${need} is needed by (installed) ${nvra(other)}\n`);
    }
  }
  if (broken.length > 0 && !options.has('nodeps')) {
    await process.stderr.write(`error: Failed dependencies:\n${broken.join('')}`);
    return 1;
  }
  if (options.has('test')) return 0;
  const saved = process.transact((world, machine) => {
    const time = world.epoch + world.now;
    const kept = gone.flatMap((name) => takePackage(machine, name, time));
    reloadDaemon(world, machine.name);
    return kept;
  });
  for (const path of saved) await process.stderr.write(`warning: ${path.replace(/\.rpmsave$/, '')} saved as ${path}\n`);
  return 0;
}
