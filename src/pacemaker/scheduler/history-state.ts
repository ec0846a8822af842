import { resourceAction } from './actions';
import { addRunning } from './active-state';
import { addScoreOn } from './candidate-scores';
import { fenceNode } from './fencing-request';
import type { FailureState } from './history-failure';
import { markKnown } from './known';
import type { Node } from './node';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** Draws the conclusions from a resource's whole history on a node: where it is active and how it is to be recovered. */
export function processState(ws: WorkingSet, resource: Resource, node: Node, state: FailureState): void {
  // A history that tells nothing (agent missing, operation cancelled) leaves the resource to be probed.
  if (resource.role !== Role.Unknown) markKnown(resource, node);
  const active = resource.role > Role.Stopped;
  const failed = state.onFail !== 'ignore';
  if (active && !node.online && !node.maintenance && resource.managed) considerFencing(ws, resource, node);
  // After fencing everything may start elsewhere: failures on the node don't matter.
  if (node.unclean) state.onFail = 'ignore';
  recover(ws, resource, node, state);
  if (resource.failed && resource.isRemoteNode) {
    const remote = ws.nodeByName.get(resource.id);
    if (remote) remote.unseen = false;
  }
  if (resource.role !== Role.Stopped && resource.role !== Role.Unknown) {
    addRunning(ws, resource, node, failed);
    switch (state.onFail) {
      case 'ignore':
        break;
      case 'demote':
      case 'block':
        resource.failed = true;
        break;
      default:
        resource.failed = true;
        resource.stopNeeded = true;
        break;
    }
  } else if (resource.cloneName?.includes(':')) {
    // An instance number of an anonymous clone means nothing once it is stopped.
    resource.cloneName = null;
  } else {
    for (const action of resource.actionByTaskAndNode.get(`${resource.id}_stop_0`) ?? []) {
      if (action.node === node) action.optional = true;
    }
  }
}

/** What is active on a node that isn't online keeps it from being recovered until the node is fenced. */
function considerFencing(ws: WorkingSet, resource: Resource, node: Node): void {
  let reason: string | null = null;
  let needed = false;
  if (node.isGuest) {
    resource.failed = true;
    resource.stopNeeded = true;
    needed = true;
  } else if (ws.options.stonithEnabled) {
    if (node.isRemoteMachine && node.connection && !node.connection.failed) {
      // The connection may come back elsewhere, in which case nothing is fenced: as with a node not seen yet.
      reason = `${resource.id} is active there (fencing will be revoked if remote connection can be re-established elsewhere)`;
      node.unseen = true;
    }
    needed = true;
  }
  if (needed) fenceNode(ws, node, reason ?? `${resource.id} is thought to be active there`);
}

function recover(ws: WorkingSet, resource: Resource, node: Node, state: FailureState): void {
  switch (state.onFail) {
    case 'ignore':
      break;
    case 'demote':
      resource.failed = true;
      resourceAction(ws, resource, 'demote', node, false);
      break;
    case 'fence':
      fenceNode(ws, node, `${resource.id} failed there`);
      break;
    case 'standby':
      node.standby = true;
      node.standbyOnFail = true;
      break;
    case 'block':
      // Waits for the administrator.
      resource.managed = false;
      resource.blocked = true;
      break;
    case 'ban':
      addScoreOn(resource, node.index, -INFINITY, ws, 'failed-operation');
      break;
    case 'stop':
      resource.nextRole = Role.Stopped;
      resource.nextRoleReason = 'on-fail=stop';
      break;
    case 'recover':
      if (resource.role !== Role.Stopped && resource.role !== Role.Unknown) {
        resource.failed = true;
        resource.stopNeeded = true;
        resourceAction(ws, resource, 'stop', node, false);
      }
      break;
    case 'restart-container':
      resource.failed = true;
      resource.stopNeeded = true;
      if (resource.container && resource.isBundled) {
        // Where the container runs may not be known yet.
        ws.containersToStop.push(resource.container);
      } else if (resource.container) {
        resourceAction(ws, resource.container, 'stop', node, false);
      } else if (resource.role !== Role.Stopped && resource.role !== Role.Unknown) {
        resourceAction(ws, resource, 'stop', node, false);
      }
      break;
    case 'reset-remote':
      resource.failed = true;
      resource.stopNeeded = true;
      if (ws.options.stonithEnabled) {
        const remote = resource.isRemoteNode ? ws.nodeByName.get(resource.id) : undefined;
        if (remote?.isRemoteMachine && !remote.remoteWasFenced)
          fenceNode(ws, remote, 'remote connection is unrecoverable');
      }
      if (resource.role > Role.Stopped) resourceAction(ws, resource, 'stop', node, false);
      // With a reconnect interval it stays stopped until the failure has expired.
      if (resource.remoteReconnectMs > 0) {
        resource.nextRole = Role.Stopped;
        resource.nextRoleReason = 'remote reset';
      }
      break;
  }
}
