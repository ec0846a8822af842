import { findGroup, findUser, groupsOf } from '../../machine/accounts';
import { realUnitName } from '../../machine/systemd/state';
import { mangleUnitName, parseSpan } from '../../machine/unitfile';
import type { Process, Program } from '../../shell/process';
import type { LogEntry } from '../../world/unit';
import { calendar, timeZone } from '../coreutils/dates';
import { globRegex } from '../coreutils/find';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { explanation } from './explain';
import { timestamp, unixTime } from './format';
import { type LineStyle, logLine } from './loglines';

const specs: readonly OptionSpec[] = [
  { key: 'unit', short: 'u', long: ['unit'], value: 'required' },
  { key: 'user-unit', long: ['user-unit'], value: 'required' },
  { key: 'identifier', short: 't', long: ['identifier'], value: 'required' },
  { key: 'priority', short: 'p', long: ['priority'], value: 'required' },
  { key: 'facility', long: ['facility'], value: 'required' },
  { key: 'grep', short: 'g', long: ['grep'], value: 'required' },
  { key: 'case', long: ['case-sensitive'], value: 'optional' },
  { key: 'since', short: 'S', long: ['since'], value: 'required' },
  { key: 'until', short: 'U', long: ['until'], value: 'required' },
  { key: 'output', short: 'o', long: ['output'], value: 'required' },
  { key: 'lines', short: 'n', long: ['lines'], value: 'optional' },
  { key: 'boot', short: 'b', long: ['boot'], value: 'optional' },
  { key: 'follow', short: 'f', long: ['follow'] },
  { key: 'pager-end', short: 'e', long: ['pager-end'] },
  { key: 'catalog', short: 'x', long: ['catalog'] },
  { key: 'reverse', short: 'r', long: ['reverse'] },
  { key: 'dmesg', short: 'k', long: ['dmesg'] },
  { key: 'no-pager', long: ['no-pager'] },
  { key: 'no-hostname', long: ['no-hostname'] },
  { key: 'no-tail', long: ['no-tail'] },
  { key: 'no-full', long: ['no-full'] },
  { key: 'full', short: 'l', long: ['full'] },
  { key: 'all', short: 'a', long: ['all'] },
  { key: 'merge', short: 'm', long: ['merge'] },
  { key: 'quiet', short: 'q', long: ['quiet'] },
  { key: 'utc', long: ['utc'] },
  { key: 'system', long: ['system'] },
  { key: 'user', long: ['user'] },
  { key: 'list-boots', long: ['list-boots'] },
  { key: 'disk-usage', long: ['disk-usage'] },
  { key: 'flush', long: ['flush'] },
  { key: 'rotate', long: ['rotate'] },
  { key: 'sync', long: ['sync'] },
  { key: 'vacuum-time', long: ['vacuum-time'], value: 'required' },
  { key: 'vacuum-size', long: ['vacuum-size'], value: 'required' },
  { key: 'verify', long: ['verify'] },
  { key: 'fields', short: 'N', long: ['fields'] },
  { key: 'version', long: ['version'] },
  { key: 'help', short: 'h', long: ['help'] },
];

/** `-n5`, `-n 5` and `-n all` are all right: an optional value may be a word of its own. */
function joinOptional(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const next = argv[i + 1];
    if (/^-[a-zA-Z]*n$|^--lines$/.test(word) && next !== undefined && /^(\d+|all)$/.test(next)) {
      joined.push(word.startsWith('--') ? `${word}=${next}` : `${word}${next}`);
      i++;
    } else if (
      /^-[a-zA-Z]*b$|^--boot$/.test(word) &&
      next !== undefined &&
      /^([-+]?\d+|all|[0-9a-f]{32})$/.test(next)
    ) {
      joined.push(word.startsWith('--') ? `${word}=${next}` : `${word}${next}`);
      i++;
    } else joined.push(word);
  }
  return joined;
}

const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

function priorityOf(word: string): number | undefined {
  if (/^[0-7]$/.test(word)) return Number(word);
  const at = PRIORITIES.indexOf({ error: 'err', warn: 'warning', panic: 'emerg' }[word] ?? word);
  return at < 0 ? undefined : at;
}

/** A moment as journalctl takes it, in Unix ms; undefined when it can't be read. */
export function parseMoment(process: Process, text: string): number | undefined {
  const now = unixTime(process, process.world.now);
  const zone = timeZone(process);
  const fields = calendar(now, zone);
  const midnight = (shift: number) =>
    Date.UTC(fields.year, fields.month, fields.day + shift) - fields.offsetMinutes * 60_000;
  const word = text.trim();
  if (word === 'now') return now;
  if (word === 'today') return midnight(0);
  if (word === 'yesterday') return midnight(-1);
  if (word === 'tomorrow') return midnight(1);
  const ago = /^(.*)\s+ago$/.exec(word);
  const span = parseSpan((ago?.[1] ?? word.replace(/^[-+]/, '')).trim());
  if (ago && span !== undefined) return now - span;
  if (/^-/.test(word) && span !== undefined) return now - span;
  if (/^\+/.test(word) && span !== undefined) return now + span;
  if (/^@\d+$/.test(word)) return Number(word.slice(1)) * 1000;
  const full =
    /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+)?(?:(\d{4})-(\d\d?)-(\d\d?))?(?:[ T]*(\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?(?:\s+(UTC|Z))?$/.exec(
      word,
    );
  if (!full || word === '') return undefined;
  const [, y, m, d, hour = '0', minute = '0', second = '0', utc] = full;
  const year = y === undefined ? fields.year : Number(y);
  const month = m === undefined ? fields.month : Number(m) - 1;
  const day = d === undefined ? fields.day : Number(d);
  const local = Date.UTC(year, month, day, Number(hour), Number(minute), Number(second));
  return utc ? local : local - fields.offsetMinutes * 60_000;
}

type Filter = (entry: LogEntry) => boolean;

/** The entries that the options ask for, or journalctl's complaint. */
function filters(process: Process, options: ParsedOptions): Filter[] | string {
  const list: Filter[] = [];
  const { machine } = process;
  const units = options
    .values('unit')
    .map((name) => (/[*?[]/.test(name) ? name : realUnitName(machine, mangleUnitName(name))));
  if (units.length > 0) {
    const patterns = units.map((name) => (/[*?[]/.test(name) ? globRegex(name) : name));
    list.push(
      ({ unit }) =>
        unit !== null && patterns.some((wanted) => (typeof wanted === 'string' ? wanted === unit : wanted.test(unit))),
    );
  }
  const identifiers = options.values('identifier');
  if (identifiers.length > 0) list.push((entry) => identifiers.includes(entry.identifier));
  if (options.has('dmesg')) list.push((entry) => entry.identifier === 'kernel');
  const priority = options.value('priority');
  if (priority) {
    const [low = '', high] = priority.split('..');
    const from = priorityOf(low);
    const to = high === undefined ? from : priorityOf(high);
    if (from === undefined || to === undefined) return `Unknown log level ${from === undefined ? low : high}`;
    const [least, most] = high === undefined ? [0, from] : [Math.min(from, to), Math.max(from, to)];
    list.push((entry) => entry.priority >= least && entry.priority <= most);
  }
  for (const [key, keep] of [
    ['since', (time: number, limit: number) => time >= limit],
    ['until', (time: number, limit: number) => time <= limit],
  ] as const) {
    const text = options.value(key);
    if (!text) continue;
    const limit = parseMoment(process, text);
    if (limit === undefined) return `Failed to parse timestamp: ${text}`;
    list.push((entry) => keep(unixTime(process, entry.time), limit));
  }
  const grep = options.value('grep');
  if (grep) {
    const ignoreCase = grep === grep.toLowerCase() && options.value('case') !== 'yes';
    try {
      const pattern = new RegExp(grep, ignoreCase ? 'i' : '');
      list.push((entry) => pattern.test(entry.message));
    } catch {
      return `Bad pattern "${grep}": compilation failed`;
    }
  }
  for (const match of options.operands) {
    const field = matchFilter(process, match);
    if (field === undefined) return `Failed to add match '${match}': Invalid argument`;
    list.push(field);
  }
  if (options.has('boot') || options.has('dmesg')) {
    const boot = bootOf(process, options.value('boot') ?? '0');
    if (typeof boot === 'string') return boot;
    if (boot !== null) list.push((entry) => entry.boot === boot);
  }
  return list;
}

/** `_PID=1`, `_SYSTEMD_UNIT=x.service`, `SYSLOG_IDENTIFIER=x`, `PRIORITY=3`, or a program's path. */
function matchFilter(process: Process, match: string): Filter | undefined {
  const equals = match.indexOf('=');
  if (match.startsWith('/')) {
    const name = match.slice(match.lastIndexOf('/') + 1);
    return (entry) => entry.identifier === name;
  }
  if (equals < 0) return undefined;
  const value = match.slice(equals + 1);
  switch (match.slice(0, equals)) {
    case '_PID':
      return (entry) => String(entry.pid) === value;
    case '_SYSTEMD_UNIT':
    case 'UNIT':
      return (entry) => entry.unit === realUnitName(process.machine, value);
    case 'SYSLOG_IDENTIFIER':
    case '_COMM':
      return (entry) => entry.identifier === value;
    case 'PRIORITY':
      return (entry) => String(entry.priority) === value;
    case '_TRANSPORT':
      return (entry) => (value === 'kernel') === (entry.identifier === 'kernel');
    default:
      return () => false;
  }
}

/** Number of the boot that an offset means; null = all; a complaint when there is none. */
function bootOf(process: Process, text: string): number | null | string {
  if (text === 'all') return null;
  const { machine } = process;
  const known = [...new Set(machine.log.map((entry) => entry.boot))].sort((a, b) => a - b);
  const offset = Number(text === '' ? 0 : text);
  const boot = offset > 0 ? known[offset - 1] : known[known.length - 1 + offset];
  if (boot === undefined)
    return `Data from the specified boot (${offset >= 0 && text.startsWith('+') ? text : offset}) is not available: No such boot ID in journal`;
  return boot;
}

function mayRead(process: Process): boolean {
  const { machine, credentials } = process;
  if (credentials.uid === 0) return true;
  const user = findUser(machine, credentials.user);
  const own = user ? groupsOf(machine, user) : credentials.groups;
  return ['adm', 'systemd-journal', 'wheel'].some((name) => {
    const group = findGroup(machine, name);
    return group !== undefined && own.includes(group.gid);
  });
}

/** `journalctl` */
export const journalctl: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('journalctl', joinOptional(process.argv), specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n`);
    return 1;
  }
  if (options.has('version')) {
    await process.stdout.write('systemd 252\n');
    return 0;
  }
  if (options.has('flush') || options.has('rotate') || options.has('sync') || options.has('verify')) return 0;
  if (options.has('vacuum-time') || options.has('vacuum-size')) {
    await process.stderr.write('Vacuuming done, freed 0B of archived journals from /var/log/journal.\n');
    return 0;
  }
  if (!mayRead(process)) {
    await process.stderr.write(
      "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal', 'wheel' can see all messages.\n      Pass -q to turn off this notice.\nNo journal files were opened due to insufficient permissions.\n",
    );
    return 1;
  }
  if (options.has('list-boots')) return listBoots(process);
  if (options.has('disk-usage')) {
    const megabytes = 8 + Math.floor(process.machine.log.length / 500) * 8;
    await process.stdout.write(`Archived and active journals take up ${megabytes}.0M in the file system.\n`);
    return 0;
  }
  const list = filters(process, options);
  if (typeof list === 'string') {
    await process.stderr.write(`${list}\n`);
    return 1;
  }
  return show(process, options, list);
};

function styleOf(process: Process, options: ParsedOptions): LineStyle {
  const output = options.value('output') ?? 'short';
  const plain = [
    'short-precise',
    'short-iso',
    'short-monotonic',
    'short-full',
    'short-unix',
    'cat',
    'with-unit',
  ] as const;
  return {
    output: plain.find((name) => name === output) ?? 'short',
    hostname: !options.has('no-hostname'),
    utc: options.has('utc'),
    colours: process.stdout.isTerminal,
    width: options.has('no-full') ? (process.tty?.columns ?? 80) : null,
  };
}

async function show(process: Process, options: ParsedOptions, list: readonly Filter[]): Promise<number> {
  const style = styleOf(process, options);
  const follow = options.has('follow');
  const wanted = options.value('lines');
  const limit =
    wanted === 'all' || options.has('no-tail')
      ? null
      : options.has('lines')
        ? Number(wanted ?? 10)
        : follow
          ? 10
          : options.has('pager-end')
            ? 1000
            : null;
  const keep = (entry: LogEntry) => list.every((filter) => filter(entry));
  let entries = process.machine.log.filter(keep);
  if (limit !== null) entries = entries.slice(Math.max(0, entries.length - limit));
  if (options.has('reverse')) entries = [...entries].reverse();
  if (entries.length === 0 && !follow) {
    if (!options.has('quiet')) await process.stdout.write('-- No entries --\n');
    return 0;
  }
  let boot: number | null = null;
  let text = '';
  const separate = !options.has('boot') && !options.has('dmesg') && style.output !== 'cat';
  for (const entry of entries) {
    if (separate && boot !== null && entry.boot !== boot) text += `-- Boot ${bootId(process, entry.boot)} --\n`;
    boot = entry.boot;
    text += render(process, entry, options, style);
  }
  await process.stdout.write(text);
  return follow ? followJournal(process, options, keep, style) : 0;
}

function render(process: Process, entry: LogEntry, options: ParsedOptions, style: LineStyle): string {
  const output = options.value('output') ?? '';
  if (output === 'json' || output === 'json-pretty') return jsonEntry(process, entry, output === 'json-pretty');
  if (output === 'verbose') return verboseEntry(process, entry);
  const line = `${logLine(process, process.machine, entry, style)}\n`;
  return options.has('catalog') ? line + explanation(process, entry) : line;
}

/** Waits for new entries and prints them, until interrupted. */
async function followJournal(
  process: Process,
  options: ParsedOptions,
  keep: Filter,
  style: LineStyle,
): Promise<number> {
  let last = process.machine.log.at(-1);
  for (;;) {
    const fresh = await process.until((world) => {
      const log = world.machines[process.machineName]?.log ?? [];
      return log.at(-1) !== last ? log : undefined;
    });
    if (!fresh) return 0;
    const at = last === undefined ? -1 : fresh.lastIndexOf(last);
    last = fresh.at(-1);
    for (const entry of fresh.slice(at + 1))
      if (keep(entry)) await process.stdout.write(render(process, entry, options, style));
  }
}

function bootId(process: Process, boot: number): string {
  if (boot === process.machine.boot) return process.machine.bootId;
  const head = boot.toString(16).padStart(2, '0');
  return (head + process.machine.machineId).slice(0, 32);
}

function jsonFields(process: Process, entry: LogEntry): Record<string, string> {
  const unix = unixTime(process, entry.time);
  return {
    MESSAGE: entry.message,
    PRIORITY: String(entry.priority),
    SYSLOG_IDENTIFIER: entry.identifier,
    ...(entry.pid === null ? {} : { _PID: String(entry.pid) }),
    ...(entry.unit === null ? {} : { [entry.identifier === 'systemd' ? 'UNIT' : '_SYSTEMD_UNIT']: entry.unit }),
    _HOSTNAME: entry.hostname ?? process.machine.hostname,
    _BOOT_ID: bootId(process, entry.boot),
    _MACHINE_ID: process.machine.machineId,
    _TRANSPORT: entry.identifier === 'kernel' ? 'kernel' : 'journal',
    __REALTIME_TIMESTAMP: `${unix}000`,
    __MONOTONIC_TIMESTAMP: `${Math.max(0, entry.time - process.machine.bootedAt)}000`,
  };
}

function jsonEntry(process: Process, entry: LogEntry, pretty: boolean): string {
  const fields = jsonFields(process, entry);
  return pretty ? `${JSON.stringify(fields, null, '\t').replaceAll('":', '" :')}\n` : `${JSON.stringify(fields)}\n`;
}

function verboseEntry(process: Process, entry: LogEntry): string {
  const fields = jsonFields(process, entry);
  const head = timestamp(process, unixTime(process, entry.time));
  return `${head} [s=${process.machine.machineId}]\n${Object.entries(fields)
    .filter(([key]) => !key.startsWith('__'))
    .map(([key, value]) => `    ${key}=${value}\n`)
    .join('')}`;
}

async function listBoots(process: Process): Promise<number> {
  const { log } = process.machine;
  const boots = [...new Set(log.map((entry) => entry.boot))].sort((a, b) => a - b);
  const rows = boots.map((boot, at) => {
    const own = log.filter((entry) => entry.boot === boot);
    const time = (entry: LogEntry | undefined) => timestamp(process, unixTime(process, entry?.time ?? 0));
    return [String(at - boots.length + 1), bootId(process, boot), time(own[0]), time(own.at(-1))] as const;
  });
  const width = Math.max(3, ...rows.map(([index]) => index.length));
  let text = `${'IDX'.padStart(width)} ${'BOOT ID'.padEnd(32)} ${'FIRST ENTRY'.padEnd(27)} LAST ENTRY\n`;
  for (const [index, id, first, last] of rows) text += `${index.padStart(width)} ${id} ${first.padEnd(27)} ${last}\n`;
  await process.stdout.write(text);
  return 0;
}
