import type { Action } from './action';
import { operationKey } from './actions-key';
import { fenceNode } from './fencing-request';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import { remoteState } from './remote-state';
import type { Resource } from './resource';
import { Role } from './role';
import type { WorkingSet } from './working-set';

/** Actions on remote nodes happen while the connection is up: after its start, before its stop. */
export function orderRemoteActions(ws: WorkingSet): void {
  for (const action of [...ws.actions].reverse()) {
    const { resource, node } = action;
    if (!resource) continue;
    if (resource.isRemoteNode && action.task === 'clear_failcount') {
      addOrdering(
        ws,
        { resource, action },
        { resource, task: operationKey(resource.id, 'start', 0) },
        OrderKind.Optional,
      );
      continue;
    }
    const connection = node?.isRemote ? node.connection : null;
    // Cancellations need no order: what isn't connected has nothing to cancel.
    if (!node || !connection || action.pseudo || action.task === 'cancel') continue;
    if (action.task === 'start') stopElsewhereLater(ws, connection, action);
    if (connection.container) orderInGuest(ws, action, node, connection, connection.container);
    else orderOnRemote(ws, action, node, connection);
  }
}

/** What moves to a remote node is stopped where it is only when the connection has been made. */
function stopElsewhereLater(ws: WorkingSet, connection: Resource, start: Action): void {
  for (const other of start.resource?.actions ?? []) {
    if (other.task === 'stop' && other.node && other.node !== start.node) {
      addOrdering(
        ws,
        { resource: connection, task: operationKey(connection.id, 'start', 0) },
        { resource: start.resource, action: other },
        OrderKind.Optional,
      );
    }
  }
}

function afterStart(ws: WorkingSet, of: Resource, action: Action, kind: number = OrderKind.None): void {
  addOrdering(
    ws,
    { resource: of, task: operationKey(of.id, 'start', 0) },
    { resource: action.resource, action },
    OrderKind.Preserve | OrderKind.RunnableLeft | kind,
  );
}

function beforeStop(ws: WorkingSet, action: Action, of: Resource, kind: number = OrderKind.None): void {
  addOrdering(
    ws,
    { resource: action.resource, action },
    { resource: of, task: operationKey(of.id, 'stop', 0) },
    OrderKind.Preserve | kind,
  );
}

/** Both halves of a migration go through the connection as stops do. */
function taskOf(action: Action): string {
  return action.task === 'migrate_to' || action.task === 'migrate_from' ? 'stop' : action.task;
}

function orderOnRemote(ws: WorkingSet, action: Action, node: Node, connection: Resource): void {
  const state = remoteState(node, connection);
  switch (taskOf(action)) {
    case 'start':
    case 'promote':
      afterStart(ws, connection, action, state === 'failed' ? OrderKind.ImpliesThen : OrderKind.None);
      break;
    case 'stop':
      if (state === 'alive') beforeStop(ws, action, connection, OrderKind.ImpliesFirst);
      else if (state === 'failed') fenceNode(ws, node, 'resources are active but connection is unrecoverable');
      else if (connection.nextRole === Role.Stopped) beforeStop(ws, action, connection, OrderKind.ImpliesFirst);
      else afterStart(ws, connection, action);
      break;
    case 'demote':
      if (state === 'resting' || state === 'unknown') afterStart(ws, connection, action);
      break;
    default:
      if (action.intervalMs > 0) {
        afterStart(ws, connection, action, OrderKind.ImpliesThen);
        break;
      }
      if (action.task === 'monitor' && state === 'failed') {
        fenceNode(ws, node, 'resources are in unknown state and connection is unrecoverable');
      }
      // Checked before the connection is closed for good.
      if (connection.running[0] && state === 'stopped') beforeStop(ws, action, connection, OrderKind.RunnableLeft);
      else afterStart(ws, connection, action);
      break;
  }
}

function orderInGuest(ws: WorkingSet, action: Action, node: Node, connection: Resource, container: Resource): void {
  if (container.failed) fenceNode(ws, node, 'container failed');
  switch (taskOf(action)) {
    case 'start':
    case 'promote':
      // Recovered with the container.
      afterStart(ws, container, action, OrderKind.ImpliesThen);
      afterStart(ws, connection, action);
      break;
    case 'stop':
    case 'demote':
      // A failed container's stop implies them.
      if (!container.failed) beforeStop(ws, action, connection);
      break;
    default:
      afterStart(ws, connection, action, action.intervalMs > 0 ? OrderKind.ImpliesThen : OrderKind.None);
      break;
  }
}
