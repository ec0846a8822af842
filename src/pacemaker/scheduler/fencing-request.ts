import { Action } from './action';
import { canFence } from './can-fence';
import { deviceDigests } from './device-digests';
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
  let needed = !optional;
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
    if (ws.unfencingRequired) {
      // The fencer notes with what definition of the devices it acts.
      const digests = deviceDigests(ws, node);
      action.meta.set('digests-all', digests.all);
      action.meta.set('digests-secure', digests.secure);
      needed ||= digests.changed;
    }
  }
  if (ws.options.priorityFencingDelay > 0 && (priorityDelay || action.meta.has('priority-fencing-delay')))
    action.meta.set('priority-fencing-delay', String(priorityDelayOf(ws, node)));
  if (needed && canFence(ws, node)) action.optional = false;
  if (reason !== null && action.reason === null) action.reason = reason;
  return action;
}

/**
 * Seconds by which the fencing of a node is delayed: of two halves the one with the more important resources gains a head
 * start. Only lost members are, and only while no more than half of the members are here.
 */
function priorityDelayOf(ws: WorkingSet, node: Node): number {
  if (node.isRemote || node.online) return 0;
  const members = ws.nodes.filter((other) => !other.isRemote);
  if (members.filter((other) => other.online).length > Math.floor(members.length / 2)) return 0;
  const priorities = members.map((other) => other.priority);
  const top = Math.max(...priorities);
  if (Math.min(...priorities) === top || node.priority < top) return 0;
  return Math.floor(ws.options.priorityFencingDelay / 1000);
}
