import type { Action } from './action';
import { linkActions } from './action-links';
import { operationKey } from './actions-key';
import { fenceAction } from './fencing-request';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** The node attribute in which the fencer notes that the node has been unfenced: a time, 0 for never. */
const UNFENCED = '#node-unfenced';

function isUnfenced(node: Node): boolean {
  const time = node.attributes.get(UNFENCED);
  return time !== undefined && time !== '0';
}

/** Prepares the unfencing of a node; somebody has to need it. */
function unfenceAction(ws: WorkingSet, node: Node): Action {
  return fenceAction(ws, node, 'on', true, null);
}

function canBeUnfenced(node: Node): boolean {
  return node.online && !node.unclean && !node.shutdown;
}

/**
 * Demands that a node be unfenced (where it can't be: all nodes that may run the device), if some device does that.
 * `resource`: the fence device that is the cause; null: another.
 */
export function triggerUnfencing(ws: WorkingSet, resource: Resource | null, node: Node, reason: string): void {
  if (!ws.unfencingRequired || (resource && !resource.isFenceDevice)) return;
  if (canBeUnfenced(node)) {
    fenceAction(ws, node, 'on', false, reason);
  } else if (resource) {
    for (const candidate of resource.allowed)
      if (candidate && canBeUnfenced(candidate.node)) fenceAction(ws, candidate.node, 'on', false, reason);
  }
}

/**
 * Probes and starts of what requires unfencing come after it, and those of fence devices too, which often can't know
 * enough before. The order alone demands nothing: a new resource would cost each node an unfencing, and all that runs
 * there a restart. A node that was never unfenced is unfenced, though.
 */
export function orderAfterUnfencing(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  action: Action,
  kind: number,
): void {
  const device = resource.isFenceDevice && ws.unfencingRequired;
  if (!device && resource.requires !== 'unfencing') return;
  linkActions(unfenceAction(ws, node), action, kind);
  if (!isUnfenced(node)) triggerUnfencing(ws, null, node, `required by ${resource.id} ${action.task}`);
}

/** What is to be stopped on a node that is to be unfenced is stopped before. */
export function orderBeforeUnfencing(ws: WorkingSet, resource: Resource, node: Node, stop: Action): void {
  if (resource.requires === 'unfencing') linkActions(stop, unfenceAction(ws, node), OrderKind.ImpliesFirst);
}

/** A resource that requires unfencing is restarted round that of its node. */
export function orderRoundUnfencing(ws: WorkingSet, resource: Resource): void {
  if (!ws.unfencingRequired || resource.isFenceDevice || resource.requires !== 'unfencing') return;
  for (const candidate of resource.allowed) {
    if (!candidate) continue;
    const unfence = unfenceAction(ws, candidate.node);
    const event = { resource: null, action: unfence };
    const end = (task: string) => ({ resource, task: operationKey(resource.id, task, 0) });
    addOrdering(ws, end('stop'), event, OrderKind.Optional | OrderKind.SameNode);
    addOrdering(ws, event, end('start'), OrderKind.ImpliesThenOnNode | OrderKind.SameNode);
  }
}
