import { randomWord } from '../../kernel/random';
import {
  FileError,
  fileSize,
  lookup,
  makeDirectory,
  normalizePath,
  realPath,
  stat,
  writeFile,
} from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import type { Inode } from '../../world/file';
import { programName, withOptions } from '../options';
import { groupId, groupName, userId, userName } from './accounts';
import { absolute, attempt, changing, complain, missingOperand, quoted, shellQuoted, unixNow } from './common';
import { parseDate } from './dateparse';
import { formatDate, timeZone } from './dates';
import { blocks, humanSize, inodeNumber } from './list';
import { applyMode, modeString } from './modes';

export const date: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'date', short: 'd', long: ['date'], value: 'required' },
      { key: 'utc', short: 'u', long: ['utc', 'universal'] },
      { key: 'reference', short: 'r', long: ['reference'], value: 'required' },
      { key: 'rfc', short: 'R', long: ['rfc-email'] },
      { key: 'iso', short: 'I', long: ['iso-8601'], value: 'optional' },
      { key: 'rfc3339', long: ['rfc-3339'], value: 'required' },
      { key: 'set', short: 's', long: ['set'], value: 'required' },
    ],
    async (options) => {
      let time = unixNow(process);
      const text = options.value('date');
      if (text !== undefined && text !== null) {
        const parsed = parseDate(text, time, timeZone(process));
        if (parsed === undefined) {
          await complain(process, `invalid date ${quoted(text)}`);
          return 1;
        }
        time = parsed;
      }
      const reference = options.value('reference');
      if (reference) {
        const inode = lookup(process.machine, absolute(process, reference));
        if (!inode) {
          await complain(process, `${reference}: No such file or directory`);
          return 1;
        }
        time = inode.mtime;
      }
      if (options.has('set')) {
        await complain(process, 'cannot set date: Operation not permitted');
        return 1;
      }
      const [format, extra] = options.operands;
      if (extra !== undefined) {
        await complain(process, `extra operand ${quoted(extra)}`);
        await process.stderr.write("Try 'date --help' for more information.\n");
        return 1;
      }
      if (format !== undefined && !format.startsWith('+')) {
        await complain(
          process,
          /^\d{8,12}(\.\d\d)?$/.test(format)
            ? 'cannot set date: Operation not permitted'
            : `invalid date ${quoted(format)}`,
        );
        return 1;
      }
      const iso: Record<string, string> = {
        date: '%Y-%m-%d',
        hours: '%Y-%m-%dT%H%:z',
        minutes: '%Y-%m-%dT%H:%M%:z',
        seconds: '%Y-%m-%dT%H:%M:%S%:z',
        ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
      };
      const pattern =
        format?.slice(1) ??
        (options.has('rfc')
          ? '%a, %d %b %Y %H:%M:%S %z'
          : options.has('iso')
            ? (iso[options.value('iso') ?? 'date'] ?? '%Y-%m-%d')
            : options.has('rfc3339')
              ? '%Y-%m-%d %H:%M:%S%:z'
              : process.env.LANG === 'en_US.UTF-8' || process.env.LANG === undefined
                ? '%a %b %e %r %Z %Y'
                : '%a %b %e %H:%M:%S %Z %Y');
      const view = options.has('utc') ? inZone(process, 'UTC') : process;
      await process.stdout.write(`${formatDate(view, time, pattern.replace('%r %Z', '%I:%M:%S %p %Z'))}\n`);
      return 0;
    },
  );

/** What formatDate needs of a process, in another time zone. */
function inZone(process: Process, zone: string): Pick<Process, 'env' | 'machine'> {
  return { env: { ...process.env, TZ: zone }, machine: process.machine };
}

export const uname: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 's', short: 's', long: ['kernel-name'] },
      { key: 'n', short: 'n', long: ['nodename'] },
      { key: 'r', short: 'r', long: ['kernel-release'] },
      { key: 'v', short: 'v', long: ['kernel-version'] },
      { key: 'm', short: 'm', long: ['machine'] },
      { key: 'p', short: 'p', long: ['processor'] },
      { key: 'i', short: 'i', long: ['hardware-platform'] },
      { key: 'o', short: 'o', long: ['operating-system'] },
    ],
    async (options) => {
      if (options.operands[0] !== undefined) {
        await complain(process, `extra operand ${quoted(options.operands[0])}`);
        await process.stderr.write("Try 'uname --help' for more information.\n");
        return 1;
      }
      const debian = lookup(process.machine, '/etc/debian_version') !== undefined;
      const facts: [string, string][] = [
        ['s', 'Linux'],
        ['n', process.machine.hostname],
        ['r', process.machine.kernel],
        [
          'v',
          debian
            ? '#1 SMP PREEMPT_DYNAMIC Debian 6.1.187-1 (2026-10-18)'
            : '#1 SMP PREEMPT_DYNAMIC Fri Apr 14 15:51:13 UTC 2023',
        ],
        ['m', 'x86_64'],
        ['p', 'x86_64'],
        ['i', 'x86_64'],
        ['o', 'GNU/Linux'],
      ];
      const shown = facts.filter(([key]) =>
        options.has('all')
          ? !(debian && 'pi'.includes(key))
          : options.given.length === 0
            ? key === 's'
            : options.has(key),
      );
      await process.stdout.write(`${shown.map(([, value]) => value).join(' ')}\n`);
      return 0;
    },
  );

export const arch: Program = async (process) => {
  await process.stdout.write('x86_64\n');
  return 0;
};

export const nproc: Program = async (process) => {
  await process.stdout.write(`${process.machine.cpus}\n`);
  return 0;
};

export const printenv: Program = async (process) => {
  const names = process.argv.slice(1);
  if (names.length === 0) {
    for (const [name, value] of Object.entries(process.env)) await process.stdout.write(`${name}=${value}\n`);
    return 0;
  }
  let status = 0;
  for (const name of names) {
    const value = process.env[name];
    if (value === undefined) status = 1;
    else await process.stdout.write(`${value}\n`);
  }
  return status;
};

export const pwd: Program = async (process) => {
  await process.stdout.write(`${process.cwd}\n`);
  return 0;
};

export const readlink: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'canonical', short: 'f', long: ['canonicalize'] },
      { key: 'existing', short: 'e', long: ['canonicalize-existing'] },
      { key: 'missing', short: 'm', long: ['canonicalize-missing'] },
      { key: 'noNewline', short: 'n', long: ['no-newline'] },
      { key: 'quiet', short: 'qs', long: ['quiet', 'silent'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
    async (options) => {
      if (options.operands.length === 0) return missingOperand(process);
      let status = 0;
      for (const operand of options.operands) {
        const path = absolute(process, operand);
        const canonical = options.has('canonical') || options.has('existing') || options.has('missing');
        const answer = canonical
          ? canonicalPath(process, path, options.has('existing'), options.has('missing'))
          : linkTarget(process, path);
        if (answer === undefined) status = 1;
        else await process.stdout.write(`${answer}${options.has('noNewline') ? '' : '\n'}`);
      }
      return status;
    },
  );

function linkTarget(process: Process, path: string): string | undefined {
  const inode = lookup(process.machine, path, { follow: false, as: process.credentials });
  return inode?.kind === 'symlink' ? inode.target : undefined;
}

function canonicalPath(process: Process, path: string, mustExist: boolean, mayMiss: boolean): string | undefined {
  try {
    if (mustExist) stat(process.machine, path, { as: process.credentials });
    return realPath(process.machine, path, { as: process.credentials });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return mayMiss && error.code === 'ENOENT' ? normalizePath(path) : undefined;
  }
}

export const realpath: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'existing', short: 'e', long: ['canonicalize-existing'] },
      { key: 'missing', short: 'm', long: ['canonicalize-missing'] },
      { key: 'strip', short: 's', long: ['strip', 'no-symlinks'] },
      { key: 'quiet', short: 'q', long: ['quiet'] },
    ],
    async (options) => {
      if (options.operands.length === 0) return missingOperand(process);
      let status = 0;
      for (const operand of options.operands) {
        const path = absolute(process, operand);
        const answer = options.has('strip')
          ? normalizePath(path)
          : canonicalPath(process, path, options.has('existing'), options.has('missing'));
        if (answer === undefined) {
          status = 1;
          if (!options.has('quiet')) await complain(process, `${operand}: No such file or directory`);
        } else await process.stdout.write(`${answer}\n`);
      }
      return status;
    },
  );

const kindNames: Record<Inode['kind'], string> = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  block: 'block special file',
  character: 'character special file',
  fifo: 'fifo',
  socket: 'socket',
};

export const statProgram: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'format', short: 'c', long: ['format'], value: 'required' },
      { key: 'printf', long: ['printf'], value: 'required' },
      { key: 'follow', short: 'L', long: ['dereference'] },
      { key: 'fileSystem', short: 'f', long: ['file-system'] },
      { key: 'terse', short: 't', long: ['terse'] },
    ],
    async (options) => {
      if (options.operands.length === 0) return missingOperand(process);
      let status = 0;
      for (const operand of options.operands) {
        const path = absolute(process, operand);
        try {
          const inode = stat(process.machine, path, { as: process.credentials, follow: options.has('follow') });
          const format = options.value('format') ?? options.value('printf');
          const text = format
            ? statFormat(process, operand, path, inode, format)
            : statText(process, operand, path, inode);
          await process.stdout.write(
            options.has('printf') ? text.replaceAll('\\n', '\n').replaceAll('\\t', '\t') : `${text}\n`,
          );
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          await complain(process, `cannot statx ${shellQuoted(operand)}: ${error.text}`);
          status = 1;
        }
      }
      return status;
    },
  );

function kindName(inode: Inode): string {
  return inode.kind === 'file' && fileSize(inode) === 0 ? 'regular empty file' : kindNames[inode.kind];
}

function statFormat(process: Process, operand: string, path: string, inode: Inode, format: string): string {
  const values: Record<string, () => string> = {
    '%': () => '%',
    n: () => operand,
    N: () => shellQuoted(operand) + (inode.kind === 'symlink' ? ` -> ${shellQuoted(inode.target)}` : ''),
    a: () => inode.mode.toString(8),
    A: () => modeString(inode),
    u: () => String(inode.uid),
    g: () => String(inode.gid),
    U: () => userName(process.machine, inode.uid),
    G: () => groupName(process.machine, inode.gid),
    s: () => String(fileSize(inode, process.machine.distribution)),
    F: () => kindName(inode),
    i: () => String(inodeNumber(path)),
    h: () => '1',
    b: () => String(blocks(inode, process.machine.distribution) * 2),
    B: () => '512',
    o: () => '4096',
    Y: () => String(Math.floor(inode.mtime / 1000)),
    X: () => String(Math.floor(inode.mtime / 1000)),
    Z: () => String(Math.floor(inode.mtime / 1000)),
    y: () => formatDate(process, inode.mtime, '%F %T.%N %z'),
    x: () => formatDate(process, inode.mtime, '%F %T.%N %z'),
    z: () => formatDate(process, inode.mtime, '%F %T.%N %z'),
    t: () => ('major' in inode ? inode.major.toString(16) : '0'),
    T: () => ('minor' in inode ? inode.minor.toString(16) : '0'),
  };
  return format.replace(/%(.)/g, (whole, letter: string) => values[letter]?.() ?? whole);
}

function statText(process: Process, operand: string, path: string, inode: Inode): string {
  const at = (label: string) => `${label}: ${formatDate(process, inode.mtime, '%F %T.%N %z')}`;
  const name = inode.kind === 'symlink' ? `${operand} -> ${inode.target}` : operand;
  return [
    `  File: ${name}`,
    `  Size: ${String(fileSize(inode, process.machine.distribution)).padEnd(10)}\tBlocks: ${String(blocks(inode, process.machine.distribution) * 2).padEnd(10)} IO Block: 4096   ${kindName(inode)}`,
    `Device: 8,4\tInode: ${String(inodeNumber(path)).padEnd(11)} Links: 1`,
    `Access: (${inode.mode.toString(8).padStart(4, '0')}/${modeString(inode)})  Uid: (${String(inode.uid).padStart(5)}/${userName(process.machine, inode.uid).padStart(8)})   Gid: (${String(inode.gid).padStart(5)}/${groupName(process.machine, inode.gid).padStart(8)})`,
    at('Access'),
    at('Modify'),
    at('Change'),
    ' Birth: -',
  ].join('\n');
}

export const du: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'summary', short: 's', long: ['summarize'] },
      { key: 'human', short: 'h', long: ['human-readable'] },
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'total', short: 'c', long: ['total'] },
      { key: 'kilo', short: 'k' },
      { key: 'mega', short: 'm' },
      { key: 'depth', short: 'd', long: ['max-depth'], value: 'required' },
      { key: 'oneSystem', short: 'x' },
    ],
    async (options) => {
      let status = 0;
      let total = 0;
      const limit = options.has('summary') ? 0 : Number(options.value('depth') ?? Number.POSITIVE_INFINITY);
      const show = (kib: number) =>
        options.has('human')
          ? kib === 0
            ? '0'
            : humanSize(kib * 1024)
          : String(options.has('mega') ? Math.ceil(kib / 1024) : kib);
      const visit = async (path: string, inode: Inode, depth: number): Promise<number> => {
        let sum = blocks(inode, process.machine.distribution);
        if (inode.kind === 'directory') {
          for (const [name, child] of Object.entries(inode.entries))
            sum += await visit(`${path.replace(/\/$/, '')}/${name}`, child, depth + 1);
        }
        if (depth <= limit && (inode.kind === 'directory' || options.has('all') || depth === 0))
          await process.stdout.write(`${show(sum)}\t${path}\n`);
        return sum;
      };
      for (const operand of options.operands.length === 0 ? ['.'] : options.operands) {
        const inode = lookup(process.machine, absolute(process, operand), { follow: false, as: process.credentials });
        if (!inode) {
          await complain(process, `cannot access ${shellQuoted(operand)}: No such file or directory`);
          status = 1;
        } else total += await visit(operand, inode, 0);
      }
      if (options.has('total')) await process.stdout.write(`${show(total)}\ttotal\n`);
      return status;
    },
  );

export const mktemp: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'directory', short: 'd', long: ['directory'] },
      { key: 'dry', short: 'u', long: ['dry-run'] },
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'inTemporary', short: 't' },
      { key: 'parent', short: 'p', long: ['tmpdir'], value: 'optional' },
      { key: 'suffix', long: ['suffix'], value: 'required' },
    ],
    async (options) => {
      const template = options.operands[0] ?? 'tmp.XXXXXXXXXX';
      const holes = /X{3,}(?=[^X]*$)/.exec(template);
      if (!holes) {
        await complain(process, `too few X's in template ${quoted(template)}`);
        return 1;
      }
      const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
      const inTemporary = options.operands.length === 0 || options.has('inTemporary') || options.has('parent');
      const parent = inTemporary ? `${options.value('parent') ?? process.env.TMPDIR ?? '/tmp'}/` : '';
      let path = '';
      const made = await attempt(
        process,
        `failed to create ${options.has('directory') ? 'directory' : 'file'} via template ${quoted(template)}`,
        () => {
          path = process.transact((world, machine) => {
            const filled = [...holes[0]].map(() => letters.charAt(randomWord(world) % letters.length)).join('');
            const name =
              parent +
              template.slice(0, holes.index) +
              filled +
              template.slice(holes.index + holes[0].length) +
              (options.value('suffix') ?? '');
            if (options.has('directory'))
              makeDirectory(machine, absolute(process, name), { ...changing(process), mode: 0o700 });
            else if (!options.has('dry'))
              writeFile(machine, absolute(process, name), '', { ...changing(process), mode: 0o600 });
            return name;
          });
        },
      );
      if (made) await process.stdout.write(`${path}\n`);
      return made ? 0 : 1;
    },
  );

/** Bytes of a size such as `10M` or `2G`; undefined when it isn't one. */
function sizeOf(text: string): number | undefined {
  const match = /^(\d+)([KMGT]?)(i?B)?$/i.exec(text);
  if (!match) return undefined;
  const power = ' KMGT'.indexOf((match[2] as string).toUpperCase() || ' ');
  return Number(match[1]) * (match[3] === 'B' ? 1000 : 1024) ** power;
}

export const truncate: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'size', short: 's', long: ['size'], value: 'required' },
      { key: 'noCreate', short: 'c', long: ['no-create'] },
    ],
    async (options) => {
      const size = options.value('size');
      if (!size) {
        await complain(process, `you must specify either ${quoted('--size')} or ${quoted('--reference')}`);
        await process.stderr.write("Try 'truncate --help' for more information.\n");
        return 1;
      }
      const bytes = sizeOf(size.replace(/^[-+<>/%]/, ''));
      if (bytes === undefined) {
        await complain(process, `Invalid number: ${quoted(size)}`);
        return 1;
      }
      let status = 0;
      for (const operand of options.operands) {
        const done = await attempt(process, `cannot open ${shellQuoted(operand)} for writing`, () =>
          process.transact((_, machine) => {
            const path = absolute(process, operand);
            const before = lookup(machine, path);
            if (!before && options.has('noCreate')) return;
            const old = before?.kind === 'file' ? before : undefined;
            const length = old ? fileSize(old) : 0;
            const wanted = size.startsWith('+')
              ? length + bytes
              : size.startsWith('-')
                ? Math.max(0, length - bytes)
                : bytes;
            const file = writeFile(machine, path, (old?.content ?? '').slice(0, wanted), changing(process));
            if (wanted !== file.content.length) file.size = wanted;
          }),
        );
        if (!done) status = 1;
      }
      return status;
    },
  );

/** install: copies with a mode and owner, or makes directories (-d). */
export const install: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'directory', short: 'd', long: ['directory'] },
      { key: 'mode', short: 'm', long: ['mode'], value: 'required' },
      { key: 'owner', short: 'o', long: ['owner'], value: 'required' },
      { key: 'group', short: 'g', long: ['group'], value: 'required' },
      { key: 'parents', short: 'D' },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'preserve', short: 'p' },
    ],
    async (options) => {
      const mode = applyMode(options.value('mode') ?? '755', 0, options.has('directory'));
      const uid = options.value('owner')
        ? userId(process.machine, options.value('owner') as string)
        : process.credentials.uid;
      const gid = options.value('group')
        ? groupId(process.machine, options.value('group') as string)
        : process.credentials.gid;
      if (uid === undefined || gid === undefined) {
        await complain(
          process,
          uid === undefined
            ? `invalid user ${quoted(options.value('owner') as string)}`
            : `invalid group ${quoted(options.value('group') as string)}`,
        );
        return 1;
      }
      if (mode === undefined) {
        await complain(process, `invalid mode ${quoted(options.value('mode') as string)}`);
        return 1;
      }
      const to = options.has('directory') ? undefined : options.operands.at(-1);
      const sources = options.has('directory') ? options.operands : options.operands.slice(0, -1);
      if (sources.length === 0) {
        await complain(
          process,
          to === undefined ? 'missing file operand' : `missing destination file operand after ${shellQuoted(to)}`,
        );
        await process.stderr.write(`Try '${programName(process)} --help' for more information.\n`);
        return 1;
      }
      let status = 0;
      for (const source of sources) {
        const failure = (error: FileError) =>
          to === undefined
            ? `cannot create directory ${quoted(source)}`
            : error.path === absolute(process, source)
              ? `cannot stat ${shellQuoted(source)}`
              : `cannot create regular file ${shellQuoted(to)}`;
        const done = await attempt(process, failure, () =>
          process.transact((_, machine) => {
            const settings = { ...changing(process), mode, uid, gid };
            if (to === undefined) {
              makeDirectory(machine, absolute(process, source), { ...settings, parents: true });
              return;
            }
            const inode = stat(machine, absolute(process, source), { as: process.credentials });
            if (inode.kind !== 'file') throw new FileError('EISDIR', source);
            const directory = lookup(machine, absolute(process, to))?.kind === 'directory';
            const target = absolute(process, directory ? `${to}/${source.split('/').pop()}` : to);
            const file = writeFile(machine, target, inode.content, {
              ...settings,
              makeParents: options.has('parents'),
            });
            Object.assign(
              file,
              { mode, uid, gid },
              inode.program === undefined ? {} : { program: inode.program, size: inode.size },
            );
          }),
        );
        if (!done) status = 1;
        else if (options.has('verbose') && to !== undefined) {
          await process.stdout.write(`${shellQuoted(source)} -> ${shellQuoted(to)}\n`);
        }
      }
      return status;
    },
  );
