import type { Action } from './action';
import { resourceAction } from './actions';
import { operationKey } from './actions-key';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/**
 * A live migration stands for the start (which becomes a mere event) and the stop, as long as all of them would be
 * possible; a partial one has migrate_to behind it.
 */
export function createMigration(ws: WorkingSet, resource: Resource, current: Node): void {
  const target = resource.assignedTo;
  if (!target) return;
  const start = resourceAction(ws, resource, 'start', target, true);
  const stop = resourceAction(ws, resource, 'stop', current, true);
  const order = (first: string, then: string, kind: number): void =>
    addOrdering(
      ws,
      { resource, task: operationKey(resource.id, first, 0) },
      { resource, task: operationKey(resource.id, then, 0) },
      kind,
    );
  const to = resource.partialMigrationTarget ? null : resourceAction(ws, resource, 'migrate_to', current, true);
  const from = resourceAction(ws, resource, 'migrate_from', target, true);
  for (const action of [start, stop, from]) action.migrateRunnable = true;
  start.pseudo = true;
  // What comes first waits for all that the start would wait for (fencing).
  (to ?? from).needs = start.needs;
  if (to) {
    to.migrateRunnable = true;
    order('monitor', 'migrate_to', OrderKind.Optional);
    order('migrate_to', 'migrate_from', OrderKind.Optional | OrderKind.ImpliesFirstMigratable);
    markMigration(to, current, target);
    // The source must be known while it goes on.
    if (!resource.isRemoteNode && !to.meta.has('record-pending')) to.meta.set('record-pending', 'true');
  } else order('monitor', 'migrate_from', OrderKind.Optional);
  order('migrate_from', 'stop', OrderKind.Optional | OrderKind.ImpliesFirstMigratable);
  order('migrate_from', 'start', OrderKind.Optional | OrderKind.ImpliesFirstMigratable | OrderKind.PseudoLeft);
  markMigration(from, resource.partialMigrationSource ?? current, target);
}

function markMigration(action: Action, source: Node, target: Node): void {
  action.meta.set('migrate_source', source.name);
  action.meta.set('migrate_target', target.name);
}
