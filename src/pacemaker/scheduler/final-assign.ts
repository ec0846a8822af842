import type { Action } from './action';
import { canRunResources, type Node } from './node';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import { amountsText, consume, releaseCapacity } from './utilization';
import type { WorkingSet } from './working-set';

/** Fixes a resource's node. Without `force` only one that can run it counts. */
export function finalAssign(ws: WorkingSet, resource: Resource, node: Node | null, force: boolean): boolean {
  if (resource.children.length > 0) {
    let changed = false;
    for (const child of resource.children) changed = finalAssign(ws, child, node, force) || changed;
    return changed;
  }
  let target = node;
  if (!force && target) {
    const candidate = resource.allowed[target.index];
    // (A connection to a guest may be expected to come up.)
    if (!candidate || candidate.score < 0 || !(canRunResources(target) || target.isGuest)) {
      target = null;
      resource.nextRole = Role.Stopped;
      resource.nextRoleReason = 'node availability';
    }
  }
  const changed = resource.assignedTo !== target;
  if (resource.assignedTo) unassign(resource);
  resource.provisional = false;
  if (!target) {
    resource.nextRole = Role.Stopped;
    resource.nextRoleReason ??= 'unable to assign';
    for (const action of resource.actions) {
      // It stops where it is, can't start any more, and what recurs ends with it (but for monitors of the stopped state).
      if (action.task === 'stop') action.optional = false;
      else if (action.task === 'start') action.runnable = false;
      else if (isRecurring(action) && action.meta.get('op_target_rc') !== '7') action.runnable = false;
    }
    return changed;
  }
  resource.assignedTo = target;
  target.assigned.push(resource);
  target.assignedCount++;
  const candidate = resource.allowed[target.index];
  if (candidate) candidate.count++;
  // What is left where it is takes the node as it is, not as the resource likes it.
  const leaving = !target.online || target.shutdown;
  if (!force) resource.assignedScore = candidate?.score ?? 0;
  else resource.assignedScore = leaving ? -INFINITY : target.weight;
  if (ws.showUtilization)
    ws.scoreLines.push(
      `pcmk__finalize_assignment: ${resource.id} utilization on ${target.name}:${amountsText(resource.utilization)}`,
    );
  consume(target, resource);
  return changed;
}

/** A recurring monitor, or that one is cancelled. */
const isRecurring = (action: Action): boolean => action.intervalMs !== 0 || action.cancelTask !== null;

export function unassign(resource: Resource): void {
  const node = resource.assignedTo;
  if (!node) return;
  resource.assignedTo = null;
  resource.provisional = true;
  node.assigned = node.assigned.filter((each) => each !== resource);
  node.assignedCount--;
  const candidate = resource.allowed[node.index];
  if (candidate) candidate.count--;
  releaseCapacity(node, resource);
}
