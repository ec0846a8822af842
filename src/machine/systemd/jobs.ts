import { schedule } from '../../kernel/events';
import type { Machine } from '../../world/machine';
import type { JobResult, JobType, UnitJob } from '../../world/unit';
import type { World } from '../../world/world';
import { unitType } from '../unitfile';
import { findUnitFile } from '../unitload';
import { dependents, graphOf, type UnitGraph } from './dependencies';
import { ensureState, isUp, loadStateOf, statusName, unitLog } from './state';

declare module '../../kernel/events' {
  interface EventMap {
    /** A job is finished: others may be able to run. */
    'systemd.dispatch': { machine: string };
  }
}

/** Results of finished jobs that are remembered. */
const RESULTS_KEPT = 200;

/** Why a request was refused before any job was made. */
export type JobError =
  | { kind: 'not-found'; unit: string }
  | { kind: 'not-loaded'; unit: string }
  | { kind: 'masked'; unit: string }
  | { kind: 'refused'; unit: string }
  | { kind: 'not-reloadable'; unit: string }
  | { kind: 'inactive'; unit: string };

export type JobRequest = { kind: 'job'; id: number } | { kind: 'done' } | { kind: 'error'; error: JobError };

/** How a unit of any type is started and stopped: set by `units.ts`, which knows the types. */
export interface UnitActions {
  start(world: World, machine: Machine, unit: string): JobResult | 'running';
  stop(world: World, machine: Machine, unit: string): JobResult | 'running';
  reload(world: World, machine: Machine, unit: string): JobResult | 'running';
}

interface Plan {
  unit: string;
  type: JobType;
}

/** Jobs that starting a unit needs, the unit's own last; those that fail to load are left out unless required. */
function planStart(machine: Machine, graph: UnitGraph, unit: string, plans: Map<string, Plan>): JobError | null {
  if (plans.get(unit)?.type === 'start') return null;
  const load = loadStateOf(machine, unit);
  if (load === 'not-found') return { kind: 'not-found', unit };
  if (load === 'masked') return { kind: 'masked', unit };
  plans.set(unit, { unit, type: 'start' });
  for (const kind of ['Requires', 'BindsTo'] as const) {
    for (const other of graph.dependencies(machine, unit, kind)) {
      const error = planStart(machine, graph, other, plans);
      if (error) {
        plans.delete(unit);
        return error.kind === 'masked' ? error : { kind: 'not-found', unit: other };
      }
    }
  }
  for (const other of graph.dependencies(machine, unit, 'Wants')) planStart(machine, graph, other, plans);
  for (const other of conflicting(machine, graph, unit)) {
    if (isUp(machine.units[other]) || machine.units[other]?.active === 'activating') planStop(machine, other, plans);
  }
  return null;
}

function conflicting(machine: Machine, graph: UnitGraph, unit: string): string[] {
  return [...graph.dependencies(machine, unit, 'Conflicts'), ...dependents(machine, unit, ['Conflicts'])];
}

/** Jobs that stopping a unit needs: everything that can't live without it stops too. */
function planStop(machine: Machine, unit: string, plans: Map<string, Plan>): void {
  if (plans.get(unit)?.type === 'stop') return;
  plans.set(unit, { unit, type: 'stop' });
  for (const other of dependents(machine, unit, ['Requires', 'BindsTo', 'PartOf', 'Requisite'])) {
    const state = machine.units[other];
    if (state && state.active !== 'inactive' && state.active !== 'failed') planStop(machine, other, plans);
  }
}

/** Jobs that restarting a unit needs: dependents that run restart too. */
function planRestart(machine: Machine, graph: UnitGraph, unit: string, plans: Map<string, Plan>): JobError | null {
  const error = planStart(machine, graph, unit, plans);
  if (error) return error;
  if (machine.units[unit] && machine.units[unit].active !== 'inactive' && machine.units[unit].active !== 'failed') {
    plans.set(unit, { unit, type: 'restart' });
  }
  for (const other of dependents(machine, unit, ['Requires', 'BindsTo', 'PartOf'])) {
    if (isUp(machine.units[other]) && !plans.has(other)) plans.set(other, { unit: other, type: 'restart' });
  }
  return null;
}

/** Makes the jobs of a request. The unit must be named by its real name. */
export function enqueue(world: World, machine: Machine, unit: string, type: JobType): JobRequest {
  const graph = graphOf(machine);
  const plans = new Map<string, Plan>();
  if (type === 'stop') {
    if (!machine.units[unit] && findUnitFile(machine, unit).kind === 'missing') {
      return { kind: 'error', error: { kind: 'not-loaded', unit } };
    }
    planStop(machine, unit, plans);
  } else if (type === 'reload') {
    const load = loadStateOf(machine, unit);
    if (load === 'not-found') return { kind: 'error', error: { kind: 'not-found', unit } };
    if (load === 'masked') return { kind: 'error', error: { kind: 'masked', unit } };
    if (!isUp(machine.units[unit])) return { kind: 'error', error: { kind: 'inactive', unit } };
    plans.set(unit, { unit, type });
  } else {
    const error =
      type === 'restart' ? planRestart(machine, graph, unit, plans) : planStart(machine, graph, unit, plans);
    if (error) return { kind: 'error', error };
  }
  let anchor: number | null = null;
  for (const plan of plans.values()) {
    const id = addJob(world, machine, plan, plan.unit === unit);
    if (plan.unit === unit) anchor = id;
  }
  return anchor === null ? { kind: 'done' } : { kind: 'job', id: anchor };
}

/** Adds one job, or joins one that is there. Null: there is nothing to do. */
function addJob(world: World, machine: Machine, plan: Plan, wanted: boolean): number | null {
  const present = machine.jobs.find((job) => job.unit === plan.unit);
  if (present) {
    if (present.type === plan.type || (present.type === 'restart' && plan.type === 'start')) {
      present.wanted ||= wanted;
      return present.id;
    }
    finishJob(world, machine, present, 'canceled');
  }
  const state = machine.units[plan.unit];
  if (plan.type === 'start' && isUp(state)) return null;
  if (plan.type === 'stop' && (!state || state.active === 'inactive' || state.active === 'failed')) return null;
  ensureState(world, machine, plan.unit);
  const job: UnitJob = { id: machine.nextJob++, unit: plan.unit, type: plan.type, state: 'waiting', wanted };
  machine.jobs.push(job);
  return job.id;
}

const isStopping = (job: UnitJob) => job.type === 'stop' || (job.type === 'restart' && job.state === 'waiting');

/** Whether a job has to wait for another one. */
function waitsFor(machine: Machine, graph: UnitGraph, job: UnitJob, other: UnitJob): boolean {
  const after = graph.isBefore(machine, other.unit, job.unit);
  const before = graph.isBefore(machine, job.unit, other.unit);
  if (!after && !before) return false;
  if (isStopping(job)) return isStopping(other) ? before : false;
  if (isStopping(other)) return true;
  return after;
}

/** Runs every job that nothing holds back, until only waiting and running ones are left. */
export function dispatch(world: World, machine: Machine, actions: UnitActions): void {
  for (;;) {
    const graph = graphOf(machine);
    const jobs = machine.jobs.map((job) => ({ ...job }));
    const ready = jobs.find(
      (job) =>
        job.state === 'waiting' && !jobs.some((other) => other.id !== job.id && waitsFor(machine, graph, job, other)),
    );
    if (!ready) return;
    const job = machine.jobs.find((candidate) => candidate.id === ready.id);
    if (!job) return;
    runJob(world, machine, job, actions);
  }
}

function runJob(world: World, machine: Machine, job: UnitJob, actions: UnitActions): void {
  job.state = 'running';
  const unit = job.unit;
  const id = job.id;
  const up = machine.units[unit]?.active;
  let result: JobResult | 'running';
  if (job.type === 'restart') {
    const stopped = up === 'inactive' || up === 'failed' ? 'done' : actions.stop(world, machine, unit);
    if (stopped === 'running') return;
    job.type = 'start';
    result = actions.start(world, machine, unit);
  } else if (job.type === 'stop') result = actions.stop(world, machine, unit);
  else if (job.type === 'reload') result = actions.reload(world, machine, unit);
  else result = isUp(machine.units[unit]) ? 'done' : actions.start(world, machine, unit);
  if (result === 'running') return;
  const still = machine.jobs.find((candidate) => candidate.id === id);
  if (still) finishJob(world, machine, still, result);
}

/** Ends a job; what needed it fails as well. */
export function finishJob(world: World, machine: Machine, job: UnitJob, result: JobResult): void {
  const { id, unit, type } = job;
  machine.jobs = machine.jobs.filter((other) => other.id !== id);
  machine.jobResults[id] = result;
  const old = id - RESULTS_KEPT;
  if (machine.jobResults[old]) delete machine.jobResults[old];
  schedule(
    world,
    0,
    'systemd.dispatch',
    { machine: machine.name },
    { machine: machine.name, key: `systemd.dispatch:${machine.name}` },
  );
  if (type !== 'start' || result === 'done' || result === 'canceled' || result === 'skipped') return;
  for (const other of dependents(machine, unit, ['Requires', 'BindsTo', 'Requisite'])) {
    const waiting = machine.jobs.find((candidate) => candidate.unit === other && candidate.type === 'start');
    if (waiting?.state !== 'waiting') continue;
    unitLog(world, machine, other, `Dependency failed for ${statusName(machine, other)}.`, 4);
    unitLog(world, machine, other, `${other}: Job ${other}/start failed with result 'dependency'.`, 5);
    finishJob(world, machine, waiting, 'dependency');
  }
}

/** Ends the running job of a unit, of the given type when one is given. */
export function finishUnitJob(world: World, machine: Machine, unit: string, result: JobResult, type?: JobType): void {
  const job = machine.jobs.find(
    (candidate) =>
      candidate.unit === unit && candidate.state === 'running' && (type === undefined || candidate.type === type),
  );
  if (job) finishJob(world, machine, job, result);
}

/** The message of a target that is reached, a socket that listens … */
export function reachedMessage(machine: Machine, unit: string): string {
  const name = statusName(machine, unit);
  switch (unitType(unit)) {
    case 'target':
      return `Reached target ${name}.`;
    case 'socket':
      return `Listening on ${name}.`;
    case 'mount':
      return `Mounted ${name}.`;
    case 'slice':
      return `Created slice ${name}.`;
    default:
      return `Started ${name}.`;
  }
}

export function leftMessage(machine: Machine, unit: string): string {
  const name = statusName(machine, unit);
  switch (unitType(unit)) {
    case 'target':
      return `Stopped target ${name}.`;
    case 'socket':
      return `Closed ${name}.`;
    case 'mount':
      return `Unmounted ${name}.`;
    case 'slice':
      return `Removed slice ${name}.`;
    default:
      return `Stopped ${name}.`;
  }
}
