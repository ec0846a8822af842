import { cancelEvent, schedule } from '../../kernel/events';
import { record } from '../../kernel/history';
import { closeSockets } from '../../network/sockets';
import type { Machine } from '../../world/machine';
import type { CommandRecord, JobResult, UnitState } from '../../world/unit';
import type { World } from '../../world/world';
import { findUser } from '../accounts';
import { behaviourOf, type ServiceBehaviour, type ServiceEnd } from '../service';
import type { UnitDefinition } from '../unitfile';
import { type ExecCommand, execCommands, missingEnvironmentFile } from './commandline';
import { unmetCondition } from './conditions';
import { isMentioned } from './dependencies';
import { endText, isClean, resultOf, wantsRestart } from './ends';
import { SIGNAL_NUMBERS } from './exits';
import { finishUnitJob } from './jobs';
import { addProcess, launch, removeUnitProcesses, unitProcesses } from './processes';
import {
  ensureState,
  idleState,
  loadedUnit,
  type ServiceType,
  serviceType,
  setActive,
  statusName,
  unitDefinition,
  unitLog,
} from './state';

declare module '../../kernel/events' {
  interface EventMap {
    /** A behaviour's start took its time: the unit is up. */
    'unit.ready': { machine: string; unit: string; pid: number };
    /** A behaviour's main process ends with a status. */
    'unit.exit': { machine: string; unit: string; pid: number; status: number };
    /** A behaviour's stop took its time. */
    'unit.stopped': { machine: string; unit: string; pid: number };
    /** `RestartSec=` is over. */
    'unit.restart': { machine: string; unit: string };
    /** A unit is down for good: units that are bound to it follow. */
    'unit.down': { machine: string; unit: string; asked: boolean; success: boolean };
    /** `TimeoutStartSec=` or `TimeoutStopSec=` is over. */
    'unit.timeout': { machine: string; unit: string };
  }
}

const DEFAULT_TIMEOUT = 90_000;
const DEFAULT_RESTART_DELAY = 100;
/** What an opaque daemon takes until it says that it is ready. */
const OPAQUE_START_MS = 30;
/** What a process that isn't simulated takes to end after SIGTERM. */
const OPAQUE_STOP_MS = 15;

function isImmediate(type: ServiceType): boolean {
  return type === 'simple' || type === 'idle' || type === 'exec';
}

/** Starts a service on a draft. */
export function startService(world: World, machine: Machine, unit: string): JobResult | 'running' {
  const state = ensureState(world, machine, unit);
  if (state.active === 'activating' && state.sub !== 'auto-restart') return 'running';
  if (state.active === 'deactivating') return 'running';
  cancelEvent(world, restartKey(machine, unit));
  state.loaded = loadedUnit(machine, unit) ?? null;
  const definition = unitDefinition(machine, unit);
  const unmet = unmetCondition(machine, unit);
  state.conditionMet = unmet === null;
  if (unmet !== null) {
    unitLog(
      world,
      machine,
      unit,
      `${statusName(machine, unit)} was skipped because of an unmet condition check (${unmet}).`,
    );
    return 'done';
  }
  if (startedTooOften(world, state, definition)) {
    unitLog(world, machine, unit, `${unit}: Start request repeated too quickly.`, 4);
    if (state.result === 'success') state.result = 'start-limit-hit';
    unitLog(world, machine, unit, `${unit}: Failed with result '${state.result}'.`, 4);
    setActive(world, machine, unit, 'failed', 'failed');
    unitLog(world, machine, unit, `Failed to start ${statusName(machine, unit)}.`, 3);
    return 'failed';
  }
  state.result = 'success';
  state.commands = [];
  state.exitStatus = null;
  state.mainPid = 0;
  state.controlPid = 0;
  const missing = missingEnvironmentFile(machine, definition);
  if (missing !== null) return failResources(world, machine, unit, missing);
  const behaviour = behaviourOf(unit);
  const type = serviceType(definition);
  const begins = behaviour === undefined && definition.all('Service', 'ExecStartPre').length > 0;
  if (begins || !isImmediate(type)) unitLog(world, machine, unit, `Starting ${statusName(machine, unit)}...`);
  setActive(world, machine, unit, 'activating', begins ? 'start-pre' : 'start');
  armTimeout(
    world,
    machine,
    unit,
    definition.span('Service', 'TimeoutStartSec', type === 'oneshot' ? Number.NaN : DEFAULT_TIMEOUT),
  );
  if (behaviour) return startBehaviour(world, machine, unit, behaviour, type);
  runPhase(world, machine, unit, begins ? 'ExecStartPre' : 'ExecStart', 0);
  const after = machine.units[unit];
  if (after?.active === 'failed') return 'failed';
  return after?.active === 'activating' ? 'running' : 'done';
}

function failResources(world: World, machine: Machine, unit: string, path: string): JobResult {
  const name = statusName(machine, unit);
  const state = ensureState(world, machine, unit);
  unitLog(world, machine, unit, `${unit}: Failed to load environment files: No such file or directory`, 4);
  unitLog(world, machine, unit, `${unit}: Failed to run 'start' task: No such file or directory`, 4);
  state.result = 'resources';
  unitLog(world, machine, unit, `${unit}: Failed with result 'resources'.`, 4);
  setActive(world, machine, unit, 'failed', 'failed');
  unitLog(world, machine, unit, `Failed to start ${name}.`, 3);
  record(world, 'unit.failed', machine.name, { unit, result: 'resources', path });
  return 'failed';
}

function startedTooOften(world: World, state: UnitState, definition: UnitDefinition): boolean {
  const interval = definition.span('Unit', 'StartLimitIntervalSec', 10_000) ?? Number.POSITIVE_INFINITY;
  const burst = Number(definition.last('Unit', 'StartLimitBurst') ?? 5);
  const recent = state.starts.filter((time) => time > world.now - interval);
  if (interval > 0 && burst > 0 && recent.length >= burst) return true;
  state.starts = [...recent, world.now];
  return false;
}

function startBehaviour(
  world: World,
  machine: Machine,
  unit: string,
  behaviour: ServiceBehaviour,
  type: ServiceType,
): JobResult | 'running' {
  const definition = unitDefinition(machine, unit);
  const command = execCommands(machine, unit, definition, 'ExecStart')[0];
  const forking = type === 'forking';
  const control = forking ? machine.nextPid++ : 0;
  const shown = behaviour.command?.(machine) ?? [command?.path ?? '', ...(command?.argv.slice(1) ?? [])].join(' ');
  const pid = addProcess(world, machine, { command: shown, unit });
  const state = ensureState(world, machine, unit);
  state.mainPid = pid;
  state.startedAt = world.epoch + world.now;
  state.commands = [
    {
      setting: 'ExecStart',
      command: command?.text ?? '',
      pid: forking ? control : pid,
      code: forking ? 'exited' : null,
      status: 0,
    },
  ];
  if (isImmediate(type)) becomeActive(world, machine, unit, 'running');
  const begun = behaviour.start(world, machine, pid);
  const event = { machine: machine.name, unit, pid };
  if (begun.kind === 'failed') {
    schedule(world, begun.after, 'unit.exit', { ...event, status: begun.status }, { machine: machine.name });
  } else if (begun.kind === 'starting' && !isImmediate(type)) {
    schedule(world, begun.readyAfter, 'unit.ready', event, { machine: machine.name });
  } else addChildren(world, machine, unit);
  return isImmediate(type) ? 'done' : 'running';
}

/** Makes process records of a behaviour's children. */
function addChildren(world: World, machine: Machine, unit: string): void {
  const children = behaviourOf(unit)?.children?.(machine) ?? [];
  const state = machine.units[unit];
  if (!state || unitProcesses(machine, unit).length > 1) return;
  for (const child of children) {
    const { command, user } = typeof child === 'string' ? { command: child, user: 'root' } : child;
    const uid = findUser(machine, user)?.uid ?? 0;
    addProcess(world, machine, { command, unit, uid, ppid: state.mainPid });
  }
}

/** The unit is up. */
export function becomeActive(world: World, machine: Machine, unit: string, sub: string): void {
  const type = serviceType(unitDefinition(machine, unit));
  setActive(world, machine, unit, 'active', sub);
  cancelEvent(world, timeoutKey(machine, unit));
  unitLog(world, machine, unit, `${type === 'oneshot' ? 'Finished' : 'Started'} ${statusName(machine, unit)}.`);
  record(world, 'unit.started', machine.name, { unit });
  finishUnitJob(world, machine, unit, 'done', 'start');
}

/** A behaviour says that it is ready; a oneshot's is through. */
export function behaviourReady(world: World, machine: Machine, unit: string): void {
  const state = machine.units[unit];
  if (state?.active === 'activating' && serviceType(unitDefinition(machine, unit)) === 'oneshot') {
    delete machine.processes[state.mainPid];
    noteEnd(state, state.mainPid, { kind: 'exited', status: 0 });
    state.mainPid = 0;
    mainFinished(world, machine, unit);
    return;
  }
  if (state?.active === 'activating') becomeActive(world, machine, unit, 'running');
  addChildren(world, machine, unit);
}

/** Runs the command at a place of a unit's lists; past the end, the next list. */
function runPhase(world: World, machine: Machine, unit: string, setting: string, index: number): void {
  const state = ensureState(world, machine, unit);
  const definition = unitDefinition(machine, unit);
  const command = execCommands(machine, unit, definition, setting)[index];
  if (!command) {
    phaseDone(world, machine, unit, setting);
    return;
  }
  const type = serviceType(definition);
  const main = setting === 'ExecStart' && type !== 'forking';
  const { pid, opaque } = launch(world, machine, unit, definition, command, main && type !== 'oneshot');
  state.phase = { setting, index };
  state.commands = [
    ...state.commands.filter((entry) => entry.setting !== setting || type === 'oneshot'),
    { setting, command: command.text, pid, code: null, status: 0 },
  ];
  if (main) {
    state.mainPid = pid;
    state.startedAt = world.epoch + world.now;
  } else state.controlPid = pid;
  // A daemon that isn't simulated forks: its child stays when the control process ends.
  if (opaque && setting === 'ExecStart' && type === 'forking') {
    addProcess(world, machine, { command: machine.processes[pid]?.command ?? '', unit });
  }
  if (!main) return;
  if (isImmediate(type)) becomeActive(world, machine, unit, 'running');
  else if (opaque && type !== 'oneshot') {
    schedule(world, OPAQUE_START_MS, 'unit.ready', { machine: machine.name, unit, pid }, { machine: machine.name });
  }
}

/** All commands of a setting have run. */
function phaseDone(world: World, machine: Machine, unit: string, setting: string): void {
  const state = ensureState(world, machine, unit);
  state.phase = null;
  switch (setting) {
    case 'ExecStartPre':
      setActive(world, machine, unit, 'activating', 'start');
      runPhase(world, machine, unit, 'ExecStart', 0);
      break;
    case 'ExecStart':
      mainFinished(world, machine, unit);
      break;
    case 'ExecStop':
      terminate(world, machine, unit);
      break;
    default:
  }
}

/** A oneshot or forking service has started (or a oneshot is through). */
function mainFinished(world: World, machine: Machine, unit: string): void {
  const definition = unitDefinition(machine, unit);
  const type = serviceType(definition);
  const left = unitProcesses(machine, unit);
  if (type === 'forking' && left.length > 0) {
    const state = ensureState(world, machine, unit);
    state.mainPid = left[0]?.pid ?? 0;
    becomeActive(world, machine, unit, 'running');
    return;
  }
  if (definition.flag('Service', 'RemainAfterExit', false)) {
    becomeActive(world, machine, unit, 'exited');
    return;
  }
  unitLog(world, machine, unit, `${unit}: Deactivated successfully.`);
  setActive(world, machine, unit, 'inactive', 'dead');
  cancelEvent(world, timeoutKey(machine, unit));
  unitLog(world, machine, unit, `${type === 'oneshot' ? 'Finished' : 'Started'} ${statusName(machine, unit)}.`);
  finishUnitJob(world, machine, unit, 'done', 'start');
  afterEnd(world, machine, unit, { kind: 'exited', status: 0 }, true);
}

/** Stops a service on a draft. */
export function stopService(world: World, machine: Machine, unit: string): JobResult | 'running' {
  const state = machine.units[unit];
  if (!state || state.active === 'inactive' || state.active === 'failed') return 'done';
  if (state.active === 'deactivating') return 'running';
  if (state.sub === 'auto-restart') {
    cancelEvent(world, restartKey(machine, unit));
    setActive(world, machine, unit, 'inactive', 'dead');
    unitLog(world, machine, unit, `Stopped ${statusName(machine, unit)}.`);
    return 'done';
  }
  unitLog(world, machine, unit, `Stopping ${statusName(machine, unit)}...`);
  const definition = unitDefinition(machine, unit);
  const behaviour = behaviourOf(unit);
  setActive(world, machine, unit, 'deactivating', 'stop-sigterm');
  armTimeout(world, machine, unit, definition.span('Service', 'TimeoutStopSec', DEFAULT_TIMEOUT));
  if (behaviour) {
    const time = behaviour.stop(world, machine);
    const pid = machine.units[unit]?.mainPid ?? 0;
    if (time !== 'asynchronous') {
      schedule(world, time, 'unit.stopped', { machine: machine.name, unit, pid }, { machine: machine.name });
    }
    return 'running';
  }
  if (definition.all('Service', 'ExecStop').length > 0 && state.sub !== 'start') {
    setActive(world, machine, unit, 'deactivating', 'stop');
    runPhase(world, machine, unit, 'ExecStop', 0);
  } else terminate(world, machine, unit);
  return machine.units[unit]?.active === 'deactivating' ? 'running' : 'done';
}

/** Sends SIGTERM to what is left of a unit without behaviour. */
function terminate(world: World, machine: Machine, unit: string): void {
  const left = unitProcesses(machine, unit);
  if (left.length === 0) {
    endOfStop(world, machine, unit);
    return;
  }
  setActive(world, machine, unit, 'deactivating', 'stop-sigterm');
  for (const process of left) {
    if (process.execute) process.signals = [...(process.signals ?? []), 'TERM'];
    else {
      schedule(
        world,
        OPAQUE_STOP_MS,
        'unit.stopped',
        { machine: machine.name, unit, pid: process.pid },
        { machine: machine.name },
      );
    }
  }
}

/** One process of a unit without behaviour has ended. */
export function processEnded(world: World, machine: Machine, unit: string, pid: number, how: ServiceEnd): void {
  delete machine.processes[pid];
  const state = machine.units[unit];
  if (!state) return;
  noteEnd(state, pid, how);
  if (state.active === 'deactivating' && pid !== state.controlPid) {
    if (pid === state.mainPid && !isClean(unitDefinition(machine, unit), how, false))
      mainExitLog(world, machine, unit, how);
    if (unitProcesses(machine, unit).length === 0 && state.controlPid === 0) endOfStop(world, machine, unit, how);
    return;
  }
  if (pid === state.controlPid) controlEnded(world, machine, unit, how);
  else if (pid === state.mainPid) mainEnded(world, machine, unit, how);
}

/** Writes down how a process of an `Exec…=` line ended. */
function noteEnd(state: UnitState, pid: number, how: ServiceEnd): void {
  const entry = state.commands.find((command) => command.pid === pid);
  if (!entry) return;
  entry.code = how.kind === 'signal' ? 'killed' : 'exited';
  entry.status = how.kind === 'signal' ? how.signal : how.kind === 'exited' ? how.status : 0;
}

/** Whether the command at the unit's present place may fail. */
function mayFail(machine: Machine, unit: string, state: UnitState): boolean {
  if (!state.phase) return false;
  const commands: ExecCommand[] = execCommands(machine, unit, unitDefinition(machine, unit), state.phase.setting);
  return commands[state.phase.index]?.ignoreFailure ?? false;
}

function controlEnded(world: World, machine: Machine, unit: string, how: ServiceEnd): void {
  const state = ensureState(world, machine, unit);
  state.controlPid = 0;
  const phase = state.phase;
  if (!phase) return;
  const clean = isClean(unitDefinition(machine, unit), how, true) || mayFail(machine, unit, state);
  if (!clean) {
    unitLog(world, machine, unit, `${unit}: Control process exited, ${endText(how)}`, 5);
    state.result = resultOf(how);
    if (phase.setting === 'ExecStop') terminate(world, machine, unit);
    else serviceOver(world, machine, unit, how, false);
    return;
  }
  runPhase(world, machine, unit, phase.setting, phase.index + 1);
}

/** The main process of a service is gone without having been asked. */
export function mainEnded(world: World, machine: Machine, unit: string, how: ServiceEnd): void {
  const state = ensureState(world, machine, unit);
  const definition = unitDefinition(machine, unit);
  const oneshot = serviceType(definition) === 'oneshot';
  noteEnd(state, state.mainPid, how);
  state.exitStatus = how.kind === 'signal' ? (SIGNAL_NUMBERS[how.signal] ?? 0) : how.kind === 'exited' ? how.status : 0;
  const clean = isClean(definition, how, oneshot) || mayFail(machine, unit, state);
  if (!clean) {
    mainExitLog(world, machine, unit, how);
    state.result = resultOf(how);
  }
  const phase = state.phase;
  if (clean && oneshot && phase?.setting === 'ExecStart' && state.active === 'activating') {
    state.mainPid = 0;
    runPhase(world, machine, unit, 'ExecStart', phase.index + 1);
    return;
  }
  if (clean && state.active === 'active' && definition.flag('Service', 'RemainAfterExit', false)) {
    setActive(world, machine, unit, 'active', 'exited');
    return;
  }
  // A notify or dbus service must not end before it is ready.
  const tooEarly = clean && state.active === 'activating';
  if (tooEarly) state.result = 'protocol';
  serviceOver(world, machine, unit, how, clean && !tooEarly);
}

function mainExitLog(world: World, machine: Machine, unit: string, how: ServiceEnd): void {
  unitLog(world, machine, unit, `${unit}: Main process exited, ${endText(how)}`, 5);
}

/** A service that was starting or running is over. */
function serviceOver(world: World, machine: Machine, unit: string, how: ServiceEnd, success: boolean): void {
  const state = ensureState(world, machine, unit);
  const starting = state.active === 'activating';
  cleanUp(world, machine, unit, how);
  const restart = wantsRestart(unitDefinition(machine, unit), how, success, state);
  if (success) unitLog(world, machine, unit, `${unit}: Deactivated successfully.`);
  else unitLog(world, machine, unit, `${unit}: Failed with result '${state.result}'.`, 4);
  setActive(world, machine, unit, success ? 'inactive' : 'failed', success ? 'dead' : 'failed');
  record(world, success ? 'unit.stopped' : 'unit.failed', machine.name, { unit, result: state.result });
  if (starting) {
    const name = statusName(machine, unit);
    if (!success) unitLog(world, machine, unit, `Failed to start ${name}.`, 3);
    finishUnitJob(world, machine, unit, success ? 'done' : 'failed', 'start');
  }
  if (restart) scheduleRestart(world, machine, unit);
  else afterEnd(world, machine, unit, how, success);
}

/** Clears what a running service held. */
function cleanUp(world: World, machine: Machine, unit: string, how: ServiceEnd): void {
  const state = ensureState(world, machine, unit);
  const main = state.mainPid;
  cancelEvent(world, timeoutKey(machine, unit));
  delete machine.processes[main];
  behaviourOf(unit)?.ended(world, machine, how);
  const keep =
    unitDefinition(machine, unit).last('Service', 'KillMode') === 'process' && behaviourOf(unit) !== undefined;
  // Only a killed main process leaves others behind: one that ends by itself has ended those below it.
  if (!keep || how.kind !== 'signal') removeUnitProcesses(machine, unit);
  closeSockets(machine, unit);
  state.mainPid = 0;
  state.controlPid = 0;
  state.phase = null;
  state.startedAt = null;
}

function scheduleRestart(world: World, machine: Machine, unit: string): void {
  const definition = unitDefinition(machine, unit);
  const delay = definition.span('Service', 'RestartSec', DEFAULT_RESTART_DELAY);
  setActive(world, machine, unit, 'activating', 'auto-restart');
  if (delay === null) return;
  schedule(
    world,
    delay,
    'unit.restart',
    { machine: machine.name, unit },
    { machine: machine.name, key: restartKey(machine, unit) },
  );
}

/** What follows a stop or an unexpected end. */
function afterEnd(world: World, machine: Machine, unit: string, how: ServiceEnd, success: boolean): void {
  forgetUnit(world, machine, unit);
  const asked = how.kind === 'stopped';
  schedule(world, 0, 'unit.down', { machine: machine.name, unit, asked, success }, { machine: machine.name });
}

/** Drops the state of an inactive unit that no loaded unit names, as systemd's garbage collection does. */
export function forgetUnit(world: World, machine: Machine, unit: string): void {
  const state = machine.units[unit];
  if (state?.active !== 'inactive' || machine.jobs.some((job) => job.unit === unit)) return;
  if (isMentioned(machine, unit)) return;
  const fresh = idleState(world);
  if (state.starts.length === 0) delete machine.units[unit];
  else machine.units[unit] = { ...fresh, starts: state.starts };
}

/** The stop of a service is complete. */
export function endOfStop(world: World, machine: Machine, unit: string, how: ServiceEnd = { kind: 'stopped' }): void {
  const state = ensureState(world, machine, unit);
  const clean = isClean(unitDefinition(machine, unit), how, false);
  if (!clean && state.result === 'success') state.result = resultOf(how);
  noteEnd(state, state.mainPid, how.kind === 'stopped' ? { kind: 'signal', signal: 'TERM' } : how);
  cleanUp(world, machine, unit, { kind: 'stopped' });
  const success = state.result === 'success';
  if (success) unitLog(world, machine, unit, `${unit}: Deactivated successfully.`);
  else unitLog(world, machine, unit, `${unit}: Failed with result '${state.result}'.`, 4);
  setActive(world, machine, unit, success ? 'inactive' : 'failed', success ? 'dead' : 'failed');
  unitLog(world, machine, unit, `Stopped ${statusName(machine, unit)}.`);
  record(world, 'unit.stopped', machine.name, { unit });
  const job = machine.jobs.find((candidate) => candidate.unit === unit && candidate.state === 'running');
  if (job?.type === 'restart') {
    job.type = 'start';
    job.state = 'waiting';
  } else finishUnitJob(world, machine, unit, 'done', 'stop');
  afterEnd(world, machine, unit, { kind: 'stopped' }, true);
}

function armTimeout(world: World, machine: Machine, unit: string, time: number | null): void {
  const key = timeoutKey(machine, unit);
  cancelEvent(world, key);
  if (time === null || Number.isNaN(time) || time === 0) return;
  schedule(world, time, 'unit.timeout', { machine: machine.name, unit }, { machine: machine.name, key });
}

/** A start or a stop takes too long. */
export function timedOut(world: World, machine: Machine, unit: string): void {
  const state = machine.units[unit];
  if (!state) return;
  if (state.active === 'activating' && state.sub !== 'auto-restart') {
    unitLog(world, machine, unit, `${unit}: start operation timed out. Terminating.`, 4);
    state.result = 'timeout';
    serviceOver(world, machine, unit, { kind: 'signal', signal: 'TERM' }, false);
  } else if (state.active === 'deactivating') {
    if (!unitDefinition(machine, unit).flag('Service', 'SendSIGKILL', true)) {
      unitLog(world, machine, unit, `${unit}: State 'stop-sigterm' timed out. Skipping SIGKILL.`, 4);
    } else {
      unitLog(world, machine, unit, `${unit}: State '${state.sub}' timed out. Killing.`, 4);
      for (const process of unitProcesses(machine, unit)) {
        unitLog(
          world,
          machine,
          unit,
          `${unit}: Killing process ${process.pid} (${commandName(process.command)}) with signal SIGKILL.`,
          5,
        );
      }
      mainExitLog(world, machine, unit, { kind: 'signal', signal: 'KILL' });
    }
    state.result = 'timeout';
    endOfStop(world, machine, unit);
  }
}

/** The short name of a process: base name of its program, at most 15 characters. */
export function commandName(command: string): string {
  const words = command.split(' ');
  const interpreted = /\/(python3?|bash|sh)$/.test(words[0] ?? '')
    ? words.slice(1).find((word) => !word.startsWith('-'))
    : undefined;
  const program = (interpreted ?? words[0] ?? '').replace(/:$/, '');
  return program.slice(program.lastIndexOf('/') + 1).slice(0, 15);
}

/** Reloads a service. */
export function reloadService(world: World, machine: Machine, unit: string): JobResult | 'running' {
  const behaviour = behaviourOf(unit);
  const definition = unitDefinition(machine, unit);
  const commands = execCommands(machine, unit, definition, 'ExecReload');
  if (commands.length === 0 && !behaviour?.reload) return 'invalid';
  const name = statusName(machine, unit);
  unitLog(world, machine, unit, `Reloading ${name}...`);
  behaviour?.reload?.(world, machine);
  const state = ensureState(world, machine, unit);
  const entries: CommandRecord[] = commands.map((command) => ({
    setting: 'ExecReload',
    command: command.text,
    pid: machine.nextPid++,
    code: 'exited',
    status: 0,
  }));
  state.commands = [...state.commands.filter((entry) => entry.setting !== 'ExecReload'), ...entries];
  unitLog(world, machine, unit, `Reloaded ${name}.`);
  return 'done';
}

function timeoutKey(machine: Machine, unit: string): string {
  return `unit.timeout:${machine.name}:${unit}`;
}

function restartKey(machine: Machine, unit: string): string {
  return `unit.restart:${machine.name}:${unit}`;
}
