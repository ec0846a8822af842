import { resourceAction } from './actions';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { orderTasks } from './ordering-new';
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
