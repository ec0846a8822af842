import { keyedAction, resourceAction } from './actions';
import { operationKey } from './actions-key';
import { failCount } from './fail-count';
import { clearFailCount } from './failure-expiry';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { addOrdering, orderTasks } from './ordering-new';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** Deletes a resource's history on a node, after it was stopped there and before it starts anew. */
export function cleanUpHistory(ws: WorkingSet, resource: Resource, node: Node, optional: boolean): void {
  if (resource.failed || node.unclean || !node.online) return;
  resourceAction(ws, resource, 'delete', node, optional);
  const kind = optional ? OrderKind.ImpliesThen : OrderKind.Optional;
  orderTasks(ws, resource, 'stop', resource, 'delete', kind);
  orderTasks(ws, resource, 'delete', resource, 'start', kind);
}

/** The failures of what isn't configured any more are forgotten before it stops. */
export function forgetOrphanFailures(ws: WorkingSet): void {
  if (!ws.options.stopOrphanResources) return;
  for (const resource of ws.resources) {
    if (!resource.orphan) continue;
    for (const node of ws.nodes) {
      if (!node.online || failCount(ws, resource, node, { effective: true }).count === 0) continue;
      const action = clearFailCount(ws, resource, node, 'it is orphaned');
      addOrdering(
        ws,
        { resource, action },
        { resource, task: operationKey(resource.id, 'stop', 0) },
        OrderKind.Optional,
      );
    }
  }
}

/** Removes a resource's history on a node, and with it a shutdown lock, from the CIB without asking the node. */
export function forgetHistory(ws: WorkingSet, resource: Resource, node: Node): void {
  keyedAction(ws, resource, operationKey(resource.id, 'lrm_delete', 0), 'lrm_delete', node, false).runnable = true;
}
