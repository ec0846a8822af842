import { FileError, fileSize, listDirectory, lookup, stat } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import type { Inode } from '../../world/file';
import type { Machine } from '../../world/machine';
import { type ParsedOptions, withOptions } from '../options';
import { groupName, userName } from './accounts';
import { absolute, complain, shellQuoted, unixNow } from './common';
import { formatDate } from './dates';
import { modeString } from './modes';

interface Entry {
  name: string;
  path: string;
  inode: Inode;
}

/** ls. Not on a terminal: one name a line; on a terminal: columns and colours, as CentOS's alias has it. */
export const ls: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'long', short: 'l' },
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'almost', short: 'A', long: ['almost-all'] },
      { key: 'directory', short: 'd', long: ['directory'] },
      { key: 'human', short: 'h', long: ['human-readable'] },
      { key: 'recursive', short: 'R', long: ['recursive'] },
      { key: 'reverse', short: 'r', long: ['reverse'] },
      { key: 'time', short: 't' },
      { key: 'size', short: 'S' },
      { key: 'one', short: '1' },
      { key: 'columns', short: 'C' },
      { key: 'classify', short: 'F', long: ['classify'], value: 'none' },
      { key: 'slash', short: 'p' },
      { key: 'inode', short: 'i', long: ['inode'] },
      { key: 'numeric', short: 'n', long: ['numeric-uid-gid'] },
      { key: 'noGroup', short: 'G', long: ['no-group'] },
      { key: 'noOwner', short: 'g' },
      { key: 'unsorted', short: 'U' },
      { key: 'versionSort', short: 'v' },
      { key: 'dereference', short: 'L', long: ['dereference'] },
      { key: 'context', short: 'Z', long: ['context'] },
      { key: 'blocks', short: 's' },
      { key: 'ctime', short: 'c' },
      { key: 'color', long: ['color'], value: 'optional' },
      { key: 'fullTime', long: ['full-time'] },
      { key: 'timeStyle', long: ['time-style'], value: 'required' },
      { key: 'directoriesFirst', long: ['group-directories-first'] },
    ],
    async (options) => {
      const operands = options.operands.length === 0 ? ['.'] : options.operands;
      const follow = !options.has('long') || options.has('dereference');
      const files: Entry[] = [];
      const directories: Entry[] = [];
      let status = 0;
      for (const operand of operands) {
        const path = absolute(process, operand);
        try {
          const inode = listedInode(process, path, follow || operand.endsWith('/'));
          const entry = { name: operand, path, inode };
          if (inode.kind === 'directory' && !options.has('directory')) directories.push(entry);
          else files.push(entry);
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          await complain(process, `cannot access ${shellQuoted(operand)}: ${error.text}`);
          status = 2;
        }
      }
      await print(process, order(files, options, process.env), options);
      const headings = operands.length > 1 || options.has('recursive');
      let blank = files.length > 0;
      for (const directory of order(directories, options, process.env)) {
        status = Math.max(status, await listOne(process, directory, options, headings, blank));
        blank = true;
      }
      return status;
    },
    { status: 2 },
  );

/** The inode to show: a symlink is followed where asked, unless it leads nowhere. */
function listedInode(process: Process, path: string, follow: boolean): Inode {
  const as = process.credentials;
  if (!follow) return stat(process.machine, path, { as, follow: false });
  return lookup(process.machine, path, { as }) ?? stat(process.machine, path, { as, follow: false });
}

async function listOne(
  process: Process,
  directory: Entry,
  options: ParsedOptions,
  heading: boolean,
  blank: boolean,
): Promise<number> {
  let names: string[];
  try {
    names = listDirectory(process.machine, directory.path, process.credentials);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await complain(process, `cannot open directory ${shellQuoted(directory.name)}: ${error.text}`);
    return 2;
  }
  if (heading) await process.stdout.write(`${blank ? '\n' : ''}${directory.name}:\n`);
  const shown = names.filter((name) => options.has('all') || options.has('almost') || !name.startsWith('.'));
  if (options.has('all')) shown.unshift('.', '..');
  const entries = shown.flatMap((name) => {
    const path = directory.path === '/' ? `/${name}` : `${directory.path.replace(/\/$/, '')}/${name}`;
    const inode = lookup(process.machine, path, { follow: options.has('dereference') });
    return inode ? [{ name, path, inode }] : [];
  });
  const ordered = order(entries, options, process.env);
  if (options.has('long') || options.has('numeric') || options.has('blocks')) {
    await process.stdout.write(
      `total ${ordered.reduce((sum, entry) => sum + blocks(entry.inode, process.machine.distribution), 0)}\n`,
    );
  }
  await print(process, ordered, options);
  let status = 0;
  if (options.has('recursive')) {
    for (const entry of ordered) {
      if (entry.inode.kind !== 'directory' || entry.name === '.' || entry.name === '..') continue;
      const name = `${directory.name.replace(/\/$/, '')}/${entry.name}`;
      status = Math.max(status, await listOne(process, { ...entry, name }, options, true, true));
    }
  }
  return status;
}

/** Disk use in 1 KiB blocks, of a file system with 4 KiB clusters. */
export function blocks(inode: Inode, distribution: Machine['distribution']): number {
  if (inode.kind === 'directory') return fileSize(inode, distribution) === 4096 ? 4 : 0;
  if (inode.kind !== 'file') return 0;
  // A sparse file holds no more than what was written to it.
  const held = inode.program === undefined ? Math.min(fileSize(inode), inode.content.length * 4) : fileSize(inode);
  return Math.ceil(held / 4096) * 4;
}

/** Names as a UTF-8 locale sorts them: letters regardless of case and punctuation first. */
function collationKey(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}

export function compareNames(left: string, right: string): number {
  const a = collationKey(left);
  const b = collationKey(right);
  if (a !== b) return a < b ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether the environment asks for the order of the characters' codes. */
export function sortsByCode(env: Readonly<Record<string, string>>): boolean {
  const locale = [env.LC_ALL, env.LC_COLLATE, env.LANG].find((value) => value !== undefined && value !== '') ?? 'C';
  return /^(C|POSIX)(\.|$)/.test(locale);
}

function order(entries: Entry[], options: ParsedOptions, env: Readonly<Record<string, string>>): Entry[] {
  if (options.has('unsorted')) return entries;
  const byCode = sortsByCode(env);
  const byName = (a: Entry, b: Entry) =>
    byCode ? (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) : compareNames(a.name, b.name);
  const sorted = entries.toSorted((a, b) => {
    if (options.has('size')) return fileSize(b.inode) - fileSize(a.inode) || byName(a, b);
    if (options.has('time')) return b.inode.mtime - a.inode.mtime || byName(a, b);
    return byName(a, b);
  });
  if (options.has('reverse')) sorted.reverse();
  if (options.has('directoriesFirst')) {
    const rank = (entry: Entry) => (entry.inode.kind === 'directory' ? 0 : 1);
    sorted.sort((a, b) => rank(a) - rank(b));
  }
  return sorted;
}

async function print(process: Process, entries: Entry[], options: ParsedOptions): Promise<void> {
  if (entries.length === 0) return;
  if (options.has('long') || options.has('numeric') || options.has('noOwner') || options.has('fullTime')) {
    await process.stdout.write(
      longLines(process, entries, options)
        .map((line) => `${line}\n`)
        .join(''),
    );
    return;
  }
  const names = entries.map(
    (entry) => (options.has('inode') ? `${inodeNumber(entry.path)} ` : '') + decorated(process, entry, options),
  );
  const columns =
    process.stdout.isTerminal && !options.has('one') ? (process.tty?.columns ?? 80) : options.has('columns') ? 80 : 0;
  await process.stdout.write(columns === 0 ? names.map((name) => `${name}\n`).join('') : inColumns(names, columns));
}

/** A stable number that looks like an inode's: a hash of the path. */
export function inodeNumber(path: string): number {
  let hash = 2166136261;
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 16777619);
  return 131072 + ((hash >>> 0) % 16777216);
}

const colours: Record<string, string> = {
  directory: '01;34',
  symlink: '01;36',
  block: '40;33;01',
  character: '40;33;01',
  socket: '01;35',
  fifo: '40;33',
};

function decorated(process: Process, entry: Entry, options: ParsedOptions): string {
  const { inode } = entry;
  const executable = inode.kind === 'file' && (inode.mode & 0o111) !== 0;
  let suffix = '';
  if (options.has('classify')) {
    suffix =
      { directory: '/', symlink: '@', socket: '=', fifo: '|', file: executable ? '*' : '' }[inode.kind as string] ?? '';
  } else if (options.has('slash') && inode.kind === 'directory') suffix = '/';
  const when = options.value('color');
  const coloured =
    options.has('color') && (when === null || when === 'always' || (when === 'auto' && process.stdout.isTerminal));
  const colour = coloured ? (colours[inode.kind] ?? (executable ? '01;32' : undefined)) : undefined;
  return (colour ? `\u001b[${colour}m${entry.name}\u001b[0m` : entry.name) + suffix;
}

/** Width of a name on the terminal, colours left out. */
function width(name: string): number {
  let cells = 0;
  for (const character of name.replace(/\u001b\[[0-9;]*m/g, '')) cells += character >= '\u1100' ? 2 : 1;
  return cells;
}

/** Names down the columns, as many columns as fit, two spaces between. */
function inColumns(names: string[], terminal: number): string {
  for (let rows = 1; rows <= names.length; rows++) {
    const columns: string[][] = [];
    for (let at = 0; at < names.length; at += rows) columns.push(names.slice(at, at + rows));
    const widths = columns.map((column) => Math.max(...column.map(width)));
    if (rows < names.length && widths.reduce((sum, w) => sum + w + 2, -2) > terminal) continue;
    const lines: string[] = [];
    for (let row = 0; row < rows; row++) {
      let line = '';
      columns.forEach((column, index) => {
        const name = column[row];
        if (name === undefined) return;
        const last = columns[index + 1]?.[row] === undefined;
        line += last ? name : name + ' '.repeat((widths[index] as number) - width(name) + 2);
      });
      lines.push(line);
    }
    return lines.map((line) => `${line}\n`).join('');
  }
  return '';
}

function longLines(process: Process, entries: Entry[], options: ParsedOptions): string[] {
  const { machine } = process;
  const numeric = options.has('numeric');
  const rows = entries.map((entry) => {
    const { inode } = entry;
    const device = inode.kind === 'block' || inode.kind === 'character';
    return {
      inode: options.has('inode') ? `${inodeNumber(entry.path)} ` : '',
      mode: `${modeString(inode)}${process.machine.kind === 'guest' && options.has('context') ? '.' : ''}`,
      links:
        inode.kind === 'directory'
          ? 2 + Object.values(inode.entries).filter((child) => child.kind === 'directory').length
          : 1,
      user: numeric ? String(inode.uid) : userName(machine, inode.uid),
      group: numeric ? String(inode.gid) : groupName(machine, inode.gid),
      size: device
        ? `${inode.major}, ${String(inode.minor).padStart(3)}`
        : options.has('human')
          ? humanSize(fileSize(inode, machine.distribution))
          : String(fileSize(inode, machine.distribution)),
      time:
        options.has('fullTime') || options.value('timeStyle') === 'full-iso'
          ? formatDate(process, inode.mtime, '%Y-%m-%d %H:%M:%S.%N %z')
          : options.value('timeStyle') === 'long-iso'
            ? formatDate(process, inode.mtime, '%Y-%m-%d %H:%M')
            : listTime(process, inode.mtime),
      name: decorated(process, entry, options) + (inode.kind === 'symlink' ? ` -> ${inode.target}` : ''),
    };
  });
  const widest = (pick: (row: (typeof rows)[number]) => string) => Math.max(...rows.map((row) => pick(row).length));
  const links = widest((row) => String(row.links));
  const user = widest((row) => row.user);
  const group = widest((row) => row.group);
  const size = widest((row) => row.size);
  return rows.map((row) =>
    [
      row.inode + row.mode,
      String(row.links).padStart(links),
      ...(options.has('noOwner') ? [] : [numeric ? row.user.padStart(user) : row.user.padEnd(user)]),
      ...(options.has('noGroup') ? [] : [numeric ? row.group.padStart(group) : row.group.padEnd(group)]),
      row.size.padStart(size),
      row.time,
      row.name,
    ].join(' '),
  );
}

/** `Nov 22 11:06`, or the year instead of the time for files older than six months. */
function listTime(process: Process, time: number): string {
  const age = unixNow(process) - time;
  const recent = age >= 0 && age < 365.2425 * 86400_000 * 0.5;
  return formatDate(process, time, recent ? '%b %e %H:%M' : '%b %e  %Y');
}

/** Size in powers of 1024 as `-h` shows it: one decimal below ten, rounded up. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  const units = ['K', 'M', 'G', 'T', 'P'];
  let value = bytes;
  let unit = '';
  for (const next of units) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  const tenth = Math.ceil(value * 10) / 10;
  return tenth < 10 ? `${tenth.toFixed(1)}${unit}` : `${Math.ceil(value)}${unit}`;
}
