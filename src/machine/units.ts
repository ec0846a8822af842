import { type EventHandlers, schedule } from '../kernel/events';
import type { Machine } from '../world/machine';
import type { JobType, UnitState } from '../world/unit';
import type { World } from '../world/world';
import { daemonOf } from './daemon';
import { disableLinks, type EnableResult, enableLinks } from './enablement';
import { behaviourOf, type ServiceEnd } from './service';
import { dependents, graphOf } from './systemd/dependencies';
import {
  dispatch,
  enqueue,
  finishUnitJob,
  type JobRequest,
  leftMessage,
  reachedMessage,
  type UnitActions,
} from './systemd/jobs';
import { removeUnitProcesses } from './systemd/processes';
import {
  behaviourReady,
  endOfStop,
  forgetUnit,
  mainEnded,
  processEnded,
  reloadService,
  startService,
  stopService,
  timedOut,
} from './systemd/service';
import { ensureState, isUp, realUnitName, setActive, unitDefinition, unitLog, upSubState } from './systemd/state';
import { mangleUnitName, unitType } from './unitfile';

/** How units of each type start and stop. */
const actions: UnitActions = {
  start(world, machine, unit) {
    if (unitType(unit) === 'service') return startService(world, machine, unit);
    ensureState(world, machine, unit);
    setActive(world, machine, unit, 'active', upSubState(unit));
    unitLog(world, machine, unit, reachedMessage(machine, unit));
    return 'done';
  },
  stop(world, machine, unit) {
    if (unitType(unit) === 'service') return stopService(world, machine, unit);
    setActive(world, machine, unit, 'inactive', 'dead');
    removeUnitProcesses(machine, unit);
    unitLog(world, machine, unit, leftMessage(machine, unit));
    forgetUnit(world, machine, unit);
    return 'done';
  },
  reload(world, machine, unit) {
    return unitType(unit) === 'service' ? reloadService(world, machine, unit) : 'invalid';
  },
};

function machineOf(world: World, name: string): Machine {
  const machine = world.machines[name];
  if (!machine) throw new Error(`no machine ${name}`);
  return machine;
}

/** Runs what can be run of a machine's job queue. */
export function settle(world: World, machine: Machine): void {
  dispatch(world, machine, actions);
}

/** Asks systemd of a machine for a job. `unit` as a user types it. */
export function requestJob(world: World, machineName: string, unit: string, type: JobType): JobRequest {
  const machine = machineOf(world, machineName);
  if (!isManaged(machine)) return { kind: 'error', error: { kind: 'refused', unit } };
  const request = enqueue(world, machine, realUnitName(machine, mangleUnitName(unit)), type);
  settle(world, machine);
  return request;
}

/** Whether systemd runs on a machine. */
export function isManaged(machine: Machine): boolean {
  return machine.power === 'running' || machine.power === 'stopping';
}

export function startUnit(world: World, machineName: string, unit: string): JobRequest {
  return requestJob(world, machineName, unit, 'start');
}

export function stopUnit(world: World, machineName: string, unit: string): JobRequest {
  return requestJob(world, machineName, unit, 'stop');
}

/** State of a unit; undefined while systemd hasn't loaded it (it is inactive then). */
export function unitState(machine: Machine, unit: string): UnitState | undefined {
  return machine.units[realUnitName(machine, mangleUnitName(unit))];
}

/** Whether a unit is active. */
export function isActive(machine: Machine, unit: string): boolean {
  return isUp(unitState(machine, unit));
}

export function enableUnit(world: World, machineName: string, unit: string): EnableResult {
  const machine = machineOf(world, machineName);
  const result = enableLinks(machine, [mangleUnitName(unit)], world.epoch + world.now);
  reloadDaemon(world, machineName);
  return result;
}

export function disableUnit(world: World, machineName: string, unit: string): EnableResult {
  const machine = machineOf(world, machineName);
  const result = disableLinks(machine, [mangleUnitName(unit)], world.epoch + world.now);
  reloadDaemon(world, machineName);
  return result;
}

/** `systemctl daemon-reload`: systemd reads its units anew. */
export function reloadDaemon(world: World, machineName: string): void {
  const machine = machineOf(world, machineName);
  if (!isManaged(machine)) return;
  unitLog(world, machine, '', 'Reloading.');
  for (const state of Object.values(machine.units)) state.loaded = null;
  for (const unit of Object.keys(machine.units)) ensureState(world, machine, unit);
}

/** A behaviour with an asynchronous start is ready. */
export function serviceReady(world: World, machineName: string, unit: string): void {
  const machine = machineOf(world, machineName);
  behaviourReady(world, machine, unit);
  settle(world, machine);
}

/** The main process of a unit is gone: asked to stop, ended by itself, or killed. */
export function serviceExited(world: World, machineName: string, unit: string, how: ServiceEnd): void {
  const machine = machineOf(world, machineName);
  const state = machine.units[unit];
  if (!state || state.active === 'inactive' || state.active === 'failed') return;
  if (state.active === 'deactivating') endOfStop(world, machine, unit, how);
  else mainEnded(world, machine, unit, how);
  settle(world, machine);
}

/** A process that the shell ran for a unit has ended. */
export function unitProcessEnded(world: World, machineName: string, pid: number, how: ServiceEnd): void {
  const machine = machineOf(world, machineName);
  const unit = machine.processes[pid]?.unit;
  if (!unit) return;
  processEnded(world, machine, unit, pid, how);
  settle(world, machine);
}

/** The shell has started the process of a record with `execute`, under a number of its own. */
export function unitProcessTaken(world: World, machineName: string, pid: number, taken: number): void {
  const machine = machineOf(world, machineName);
  const asked = machine.processes[pid];
  const running = machine.processes[taken];
  if (!asked || !running || asked.unit === null) return;
  running.unit = asked.unit;
  running.session = false;
  running.ppid = asked.ppid;
  if (asked.execute) running.execute = asked.execute;
  if (asked.signals) running.signals = asked.signals;
  const state = machine.units[asked.unit];
  delete machine.processes[pid];
  if (!state) return;
  if (state.mainPid === pid) state.mainPid = taken;
  if (state.controlPid === pid) state.controlPid = taken;
  for (const command of state.commands) if (command.pid === pid) command.pid = taken;
}

/**
 * Sends a signal to a process that isn't a shell's: a daemon, a daemon's child, or a unit's command. Gives false when
 * there is no such process, or it belongs to a terminal.
 */
export function killProcess(world: World, machineName: string, pid: number, signal: string): boolean {
  const machine = machineOf(world, machineName);
  const process = machine.processes[pid];
  if (!process || process.session) return false;
  if (signal === '0' || pid === 1) return true;
  const unit = process.unit;
  if (signal === 'STOP' || signal === 'TSTP' || signal === 'CONT') {
    process.state = signal === 'CONT' ? 'S' : 'T';
    if (unit) behaviourOf(unit)?.suspended?.(world, machine, pid, signal !== 'CONT');
    return true;
  }
  if (process.execute) {
    process.signals = [...(process.signals ?? []), signal];
    return true;
  }
  if (process.daemon) {
    if (process.state === 'T' && signal !== 'KILL') return true;
    daemonOf(process.daemon.kind)?.signal(world, machine, pid, signal);
    settle(world, machine);
    return true;
  }
  const state = unit === null ? undefined : machine.units[unit];
  if (unit === null || !state) {
    delete machine.processes[pid];
    return true;
  }
  if (process.state === 'T' && signal !== 'KILL') return true;
  const behaviour = behaviourOf(unit);
  if (behaviour && signal === 'HUP' && behaviour.reload) {
    behaviour.reload(world, machine);
    return true;
  }
  if (['CHLD', 'WINCH', 'USR1', 'USR2', 'ALRM'].includes(signal) && behaviour) return true;
  const how: ServiceEnd = { kind: 'signal', signal };
  if (state.mainPid !== pid && behaviour) {
    const command = process.command;
    delete machine.processes[pid];
    behaviour.childEnded?.(world, machine, pid, command, how);
  } else if (behaviour && (signal === 'TERM' || signal === 'INT')) endInOrder(world, machine, unit, pid);
  else if (behaviour) serviceExited(world, machineName, unit, how);
  else processEnded(world, machine, unit, pid, how);
  settle(world, machine);
  return true;
}

/** A daemon that is asked to end by a signal ends as when systemd asks it: it takes its leave, then exits with 0. */
function endInOrder(world: World, machine: Machine, unit: string, pid: number): void {
  const time = behaviourOf(unit)?.stop(world, machine) ?? 0;
  if (time === 'asynchronous') return;
  schedule(world, time, 'unit.exit', { machine: machine.name, unit, pid, status: 0 }, { machine: machine.name });
}

/** Stops what is bound to a unit that went down, starts what is to follow its failure, stops what nobody needs. */
function unitDown(world: World, machine: Machine, unit: string, asked: boolean, success: boolean): void {
  const bound = dependents(machine, unit, ['BindsTo']);
  for (const other of bound) if (isUp(machine.units[other])) enqueue(world, machine, other, 'stop');
  if (!asked && !success) {
    for (const other of graphOf(machine).dependencies(machine, unit, 'OnFailure')) {
      unitLog(world, machine, unit, `${unit}: Triggering OnFailure= dependencies.`);
      enqueue(world, machine, other, 'start');
    }
  }
  for (const other of Object.keys(machine.units)) {
    if (!isUp(machine.units[other]) || !unitDefinition(machine, other).flag('Unit', 'StopWhenUnneeded', false))
      continue;
    const needed = dependents(machine, other, ['Requires', 'Wants', 'BindsTo', 'Requisite']).some((user) => {
      const active = machine.units[user]?.active;
      return active === 'active' || active === 'activating' || active === 'reloading' || active === 'deactivating';
    });
    if (!needed && !machine.jobs.some((job) => job.unit === other)) {
      unitLog(world, machine, other, `${other}: Unit not needed anymore. Stopping.`);
      enqueue(world, machine, other, 'stop');
    }
  }
  settle(world, machine);
}

/** Whether an event of a unit's process still means the process that runs. */
function isCurrent(machine: Machine, unit: string, pid: number): boolean {
  return machine.units[unit]?.mainPid === pid;
}

export const handlers: EventHandlers = {
  'unit.ready': (world, { machine: name, unit, pid }) => {
    const machine = machineOf(world, name);
    if (!isCurrent(machine, unit, pid) || machine.units[unit]?.active !== 'activating') return;
    serviceReady(world, name, unit);
  },
  'unit.exit': (world, { machine: name, unit, pid, status }) => {
    if (isCurrent(machineOf(world, name), unit, pid)) serviceExited(world, name, unit, { kind: 'exited', status });
  },
  'unit.stopped': (world, { machine: name, unit, pid }) => {
    const machine = machineOf(world, name);
    const state = machine.units[unit];
    if (state?.active !== 'deactivating') return;
    if (behaviourOf(unit)) endOfStop(world, machine, unit);
    else processEnded(world, machine, unit, pid, { kind: 'signal', signal: 'TERM' });
    settle(world, machine);
  },
  'unit.process.exit': (world, { machine: name, unit, pid, status }) => {
    const machine = machineOf(world, name);
    if (machine.processes[pid]?.unit !== unit) return;
    processEnded(world, machine, unit, pid, { kind: 'exited', status });
    settle(world, machine);
  },
  'unit.restart': (world, { machine: name, unit }) => {
    const machine = machineOf(world, name);
    const state = machine.units[unit];
    if (state?.sub !== 'auto-restart') return;
    state.restarts++;
    unitLog(world, machine, unit, `${unit}: Scheduled restart job, restart counter is at ${state.restarts}.`);
    const starts = state.starts;
    setActive(world, machine, unit, 'inactive', 'dead');
    unitLog(world, machine, unit, leftMessage(machine, unit));
    ensureState(world, machine, unit).starts = starts;
    enqueue(world, machine, unit, 'start');
    settle(world, machine);
  },
  'unit.timeout': (world, { machine: name, unit }) => {
    const machine = machineOf(world, name);
    timedOut(world, machine, unit);
    finishUnitJob(world, machine, unit, 'timeout', 'start');
    settle(world, machine);
  },
  'unit.down': (world, { machine: name, unit, asked, success }) => {
    unitDown(world, machineOf(world, name), unit, asked, success);
  },
  'systemd.dispatch': (world, { machine: name }) => settle(world, machineOf(world, name)),
};
