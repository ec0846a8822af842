import { orderBundle } from './bundle-ordering';
import { addColocation } from './colocation-unpack';
import { OrderKind } from './order-kind';
import { orderTasks } from './ordering-new';
import { type Resource, sortByNumber } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import { orderRoundUnfencing } from './unfencing';
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
  orderTasks(ws, resource, 'lrm_delete', resource, 'monitor', OrderKind.SameNode | OrderKind.ThenCancelsFirst);
  orderRoundUnfencing(ws, resource);
  if (ws.options.placement !== 'default' && resource.utilization) orderUtilization(ws, resource);
  if (resource.container) orderContained(ws, resource, resource.container);
  if (resource.isRemoteNode || resource.isFenceDevice) {
    // (A remote node without a connection is a leftover that nothing runs on.)
    for (const candidate of resource.allowed) if (candidate?.node.connection) candidate.score = -INFINITY;
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
      for (const candidate of container.allowed) if (candidate?.node.connection) candidate.score = -INFINITY;
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
  orderTasks(ws, group, 'stop', group, 'stopped', OrderKind.RunnableLeft);
  orderTasks(ws, group, 'stopped', group, 'start', OrderKind.Optional);
  orderTasks(ws, group, 'start', group, 'running', OrderKind.RunnableLeft);
  let previous: Resource | null = null;
  let lastActive: Resource | null = null;
  for (const member of group.children) {
    orderPrimitive(ws, member);
    orderInGroup(ws, group, member, previous);
    if (group.groupOrdered && previous) orderAfterMember(ws, group, member, previous);
    // Even in a partially active group what runs stops in sequence.
    if (member.running.length > 0) {
      if (group.groupOrdered && previous?.running.length === 0 && lastActive)
        orderTasks(ws, member, 'stop', lastActive, 'stop', OrderKind.Optional);
      lastActive = member;
    }
    previous = member;
  }
}

/** The group's events round those of a member. The group is stopped (demoted) when its first member is. */
function orderInGroup(ws: WorkingSet, group: Resource, member: Resource, previous: Resource | null): void {
  const first = group.groupOrdered && !previous;
  const down = OrderKind.ImpliesFirstPrinted | (first ? OrderKind.Optional : 0);
  const afterDown = first ? OrderKind.ImpliesThen : OrderKind.ImpliesThenPrinted;
  const afterUp = OrderKind.ImpliesThen | OrderKind.RunnableLeft | OrderKind.ImpliesThenPrinted;
  const unordered = OrderKind.ImpliesThen | OrderKind.RunnableLeft | OrderKind.ImpliesFirstPrinted;
  const promotable = group.top.promotable;
  if (promotable) {
    orderTasks(ws, group, 'demote', member, 'demote', down);
    orderTasks(ws, member, 'demote', group, 'demoted', afterDown);
    orderTasks(ws, member, 'promote', group, 'promoted', afterUp);
    orderTasks(ws, group, 'promote', member, 'promote', OrderKind.ImpliesFirstPrinted);
  }
  orderTasks(ws, group, 'stop', member, 'stop', down);
  orderTasks(ws, member, 'stop', group, 'stopped', afterDown);
  orderTasks(ws, group, 'start', member, 'start', OrderKind.ImpliesFirstPrinted);
  orderTasks(ws, member, 'start', group, 'running', afterUp);
  if (group.groupOrdered) return;
  orderTasks(ws, group, 'start', member, 'start', unordered);
  if (promotable) orderTasks(ws, group, 'promote', member, 'promote', unordered);
}

function orderAfterMember(ws: WorkingSet, group: Resource, member: Resource, previous: Resource): void {
  orderTasks(ws, previous, 'start', member, 'start', OrderKind.ImpliesThen | OrderKind.RunnableLeft);
  orderTasks(ws, member, 'stop', previous, 'stop', OrderKind.Optional | OrderKind.Restart);
  if (!group.top.promotable) return;
  orderTasks(ws, previous, 'promote', member, 'promote', OrderKind.ImpliesThen | OrderKind.RunnableLeft);
  orderTasks(ws, member, 'demote', previous, 'demote', OrderKind.Optional);
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
  if (ordered) sortByNumber(clone);
  let last: Resource | null = null;
  for (const child of clone.children) {
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
