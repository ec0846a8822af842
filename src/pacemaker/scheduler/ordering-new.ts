import type { Action } from './action';
import { operationKey } from './actions-key';
import type { Ordering } from './constraint';
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
