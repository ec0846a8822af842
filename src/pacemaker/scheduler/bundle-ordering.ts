import { addColocation } from './colocation-unpack';
import { OrderKind } from './order-kind';
import { orderTasks } from './ordering-new';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** Adds the orderings of a part: given by who orders resources of all kinds. */
export type OrderPart = (ws: WorkingSet, part: Resource) => void;

/**
 * What follows from being a bundle: its own events surround those of its parts; an address is there before its container,
 * and the container before the connection to it (as with any guest).
 */
export function orderBundle(ws: WorkingSet, bundle: Resource, orderPart: OrderPart): void {
  const data = bundle.bundle;
  if (!data) return;
  const { child } = data;
  if (child) {
    orderTasks(ws, bundle, 'start', child, 'start', OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, bundle, 'stop', child, 'stop', OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, child, 'running', bundle, 'running', OrderKind.ImpliesThenPrinted);
    orderTasks(ws, child, 'stopped', bundle, 'stopped', OrderKind.ImpliesThenPrinted);
  }
  for (const { container, ip, remote, child: inside } of data.replicas) {
    orderPart(ws, container);
    orderTasks(ws, bundle, 'start', container, 'start', OrderKind.RunnableLeft | OrderKind.ImpliesFirstPrinted);
    if (inside) orderTasks(ws, bundle, 'stop', inside, 'stop', OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, bundle, 'stop', container, 'stop', OrderKind.ImpliesFirstPrinted);
    orderTasks(ws, container, 'start', bundle, 'running', OrderKind.ImpliesThenPrinted);
    orderTasks(ws, container, 'stop', bundle, 'stopped', OrderKind.ImpliesThenPrinted);
    if (ip) {
      orderPart(ws, ip);
      orderTasks(ws, ip, 'start', container, 'start', OrderKind.RunnableLeft | OrderKind.Preserve);
      orderTasks(ws, container, 'stop', ip, 'stop', OrderKind.ImpliesFirst | OrderKind.Preserve);
      addColocation(ws, {
        id: 'ip-with-docker',
        dependent: ip,
        primary: container,
        dependentRole: Role.Unknown,
        primaryRole: Role.Unknown,
        nodeAttribute: null,
        score: INFINITY,
        influence: true,
      });
    }
    if (remote) orderPart(ws, remote);
  }
  if (!child) return;
  orderPart(ws, child);
  if (!child.promotable) return;
  orderPromotion(ws, bundle);
  orderTasks(ws, bundle, 'promote', child, 'promote', OrderKind.ImpliesFirstPrinted);
  orderTasks(ws, child, 'promoted', bundle, 'promoted', OrderKind.ImpliesThenPrinted);
  orderTasks(ws, bundle, 'demote', child, 'demote', OrderKind.ImpliesFirstPrinted);
  orderTasks(ws, child, 'demoted', bundle, 'demoted', OrderKind.ImpliesThenPrinted);
}

/** A bundle's own events: down before up, demoted before stopped. */
function orderPromotion(ws: WorkingSet, bundle: Resource): void {
  const pairs: [string, string][] = [
    ['stopped', 'start'],
    ['stopped', 'promote'],
    ['demoted', 'start'],
    ['running', 'promote'],
    ['demoted', 'stop'],
    ['demote', 'demoted'],
    ['demoted', 'promote'],
  ];
  for (const [first, then] of pairs) orderTasks(ws, bundle, first, bundle, then, OrderKind.Optional);
}
