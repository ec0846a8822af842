import type { Element } from '../../world/xml';
import type { Action } from './action';
import { linkActions } from './action-links';
import { keyedAction } from './actions';
import { waitsForHost } from './connection-address';
import { digestChanged } from './digest-check';
import { failCount } from './fail-count';
import { fenceAction } from './fencing-request';
import type { Entry } from './history-unpack';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** Why a failure is forgotten that older parameters brought about. */
export const NEW_PARAMETERS = 'resource parameters have changed';

/** The action that resets a resource's fail count on a node. */
export function clearFailCount(ws: WorkingSet, resource: Resource, node: Node, reason: string): Action {
  const key = `${resource.id}_clear_failcount_0`;
  const found = resource.actionByTaskAndNode.get(key)?.find((action) => action.node === node);
  if (found) return found;
  const action = keyedAction(ws, resource, key, 'clear_failcount', node, false);
  action.runnable = node.online || (node.isGuest && !node.remoteRequiresReset);
  action.meta.set('op_no_wait', 'true');
  action.reason = reason;
  return action;
}

/**
 * Whether a failure is older than failure-timeout. Failures of a recurring operation with on-fail=block don't expire, nor
 * do any while a newer failure of the resource keeps its fail count alive. When the count has run out it is cleared.
 */
export function checkExpiry(ws: WorkingSet, resource: Resource, node: Node, entry: Entry): boolean {
  const lastFailureEntry = (entry.xml.attributes.id ?? '').endsWith('_last_failure_0');
  let expired = false;
  let unexpired = 0;
  const changed = Number.parseInt(entry.xml.attributes['last-rc-change'] ?? '', 10);
  if (resource.failureTimeout > 0 && !Number.isNaN(changed)) {
    if (ws.now >= changed + resource.failureTimeout && !ignoresTimeout(ws, resource, entry, lastFailureEntry)) {
      expired = true;
    }
    const counted = failCount(ws, resource, node, { effective: true, failure: entry.xml });
    unexpired = counted.count;
    if (unexpired > 0 && ws.now < counted.lastFailure + resource.failureTimeout) {
      ws.recheckAt(counted.lastFailure + resource.failureTimeout);
    }
  }
  let reason: string | null = null;
  if (expired) {
    if (failCount(ws, resource, node, { failure: entry.xml }).count > 0) {
      if (unexpired === 0) reason = 'it expired';
      else expired = false;
    } else if (lastFailureEntry && resource.remoteReconnectMs > 0) {
      reason = 'reconnect interval is set';
    }
  }
  if (!expired && lastFailureEntry && failureMeetsNewParameters(ws, resource, node, entry.xml)) {
    reason = NEW_PARAMETERS;
  }
  if (reason !== null) {
    const clear = clearFailCount(ws, resource, node, reason);
    if (ws.options.stonithEnabled && resource.remoteReconnectMs > 0) orderAfterRemoteFencing(ws, resource, clear);
  }
  if (expired && entry.intervalMs === 0 && entry.task === 'monitor') {
    // What a probe found out stays true.
    if ([0, 7, 8, 190, 191].includes(entry.rc)) expired = false;
  }
  return expired;
}

/** A remote connection's failed monitor must not expire before its node was fenced. */
function ignoresTimeout(ws: WorkingSet, resource: Resource, entry: Entry, _lastFailureEntry: boolean): boolean {
  if (!resource.remoteReconnectMs || !ws.options.stonithEnabled || entry.intervalMs === 0 || entry.task !== 'monitor')
    return false;
  const remote = ws.nodeByName.get(resource.id);
  if (!remote || remote.remoteWasFenced) return false;
  return remote.connection === null || !remote.remoteWasFenced ? remote.unclean || !remote.remoteWasFenced : false;
}

function failureMeetsNewParameters(ws: WorkingSet, resource: Resource, node: Node, xml: Element): boolean {
  const { operation } = xml.attributes;
  // Only where the operation succeeding would tell something: start and monitor.
  if (operation !== 'start' && operation !== 'monitor') return false;
  if (waitsForHost(ws, resource)) {
    ws.laterChecks.push({ resource, node, xml, active: false });
    return false;
  }
  return digestChanged(ws, resource, node, xml);
}

/** The connection is made anew only when a fencing of its node, if there is to be one, is over. */
function orderAfterRemoteFencing(ws: WorkingSet, resource: Resource, action: Action): void {
  const remote = ws.nodeByName.get(resource.id);
  if (remote) linkActions(fenceAction(ws, remote, null, true, null), action, OrderKind.ImpliesThen);
}
