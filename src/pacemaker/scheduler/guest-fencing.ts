import type { Action } from './action';
import { linkActions } from './action-links';
import { operationKey } from './actions-key';
import { fenceAction } from './fencing-request';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import type { WorkingSet } from './working-set';

/** A guest is fenced by the stop of its container: an event in its place, for others to be ordered after. */
export function fenceGuest(ws: WorkingSet, node: Node): Action | null {
  const connection = node.connection;
  const container = connection?.container;
  if (!connection || !container) return null;
  const stop = container.actionByTaskAndNode.get(operationKey(container.id, 'stop', 0))?.[0] ?? null;
  const restarts = container.actionByTaskAndNode.has(operationKey(container.id, 'start', 0));
  const fencing = fenceAction(ws, node, restarts ? 'reboot' : 'off', false, 'guest is unclean');
  fencing.pseudo = true;
  fencing.runnable = true;
  if (stop?.pseudo && stop.node) {
    // The host is fenced, and the guest with it.
    linkActions(fenceAction(ws, stop.node, null, false, null), fencing, OrderKind.RunnableLeft | OrderKind.ImpliesThen);
  } else if (stop) {
    linkActions(stop, fencing, OrderKind.RunnableLeft | OrderKind.ImpliesThen);
  } else {
    const closing = connection.actionByTaskAndNode.get(operationKey(connection.id, 'stop', 0))?.[0];
    if (closing) linkActions(closing, fencing, OrderKind.Optional);
  }
  return fencing;
}
