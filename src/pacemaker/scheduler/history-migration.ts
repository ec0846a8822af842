import type { Element } from '../../world/xml';
import { addRunning } from './active-state';
import { compareEntries } from './history-order';
import type { Entry } from './history-unpack';
import type { Node } from './node';
import { historyEntries, historyOfNode } from './node-history';
import type { Resource } from './resource';
import { Role } from './role';
import type { WorkingSet } from './working-set';

/** rc-code of an operation that hasn't reported. */
const UNKNOWN_RC = '193';

function entriesOf(ws: WorkingSet, resource: Resource, nodeName: string): readonly Element[] {
  const node = ws.nodeByName.get(nodeName);
  return node ? historyEntries(ws, node, resource.id) : [];
}

/** The one entry of that kind; of several none is taken. */
function onlyEntry(
  ws: WorkingSet,
  resource: Resource,
  nodeName: string,
  isMeant: (attributes: Element['attributes']) => boolean,
): Element | null {
  const found = entriesOf(ws, resource, nodeName).filter(({ attributes }) => isMeant(attributes));
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** No result of any operation is known there: it will be probed. */
function unknownOn(ws: WorkingSet, resource: Resource, nodeName: string): boolean {
  return !entriesOf(ws, resource, nodeName).some(
    (entry) => entry.attributes['rc-code'] !== undefined && entry.attributes['rc-code'] !== UNKNOWN_RC,
  );
}

/** One half of a migration in the history of a node; `succeeded`: only if it went well. */
function halfOf(
  ws: WorkingSet,
  resource: Resource,
  task: 'migrate_to' | 'migrate_from',
  nodeName: string,
  peer: string,
  succeeded: boolean,
): Element | null {
  const peerAttribute = task === 'migrate_to' ? 'migrate_target' : 'migrate_source';
  const found = onlyEntry(
    ws,
    resource,
    nodeName,
    (attributes) => attributes.operation === task && attributes[peerAttribute] === peer,
  );
  if (!found || !succeeded) return found;
  return found.attributes['rc-code'] === '0' && found.attributes['op-status'] === '0' ? found : null;
}

/** Something other than a monitor was done there since. (A history that comes twice isn't asked.) */
function actedSince(ws: WorkingSet, resource: Resource, nodeName: string, since: Element, sameNode: boolean): boolean {
  const node = ws.nodeByName.get(nodeName);
  if (!node || historyOfNode(ws, node).filter(({ attributes }) => attributes.id === resource.id).length !== 1)
    return false;
  return entriesOf(ws, resource, nodeName).some(
    (entry) =>
      entry !== since &&
      ['start', 'stop', 'migrate_to', 'migrate_from'].includes(entry.attributes.operation ?? '') &&
      compareEntries(entry, since, sameNode) > 0,
  );
}

/** A monitor there has since found it not running. (Of a probe and recurring monitors none is asked.) */
function seenStoppedSince(
  ws: WorkingSet,
  resource: Resource,
  nodeName: string,
  since: Element,
  sameNode: boolean,
): boolean {
  const monitor = onlyEntry(ws, resource, nodeName, ({ operation }) => operation === 'monitor');
  if (monitor?.attributes['rc-code'] !== '7' || monitor.attributes['op-status'] !== '0') return false;
  return compareEntries(monitor, since, sameNode) > 0;
}

interface Migration {
  source: string;
  target: string;
  to: Element | null;
  from: Element | null;
}

/** The migration no longer says anything about a node that has newer history of its own. */
function overtaken(ws: WorkingSet, resource: Resource, nodeName: string, migration: Migration): boolean {
  const own = nodeName === migration.target ? migration.from : migration.to;
  const event = own ?? migration.to ?? migration.from;
  if (!event) return false;
  const sameNode = own !== null;
  return (
    actedSince(ws, resource, nodeName, event, sameNode) || seenStoppedSince(ws, resource, nodeName, event, sameNode)
  );
}

function endsOf(entry: Element): { source: string; target: string } | null {
  const { migrate_source: source, migrate_target: target } = entry.attributes;
  return source === undefined || target === undefined ? null : { source, target };
}

/** It has to be recovered by stop and start. */
function needsRestart(resource: Resource): void {
  resource.failed = true;
  resource.stopNeeded = true;
  resource.allowMigrate = false;
}

/**
 * A migration is migrate_to on the source, migrate_from on the target, stop on the source. After the first alone it is
 * partial; after the second without the third it dangles. Either node's history may have been cleaned at any point.
 */
export function unpackMigrateToSuccess(ws: WorkingSet, resource: Resource, node: Node, to: Element): void {
  const ends = endsOf(to);
  if (!ends) return;
  const { source, target } = ends;
  const sourceActed = actedSince(ws, resource, source, to, true);
  const from = halfOf(ws, resource, 'migrate_from', target, source, false);
  // Complete, and something else has happened since.
  if (from && sourceActed) return;
  const targetMoved = overtaken(ws, resource, target, { source, target, to, from });
  if (sourceActed && targetMoved) return;
  const fromPending = !from || from.attributes['op-status'] === '-1';
  if (from?.attributes['rc-code'] === '0' && from.attributes['op-status'] === '0') {
    // Active on the target; here only the stop is missing.
    resource.danglingMigrations.unshift(node);
    resource.role = Role.Stopped;
    return;
  }
  resource.role = Role.Started;
  const targetNode = ws.nodeByName.get(target);
  const activeThere = !targetMoved && targetNode?.online ? targetNode : null;
  if (!fromPending) {
    if (activeThere) addRunning(ws, resource, activeThere, true);
    else needsRestart(resource);
    return;
  }
  // Without any history on the target its probe will tell.
  if (targetNode?.online && unknownOn(ws, resource, target)) return;
  if (activeThere) {
    addRunning(ws, resource, activeThere);
    const sourceNode = ws.nodeByName.get(source);
    if (sourceNode?.online) {
      resource.partialMigrationTarget = activeThere;
      resource.partialMigrationSource = sourceNode;
    }
  } else if (!sourceActed) {
    needsRestart(resource);
  }
}

/** A failed half of a migration leaves the resource possibly active on both nodes. */
export function unpackMigrateFailure(ws: WorkingSet, resource: Resource, node: Node, entry: Entry): void {
  const ends = endsOf(entry.xml);
  if (!ends) return;
  const { source, target } = ends;
  resource.role = Role.Started;
  if (entry.task === 'migrate_to') {
    const from = halfOf(ws, resource, 'migrate_from', target, source, true);
    const migration: Migration = { source, target, to: entry.xml, from };
    if (!unknownOn(ws, resource, target) && !overtaken(ws, resource, target, migration)) {
      const targetNode = ws.nodeByName.get(target);
      if (targetNode?.online) addRunning(ws, resource, targetNode);
    } else if (!actedSince(ws, resource, source, entry.xml, true)) {
      // The target is accounted for; here it still has to be stopped.
      resource.danglingMigrations.unshift(node);
    }
    return;
  }
  const to = halfOf(ws, resource, 'migrate_to', source, target, true);
  const migration: Migration = { source, target, to, from: entry.xml };
  if (unknownOn(ws, resource, source) || overtaken(ws, resource, source, migration)) return;
  const sourceNode = ws.nodeByName.get(source);
  if (sourceNode?.online) addRunning(ws, resource, sourceNode, true);
}
