import { listUnitFiles } from '../../machine/enablement';
import { builtinUnits, descriptionOf, loadStateOf } from '../../machine/systemd/state';
import { parseSpan, unitType } from '../../machine/unitfile';
import { definitionOf, readUnit, unitFileNames } from '../../machine/unitload';
import type { Process } from '../../shell/process';
import { globRegex } from '../coreutils/find';
import { age, ansi, colour, left, timestamp, unixTime } from './format';

export interface ListOptions {
  all: boolean;
  types: readonly string[];
  states: readonly string[];
  patterns: readonly string[];
  legend: boolean;
  plain: boolean;
}

/** Rows as a table of left-aligned columns; the last one isn't padded. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows.map((row) =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join(' '),
  );
}

function matches(name: string, patterns: readonly string[]): boolean {
  return patterns.length === 0 || patterns.some((pattern) => globRegex(pattern).test(name));
}

/** Unit types in the order in which systemd lists them. */
const _TYPE_ORDER = [
  'service',
  'mount',
  'swap',
  'socket',
  'target',
  'device',
  'automount',
  'timer',
  'path',
  'slice',
  'scope',
];
const LIST_ORDER = [
  'automount',
  'device',
  'mount',
  'path',
  'scope',
  'service',
  'slice',
  'socket',
  'swap',
  'target',
  'timer',
];

function compareUnits(a: string, b: string): number {
  const order = LIST_ORDER.indexOf(unitType(a)) - LIST_ORDER.indexOf(unitType(b));
  if (order !== 0) return order;
  const left = a.toLowerCase();
  const right = b.toLowerCase();
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `systemctl list-units`. */
export function listUnits(process: Process, options: ListOptions): string {
  const { machine } = process;
  const failedOnly = options.states.length > 0;
  const names = Object.keys(machine.units).filter((name) => {
    const state = machine.units[name];
    if (!state || !matches(name, options.patterns)) return false;
    if (options.types.length > 0 && !options.types.includes(unitType(name))) return false;
    const words = [state.active, state.sub, loadStateOf(machine, name)];
    if (failedOnly) return options.states.some((wanted) => words.includes(wanted));
    return options.all || state.active !== 'inactive' || machine.jobs.some((job) => job.unit === name);
  });
  if (options.all) {
    for (const name of unitFileNames(machine)) {
      if (names.includes(name) || name.includes('@.') || !matches(name, options.patterns) || failedOnly) continue;
      if (options.types.length === 0 || options.types.includes(unitType(name))) names.push(name);
    }
  }
  names.sort(compareUnits);
  const rows: string[][] = [['UNIT', 'LOAD', 'ACTIVE', 'SUB', 'DESCRIPTION']];
  for (const name of names) {
    const state = machine.units[name];
    rows.push([
      name,
      loadStateOf(machine, name),
      state?.active ?? 'inactive',
      state?.sub ?? 'dead',
      descriptionOf(machine, name),
    ]);
  }
  const lines = table(rows);
  const failed = (name: string) => machine.units[name]?.active === 'failed';
  let text = '';
  for (const [at, line] of lines.entries()) {
    if (at === 0) {
      if (options.legend) text += `${options.plain ? '' : '  '}${line}\n`;
      continue;
    }
    const name = names[at - 1] ?? '';
    const mark = options.plain ? '' : failed(name) ? `${colour(process, ansi.red, '●')} ` : '  ';
    text += `${mark}${failed(name) ? colour(process, ansi.red, line) : line}\n`;
  }
  return options.legend ? text + legend(names.length, options) : text;
}

function legend(count: number, options: ListOptions): string {
  const hints =
    options.states.length > 0 || options.all
      ? `${count} loaded units listed.${options.all ? "\nTo show all installed unit files use 'systemctl list-unit-files'." : ''}\n`
      : `${count} loaded units listed. Pass --all to see loaded but inactive units, too.\nTo show all installed unit files use 'systemctl list-unit-files'.\n`;
  if (count === 0) return hints;
  return `\nLOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n${hints}`;
}

/** `systemctl list-unit-files`. */
export function listFiles(process: Process, options: ListOptions): string {
  const entries = listUnitFiles(process.machine)
    .filter(({ name, state }) => {
      if (!matches(name, options.patterns)) return false;
      if (options.types.length > 0 && !options.types.includes(unitType(name))) return false;
      return options.states.length === 0 || options.states.includes(state);
    })
    .sort((a, b) => {
      const order = LIST_ORDER.indexOf(unitType(a.name)) - LIST_ORDER.indexOf(unitType(b.name));
      return order || (a.name < b.name ? -1 : 1);
    });
  const lines = table([
    ['UNIT FILE', 'STATE', 'PRESET'],
    ...entries.map(({ name, state, preset }) => [name, state, preset]),
  ]);
  const body = (options.legend ? lines : lines.slice(1)).map((line) => `${line}\n`).join('');
  return options.legend ? `${body}\n${entries.length} unit files listed.\n` : body;
}

/** `systemctl list-timers`. */
export function listTimers(process: Process): string {
  const { machine, world } = process;
  const rows: string[][] = [['NEXT', 'LEFT', 'LAST', 'PASSED', 'UNIT', 'ACTIVATES']];
  for (const name of Object.keys(machine.units).sort()) {
    if (unitType(name) !== 'timer' || machine.units[name]?.active !== 'active') continue;
    const read = readUnit(machine, name);
    const onBoot = read ? parseSpan(definitionOf(read.loaded).last('Timer', 'OnBootSec') ?? '') : undefined;
    const next = machine.bootedAt + (onBoot ?? 86_400_000);
    const service = name.replace(/\.timer$/, '.service');
    const passed = next <= world.now;
    const due = passed ? next + 86_400_000 : next;
    rows.push([
      timestamp(process, unixTime(process, due)),
      left(due - world.now),
      passed ? timestamp(process, unixTime(process, next)) : '-',
      passed ? age(world.now - next) : '-',
      name,
      service,
    ]);
  }
  const lines = table(rows)
    .map((line) => `${line}\n`)
    .join('');
  return `${lines}\n${rows.length - 1} timers listed.\nPass --all to see loaded but inactive timers, too.\n`;
}

/** `systemctl list-sockets`. */
export function listSockets(process: Process): string {
  const { machine } = process;
  const rows: string[][] = [];
  for (const name of Object.keys(machine.units)) {
    if (unitType(name) !== 'socket' || machine.units[name]?.active !== 'active') continue;
    const read = readUnit(machine, name);
    const addresses = read ? definitionOf(read.loaded).all('Socket', 'ListenStream') : [];
    for (const address of addresses) rows.push([address, name, name.replace(/\.socket$/, '.service')]);
  }
  rows.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
  const lines = table([['LISTEN', 'UNIT', 'ACTIVATES'], ...rows])
    .map((line) => `${line}\n`)
    .join('');
  return `${lines}\n${rows.length} sockets listed.\nPass --all to see loaded but inactive sockets, too.\n`;
}

/** Names for `systemctl list-units`' totals. */
export function countLoaded(process: Process): number {
  return Object.keys(process.machine.units).length + builtinUnits.length;
}
