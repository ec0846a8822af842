import type { Element } from '../../world/xml';
import { keyedAction, resourceAction } from './actions';
import { operationKey } from './actions-key';
import { cleanUpHistory } from './cleanup';
import { waitsForHost } from './connection-address';
import { compareDigests, digestTask } from './digest';
import { digestChanged } from './digest-check';
import { failCount } from './fail-count';
import { clearFailCount, NEW_PARAMETERS } from './failure-expiry';
import { activeSpan, compareHistory } from './history-order';
import { canRunResources, type Node } from './node';
import { historyOfNode } from './node-history';
import { findOperation } from './operation';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import { cancelByHistory } from './recurring';
import { primitivesOf, type Resource } from './resource';
import { triggerUnfencing } from './unfencing';
import type { WorkingSet } from './working-set';

/** Compares what was run with what is configured now: changed agents, parameters and operations have consequences. */
export function checkConfigurationChanges(ws: WorkingSet): void {
  for (const node of ws.sortedNodes) {
    if (!node.maintenance && !canRunResources(node)) continue;
    for (const xml of historyOfNode(ws, node)) {
      if (!xml.children.some((child) => child.name === 'lrm_rsc_op')) continue;
      for (const resource of resourcesNamed(ws, xml.attributes.id ?? '')) checkHistory(ws, resource, node, xml);
    }
  }
}

/** The primitives that a history's name may be about: instances of an anonymous clone share it, or take one another's. */
function resourcesNamed(ws: WorkingSet, id: string): readonly Resource[] {
  let index = byHistoryName.get(ws);
  if (!index) {
    index = new Map();
    for (const top of ws.resources) {
      for (const primitive of primitivesOf(top)) {
        for (const name of new Set([primitive.id, primitive.cloneName ?? primitive.id])) {
          const list = index.get(name);
          if (list) list.push(primitive);
          else index.set(name, [primitive]);
        }
      }
    }
    byHistoryName.set(ws, index);
  }
  return index.get(id) ?? [];
}

const byHistoryName = new WeakMap<WorkingSet, Map<string, Resource[]>>();

function checkHistory(ws: WorkingSet, resource: Resource, node: Node, xml: Element): void {
  if (resource.orphan) {
    if (resource.top.isClone && !resource.top.unique) return;
    cleanUpHistory(ws, resource, node, false);
    return;
  }
  if (!resource.running.includes(node)) {
    if (agentChanged(ws, resource, node, xml, false)) cleanUpHistory(ws, resource, node, false);
    return;
  }
  if (agentChanged(ws, resource, node, xml, true)) cleanUpHistory(ws, resource, node, false);
  const sorted = xml.children
    .filter((child) => child.name === 'lrm_rsc_op')
    .reverse()
    .sort(compareHistory);
  const { start, stop } = activeSpan(sorted);
  if (start < stop) return;
  sorted.forEach((entry, index) => {
    if (index < start) return;
    const task = entry.attributes.operation ?? '';
    const intervalMs = Number.parseInt(entry.attributes.interval ?? '0', 10) || 0;
    if (intervalMs > 0 && (resource.maintenance || node.maintenance)) {
      cancelByHistory(ws, resource, task, intervalMs, node, entry.attributes['call-id'] ?? '', 'maintenance mode');
    } else if (intervalMs > 0 || ['monitor', 'start', 'promote', 'migrate_from'].includes(task)) {
      if (waitsForHost(ws, resource)) ws.laterChecks.push({ resource, node, xml: entry, active: true });
      else checkActive(ws, resource, node, entry);
    }
  });
}

/** The entry of something that runs. */
function checkActive(ws: WorkingSet, resource: Resource, node: Node, entry: Element): void {
  const task = entry.attributes.operation ?? '';
  const intervalMs = Number.parseInt(entry.attributes.interval ?? '0', 10) || 0;
  const changed = checkEntry(ws, resource, node, entry, task, intervalMs);
  if (changed && failCount(ws, resource, node, { effective: true }).count > 0)
    clearFailCount(ws, resource, node, 'action definition changed');
}

/** What had to wait until connections know their addresses. */
export function checkLater(ws: WorkingSet): void {
  for (const { resource, node, xml, active } of ws.laterChecks) {
    if (active) checkActive(ws, resource, node, xml);
    else if (digestChanged(ws, resource, node, xml)) clearFailCount(ws, resource, node, NEW_PARAMETERS);
  }
}

/** Another agent under the same name: what runs is stopped and its history forgotten. */
function agentChanged(ws: WorkingSet, resource: Resource, node: Node, xml: Element, active: boolean): boolean {
  const changed =
    (xml.attributes.type !== undefined && xml.attributes.type !== resource.type) ||
    (xml.attributes.class !== undefined && xml.attributes.class !== resource.class) ||
    (xml.attributes.provider ?? null) !== resource.provider;
  if (changed) triggerUnfencing(ws, resource, node, 'Device definition changed');
  if (changed && active) {
    const stop = resourceAction(ws, resource, 'stop', node, false);
    stop.reason = 'resource definition change';
    // It counts as if a start of the new agent were under way.
    resource.startPending = true;
  }
  return changed;
}

/** True: the entry's operation isn't what is configured now. */
function checkEntry(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  entry: Element,
  task: string,
  intervalMs: number,
): boolean {
  if (intervalMs > 0 && !findOperation(ws, resource, task, intervalMs)) {
    // A recurring operation that isn't configured any more.
    if (ws.options.stopOrphanActions)
      cancelByHistory(ws, resource, task, intervalMs, node, entry.attributes['call-id'] ?? '', 'orphan');
    return true;
  }
  const verdict = ws.expiredMonitors.has(entry) ? 'restart' : compareDigests(ws, resource, node, entry);
  if (verdict === 'match') return false;
  if (verdict === 'restart') {
    forceRestart(ws, resource, node, digestTask(task, intervalMs), intervalMs);
  } else if (intervalMs > 0) {
    // Scheduled anew; the old one is replaced by it.
    const monitor = keyedAction(
      ws,
      resource,
      operationKey(resource.id, task, intervalMs),
      task,
      node,
      true,
      intervalMs,
    );
    monitor.reschedule = true;
  } else if (entry.attributes['op-restart-digest'] !== undefined) {
    triggerUnfencing(ws, resource, node, 'Device parameters changed (reload)');
    scheduleReload(ws, resource, node);
  } else {
    forceRestart(ws, resource, node, digestTask(task, intervalMs), intervalMs);
  }
  return true;
}

function forceRestart(ws: WorkingSet, resource: Resource, node: Node, task: string, intervalMs: number): void {
  const action = keyedAction(ws, resource, operationKey(resource.id, task, intervalMs), task, null, false, intervalMs);
  action.reason = 'resource definition change';
  triggerUnfencing(ws, resource, node, 'Device parameters changed');
}

/** An agent that can reload needn't be restarted, unless it is stopped anyway. */
function scheduleReload(ws: WorkingSet, resource: Resource, node: Node): void {
  if (!resource.managed || resource.failed) return;
  if (resource.startPending) {
    resourceAction(ws, resource, 'stop', node, false);
    return;
  }
  resource.reload = true;
  const reload = resourceAction(ws, resource, 'reload-agent', node, false);
  reload.reason ??= 'resource definition change';
  const kind = OrderKind.Optional | OrderKind.ThenCancelsFirst;
  addOrdering(ws, { resource, action: reload }, { resource, task: operationKey(resource.id, 'stop', 0) }, kind);
  addOrdering(ws, { resource, action: reload }, { resource, task: operationKey(resource.id, 'demote', 0) }, kind);
}
