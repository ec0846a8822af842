import { enablementOf, presetOf } from '../../machine/enablement';
import { unmetCondition } from '../../machine/systemd/conditions';
import { dependents, graphOf } from '../../machine/systemd/dependencies';
import { endInStatus } from '../../machine/systemd/exits';
import { unitProcesses } from '../../machine/systemd/processes';
import { commandName } from '../../machine/systemd/service';
import { descriptionOf, loadedUnit, loadStateOf, unitDefinition } from '../../machine/systemd/state';
import { templateOf, unitType } from '../../machine/unitfile';
import { findUnitFile } from '../../machine/unitload';
import type { Process } from '../../shell/process';
import type { Machine } from '../../world/machine';
import type { ProcessRecord, UnitState } from '../../world/unit';
import { age, ansi, bytes, colour, hyperlink, span, timestamp, unixTime } from './format';
import { logLine } from './loglines';

export interface StatusOptions {
  /** Journal lines at the end; 0 = none. */
  lines: number;
  full: boolean;
}

const LABEL = 11;

function row(label: string, text: string): string {
  return `${label.padStart(LABEL)}${label === '' ? '  ' : ': '}${text}\n`;
}

/** The sign before a unit's name. */
export function dot(process: Process, state: UnitState | undefined): string {
  switch (state?.active) {
    case 'active':
    case 'reloading':
      return colour(process, ansi.green, '●');
    case 'failed':
      return colour(process, ansi.red, '×');
    case 'activating':
    case 'deactivating':
      return colour(process, ansi.green, '●');
    default:
      return '○';
  }
}

/** The control group of a unit. */
export function controlGroup(unit: string): string {
  if (unit === 'init.scope') return '/init.scope';
  const parts = templateOf(unit);
  return parts
    ? `/system.slice/system-${parts.prefix.replaceAll('-', '\\x2d')}.slice/${unit}`
    : `/system.slice/${unit}`;
}

/** CPU time that a unit's processes have used, in ms: a guess that grows with age, as nothing measures it. */
export function cpuTime(process: Process, state: UnitState, processes: readonly ProcessRecord[]): number {
  const since = process.world.now - (state.activeSince ?? state.since);
  const first = state.commands[0]?.pid ?? processes[0]?.pid ?? 1;
  return 5 + ((first * 7) % 23) + processes.length * 9 + Math.floor(since / 400) * Math.max(1, processes.length);
}

/** Memory of a unit's processes in bytes: a guess by what they are. */
export function memoryUse(processes: readonly ProcessRecord[]): number {
  return processes.reduce((sum, { command }) => {
    const base = /python|pcsd|firewalld/.test(command) ? 21_000_000 : /corosync/.test(command) ? 92_000_000 : 900_000;
    return sum + base + command.length * 4096;
  }, 0);
}

/** What `systemctl status` prints for one unit. Null: there is no such unit. */
export function unitStatus(process: Process, unit: string, options: StatusOptions): string | null {
  const { machine } = process;
  const state = machine.units[unit];
  const load = loadStateOf(machine, unit);
  if (load === 'not-found' && !state) return null;
  const description = descriptionOf(machine, unit);
  const plain = load === 'masked' || description === unit;
  let text = `${dot(process, state)} ${unit}${plain ? '' : ` - ${description}`}\n`;
  text += row('Loaded', loadedText(process, unit));
  text += dropIns(machine, unit);
  text += row('Active', activeText(process, state));
  if (state) text += durationRow(state);
  if (load === 'loaded') text += triggers(process, unit);
  if (state?.conditionMet === false) text += conditionRows(process, unit, state);
  if (load === 'loaded') text += docs(process, unit);
  if (state) text += processRows(process, unit, state);
  return text + journalTail(process, unit, options);
}

function loadedText(process: Process, unit: string): string {
  const { machine } = process;
  const load = loadStateOf(machine, unit);
  if (load === 'masked') return `${colour(process, ansi.red, 'masked')} (Reason: Unit ${unit} is masked.)`;
  if (load === 'not-found') return `${colour(process, ansi.red, 'not-found')} (Reason: Unit ${unit} not found.)`;
  const path = loadedUnit(machine, unit)?.path ?? '';
  if (path === '') return 'loaded';
  const enablement = enablementOf(machine, unit);
  const shown = hyperlink(process, `file://${machine.hostname}${path}`, path);
  const paint = (word: string) =>
    colour(process, word === 'enabled' ? ansi.green : word === 'disabled' ? ansi.yellow : ansi.green, word);
  const hasPreset = enablement === 'enabled' || enablement === 'disabled' || enablement === 'indirect';
  const words = enablement === 'static' ? 'static' : paint(enablement);
  return `loaded (${shown}; ${words}${hasPreset ? `; preset: ${paint(presetOf(machine, templateName(unit)))}` : ''})`;
}

function templateName(unit: string): string {
  return templateOf(unit)?.template ?? unit;
}

function dropIns(machine: Machine, unit: string): string {
  const files = loadedUnit(machine, unit)?.dropIns ?? [];
  if (files.length === 0) return '';
  const byFolder = new Map<string, string[]>();
  for (const file of files) {
    const at = file.lastIndexOf('/');
    byFolder.set(file.slice(0, at), [...(byFolder.get(file.slice(0, at)) ?? []), file.slice(at + 1)]);
  }
  let text = '';
  for (const [folder, names] of byFolder) {
    text += row(text === '' ? 'Drop-In' : '', folder) + row('', `└─${names.join(', ')}`);
  }
  return text;
}

function activeText(process: Process, state: UnitState | undefined): string {
  if (!state) return 'inactive (dead)';
  const result = state.result !== 'success' && (state.active === 'failed' || state.sub === 'auto-restart');
  const paint = {
    active: ansi.green,
    reloading: ansi.green,
    failed: ansi.red,
    activating: ansi.green,
    deactivating: ansi.green,
    inactive: '',
  }[state.active];
  const sub =
    state.active === 'failed' || (state.active === 'active' && state.sub === 'active')
      ? state.active === 'active'
        ? ''
        : ''
      : ` (${state.sub})`;
  const word = `${state.active}${sub}`;
  const shown = paint === '' ? word : colour(process, paint, word);
  const never = state.active === 'inactive' && state.activeSince === null;
  if (never) return shown;
  const since = `since ${timestamp(process, unixTime(process, state.since))}; ${age(process.world.now - state.since)}`;
  return `${shown}${result ? ` (Result: ${state.result})` : ''} ${since}`;
}

function durationRow(state: UnitState): string {
  if (state.activeSince === null || state.activeUntil === null || state.active === 'active') return '';
  return row('Duration', span(state.activeUntil - state.activeSince));
}

function triggers(process: Process, unit: string): string {
  const { machine } = process;
  const stem = unit.slice(0, unit.lastIndexOf('.'));
  if (unitType(unit) === 'service') {
    let text = '';
    for (const suffix of ['socket', 'timer', 'path']) {
      const other = `${stem}.${suffix}`;
      if (findUnitFile(machine, other).kind !== 'file') continue;
      text += row(text === '' ? 'TriggeredBy' : '', `${dot(process, machine.units[other])} ${other}`);
    }
    return text;
  }
  if (['socket', 'timer', 'path'].includes(unitType(unit))) {
    const other = `${stem}.service`;
    return row('Triggers', `${dot(process, machine.units[other])} ${other}`);
  }
  return '';
}

function conditionRows(process: Process, unit: string, state: UnitState): string {
  const unmet = unmetCondition(process.machine, unit);
  const since = `${timestamp(process, unixTime(process, state.since))}; ${age(process.world.now - state.since)}`;
  const first = row('Condition', `start condition ${colour(process, ansi.yellow, 'failed')} at ${since}`);
  return unmet === null ? first : first + row('', `└─ ${unmet} was not met`);
}

function docs(process: Process, unit: string): string {
  const words = unitDefinition(process.machine, unit).words('Unit', 'Documentation');
  return words.map((word, at) => row(at === 0 ? 'Docs' : '', hyperlink(process, word, word))).join('');
}

function processRows(process: Process, unit: string, state: UnitState): string {
  const { machine } = process;
  let text = '';
  let main: string | null = null;
  for (const command of state.commands) {
    if (command.code === null) continue;
    const end = endInStatus(command.code, command.status);
    const bad = command.code === 'killed' || command.status !== 0;
    const shown = bad ? colour(process, ansi.red, `(${end})`) : `(${end})`;
    text += row('Process', `${command.pid} ${command.setting}=${command.command} ${shown}`);
    if (command.setting === 'ExecStart' && state.mainPid === 0) main = `${command.pid} (${end})`;
  }
  const running = machine.processes[state.mainPid];
  if (running) main = `${running.pid} (${commandName(running.command)})`;
  if (main !== null && unitDefinition(machine, unit).last('Service', 'Type') !== 'forking')
    text += row('Main PID', main);
  else if (main !== null && running) text += row('Main PID', main);
  const processes = unitProcesses(machine, unit);
  const busy = processes.length > 0 && state.active !== 'inactive' && state.active !== 'failed';
  if (busy && machine.virtualization !== 'container') {
    const limit = Math.round(machine.memoryMib * 5.6);
    text += row('Tasks', `${processes.length}${colour(process, ansi.grey, ` (limit: ${limit})`)}`);
    text += row('Memory', bytes(memoryUse(processes)));
  }
  if (state.commands.length > 0) text += row('CPU', span(cpuTime(process, state, processes)));
  if (busy) text += row('CGroup', controlGroup(unit)) + tree(process, processes);
  return text;
}

function tree(process: Process, processes: readonly ProcessRecord[]): string {
  const width = Math.max(...processes.map(({ pid }) => String(pid).length));
  return processes
    .map(({ pid, command }, at) => {
      const line = `${String(pid).padStart(width)} ${command}`;
      return row('', `${at === processes.length - 1 ? '└─' : '├─'}${colour(process, ansi.grey, line)}`);
    })
    .join('');
}

function journalTail(process: Process, unit: string, options: StatusOptions): string {
  if (options.lines === 0) return '';
  const { machine } = process;
  const entries = machine.log
    .filter((entry) => entry.unit === unit && entry.boot === machine.boot)
    .slice(-options.lines);
  if (entries.length === 0) return '';
  const width = process.stdout.isTerminal && !options.full ? (process.tty?.columns ?? 80) : null;
  const style = { output: 'short', hostname: true, utc: false, colours: process.stdout.isTerminal, width } as const;
  return `\n${entries.map((entry) => `${logLine(process, machine, entry, style)}\n`).join('')}`;
}

/** Units that need this one, for `list-dependencies --reverse`. */
export function neededBy(machine: Machine, unit: string): string[] {
  return dependents(machine, unit, ['Requires', 'Wants', 'BindsTo']).sort();
}

/** Units that this one pulls in, for `list-dependencies`. */
export function needs(machine: Machine, unit: string): string[] {
  const graph = graphOf(machine);
  const names = (['Requires', 'BindsTo', 'Wants'] as const).flatMap((kind) => graph.dependencies(machine, unit, kind));
  const known = [...new Set(names)].filter(
    (name) => findUnitFile(machine, name).kind !== 'missing' || machine.units[name],
  );
  const rank = (name: string) => (unitType(name) === 'target' ? 1 : 0);
  return known.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
