import { filesOf, knownPackage, ownerOf } from '../../machine/packages/install';
import type { Process, Program } from '../../shell/process';
import type { InstalledPackage } from '../../world/machine';
import { programName } from '../options';
import { globPattern } from './call';

const architecture = (entry: InstalledPackage) => (entry.architecture === 'noarch' ? 'all' : 'amd64');

/** `dpkg` and `dpkg-query`, as far as they ask. */
export const dpkg: Program = async (process) => {
  const name = programName(process);
  const args = process.argv.slice(1);
  const action = args.find((arg) => /^(-[lLSsW]|--list|--listfiles|--search|--status|--show)$/.test(arg));
  const format = formatOf(args);
  const operands = args.filter(
    (arg, at) => !arg.startsWith('-') && args[at - 1] !== '-f' && args[at - 1] !== '--showformat',
  );
  switch (action) {
    case '-l':
    case '--list':
      return listPackages(process, name, operands);
    case '-W':
    case '--show':
      return show(process, name, operands, format);
    case '-L':
    case '--listfiles':
      return listFiles(process, name, operands);
    case '-S':
    case '--search':
      return search(process, name, operands);
    case '-s':
    case '--status':
      return status(process, name, operands);
    default:
      await process.stderr.write(
        `${name}: error: need an action option\n\nUse --help for help about querying packages.\n`,
      );
      return 2;
  }
};

function formatOf(args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === '-f' || arg === '--showformat');
  if (at >= 0) return args[at + 1] ?? '';
  const attached = args.find((arg) => arg.startsWith('-f=') || arg.startsWith('--showformat='));
  return attached?.slice(attached.indexOf('=') + 1) ?? '${binary:Package}\\t${Version}\\n';
}

function matching(process: Process, operand: string): InstalledPackage[] {
  const pattern = globPattern(operand);
  return Object.values(process.machine.packages)
    .filter(({ name }) => pattern.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** All matches of all operands by name; what doesn't match is complained about. */
async function select(
  process: Process,
  name: string,
  operands: readonly string[],
): Promise<{ entries: InstalledPackage[]; status: number }> {
  if (operands.length === 0) return { entries: matching(process, '*'), status: 0 };
  const entries = new Set<InstalledPackage>();
  let result = 0;
  for (const operand of operands) {
    const hits = matching(process, operand);
    if (hits.length === 0) {
      await process.stderr.write(`${name}: no packages found matching ${operand}\n`);
      result = 1;
    }
    for (const hit of hits) entries.add(hit);
  }
  return { entries: [...entries].sort((a, b) => (a.name < b.name ? -1 : 1)), status: result };
}

async function show(process: Process, name: string, operands: readonly string[], format: string): Promise<number> {
  const { entries, status: result } = await select(process, name === 'dpkg' ? 'dpkg-query' : name, operands);
  for (const entry of entries) {
    const values: Readonly<Record<string, string>> = {
      Package: entry.name,
      'binary:Package': entry.name,
      Version: entry.version,
      Architecture: architecture(entry),
      Status: 'install ok installed',
      'db:Status-Abbrev': 'ii ',
      'binary:Summary': knownPackage(process.machine, entry.name)?.summary ?? '',
    };
    const text = format
      .replace(/\$\{([^};]+)(?:;(-?\d+))?\}/g, (_, key: string, width?: string) => {
        const value = values[key] ?? '';
        const count = Number(width ?? 0);
        return count < 0 ? value.padEnd(-count) : value.padStart(count);
      })
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t');
    await process.stdout.write(text);
  }
  return result;
}

async function listPackages(process: Process, name: string, operands: readonly string[]): Promise<number> {
  const { entries, status: result } = await select(process, name === 'dpkg' ? 'dpkg-query' : name, operands);
  if (entries.length === 0) return result;
  const nameWidth = Math.max(14, ...entries.map((entry) => entry.name.length));
  const versionWidth = Math.max(12, ...entries.map((entry) => entry.version.length));
  let text =
    'Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n';
  text += `||/ ${'Name'.padEnd(nameWidth)} ${'Version'.padEnd(versionWidth)} ${'Architecture'} Description\n`;
  text += `+++-${'='.repeat(nameWidth)}-${'='.repeat(versionWidth)}-${'='.repeat(12)}-${'='.repeat(33)}\n`;
  for (const entry of entries) {
    const summary = knownPackage(process.machine, entry.name)?.summary ?? '';
    text += `ii  ${entry.name.padEnd(nameWidth)} ${entry.version.padEnd(versionWidth)} ${architecture(entry).padEnd(12)} ${summary}\n`;
  }
  await process.stdout.write(text);
  return result;
}

async function listFiles(process: Process, name: string, operands: readonly string[]): Promise<number> {
  let result = 0;
  for (const operand of operands) {
    if (process.machine.packages[operand]) {
      await process.stdout.write(
        `/.\n${filesOf(process.machine, operand)
          .map((path) => `${path}\n`)
          .join('')}`,
      );
    } else {
      await process.stderr.write(
        `${name === 'dpkg' ? 'dpkg-query' : name}: package '${operand}' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n`,
      );
      result = 1;
    }
  }
  return result;
}

async function search(process: Process, name: string, operands: readonly string[]): Promise<number> {
  let result = 0;
  for (const operand of operands) {
    const owner = ownerOf(process.machine, operand);
    if (owner !== undefined) await process.stdout.write(`${owner}: ${operand}\n`);
    else {
      await process.stderr.write(
        `${name === 'dpkg' ? 'dpkg-query' : name}: no path found matching pattern ${operand}\n`,
      );
      result = 1;
    }
  }
  return result;
}

async function status(process: Process, name: string, operands: readonly string[]): Promise<number> {
  let result = 0;
  for (const operand of operands) {
    const entry = process.machine.packages[operand];
    if (!entry) {
      await process.stderr.write(
        `${name === 'dpkg' ? 'dpkg-query' : name}: package '${operand}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n`,
      );
      result = 1;
      continue;
    }
    const known = knownPackage(process.machine, operand);
    await process.stdout.write(
      `Package: ${entry.name}\nStatus: install ok installed\nPriority: optional\nInstalled-Size: ${known?.installed ?? 0}\nArchitecture: ${architecture(entry)}\nVersion: ${entry.version}\nDescription: ${known?.summary ?? ''}\n`,
    );
  }
  return result;
}
