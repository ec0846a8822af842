import type { Node } from './node';
import type { WorkingSet } from './working-set';

/** Fencing a node that isn't up makes no difference for guests: there the container is what is restarted. */
export function canFence(ws: WorkingSet, node: Node): boolean {
  if (node.isGuest) {
    // A guest is fenced by stopping its container, so each host of that must be fenceable.
    const container = node.connection?.container;
    if (!container) return true;
    return container.running.every((host) => host.online || canFence(ws, host));
  }
  if (!ws.options.stonithEnabled) return false;
  if (!ws.haveFenceDevice) return false;
  if (ws.quorate) return true;
  if (ws.options.quorumPolicy === 'ignore') return true;
  // Without quorum, members can be fenced only while they are online.
  return node.online;
}
