/**
 * The scheduler: from a CIB and a moment to what the cluster should do. A pure function; the live cluster, crm_simulate and
 * the conformance suite call the same one.
 */
import type { Element } from '../../world/xml';
import type { Action } from './action';
import { applyOrderings } from './apply-orderings';
import { assignAll } from './assign';
import { forgetOrphanFailures } from './cleanup';
import { checkConfigurationChanges, checkLater } from './config-changes';
import { unpackConstraints } from './constraint-unpack';
import { createActions } from './create-actions';
import { scheduleFencingAndShutdowns } from './fencing';
import { createGraph, type Graph } from './graph';
import { colocateMembers } from './internal-colocation';
import { internalOrderings } from './internal-ordering';
import { breakLoadLoops } from './load-loops';
import { applyNodeCriteria, applyNodeHealth } from './location-apply';
import { scheduleProbes } from './probe';
import { orderRemoteActions } from './remote-ordering';
import type { Resource } from './resource';
import { Role } from './role';
import type { Transition } from './transition';
import { type UnpackOptions, unpack } from './unpack';
import { recordCapacity } from './utilization';
import type { WorkingSet } from './working-set';

export interface SchedulerOptions extends UnpackOptions {
  /** Number of the transition, for its attribute. */
  transitionId?: number;
}

/** One line of the reasons: why an action happens, or doesn't. */
export interface Reason {
  resource: string | null;
  node: string | null;
  task: string;
  needed: boolean;
  possible: boolean;
  reason: string | null;
}

export interface SchedulerResult {
  workingSet: WorkingSet;
  /** `pcmk__primitive_assign: vip allocation score on node1: 0`; only with `recordScores`. */
  scores: string[];
  actions: Action[];
  transition: Transition;
  graph: Graph;
  reasons: Reason[];
}

/** `now` in unix milliseconds. The CIB isn't changed; give plain data, not a draft. */
export function runScheduler(cib: Element, now: number, options: SchedulerOptions = {}): SchedulerResult {
  const ws = unpack(cib, now, options);
  schedule(ws);
  const graph = createGraph(ws, options.transitionId ?? 0);
  return {
    workingSet: ws,
    scores: ws.scoreLines,
    actions: ws.actions,
    transition: graph.transition,
    graph,
    reasons: reasonsOf(ws),
  };
}

/** All stages up to the orderings; the graph can be made afterwards. */
export function schedule(ws: WorkingSet): void {
  holdWithoutFencing(ws);
  applyNodeHealth(ws);
  unpackConstraints(ws);
  applyNodeCriteria(ws);
  for (const resource of ws.resources) {
    colocateMembers(ws, resource);
    internalOrderings(ws, resource);
  }
  checkConfigurationChanges(ws);
  recordCapacity(ws, 'Original');
  assignAll(ws);
  checkLater(ws);
  forgetOrphanFailures(ws);
  demoteWithoutQuorum(ws);
  recordCapacity(ws, 'Remaining');
  scheduleProbes(ws);
  for (const resource of ws.resources) createActions(ws, resource);
  orderRemoteActions(ws);
  scheduleFencingAndShutdowns(ws);
  applyOrderings(ws);
  breakLoadLoops(ws);
}

/**
 * Fencing is demanded and there is nothing to fence with: every resource is left as it is, as if unmanaged. Status
 * displays, which only unpack, don't show that.
 */
function holdWithoutFencing(ws: WorkingSet): void {
  if (!ws.options.stonithEnabled || ws.haveFenceDevice) return;
  for (const text of NO_FENCING) ws.messages.push({ level: 'error', text });
  const hold = (resource: Resource) => {
    resource.managed = false;
    for (const child of resource.children) hold(child);
  };
  for (const resource of ws.resources) hold(resource);
}

/** no-quorum-policy=demote: what is promoted, or was to be, becomes unpromoted. */
function demoteWithoutQuorum(ws: WorkingSet): void {
  if (ws.quorate || ws.options.quorumPolicy !== 'demote') return;
  const demote = (resource: Resource) => {
    const active = resource.role === Role.Promoted || resource.role === Role.Unpromoted;
    if (active && resource.nextRole === Role.Promoted) {
      resource.nextRole = Role.Unpromoted;
      resource.nextRoleReason = 'no-quorum-policy=demote';
    }
    for (const child of resource.children) demote(child);
  };
  for (const resource of ws.resources) demote(resource);
}

const NO_FENCING: readonly string[] = [
  'Resource start-up disabled since no STONITH resources have been defined',
  'Either configure some or disable STONITH with the stonith-enabled option',
  'NOTE: Clusters with shared data need STONITH to ensure data integrity',
];

function reasonsOf(ws: WorkingSet): Reason[] {
  return ws.actions
    .filter((action) => !action.optional || !action.runnable)
    .map((action) => ({
      resource: action.resource?.id ?? null,
      node: action.node?.name ?? null,
      task: action.task,
      needed: !action.optional,
      possible: action.runnable,
      reason: action.reason,
    }));
}
