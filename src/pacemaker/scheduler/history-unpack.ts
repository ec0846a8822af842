import type { Element } from '../../world/xml';
import { keyedAction } from './actions';
import { operationKey } from './actions-key';
import { setActive } from './active-state';
import { addScoreOn } from './candidate-scores';
import { expectedStatus, historyOfNode } from './fail-count';
import { checkExpiry } from './failure-expiry';
import { type FailureState, forbidEverywhere, recordFailure, unpackFailure } from './history-failure';
import { unpackMigrateToSuccess } from './history-migration';
import { activeSpan, compareHistory } from './history-order';
import { processState } from './history-state';
import type { Node } from './node';
import { operationConfig } from './operation';
import { findResource } from './orphan';
import type { Resource } from './resource';
import { targetRole } from './resource-meta';
import { Role } from './role';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** Exit statuses of agents by OCF. */
export const Exit = {
  Ok: 0,
  Generic: 1,
  InvalidParam: 2,
  Unimplemented: 3,
  Permission: 4,
  NotInstalled: 5,
  NotConfigured: 6,
  NotRunning: 7,
  RunningPromoted: 8,
  FailedPromoted: 9,
  Degraded: 190,
  DegradedPromoted: 191,
} as const;

/** What became of an operation, by the op-status of its history entry. */
export const Status = {
  Pending: -1,
  Done: 0,
  Cancelled: 1,
  Timeout: 2,
  NotSupported: 3,
  Error: 4,
  ErrorHard: 5,
  ErrorFatal: 6,
  NotInstalled: 7,
  NotConnected: 8,
  Invalid: 9,
} as const;

/** One history entry on its way through. */
export interface Entry {
  xml: Element;
  key: string;
  task: string;
  intervalMs: number;
  status: number;
  rc: number;
  expected: number;
}

/** The operation history of a node: each `lrm_resource`. */
export function unpackHistory(ws: WorkingSet, node: Node): void {
  for (const xml of historyOfNode(ws, node).values()) unpackResourceHistory(ws, node, xml);
}

function unpackResourceHistory(ws: WorkingSet, node: Node, xml: Element): void {
  const id = xml.attributes.id ?? '';
  const lockTime = xml.attributes['shutdown-lock'];
  const entries = xml.children.filter((child) => child.name === 'lrm_rsc_op');
  if (entries.length === 0 && lockTime === undefined) return;
  const resource = findResource(ws, node, id, xml, entries.length > 0);
  if (!resource) return;
  if (lockTime !== undefined) unpackLock(ws, resource, node, lockTime);
  if (entries.length === 0) return;
  entries.sort(compareHistory);
  const savedRole = resource.role;
  resource.role = Role.Unknown;
  const state: FailureState = { onFail: 'ignore', lastFailure: null };
  for (const entry of entries) unpackEntry(ws, resource, node, entry, state);
  noteRecurring(ws, resource, node, entries);
  processState(ws, resource, node, state);
  const wanted = targetRole(ws, resource);
  if (wanted !== Role.Unknown && (resource.nextRole === Role.Unknown || wanted < resource.nextRole)) {
    resource.nextRole = wanted;
    resource.nextRoleReason = 'target-role';
  }
  if (savedRole > resource.role) resource.role = savedRole;
}

/** shutdown-lock: the resource waits for the node it was shut down with, for at most shutdown-lock-limit. */
function unpackLock(ws: WorkingSet, resource: Resource, node: Node, text: string): void {
  const time = Number.parseInt(text, 10) || 0;
  if (time <= 0) return;
  const limit = ws.options.shutdownLockLimit;
  if (limit > 0 && ws.now > time + Math.floor(limit / 1000)) {
    const forget = keyedAction(ws, resource, operationKey(resource.id, 'lrm_delete', 0), 'lrm_delete', node, false);
    forget.runnable = true;
    clearLockLater.set(resource, node);
    return;
  }
  resource.lockNode = node;
  resource.lockTime = time;
}

/** Locks that have expired: the history entry is to be removed. */
export const clearLockLater = new WeakMap<Resource, Node>();

/** Recurring monitors that are in force on the node exist already. */
function noteRecurring(ws: WorkingSet, resource: Resource, node: Node, sorted: readonly Element[]): void {
  if (!node.online) return;
  const { start, stop } = activeSpan(sorted);
  sorted.forEach((entry, index) => {
    if (start < stop && index <= stop) return;
    if (index < start) return;
    const intervalMs = Number.parseInt(entry.attributes.interval ?? '0', 10) || 0;
    if (intervalMs === 0) return;
    if (entry.attributes['op-status'] === '-1') return;
    const task = entry.attributes.operation ?? '';
    keyedAction(ws, resource, operationKey(resource.id, task, intervalMs), task, node, true, intervalMs);
  });
}

function readEntry(xml: Element): Entry {
  return {
    xml,
    key: xml.attributes.operation_key ?? xml.attributes.id ?? '',
    task: xml.attributes.operation ?? '',
    intervalMs: Number.parseInt(xml.attributes.interval ?? '0', 10) || 0,
    status: Number.parseInt(xml.attributes['op-status'] ?? '-1', 10),
    rc: Number.parseInt(xml.attributes['rc-code'] ?? '193', 10),
    expected: expectedStatus(xml),
  };
}

const isProbe = (entry: Entry): boolean => entry.task === 'monitor' && entry.intervalMs === 0;

function unpackEntry(ws: WorkingSet, resource: Resource, node: Node, xml: Element, state: FailureState): void {
  const entry = readEntry(xml);
  if (entry.task === 'notify' || entry.task === 'meta-data' || entry.task === 'metadata') return;
  if (entry.status < -1 || entry.status > 12) return;
  if (entry.status === Status.Pending ? !isProbe(entry) : entry.status !== Status.NotInstalled)
    resource.known.add(node);
  const expired = entry.status !== Status.Pending && checkExpiry(ws, resource, node, entry);
  const oldRc = entry.rc;
  remap(ws, resource, node, entry, state, expired);
  if (expired && (entry.rc !== oldRc || entry.status !== Status.Done)) {
    // An expired failure counts no more; of a recurring monitor that still fails, it starts anew (see recurring.ts).
    if (oldRc !== entry.expected && entry.intervalMs > 0) markExpiredMonitor(ws, resource, node, entry);
    return;
  }
  switch (entry.status) {
    case Status.Cancelled:
      return;
    case Status.Pending:
      unpackPending(ws, resource, node, entry);
      return;
    case Status.Done:
      updateState(ws, resource, node, entry, state);
      return;
    default:
      break;
  }
  const config = operationConfig(ws, resource, entry.task, entry.intervalMs, node);
  const restartsContainer = config.onFail === 'restart-container' && entry.task === 'stop';
  if (config.onFail === 'ignore' || restartsContainer) {
    // Treated as if it had worked.
    entry.rc = entry.expected < 0 ? Exit.Ok : entry.expected;
    updateState(ws, resource, node, entry, state, true);
    resource.failureIgnored = true;
    recordFailure(ws, node, resource, xml);
    if (config.onFail === 'restart-container') {
      state.onFail = 'restart-container';
    }
    return;
  }
  unpackFailure(ws, resource, node, entry, config, state);
  if (entry.status === Status.ErrorHard || entry.status === Status.NotInstalled) {
    // The error is bound to this node: the resource can't run here.
    forbidOn(ws, resource, node);
  } else if (entry.status === Status.ErrorFatal) {
    forbidEverywhere(ws, resource);
  }
}

/** A recurring monitor whose failure has expired is scheduled again, so that its next result is news. */
function markExpiredMonitor(ws: WorkingSet, resource: Resource, node: Node, entry: Entry): void {
  const key = operationKey(resource.id, entry.task, entry.intervalMs);
  keyedAction(ws, resource, key, entry.task, node, true, entry.intervalMs).reschedule = true;
}

function forbidOn(ws: WorkingSet, resource: Resource, node: Node): void {
  // All instances of an anonymous clone share the agent of the node.
  const target = resource.unique ? resource : resource.top;
  addScoreOn(target, node.index, -INFINITY, ws, 'hard-failure');
}

/** Maps exit status and what was expected to what it means. */
function remap(
  ws: WorkingSet,
  resource: Resource,
  _node: Node,
  entry: Entry,
  state: FailureState,
  expired: boolean,
): void {
  if (entry.rc === Exit.Degraded) entry.rc = Exit.Ok;
  else if (entry.rc === Exit.DegradedPromoted) entry.rc = Exit.RunningPromoted;
  if (entry.status === Status.Pending || entry.status === Status.Cancelled || entry.status === Status.NotInstalled)
    return;
  const probe = isProbe(entry);
  if (entry.status === Status.Done || entry.status === Status.Error) {
    if (entry.expected >= 0) {
      // Done means as expected; old histories without an expectation are judged by the exit status alone.
      if (entry.rc === entry.expected) entry.status = Status.Done;
      else entry.status = Status.Error;
    }
  }
  switch (entry.rc) {
    case Exit.Ok:
      if (probe && entry.expected === Exit.NotRunning) entry.status = Status.Done;
      break;
    case Exit.NotRunning:
      if (probe || entry.expected === entry.rc || !resource.managed) {
        entry.status = Status.Done;
        resource.role = Role.Stopped;
        // What is stopped has left its failures behind.
        if (!expired) {
          state.onFail = 'ignore';
          resource.nextRole = Role.Unknown;
        }
      }
      break;
    case Exit.RunningPromoted:
      if (probe && entry.rc !== entry.expected) entry.status = Status.Done;
      if (!expired || !probe) resource.role = Role.Promoted;
      break;
    case Exit.FailedPromoted:
      if (!expired) resource.role = Role.Promoted;
      entry.status = Status.Error;
      break;
    case Exit.NotConfigured:
      entry.status = Status.ErrorFatal;
      break;
    case Exit.Unimplemented:
      if (entry.intervalMs > 0) entry.status = Status.NotSupported;
      else entry.status = Status.ErrorHard;
      break;
    case Exit.NotInstalled:
    case Exit.InvalidParam:
    case Exit.Permission:
      if (entry.task === 'stop' && !ws.options.stonithEnabled && !expired) {
        // A stop that can't work and a node that can't be fenced: nothing is left to try.
        entry.status = Status.ErrorHard;
      } else {
        entry.status = Status.ErrorHard;
      }
      break;
    default:
      if (entry.status === Status.Done && entry.rc !== entry.expected) entry.status = Status.Error;
      break;
  }
}

/** An operation that was started and hasn't reported. */
function unpackPending(ws: WorkingSet, resource: Resource, node: Node, entry: Entry): void {
  if (entry.task === 'start') {
    resource.startPending = true;
    setActive(resource);
  } else if (entry.task === 'promote') {
    resource.role = Role.Promoted;
  } else if (entry.task === 'migrate_to' && node.unclean) {
    // Nobody can tell how far it came: it is stopped on the target too.
    const target = ws.nodeByName.get(entry.xml.attributes.migrate_target ?? '');
    if (target) keyedAction(ws, resource, operationKey(resource.id, 'stop', 0), 'stop', target, false);
  }
  if (resource.pendingTask === null) {
    // Pending probes aren't shown.
    if (entry.intervalMs !== 0 || entry.task !== 'monitor') {
      resource.pendingTask = entry.task;
      resource.pendingNode = node;
    } else {
      resource.pendingNode = node;
    }
  }
}

/** A successful operation (or one that counts as such) tells the role, and may clear an earlier failure. */
function updateState(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  entry: Entry,
  state: FailureState,
  ignored = false,
): void {
  const { task } = entry;
  let clears = false;
  if (entry.rc === Exit.NotInstalled || (!ignored && entry.rc === Exit.NotRunning)) clears = true;
  if (ignored && entry.rc === Exit.NotRunning) clears = true;
  if (entry.rc === Exit.NotInstalled && isProbe(entry)) {
    resource.role = Role.Stopped;
  } else if (entry.rc === Exit.NotRunning) {
    resource.role = Role.Stopped;
  } else if (task === 'monitor') {
    // The same monitor, working again.
    if (state.lastFailure !== null && state.lastFailure === entry.key) clears = true;
    if (entry.rc === Exit.RunningPromoted) resource.role = Role.Promoted;
    else if (resource.role < Role.Started) setActive(resource);
  } else if (task === 'start') {
    setActive(resource);
    clears = true;
  } else if (task === 'stop') {
    resource.role = Role.Stopped;
    clears = true;
  } else if (task === 'promote') {
    resource.role = Role.Promoted;
    clears = true;
  } else if (task === 'demote') {
    // A demotion is the whole recovery from a failure with on-fail=demote only.
    if (state.onFail === 'demote') clears = true;
    resource.role = Role.Unpromoted;
  } else if (task === 'migrate_from') {
    resource.role = Role.Started;
    clears = true;
  } else if (task === 'migrate_to') {
    unpackMigrateToSuccess(ws, resource, node, entry.xml);
  } else if (resource.role < Role.Started) {
    setActive(resource);
  }
  if (!clears) return;
  switch (state.onFail) {
    case 'stop':
    case 'fence':
    case 'ban':
    case 'standby':
      // These outlive what comes after; they need a cleanup.
      break;
    case 'block':
    case 'ignore':
    case 'demote':
    case 'recover':
    case 'restart-container':
      state.onFail = 'ignore';
      resource.nextRole = Role.Unknown;
      break;
    case 'reset-remote':
      if (resource.remoteReconnectMs === 0) {
        state.onFail = 'ignore';
        resource.nextRole = Role.Unknown;
      }
      break;
  }
}
