import { orderBundle } from './bundle-ordering';
import { addColocation } from './colocation-unpack';
import { OrderKind } from './order-kind';
import { orderTasks } from './ordering-new';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import { orderUtilization } from './utilization-order';
import type { WorkingSet } from './working-set';

/** Orderings and colocations that follow from what a resource is. */
export function internalOrderings(ws: WorkingSet, resource: Resource): void {
  switch (resource.variant) {
    case 'primitive':
      orderPrimitive(ws, resource);
      break;
    case 'group':
      orderGroup(ws, resource);
      break;
    case 'clone':
      orderClone(ws, resource);
      break;
    case 'bundle':
      orderBundle(ws, resource, internalOrderings);
      break;
  }
}

function orderPrimitive(ws: WorkingSet, resource: Resource): void {
  if (!resource.managed) return;
  const { top } = resource;
  // A restart is stop, then start.
  orderTasks(ws, resource, 'stop', resource, 'start', OrderKind.Optional | OrderKind.ImpliesThen | OrderKind.Restart);
  if (top.promotable || resource.role > Role.Unpromoted) {
    orderTasks(ws, resource, 'demote', resource, 'stop', OrderKind.PromotedImpliesFirst);
    orderTasks(ws, resource, 'start', resource, 'promote', OrderKind.RunnableLeft);
  }
  // History that is probed anew needn't be deleted.
  orderTasks(ws, resource, 'delete', resource, 'monitor', OrderKind.SameNode | OrderKind.ThenCancelsFirst);
  if (ws.options.placement !== 'default' && resource.utilization) orderUtilization(ws, resource);
  if (resource.container) orderContained(ws, resource, resource.container);
  if (resource.isRemoteNode || resource.isFenceDevice) {
    for (const candidate of resource.allowed) if (candidate?.node.isRemote) candidate.score = -INFINITY;
  }
  if (resource.container) ws.explain?.settle(resource.container, 'remote');
  ws.explain?.settle(resource, 'remote');
}

/** What lives in a container starts after it, stops before it, and goes where it goes. */
function orderContained(ws: WorkingSet, resource: Resource, container: Resource): void {
  let connection: Resource | null = null;
  if (resource.isRemoteNode) {
    // No guest on a remote node (that would be nested); bundles may.
    if (!container.isBundled)
      for (const candidate of container.allowed) if (candidate?.node.isRemote) candidate.score = -INFINITY;
    // A cleaned-up container is probed first: if it runs after all, its connection needn't be recovered.
    orderTasks(ws, container, 'monitor', resource, 'stop', OrderKind.Optional);
  } else if (container.isRemoteNode) connection = container;
  else connection = container.fillers.find((filler) => filler.isRemoteNode) ?? null;
  if (connection) {
    // What is inside a guest runs on the guest's node.
    for (const candidate of resource.allowed)
      if (candidate && candidate.node.connection !== connection) candidate.score = -INFINITY;
    return;
  }
  orderTasks(ws, container, 'start', resource, 'start', OrderKind.ImpliesThen | OrderKind.RunnableLeft);
  orderTasks(ws, resource, 'stop', container, 'stop', OrderKind.ImpliesFirst);
  addColocation(ws, {
    id: 'resource-with-container',
    dependent: resource,
    primary: container,
    dependentRole: Role.Unknown,
    primaryRole: Role.Unknown,
    nodeAttribute: null,
    // A bundle's connection may be elsewhere than its container.
    score: resource.isBundled ? 10_000 : INFINITY,
    influence: true,
  });
}

function orderGroup(ws: WorkingSet, group: Resource): void {
  const promotable = group.top.promotable;
  orderTasks(ws, group, 'stopped', group, 'start', OrderKind.Optional);
  orderTasks(ws, group, 'start', group, 'running', OrderKind.RunnableLeft);
  orderTasks(ws, group, 'stop', group, 'stopped', OrderKind.RunnableLeft);
  let last: Resource | null = null;
  let lastActive: Resource | null = null;
  for (const child of group.children) {
    orderPrimitive(ws, child);
    orderTasks(ws, group, 'start', child, 'start', OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, group, 'stop', child, 'stop', OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, child, 'stop', group, 'stopped', OrderKind.ImpliesThenPrinted);
    orderTasks(
      ws,
      child,
      'start',
      group,
      'running',
      OrderKind.ImpliesThen | OrderKind.RunnableLeft | OrderKind.ImpliesThenPrinted,
    );
    if (promotable) {
      orderTasks(ws, group, 'demote', child, 'demote', OrderKind.ImpliesFirstPrinted);
      orderTasks(ws, child, 'demote', group, 'demoted', OrderKind.ImpliesThenPrinted);
      orderTasks(
        ws,
        child,
        'promote',
        group,
        'promoted',
        OrderKind.ImpliesThen | OrderKind.RunnableLeft | OrderKind.ImpliesThenPrinted,
      );
      orderTasks(ws, group, 'promote', child, 'promote', OrderKind.ImpliesFirstPrinted);
    }
    if (!group.groupOrdered) {
      orderTasks(
        ws,
        group,
        'start',
        child,
        'start',
        OrderKind.ImpliesThen | OrderKind.RunnableLeft | OrderKind.ImpliesFirstPrinted,
      );
      orderTasks(ws, group, 'stop', child, 'stop', OrderKind.ImpliesFirstPrinted);
      if (promotable) {
        orderTasks(
          ws,
          group,
          'promote',
          child,
          'promote',
          OrderKind.ImpliesThen | OrderKind.RunnableLeft | OrderKind.ImpliesFirstPrinted,
        );
        orderTasks(ws, group, 'demote', child, 'demote', OrderKind.ImpliesFirstPrinted);
      }
    } else if (last) {
      orderTasks(ws, last, 'start', child, 'start', OrderKind.ImpliesThen | OrderKind.RunnableLeft);
      orderTasks(ws, child, 'stop', last, 'stop', OrderKind.Optional | OrderKind.Restart);
      if (promotable) {
        orderTasks(ws, last, 'promote', child, 'promote', OrderKind.ImpliesThen | OrderKind.RunnableLeft);
        orderTasks(ws, child, 'demote', last, 'demote', OrderKind.Optional);
      }
    } else if (promotable) {
      orderTasks(ws, group, 'promote', child, 'promote', OrderKind.None);
    }
    // Even in a partially active group what runs stops in sequence.
    if (child.running.length > 0) {
      if (group.groupOrdered && last && last.running.length === 0 && lastActive && lastActive.running.length > 0) {
        orderTasks(ws, child, 'stop', lastActive, 'stop', OrderKind.Optional);
      }
      lastActive = child;
    }
    last = child;
  }
  if (group.groupOrdered && last) {
    orderTasks(ws, group, 'stop', last, 'stop', OrderKind.ImpliesThen);
    orderTasks(ws, last, 'stop', group, 'stopped', OrderKind.Optional);
  }
}

function orderClone(ws: WorkingSet, clone: Resource): void {
  orderTasks(ws, clone, 'stopped', clone, 'start', OrderKind.Optional);
  orderTasks(ws, clone, 'start', clone, 'running', OrderKind.RunnableLeft);
  orderTasks(ws, clone, 'stop', clone, 'stopped', OrderKind.RunnableLeft);
  if (clone.promotable) {
    orderTasks(ws, clone, 'demoted', clone, 'stop', OrderKind.Optional);
    orderTasks(ws, clone, 'running', clone, 'promote', OrderKind.RunnableLeft);
  }
  const ordered = clone.clone?.ordered ?? false;
  const children = ordered ? [...clone.children].sort((a, b) => (a.id < b.id ? -1 : 1)) : clone.children;
  let last: Resource | null = null;
  for (const child of children) {
    internalOrderings(ws, child);
    orderTasks(ws, clone, 'start', child, 'start', OrderKind.RunnableLeft | OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, child, 'start', clone, 'running', OrderKind.ImpliesThenPrinted);
    if (ordered && last) orderTasks(ws, last, 'start', child, 'start', OrderKind.Optional);
    orderTasks(ws, clone, 'stop', child, 'stop', OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, child, 'stop', clone, 'stopped', OrderKind.ImpliesThenPrinted);
    if (ordered && last) orderTasks(ws, child, 'stop', last, 'stop', OrderKind.Optional);
    last = child;
  }
  if (clone.promotable) orderPromotable(ws, clone);
}

function orderPromotable(ws: WorkingSet, clone: Resource): void {
  orderTasks(ws, clone, 'demote', clone, 'demoted', OrderKind.RunnableLeft);
  orderTasks(ws, clone, 'stopped', clone, 'promote', OrderKind.Optional);
  orderTasks(ws, clone, 'demoted', clone, 'promote', OrderKind.Optional);
  orderTasks(ws, clone, 'demoted', clone, 'stop', OrderKind.Optional);
  orderTasks(ws, clone, 'demoted', clone, 'start', OrderKind.Optional);
  const ordered = clone.clone?.ordered ?? false;
  let last: Resource | null = null;
  for (const child of clone.children) {
    orderTasks(ws, clone, 'promote', child, 'promote', OrderKind.Optional | OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, child, 'promote', clone, 'promoted', OrderKind.Optional | OrderKind.ImpliesThenPrinted);
    orderTasks(ws, clone, 'demote', child, 'demote', OrderKind.Optional | OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, child, 'demote', clone, 'demoted', OrderKind.Optional | OrderKind.ImpliesThenPrinted);
    orderTasks(ws, child, 'demote', child, 'promote', OrderKind.Optional);
    if (ordered && last) {
      orderTasks(ws, last, 'promote', child, 'promote', OrderKind.Optional);
      orderTasks(ws, child, 'demote', last, 'demote', OrderKind.Optional);
    }
    last = child;
  }
}
