import { Action } from './action';
import type { Node } from './node';
import type { WorkingSet } from './working-set';

/**
 * Marks a node as in need of fencing. A guest is recovered through its container, a remote machine only while its
 * connection is managed.
 */
export function fenceNode(ws: WorkingSet, node: Node, reason: string, priorityDelay = false): void {
  if (node.isGuest) {
    const container = node.connection?.container;
    if (!container || container.failed) return;
    if (!container.managed) return;
    node.remoteRequiresReset = true;
    container.failed = true;
    container.stopNeeded = true;
    return;
  }
  if (node.isRemoteMachine) {
    const connection = node.connection;
    if (connection && !connection.managed) return;
    if (!node.remoteRequiresReset) node.remoteRequiresReset = true;
    node.unclean = true;
    fenceAction(ws, node, null, true, reason, priorityDelay);
    return;
  }
  node.unclean = true;
  fenceAction(ws, node, null, true, reason, priorityDelay);
}

/**
 * The fencing of a node by an operation (default: the cluster option stonith-action); made once a node and operation.
 * `optional`: only prepared, somebody has to make it needed.
 */
export function fenceAction(
  ws: WorkingSet,
  node: Node,
  operation: string | null,
  optional: boolean,
  reason: string | null,
  priorityDelay = false,
): Action {
  const op = operation ?? ws.options.stonithAction;
  const key = `stonith-${node.name}-${op}`;
  let action = ws.singletons.get(key);
  if (!action) {
    action = new Action(ws.nextActionId++, null, node, 'stonith', key);
    action.isFencing = true;
    action.optional = true;
    ws.actions.push(action);
    ws.singletons.set(key, action);
    action.meta.set('on_node', node.name);
    action.meta.set('on_node_uuid', node.id);
    action.meta.set('stonith_action', op);
  }
  if (
    ws.options.priorityFencingDelay > 0 &&
    (priorityDelay || (ws.quorate === false && ws.nodes.length > 0)) &&
    shouldDelay(ws, node)
  ) {
    // The node with more priority gains a head start: fencing it is delayed.
    if (priorityDelay && !action.meta.has('priority-fencing-delay')) {
      action.meta.set('priority-fencing-delay', String(ws.options.priorityFencingDelay / 1000));
    }
  }
  if (!optional) {
    action.optional = false;
    if (reason !== null && action.reason === null) action.reason = reason;
  } else if (reason !== null && action.reason === null) {
    action.reason = reason;
  }
  return action;
}

/** Only members, and only when this partition may be the smaller half. */
function shouldDelay(ws: WorkingSet, node: Node): boolean {
  if (node.isRemote) return false;
  let lowest = 0;
  let top = 0;
  let first = true;
  let online = 0;
  let members = 0;
  for (const other of ws.nodes) {
    if (other.isRemote) continue;
    members++;
    if (first || other.priority > top) top = other.priority;
    if (first || other.priority < lowest) lowest = other.priority;
    first = false;
    if (other.online) online++;
  }
  if (online > members / 2) return false;
  return lowest !== top && node.priority >= top;
}
