import { pseudoAction } from './actions';
import { operationKey } from './actions-key';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** Capacity is free on a node when what leaves it has stopped: starts and migrations there wait for that. */
export function orderUtilization(ws: WorkingSet, resource: Resource): void {
  for (const node of resource.running) {
    const freed = pseudoAction(ws, `load_stopped_${node.name}`);
    if (freed.node === null) {
      freed.node = node;
      freed.optional = false;
    }
    addOrdering(
      ws,
      { resource, task: operationKey(resource.id, 'stop', 0) },
      { resource: null, action: freed },
      OrderKind.Load,
    );
  }
  for (const known of ws.sortedNodes) {
    const candidate = resource.allowed[known.index];
    if (!candidate) continue;
    const freed = pseudoAction(ws, `load_stopped_${candidate.node.name}`);
    if (freed.node === null) {
      freed.node = candidate.node;
      freed.optional = false;
    }
    addOrdering(
      ws,
      { resource: null, action: freed },
      { resource, task: operationKey(resource.id, 'start', 0) },
      OrderKind.Load,
    );
    addOrdering(
      ws,
      { resource: null, action: freed },
      { resource, task: operationKey(resource.id, 'migrate_to', 0) },
      OrderKind.Load,
    );
  }
}
