import { compareNames } from '../display/natural-order';
import type { Action } from './action';
import { clusterAction, resourceAction } from './actions';
import { operationKey } from './actions-key';
import { assignedNode } from './colocation-apply';
import { fenceNode } from './fencing-request';
import { isTrue } from './interval';
import { needsNoProbe } from './known';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { addOrdering, orderTasks } from './ordering-new';
import { remoteState } from './remote-state';
import { primitivesOf, type Resource, sortByNumber } from './resource';
import { Role } from './role';
import { orderAfterUnfencing } from './unfencing';
import type { WorkingSet } from './working-set';

/** On each node it is found out, once, which resources run there: for all resources whose state there isn't known. */
export function scheduleProbes(ws: WorkingSet): void {
  if (!ws.options.enableStartupProbes) return;
  for (const node of ws.sortedNodes) {
    if (!node.online) {
      if (node.isRemoteMachine && node.connection && remoteState(node, node.connection) === 'failed')
        fenceNode(ws, node, 'the connection is unrecoverable');
      continue;
    }
    if (node.unclean || !node.discovery) continue;
    for (const resource of ws.resources) sortInstances(resource);
    const probed = node.attributes.get('probe_complete');
    if (probed !== undefined && !isTrue(probed)) {
      // Old releases asked for all probes at once.
      const again = clusterAction(ws, `probe_again-${node.name}`, 'probe_again', node, false);
      again.meta.set('op_no_wait', 'true');
      continue;
    }
    for (const resource of ws.resources) probeResource(ws, resource, node);
  }
}

/** Probes everything at and below; true if anything was to be probed. */
export function probeResource(ws: WorkingSet, resource: Resource, node: Node): boolean {
  switch (resource.variant) {
    case 'primitive':
      return probePrimitive(ws, resource, node);
    case 'group': {
      let any = false;
      for (const child of resource.children) any = probeResource(ws, child, node) || any;
      return any;
    }
    case 'clone':
      return probeClone(ws, resource, node);
    case 'bundle':
      return probeBundle(ws, resource, node);
  }
}

/** From now on instances are in the order of their ids. */
function sortInstances(resource: Resource): void {
  if (resource.isClone) resource.children = [...resource.children].sort((a, b) => compareNames(a.id, b.id));
}

/** All instances of a unique clone; of an anonymous one, the instance that would be there. */
function probeClone(ws: WorkingSet, clone: Resource, node: Node): boolean {
  if (clone.exclusiveDiscovery) {
    const candidate = clone.allowed[node.index];
    if (candidate?.discovery !== 'exclusive') {
      // Not its node: it need not be known to any instance either.
      clone.allowed[node.index] = undefined;
      return false;
    }
  }
  if (clone.unique) {
    let any = false;
    for (const child of clone.children) any = probeResource(ws, child, node) || any;
    return any;
  }
  // One instance is enough: the one known there (as far as a part of a group is), or that will be there, or the first.
  sortByNumber(clone);
  const chosen =
    clone.children.find((child) => [...primitivesOf(child)].some((each) => each.known.has(node))) ??
    clone.children.find((child) => assignedNode(child) === node) ??
    clone.children[0];
  return chosen ? probeResource(ws, chosen, node) : false;
}

function probeBundle(ws: WorkingSet, bundle: Resource, node: Node): boolean {
  let any = false;
  for (const replica of bundle.bundle?.replicas ?? []) {
    if (replica.ip) any = probeResource(ws, replica.ip, node) || any;
    if (replica.child && node === replica.node) any = probeResource(ws, replica.child, node) || any;
    if (probeResource(ws, replica.container, node)) {
      any = true;
      orderAgainstOtherReplicas(ws, bundle, replica, node);
    }
    if (replica.remote && probeResource(ws, replica.remote, node)) {
      any = true;
      const probe = probeActionOf(replica.remote, node);
      // The connection can be probed once its container runs.
      if (probe) {
        addOrdering(
          ws,
          { resource: replica.container, task: operationKey(replica.container.id, 'start', 0) },
          { resource: replica.remote, action: probe },
          OrderKind.Probe,
        );
      }
    }
  }
  return any;
}

/** A container's probe on a node comes before another replica's container starts there: they might be confused. */
function orderAgainstOtherReplicas(
  ws: WorkingSet,
  bundle: Resource,
  replica: NonNullable<Resource['bundle']>['replicas'][number],
  node: Node,
): void {
  for (const other of bundle.bundle?.replicas ?? []) {
    if (other === replica || (bundle.bundle?.replicasPerHost ?? 1) > 1) continue;
    const probe = probeActionOf(replica.container, node);
    if (!probe) continue;
    addOrdering(
      ws,
      { resource: replica.container, action: probe },
      { resource: other.container, task: operationKey(other.container.id, 'start', 0) },
      OrderKind.Optional | OrderKind.SameNode,
    );
  }
}

function probeActionOf(resource: Resource, node: Node): Action | null {
  return (
    resource.actionByTaskAndNode.get(operationKey(resource.id, 'monitor', 0))?.find((action) => action.node === node) ??
    null
  );
}

function containsRemote(ws: WorkingSet, resource: Resource): boolean {
  return (
    resource.isRemoteNode ||
    resource.fillers.some((filler) => filler.isRemoteNode) ||
    ws.nodes.some((node) => node.connection?.container === resource)
  );
}

function probePrimitive(ws: WorkingSet, resource: Resource, node: Node): boolean {
  const { top } = resource;
  if (node.isRemote) {
    // Fence devices and connections don't live on remote nodes, and guests don't host guests.
    if (resource.isFenceDevice || resource.isRemoteNode) return false;
    if (node.isGuest && containsRemote(ws, resource)) return false;
  }
  if (resource.orphan) return false;
  if (needsNoProbe(resource, node)) return false;
  if (resource.container && !resource.isRemoteNode && !resource.isBundled) return false;
  const candidate = resource.allowed[node.index];
  if ((resource.exclusiveDiscovery || top.exclusiveDiscovery) && candidate?.discovery !== 'exclusive') return false;
  if (candidate ? candidate.discovery === 'never' : node.ofBundle) return false;
  if (node.isGuest) {
    const guest = node.connection?.container;
    if (!guest) return false;
    if (guest.role === Role.Stopped) {
      // Nothing runs in a guest that is down, unless it is found to be up after all.
      if (guest.assignedTo && !guest.known.has(guest.assignedTo))
        orderTasks(ws, guest, 'monitor', top, 'start', OrderKind.Optional);
      return false;
    }
    if (
      guest.failed ||
      guest.nextRole === Role.Stopped ||
      (guest.running[0] && guest.assignedTo && guest.running[0] !== guest.assignedTo)
    ) {
      // It stops or moves first; what starts waits for that.
      addOrdering(
        ws,
        { resource: guest, task: operationKey(guest.id, 'stop', 0) },
        { resource: top, task: operationKey(top.id, 'start', 0) },
        OrderKind.Optional,
      );
      return false;
    }
  }
  createProbe(ws, resource, node, top);
  return true;
}

function createProbe(ws: WorkingSet, resource: Resource, node: Node, top: Resource): void {
  const probe = resourceAction(ws, resource, 'monitor', node, false);
  probe.optional = false;
  orderAfterUnfencing(ws, resource, node, probe, OrderKind.Optional);
  // A probe's expected result is what is thought to be so now.
  if (!resource.running.includes(node)) probe.meta.set('op_target_rc', '7');
  else if (resource.role === Role.Promoted) probe.meta.set('op_target_rc', '8');
  const before = top.isClone ? top : resource;
  // Where it can't be found out nothing is started; what runs isn't stopped for that.
  const flags =
    !probe.runnable && resource.running.length === 0 ? OrderKind.Optional | OrderKind.RunnableLeft : OrderKind.Optional;
  addOrdering(ws, { resource, action: probe }, { resource: before, task: operationKey(before.id, 'start', 0) }, flags);
  addOrdering(
    ws,
    { resource, action: probe },
    { resource: before, task: operationKey(before.id, 'reload-agent', 0) },
    OrderKind.Optional,
  );
}
