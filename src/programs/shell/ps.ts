import { findGroup, findUser } from '../../machine/accounts';
import type { Process, Program } from '../../shell/process';
import type { ProcessRecord } from '../../world/unit';

/** A column of ps: head, width (negative: left-aligned), and what it shows. */
interface Column {
  readonly title: string;
  readonly width: number;
  value(record: ProcessRecord, process: Process): string;
}

interface PsCall {
  columns: Column[];
  headers: boolean;
  select(record: ProcessRecord): boolean;
  /** `a`, `x`, `u` without dash. */
  bsd: boolean;
  forest: boolean;
  sort: string | null;
}

class PsUsage extends Error {}

const userName = (uid: number, process: Process): string => findUser(process.machine, uid)?.name ?? String(uid);

/** Names longer than their column are cut and marked, as procps-ng does. */
function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}+` : text;
}

/** The name of a process: what stands in /proc/PID/comm. */
export function commandName(record: ProcessRecord): string {
  if (record.command.startsWith('[')) return record.command.replace(/^\[|\]$/g, '');
  const first = (record.command.split(' ')[0] ?? '').replace(/^-/, '').replace(/:$/, '');
  return first.slice(first.lastIndexOf('/') + 1).slice(0, 15);
}

function started(record: ProcessRecord, process: Process): Date {
  return new Date(process.world.epoch + record.startedAt);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const two = (n: number) => String(n).padStart(2, '0');

/** Start time: of the day while it is less than a day ago, else the date. */
function startText(record: ProcessRecord, process: Process): string {
  const date = started(record, process);
  if (process.world.now - record.startedAt < 86_400_000)
    return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return `${MONTHS[date.getUTCMonth()]}${two(date.getUTCDate())}`;
}

function elapsed(record: ProcessRecord, process: Process): string {
  const seconds = Math.max(0, Math.floor((process.world.now - record.startedAt) / 1000));
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  if (days > 0) return `${days}-${two(hours)}:${rest}`;
  return hours > 0 ? `${two(hours)}:${rest}` : rest;
}

function stateText(record: ProcessRecord): string {
  const leader = record.tty === null || record.command.startsWith('-') ? 's' : '';
  return `${record.state}${record.state === 'R' ? '+' : leader}`;
}

const column = (title: string, width: number, value: Column['value']): Column => ({ title, width, value });

const COLUMNS: Readonly<Record<string, Column>> = {
  pid: column('PID', 7, (record) => String(record.pid)),
  ppid: column('PPID', 7, (record) => String(record.ppid)),
  user: column('USER', -8, (record, process) => cut(userName(record.uid, process), 8)),
  uid: column('UID', 5, (record) => String(record.uid)),
  group: column('GROUP', -8, (record, process) => findGroup(process.machine, record.uid)?.name ?? String(record.uid)),
  tty: column('TT', -8, (record) => record.tty ?? '?'),
  time: column('TIME', 8, () => '00:00:00'),
  bsdtime: column('TIME', 6, () => '0:00'),
  etime: column('ELAPSED', 11, elapsed),
  etimes: column('ELAPSED', 7, (record, process) => String(Math.floor((process.world.now - record.startedAt) / 1000))),
  stime: column('STIME', -5, startText),
  start: column('START', -5, startText),
  lstart: column('STARTED', 24, (record, process) => {
    const date = started(record, process);
    const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
    return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()}`;
  }),
  cpu: column('%CPU', 4, () => '0.0'),
  mem: column('%MEM', 4, () => '0.1'),
  c: column('C', 2, () => '0'),
  vsz: column('VSZ', 6, (record) => (record.command.startsWith('[') ? '0' : '22240')),
  rss: column('RSS', 5, (record) => (record.command.startsWith('[') ? '0' : '4864')),
  stat: column('STAT', -4, stateText),
  s: column('S', -1, (record) => record.state),
  ni: column('NI', 3, () => '0'),
  pri: column('PRI', 3, () => '19'),
  comm: column('COMMAND', -15, commandName),
  args: column('COMMAND', -27, (record) => record.command),
  unit: column('UNIT', -31, (record) => record.unit ?? '-'),
};

const ALIASES: Readonly<Record<string, string>> = {
  cmd: 'args',
  command: 'args',
  ucmd: 'comm',
  ucomm: 'comm',
  euser: 'user',
  ruser: 'user',
  uname: 'user',
  euid: 'uid',
  tt: 'tty',
  tname: 'tty',
  cputime: 'time',
  pcpu: 'cpu',
  '%cpu': 'cpu',
  pmem: 'mem',
  '%mem': 'mem',
  vsize: 'vsz',
  rssize: 'rss',
  state: 's',
  nice: 'ni',
  start_time: 'stime',
  egroup: 'group',
};

function named(name: string): Column {
  const key = name.toLowerCase();
  const found = COLUMNS[ALIASES[key] ?? key];
  if (!found) throw new PsUsage(`unknown user-defined format specifier "${name}"`);
  if (key === 'cmd') return { ...found, title: 'CMD' };
  if (key === 'tty' || key === 'tname') return { ...found, title: key === 'tty' ? 'TT' : 'TTY' };
  return found;
}

/** `-o pid,user=NAME,…`. */
function userColumns(text: string): Column[] {
  const result: Column[] = [];
  for (const part of text.split(/[,\s]+/)) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const made = named(at < 0 ? part : part.slice(0, at));
    result.push(at < 0 ? made : { ...made, title: part.slice(at + 1) });
  }
  return result;
}

const tall = (title: string, from: Column): Column => ({ ...from, title });
const get = (name: string): Column => named(name);

const BASIC = () => [get('pid'), tall('TTY', get('tty')), get('time'), tall('CMD', get('comm'))];
const FULL = () => [
  tall('UID', get('user')),
  get('pid'),
  get('ppid'),
  get('c'),
  get('stime'),
  tall('TTY', get('tty')),
  get('time'),
  tall('CMD', get('args')),
];
const USER = () => [
  get('user'),
  get('pid'),
  get('cpu'),
  get('mem'),
  get('vsz'),
  get('rss'),
  tall('TTY', get('tty')),
  get('stat'),
  get('start'),
  get('bsdtime'),
  get('args'),
];
const BSD = () => [get('pid'), tall('TTY', get('tty')), get('stat'), get('bsdtime'), get('args')];

function parse(process: Process): PsCall {
  const args = process.argv.slice(1);
  const myTty = process.tty?.path.replace('/dev/', '') ?? null;
  const call: PsCall = {
    columns: BASIC(),
    headers: true,
    select: (record) => record.uid === process.credentials.uid && record.tty === myTty,
    bsd: false,
    forest: false,
    sort: null,
  };
  const picked: Column[] = [];
  const selections: ((record: ProcessRecord) => boolean)[] = [];
  let everyone = false;
  let withoutTty = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const value = (rest: string) => {
      if (rest !== '') return rest;
      const next = args[++i];
      if (next === undefined) throw new PsUsage('list of process IDs must follow -p');
      return next;
    };
    if (arg.startsWith('--')) {
      longOption(call, selections, process, arg, () => value(''));
    } else if (/^\d[\d,]*$/.test(arg)) {
      const pids = arg.split(',').map(Number);
      selections.push((record) => pids.includes(record.pid));
      if (!call.bsd) call.columns = BSD();
    } else if (arg.startsWith('-')) {
      for (let k = 1; k < arg.length; k++) {
        const letter = arg[k] as string;
        const rest = arg.slice(k + 1);
        if (letter === 'e' || letter === 'A') selections.push(() => true);
        else if (letter === 'a') selections.push((record) => record.tty !== null && !record.command.startsWith('-'));
        else if (letter === 'f' || letter === 'F') call.columns = FULL();
        else if (letter === 'l')
          call.columns = [
            get('s'),
            get('uid'),
            get('pid'),
            get('ppid'),
            get('c'),
            get('pri'),
            get('ni'),
            tall('TTY', get('tty')),
            get('time'),
            tall('CMD', get('comm')),
          ];
        else if (letter === 'w' || letter === 'L' || letter === 'T' || letter === 'y' || letter === 'd') continue;
        else if (letter === 'H') call.forest = true;
        else if (letter === 'o' || letter === 'O') {
          const text = value(rest);
          const added = userColumns(text);
          if (/^[\w%]+=$/.test(text)) call.headers = false;
          picked.push(...added);
          break;
        } else if ('pCuUt'.includes(letter)) {
          selections.push(selection(process, letter, value(rest)));
          break;
        } else throw new PsUsage('unsupported SysV option');
      }
    } else {
      call.bsd = true;
      for (const letter of arg) {
        if (letter === 'a') everyone = true;
        else if (letter === 'x') withoutTty = true;
        else if (letter === 'u') call.columns = USER();
        else if (letter === 'f') call.forest = true;
        else if (letter === 'w' || letter === 'e' || letter === 'l') continue;
        else if (letter === 'o') {
          picked.push(...userColumns(value('')));
        } else throw new PsUsage('unsupported option (BSD syntax)');
      }
      if (!arg.includes('u') && picked.length === 0 && call.columns.length === 4) call.columns = BSD();
    }
  }
  if (call.bsd && selections.length === 0) {
    selections.push(
      (record) => (everyone || record.uid === process.credentials.uid) && (withoutTty || record.tty !== null),
    );
  }
  if (picked.length > 0) call.columns = picked;
  if (picked.length > 0 && picked.every((one) => one.title === '')) call.headers = false;
  if (selections.length > 0) call.select = (record) => selections.some((select) => select(record));
  return call;
}

function longOption(
  call: PsCall,
  selections: ((record: ProcessRecord) => boolean)[],
  process: Process,
  arg: string,
  next: () => string,
): void {
  const [name = '', attached] = arg.slice(2).split('=', 2);
  const value = () => attached ?? next();
  if (name === 'no-headers' || name === 'no-heading') call.headers = false;
  else if (name === 'forest') call.forest = true;
  else if (name === 'sort') call.sort = value();
  else if (name === 'format') call.columns = userColumns(value());
  else if (name === 'pid') selections.push(selection(process, 'p', value()));
  else if (name === 'ppid') {
    const parents = value().split(',').map(Number);
    selections.push((record) => parents.includes(record.ppid));
  } else if (name === 'user') selections.push(selection(process, 'u', value()));
  else if (name === 'tty') selections.push(selection(process, 't', value()));
  else throw new PsUsage('unknown gnu long option');
}

function selection(process: Process, letter: string, text: string): (record: ProcessRecord) => boolean {
  const items = text.split(/[,\s]+/).filter((item) => item !== '');
  switch (letter) {
    case 'p': {
      if (!items.every((item) => /^\d+$/.test(item))) throw new PsUsage('process ID list syntax error');
      const pids = items.map(Number);
      return (record) => pids.includes(record.pid);
    }
    case 'C':
      return (record) => items.includes(commandName(record));
    case 't':
      return (record) => record.tty !== null && items.some((item) => item.replace('/dev/', '') === record.tty);
    default: {
      const uids = items.map((item) => {
        const found = findUser(process.machine, /^\d+$/.test(item) ? Number(item) : item);
        if (!found) throw new PsUsage('user name does not exist');
        return found.uid;
      });
      return (record) => uids.includes(record.uid);
    }
  }
}

const HELP = `
Usage:
 ps [options]

 Try 'ps --help <simple|list|output|threads|misc|all>'
  or 'ps --help <s|l|o|t|m|a>'
 for additional help text.

For more details see ps(1).
`;

export const ps: Program = async (process) => {
  let call: PsCall;
  try {
    call = parse(process);
  } catch (error) {
    if (!(error instanceof PsUsage)) throw error;
    await process.stderr.write(`error: ${error.message}\n${HELP}`);
    return 1;
  }
  const records = Object.values(process.machine.processes)
    .map((record) => (record.pid === process.pid ? { ...record, state: 'R' as const } : record))
    .filter(call.select)
    .sort((a, b) => a.pid - b.pid);
  const ordered = order(records, call, process);
  const rows = ordered.map(({ record, depth }) =>
    call.columns.map((one) => {
      const indent = depth > 0 && one.title.match(/^(CMD|COMMAND)$/) ? `${'    '.repeat(depth - 1)} \\_ ` : '';
      return indent + one.value(record, process);
    }),
  );
  const columns = Number(process.env.COLUMNS);
  const terminal = process.stdout.isTerminal ? (process.tty?.columns ?? 80) : Number.POSITIVE_INFINITY;
  const width = columns > 0 ? columns : terminal;
  const print = (cells: readonly string[]) => process.stdout.write(`${line(call.columns, cells).slice(0, width)}\n`);
  if (call.headers) await print(call.columns.map((one) => one.title));
  for (const row of rows) await print(row);
  return records.length > 0 ? 0 : 1;
};

/** Numbers by value, everything else by its characters. */
function compareCells(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  if (!Number.isNaN(difference)) return difference;
  return a < b ? -1 : a > b ? 1 : 0;
}

function order(
  records: readonly ProcessRecord[],
  call: PsCall,
  process: Process,
): { record: ProcessRecord; depth: number }[] {
  if (call.sort) {
    const descending = call.sort.startsWith('-');
    const by = named(call.sort.replace(/^[-+]/, '').split(',')[0] ?? 'pid');
    const key = (record: ProcessRecord) => by.value(record, process);
    const sorted = [...records].sort((a, b) => compareCells(key(a), key(b)));
    if (descending) sorted.reverse();
    return sorted.map((record) => ({ record, depth: 0 }));
  }
  if (!call.forest) return records.map((record) => ({ record, depth: 0 }));
  const result: { record: ProcessRecord; depth: number }[] = [];
  const pids = new Set(records.map((record) => record.pid));
  const visit = (record: ProcessRecord, depth: number) => {
    result.push({ record, depth });
    for (const child of records) if (child.ppid === record.pid) visit(child, depth + 1);
  };
  for (const record of records) if (!pids.has(record.ppid)) visit(record, 0);
  return result;
}

function line(columns: readonly Column[], cells: readonly string[]): string {
  return cells
    .map((cell, index) => {
      const width = columns[index]?.width ?? 0;
      if (index === cells.length - 1 && width < 0) return cell;
      return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
    })
    .join(' ');
}
