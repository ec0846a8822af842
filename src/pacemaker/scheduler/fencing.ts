import type { Action } from './action';
import { linkActions } from './action-links';
import { clusterAction, newestFirstActions } from './actions';
import { operationKey } from './actions-key';
import { canFence } from './can-fence';
import { fenceAction } from './fencing-request';
import { fenceGuest } from './guest-fencing';
import { isKnownOn } from './known';
import type { Node } from './node';
import { orderNotificationsAfterFencing } from './notify';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** Fences what is unclean, shuts down what wants to leave, and orders all of it: the DC always last. */
export function scheduleFencingAndShutdowns(ws: WorkingSet): void {
  const managed = ws.resources.some(anyManaged);
  let dcDown: Action | null = null;
  let fencings: Action[] = [];
  const shutdowns: Action[] = [];
  for (const node of ws.sortedNodes) {
    if (node.isGuest) {
      if (node.remoteRequiresReset && managed && canFence(ws, node)) {
        const event = fenceGuest(ws, node);
        if (event) orderAroundFencing(ws, event, node);
      }
      continue;
    }
    if (managed && node.unclean && canFence(ws, node)) {
      const action = fenceAction(ws, node, null, false, 'node is unclean');
      orderAroundFencing(ws, action, node);
      if (node.isDc) dcDown = action;
      else {
        // One after the other, unless concurrent-fencing.
        const previous = fencings[0];
        if (!ws.options.concurrentFencing && previous) linkActions(previous, action, OrderKind.Optional);
        fencings = [action, ...fencings];
      }
    } else if (!node.isRemote && node.online && node.shutdown) {
      const action = shutdownAction(ws, node);
      if (node.isDc) dcDown = action;
      else shutdowns.push(action);
    }
  }
  if (!dcDown) return;
  // No repeated elections: the DC goes after the others.
  if (dcDown.task === 'do_shutdown') for (const other of shutdowns) linkActions(other, dcDown, OrderKind.Optional);
  if (ws.options.concurrentFencing) for (const other of fencings) linkActions(other, dcDown, OrderKind.Optional);
  else if (fencings[0]) linkActions(fencings[0], dcDown, OrderKind.Optional);
}

function anyManaged(resource: Resource): boolean {
  if (resource.managed) return true;
  return resource.children.some(anyManaged);
}

/** A clean leave: after everything on the node has stopped. */
function shutdownAction(ws: WorkingSet, node: Node): Action {
  const action = clusterAction(ws, `do_shutdown-${node.name}`, 'do_shutdown', node, false);
  for (const stop of newestFirstActions(ws)) {
    if (!stop.resource || stop.node !== node || stop.task !== 'stop') continue;
    if (stop.resource.maintenance || node.maintenance) continue;
    // What isn't managed doesn't keep the node.
    if (!stop.resource.managed && !stop.resource.blocked) continue;
    addOrdering(
      ws,
      { resource: stop.resource, action: stop },
      { resource: null, action },
      OrderKind.Optional | OrderKind.RunnableLeft,
    );
  }
  action.meta.set('op_no_wait', 'true');
  return action;
}

/** What a fencing must precede, and what it makes superfluous. */
export function orderAroundFencing(ws: WorkingSet, fencing: Action, node: Node): void {
  for (const resource of ws.resources) orderResource(ws, resource, fencing, node);
}

function orderResource(ws: WorkingSet, resource: Resource, fencing: Action, target: Node): void {
  if (resource.children.length > 0 || resource.bundle) {
    for (const child of resource.children) orderResource(ws, child, fencing, target);
    return;
  }
  if (!resource.managed) return;
  orderStarts(resource, fencing, target);
  orderStops(ws, resource, fencing, target);
}

/** Starts that need fencing come after it; those that need quorum only, where the resource isn't known on the target. */
function orderStarts(resource: Resource, fencing: Action, target: Node): void {
  for (const action of resource.actions) {
    if (action.needs === 'fencing') linkActions(fencing, action, OrderKind.Optional);
    else if (action.needs === 'quorum' && action.task === 'start') {
      if (resource.allowed[target.index] && !isKnownOn(resource, target)) {
        linkActions(fencing, action, OrderKind.Optional | OrderKind.RunnableLeft);
      }
    }
  }
}

/** Stops and demotes on the fenced node are implied by the fencing: they become mere events. */
function orderStops(ws: WorkingSet, resource: Resource, fencing: Action, target: Node): void {
  const { top } = resource;
  // The stop counts once the fencing is done, where it matters to others.
  const implicit = resource.requires === 'fencing' || resource.requires === 'unfencing' || target.isGuest;
  const key = operationKey(resource.id, 'stop', 0);
  for (const stop of resource.actionByTaskAndNode.get(key) ?? []) {
    if (stop.node !== target) continue;
    stop.pseudo = true;
    stop.runnable = true;
    if (implicit) stop.impliedByFencing = true;
    if (implicit) {
      const wholeStop = top.actionByTaskAndNode.get(operationKey(top.id, 'stop', 0))?.[0] ?? null;
      // (For what is inside a bundle that would be a loop; there the stop of the whole does.)
      if (!resource.isBundled) linkActions(fencing, stop, OrderKind.Preserve);
      if (wholeStop) linkActions(fencing, wholeStop, OrderKind.Preserve);
    }
    // Peers hear of the loss at once.
    if (resource.notify) orderNotificationsAfterFencing(ws, resource, stop, fencing);
  }
  const demoteKey = operationKey(resource.id, 'demote', 0);
  for (const demote of resource.actionByTaskAndNode.get(demoteKey) ?? []) {
    if (demote.node !== target) continue;
    if (!target.online || target.unclean || !demote.node.online || resource.failed) {
      demote.pseudo = true;
      demote.runnable = true;
      if (!resource.isBundled && implicit) linkActions(fencing, demote, OrderKind.Preserve | OrderKind.Optional);
    }
  }
}
