import type { Element } from '../../world/xml';
import { rcText } from '../exit-status';
import { keyedAction } from './actions';
import { operationKey } from './actions-key';
import { setActive } from './active-state';
import { canFence } from './can-fence';
import { addScoreOn } from './candidate-scores';
import { forgetHistory } from './cleanup';
import { expectedStatus } from './fail-count';
import { checkExpiry } from './failure-expiry';
import {
  type FailureState,
  forbidEverywhere,
  isMaskedProbe,
  moreSevere,
  recordFailure,
  unpackFailure,
} from './history-failure';
import { unpackMigrateToSuccess } from './history-migration';
import { activeSpan, compareHistory } from './history-order';
import { processState } from './history-state';
import type { Node } from './node';
import { historyOfNode } from './node-history';
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
  NoFenceDevice: 10,
  NoSecrets: 11,
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
  for (const xml of historyOfNode(ws, node)) unpackResourceHistory(ws, node, xml);
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
  // Of entries that can't be told apart the later in the file comes first.
  entries.reverse().sort(compareHistory);
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
  // Stopped on the source, but the migration isn't complete: it counts as active on the target.
  if (resource.role === Role.Stopped && resource.partialMigrationTarget) resource.role = Role.Started;
}

/** shutdown-lock: the resource waits for the node it was shut down with, for at most shutdown-lock-limit. */
function unpackLock(ws: WorkingSet, resource: Resource, node: Node, text: string): void {
  const time = Number.parseInt(text, 10) || 0;
  if (time <= 0) return;
  const limit = ws.options.shutdownLockLimit;
  if (limit > 0 && ws.now > time + Math.floor(limit / 1000)) {
    forgetHistory(ws, resource, node);
    return;
  }
  resource.lockNode = node;
  resource.lockTime = time;
}

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
    rc: Number.parseInt(xml.attributes['rc-code'] ?? '0', 10),
    expected: expectedStatus(xml),
  };
}

const isProbe = (entry: Entry): boolean => entry.task === 'monitor' && entry.intervalMs === 0;

function unpackEntry(ws: WorkingSet, resource: Resource, node: Node, xml: Element, state: FailureState): void {
  const entry = readEntry(xml);
  if (entry.task === 'notify' || entry.task === 'meta-data' || entry.task === 'metadata') return;
  if (entry.status < -1 || entry.status > 11) return;
  const expired = entry.status !== Status.NotInstalled && checkExpiry(ws, resource, node, entry);
  const masked = isMaskedProbe(resource, entry.xml);
  remap(ws, resource, node, entry, state, expired);
  if (expired && entry.rc !== entry.expected) {
    if (entry.intervalMs === 0) return;
    // An expired failure counts no more; a recurring monitor that still fails starts anew: see config-changes.ts.
    if (node.online && !node.unclean) {
      ws.expiredMonitors.add(xml);
      return;
    }
  }
  if (masked) {
    updateState(ws, resource, node, { ...entry, rc: entry.expected }, state);
    recordFailure(ws, node, resource, xml);
    forbidOn(ws, resource, node);
    return;
  }
  switch (entry.status) {
    case Status.Cancelled:
      return;
    case Status.Pending:
      unpackPending(ws, resource, node, entry, state);
      return;
    case Status.Done:
      updateState(ws, resource, node, entry, state);
      return;
    case Status.NotInstalled: {
      // The agent is missing: no on-fail can ignore that.
      const config = operationConfig(ws, resource, entry.task, entry.intervalMs, node);
      if (config.onFail === 'ignore') state.onFail = 'ban';
      forbidOn(ws, resource, node);
      unpackFailure(ws, resource, node, entry, config, state);
      return;
    }
    case Status.NotConnected: {
      // Nothing could be asked of the remote node: its connection has failed, whatever its own monitor says.
      const connection = node.isRemote ? node.connection : null;
      if (connection?.managed) {
        connection.failed = true;
        connection.stopNeeded = true;
      }
      break;
    }
    default:
      break;
  }
  unpackUnsuccessful(ws, resource, node, entry, state);
}

function unpackUnsuccessful(ws: WorkingSet, resource: Resource, node: Node, entry: Entry, state: FailureState): void {
  const config = operationConfig(ws, resource, entry.task, entry.intervalMs, node);
  const restartsContainer = config.onFail === 'restart-container' && entry.task === 'stop';
  if (config.onFail === 'ignore' || restartsContainer) {
    // Treated as if it had worked.
    updateState(ws, resource, node, { ...entry, rc: entry.expected }, state);
    resource.failureIgnored = true;
    recordFailure(ws, node, resource, entry.xml);
    if (restartsContainer && !moreSevere(state.onFail, 'recover')) state.onFail = 'restart-container';
    return;
  }
  unpackFailure(ws, resource, node, entry, config, state);
  // A hard error is bound to this node, a fatal one to the configuration.
  if (entry.status === Status.ErrorHard) {
    tellHardFailure(ws, resource, node, entry);
    forbidOn(ws, resource, node);
  } else if (entry.status === Status.ErrorFatal) forbidEverywhere(ws, resource);
}

function tellHardFailure(ws: WorkingSet, resource: Resource, node: Node, { rc, xml }: Entry): void {
  const { id } = resource.unique ? resource : resource.parent?.variant === 'clone' ? resource.parent : resource;
  const why = `${rcText(rc)}${xml.attributes['exit-reason'] ? `: ${xml.attributes['exit-reason']}` : ''}`;
  const text = `Preventing ${id} from restarting on ${node.name} because of hard failure (${why})| rc=${rc} id=${xml.attributes.id}`;
  if (rc !== Exit.NotInstalled) ws.messages.push({ level: 'error', source: 'unpack_rsc_op', text, state: true });
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
  node: Node,
  entry: Entry,
  state: FailureState,
  expired: boolean,
): void {
  if (entry.task === 'monitor' && (entry.rc === Exit.Degraded || entry.rc === Exit.DegradedPromoted)) {
    entry.rc = entry.rc === Exit.Degraded ? Exit.Ok : Exit.RunningPromoted;
    // Displays list it as failed all the same.
    if (!expired && (!node.shutdown || node.online)) recordFailure(ws, node, resource, entry.xml);
  }
  if (isMaskedProbe(resource, entry.xml)) {
    entry.status = Status.Done;
    entry.rc = Exit.NotRunning;
  }
  if (entry.status === Status.NoFenceDevice || entry.status === Status.NoSecrets) {
    entry.status = Status.ErrorHard;
    return;
  }
  // Any other verdict of the executor is final; done or failed depends on what was expected.
  if (entry.status !== Status.Done && entry.status !== Status.Error) return;
  if (entry.expected >= 0) entry.status = entry.rc === entry.expected ? Status.Done : Status.Error;
  judgeExit(ws, resource, node, entry, state, expired);
}

/** What certain exit statuses mean whatever was expected. */
function judgeExit(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  entry: Entry,
  state: FailureState,
  expired: boolean,
): void {
  const probe = isProbe(entry);
  const asExpected = entry.rc === entry.expected;
  switch (entry.rc) {
    case Exit.Ok:
      if (probe && entry.expected === Exit.NotRunning) entry.status = Status.Done;
      break;
    case Exit.NotRunning:
      if (!probe && !asExpected && resource.managed) break;
      entry.status = Status.Done;
      resource.role = Role.Stopped;
      // What is stopped has left its failures behind.
      state.onFail = 'ignore';
      resource.nextRole = Role.Unknown;
      break;
    case Exit.RunningPromoted:
    case Exit.DegradedPromoted:
      if (probe) entry.status = Status.Done;
      if (!expired || asExpected) resource.role = Role.Promoted;
      break;
    case Exit.FailedPromoted:
      if (!expired) resource.role = Role.Promoted;
      entry.status = Status.Error;
      break;
    case Exit.NotConfigured:
      entry.status = Status.ErrorFatal;
      break;
    case Exit.Unimplemented:
      entry.status = entry.intervalMs > 0 ? Status.NotSupported : Status.ErrorHard;
      break;
    case Exit.NotInstalled:
    case Exit.InvalidParam:
    case Exit.Permission:
      if (entry.task === 'stop' && !canFence(ws, node)) {
        // A stop that can't work and a node that can't be fenced: nothing is left to try.
        resource.managed = false;
        resource.blocked = true;
      }
      entry.status = Status.ErrorHard;
      break;
    default:
      if (entry.status === Status.Done) entry.status = Status.Error;
      break;
  }
}

/** An operation that was started and hasn't reported. */
function unpackPending(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  entry: Entry,
  { lastFailure }: FailureState,
): void {
  // A recurring monitor's failure is kept apart from its entry: where it is the newer of both, nothing is pending.
  if (
    lastFailure?.key === entry.key &&
    lastFailure.changed >= (Number.parseInt(entry.xml.attributes['last-rc-change'] ?? '', 10) || 0)
  )
    return;
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
  // Pending probes aren't shown.
  if (resource.pendingTask !== null || isProbe(entry)) return;
  resource.pendingTask = entry.task;
  resource.pendingNode = node;
}

/** A successful operation (or one that counts as such) tells the role, and may clear an earlier failure. */
function updateState(ws: WorkingSet, resource: Resource, node: Node, entry: Entry, state: FailureState): void {
  const { task } = entry;
  let clears = false;
  if (entry.rc === Exit.NotInstalled || isMaskedProbe(resource, entry.xml)) {
    resource.role = Role.Stopped;
  } else if (entry.rc === Exit.NotRunning) {
    clears = true;
  } else if (task === 'monitor') {
    // The same monitor, working again.
    if (state.lastFailure?.key === entry.key) clears = true;
    if (resource.role < Role.Started) setActive(resource);
  } else if (task === 'start') {
    // Of a promotable one too: Unpromoted it is once its promotion is decided on.
    resource.role = Role.Started;
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
