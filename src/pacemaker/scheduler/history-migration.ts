import type { Element } from '../../world/xml';
import { addRunning } from './active-state';
import { historyOf } from './fail-count';
import { callIdOf } from './history-order';
import type { Entry } from './history-unpack';
import type { Node } from './node';
import type { Resource } from './resource';
import { Role } from './role';
import type { WorkingSet } from './working-set';

/** The newest history entry of a task on a node; for migrations, with that source. */
function lastEntry(ws: WorkingSet, resource: Resource, node: Node, task: string, source?: string): Element | null {
  let found: Element | null = null;
  for (const entry of historyOf(ws, node, resource.historyName)?.children ?? []) {
    if (entry.name !== 'lrm_rsc_op' || entry.attributes.operation !== task) continue;
    if (
      source !== undefined &&
      entry.attributes.migrate_source !== source &&
      entry.attributes.migrate_target !== source
    )
      continue;
    if (!found || callIdOf(entry) > callIdOf(found)) found = entry;
  }
  return found;
}

function stopAfter(ws: WorkingSet, resource: Resource, node: Node, callId: number): boolean {
  const stop = lastEntry(ws, resource, node, 'stop');
  return !!stop && stop.attributes['op-status'] !== '-1' && callIdOf(stop) > callId;
}

/**
 * A migration is migrate_to on the source, migrate_from on the target, stop on the source. After the first alone it is
 * partial; after the second without the third it dangles.
 */
export function unpackMigrateToSuccess(ws: WorkingSet, resource: Resource, node: Node, entry: Element): void {
  const { migrate_source: sourceName, migrate_target: targetName } = entry.attributes;
  if (sourceName === undefined || targetName === undefined) return;
  const callId = callIdOf(entry);
  // A later stop, or start, on the source supersedes it.
  if (stopAfter(ws, resource, node, callId)) return;
  const target = ws.nodeByName.get(targetName);
  const source = ws.nodeByName.get(sourceName);
  const from = target ? lastEntry(ws, resource, target, 'migrate_from', sourceName) : null;
  const fromRc = Number(from?.attributes['rc-code'] ?? 193);
  const fromStatus = Number(from?.attributes['op-status'] ?? -1);
  if (target && !from && hasNewerTargetState(ws, resource, target, entry)) {
    // The target was seen without it since.
    resource.role = Role.Stopped;
    return;
  }
  resource.role = Role.Started;
  if (from && fromRc === 0 && fromStatus === 0) {
    // Active on the target; here only the stop is missing.
    resource.danglingMigrations.push(node);
    resource.role = Role.Stopped;
    return;
  }
  if (from && fromStatus !== -1) {
    // migrate_from failed: it may be active on both.
    if (target?.online) addRunning(ws, resource, target);
    return;
  }
  if (target?.online) {
    addRunning(ws, resource, target);
    if (source?.online) {
      resource.partialMigrationTarget = target;
      resource.partialMigrationSource = source;
    }
  } else {
    // The target is gone: a plain restart instead.
    resource.failed = true;
    resource.stopNeeded = true;
    resource.allowMigrate = false;
  }
}

function hasNewerTargetState(ws: WorkingSet, resource: Resource, target: Node, migrateTo: Element): boolean {
  const time = Number(migrateTo.attributes['last-rc-change'] ?? 0);
  for (const entry of historyOf(ws, target, resource.historyName)?.children ?? []) {
    if (entry.attributes.operation !== 'monitor' || entry.attributes['rc-code'] !== '7') continue;
    if (Number(entry.attributes['last-rc-change'] ?? 0) > time) return true;
  }
  return false;
}

/** A failed half of a migration leaves the resource possibly active on both nodes. */
export function unpackMigrateFailure(ws: WorkingSet, resource: Resource, _node: Node, entry: Entry): void {
  const { migrate_source: sourceName, migrate_target: targetName } = entry.xml.attributes;
  if (sourceName === undefined || targetName === undefined) return;
  resource.role = Role.Started;
  if (entry.task === 'migrate_to') {
    const target = ws.nodeByName.get(targetName);
    if (!target) return;
    const from = lastEntry(ws, resource, target, 'migrate_from', sourceName);
    const stop = lastEntry(ws, resource, target, 'stop');
    // Unless it was stopped there since, it may be active on the target.
    const stopped = stop !== null && (!from || callIdOf(stop) > callIdOf(from));
    if (!stopped && target.online) addRunning(ws, resource, target);
    return;
  }
  const source = ws.nodeByName.get(sourceName);
  if (!source?.online) return;
  const to = lastEntry(ws, resource, source, 'migrate_to', targetName);
  const stop = lastEntry(ws, resource, source, 'stop');
  if (!stop || !to || callIdOf(stop) < callIdOf(to)) addRunning(ws, resource, source);
}
