import type { Action } from './action';
import { findFirstAction, findTask, resourceAction } from './actions';
import { operationKey } from './actions-key';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** A move can be a migration when the start and the stop it stands for would be possible. */
export function createMigration(ws: WorkingSet, resource: Resource, current: Node | null): void {
  const target = resource.assignedTo;
  if (!current || !target || resource.running.length > (resource.partialMigrationTarget ? 2 : 1)) return;
  if (!resource.managed || resource.failed || resource.nextRole < 2) return;
  const start = findTask(resource, 'start', target);
  if (!start?.runnable && !resource.partialMigrationTarget) return;
  const stop = findFirstAction(resource, operationKey(resource.id, 'stop', 0), current);
  if (!stop || stop.optional || !stop.runnable) return;
  if (!start) return;
  const partial = resource.partialMigrationTarget !== null;
  let to: Action | null = null;
  start.pseudo = true;
  if (partial) {
    // migrate_to is done.
    const from = resourceAction(ws, resource, 'migrate_from', target, true);
    from.needs = start.needs;
    start.migrateRunnable = true;
    start.optional = false;
    from.optional = start.optional;
    markMigration(from, resource.partialMigrationSource ?? current, target);
    from.printAlways = false;
    order(ws, resource, 'migrate_from', from, 'stop', OrderKind.Optional | OrderKind.ImpliesFirstMigratable);
    order(
      ws,
      resource,
      'migrate_from',
      from,
      'start',
      OrderKind.Optional | OrderKind.ImpliesFirstMigratable | OrderKind.PseudoLeft,
    );
    from.migrateRunnable = true;
    return;
  }
  to = resourceAction(ws, resource, 'migrate_to', current, true);
  const from = resourceAction(ws, resource, 'migrate_from', target, true);
  // It waits for all that the start would wait for.
  to.needs = start.needs;
  start.migrateRunnable = true;
  stop.migrateRunnable = true;
  to.migrateRunnable = true;
  from.migrateRunnable = true;
  to.optional = start.optional;
  from.optional = start.optional;
  // Its own digest of the parameters comes with it.
  const probe = findTask(resource, 'monitor', target);
  if (probe) {
    addOrdering(
      ws,
      { resource, task: operationKey(resource.id, 'monitor', 0) },
      { resource, action: to },
      OrderKind.Optional,
    );
  }
  addOrdering(
    ws,
    { resource, action: to },
    { resource, action: from },
    OrderKind.Optional | OrderKind.ImpliesFirstMigratable,
  );
  order(ws, resource, 'migrate_from', from, 'stop', OrderKind.Optional | OrderKind.ImpliesFirstMigratable);
  order(
    ws,
    resource,
    'migrate_from',
    from,
    'start',
    OrderKind.Optional | OrderKind.ImpliesFirstMigratable | OrderKind.PseudoLeft,
  );
  markMigration(to, current, target);
  // The source must be known while it goes on.
  if (!resource.isRemoteNode && !to.meta.has('record-pending')) to.meta.set('record-pending', 'true');
  markMigration(from, current, target);
}

function order(ws: WorkingSet, resource: Resource, _first: string, action: Action, then: string, kind: number): void {
  addOrdering(ws, { resource, action }, { resource, task: operationKey(resource.id, then, 0) }, kind);
}

function markMigration(action: Action, source: Node, target: Node): void {
  action.meta.set('migrate_source', source.name);
  action.meta.set('migrate_target', target.name);
}
