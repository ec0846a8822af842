import type { Action } from './action';
import { operationKey } from './actions-key';
import type { Ordering } from './constraint';
import { OrderKind } from './order-kind';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** One end of an ordering: an action, or a task of a resource (all its actions of that kind). */
export interface OrderingEnd {
  resource: Resource | null;
  task?: string | null;
  action?: Action | null;
}

/** Notes an ordering; it is turned into links between actions when all actions are known. */
export function addOrdering(ws: WorkingSet, first: OrderingEnd, then: OrderingEnd, kind: number): void {
  if (!first.task && !first.action) return;
  if (!then.task && !then.action) return;
  const ordering: Ordering = {
    id: ws.orderingCount++,
    kind,
    firstResource: first.resource ?? first.action?.resource ?? null,
    firstTask: first.task ?? null,
    firstAction: first.action ?? null,
    thenResource: then.resource ?? then.action?.resource ?? null,
    thenTask: then.task ?? null,
    thenAction: then.action ?? null,
  };
  if (ordering.firstAction && !ordering.firstTask) ordering.firstTask = ordering.firstAction.key;
  if (ordering.thenAction && !ordering.thenTask) ordering.thenTask = ordering.thenAction.key;
  ws.orderings.push(ordering);
  orderMigrations(ws, ordering);
}

const startsWith = (task: string | null, ...ends: string[]): boolean =>
  ends.some((each) => task?.endsWith(`_${each}_0`) ?? false);

/** Orderings of starts and stops between resources that can migrate hold for their migrations too. */
function orderMigrations(ws: WorkingSet, ordering: Ordering): void {
  const { firstResource: first, thenResource: then, firstTask, thenTask } = ordering;
  if (!first || !then || first === then) return;
  if (then.parent === first || first.parent === then) return;
  if (!then.allowMigrate || then.variant === 'clone' || then.variant === 'bundle') return;
  const both = first.allowMigrate && first.variant !== 'clone' && first.variant !== 'bundle';
  const end = (resource: Resource, task: string): OrderingEnd => ({
    resource,
    task: operationKey(resource.id, task, 0),
  });
  const kind = both ? OrderKind.Optional | OrderKind.ApplyFirstNonMigratable : OrderKind.Optional;
  if (startsWith(firstTask, 'start') && startsWith(thenTask, 'start')) {
    if (both) addOrdering(ws, end(first, 'migrate_from'), end(then, 'migrate_to'), OrderKind.Optional);
    addOrdering(ws, end(first, 'start'), end(then, 'migrate_to'), kind);
  } else if (startsWith(firstTask, 'stop') && startsWith(thenTask, 'stop')) {
    // A restart of the first: the other migrates when that has stopped.
    addOrdering(ws, end(first, 'stop'), end(then, 'migrate_to'), kind);
    if (then.partialMigrationTarget) addOrdering(ws, end(first, 'stop'), end(then, 'migrate_from'), kind);
  } else if (startsWith(firstTask, 'promote') && startsWith(thenTask, 'start')) {
    addOrdering(ws, end(first, 'promote'), end(then, 'migrate_to'), kind);
  } else if (startsWith(firstTask, 'demote') && startsWith(thenTask, 'stop')) {
    addOrdering(ws, end(first, 'demote'), end(then, 'migrate_to'), kind);
    if (then.partialMigrationTarget) addOrdering(ws, end(first, 'demote'), end(then, 'migrate_from'), kind);
  }
}

/** Orders all `firstTask` of a resource before all `thenTask` of another. */
export function orderTasks(
  ws: WorkingSet,
  first: Resource,
  firstTask: string,
  then: Resource,
  thenTask: string,
  kind: number,
): void {
  addOrdering(
    ws,
    { resource: first, task: operationKey(first.id, firstTask, 0) },
    { resource: then, task: operationKey(then.id, thenTask, 0) },
    kind,
  );
}
