import type { Action } from './action';
import { findFirstAction, newestFirstActions } from './actions';
import { operationKey } from './actions-key';
import type { Node } from './node';
import type { Resource } from './resource';
import { Role, roleName } from './role';
import type { WorkingSet } from './working-set';

/** One line of the transition summary. */
interface Line {
  change: string;
  resource: string;
  details: string;
  suffix: string;
}

/** Widths of the summary's columns. Whoever prints several summaries keeps them: columns only grow. */
export interface SummaryColumns {
  resource: number;
  details: number;
}

/** What will happen, in the words of `crm_simulate`'s Transition Summary: fencing, then each resource. */
export function transitionSummary(ws: WorkingSet, columns: SummaryColumns = { resource: 5, details: 5 }): string[] {
  const text: string[] = [];
  for (const action of newestFirstActions(ws)) {
    if (action.resource || action.optional || !action.node) continue;
    if (action.isFencing) text.push(fencingLine(action));
  }
  const lines = resourceChanges(ws);
  for (const line of lines) {
    // The first column grows by what doesn't fit, with two spaces to spare.
    if (line.resource.length > columns.resource) columns.resource = line.resource.length + 2;
    columns.details = Math.max(columns.details, line.details.length);
  }
  const [idWidth, detailWidth] = [columns.resource, columns.details];
  for (const { change, resource, details, suffix } of lines) {
    text.push(`  * ${change.padEnd(8)}   ${resource.padEnd(idWidth)}   ( ${details.padStart(detailWidth)} )${suffix}`);
  }
  return text;
}

/** What will become of each resource that is changed. */
export function resourceChanges(ws: WorkingSet): Line[] {
  const lines: Line[] = [];
  for (const resource of ws.resources) collect(ws, resource, lines);
  return lines;
}

function fencingLine(action: Action): string {
  const node = action.node as Node;
  const operation = action.meta.get('stonith_action') ?? 'reboot';
  const container = node.isGuest ? node.connection?.container : null;
  const name = container ? `${node.name} (resource: ${container.id})` : node.name;
  return `  * Fence (${operation}) ${name}${action.reason === null ? '' : ` '${action.reason}'`}`;
}

function collect(ws: WorkingSet, resource: Resource, lines: Line[]): void {
  if (resource.variant === 'bundle') {
    for (const replica of resource.bundle?.replicas ?? []) {
      if (replica.ip) collect(ws, replica.ip, lines);
      collect(ws, replica.container, lines);
      if (replica.remote) collect(ws, replica.remote, lines);
      if (replica.child) collect(ws, replica.child, lines);
    }
    return;
  }
  if (resource.children.length > 0 || resource.variant !== 'primitive') {
    for (const child of resource.children) collect(ws, child, lines);
    return;
  }
  describePrimitive(resource, lines);
}

function actionOn(resource: Resource, task: string, node: Node | null): Action | null {
  return findFirstAction(resource, operationKey(resource.id, task, 0), node);
}

function describePrimitive(resource: Resource, lines: Line[]): void {
  const next = resource.assignedTo;
  let current: Node | null = null;
  let { role } = resource;
  if (resource.running.length > 0) {
    current = resource.currentNode;
    if (role === Role.Stopped) role = Role.Started;
  }
  if (!current && resource.orphan) return;
  if (!resource.managed || (!current && !next)) return;
  const moving = current !== null && next !== null && current !== next;
  const start = next ? actionOn(resource, 'start', next) : null;
  let stop = start === null || !start.runnable || !current ? null : actionOn(resource, 'stop', current);
  // multiple-active=stop_unexpected: it goes on where it is, and stops elsewhere.
  if (!stop && (start === null || !start.runnable || resource.unexpectedlyActiveOk))
    stop = actionOn(resource, 'stop', null);
  const promote = next ? actionOn(resource, 'promote', next) : null;
  const demote = current || next ? actionOn(resource, 'demote', current ?? next) : null;
  const add = (
    change: string,
    origin: Node | null,
    destination: Node | null,
    action: Action | null,
    source: Action | null,
  ): void => {
    const line = lineFor(resource, role, change, origin, destination, action, source);
    if (line) lines.push(line);
  };
  if (role === resource.nextRole) {
    const migrate = next ? actionOn(resource, 'migrate_from', next) : null;
    if (migrate?.runnable && !migrate.optional) add('Migrate', current, next, start, null);
    else if (resource.reload) add('Reload', current, next, start, null);
    else if (start === null || start.optional) {
      if (demote && promote && !demote.optional && !promote.optional) add('Re-promote', current, next, promote, demote);
    } else if (!start.runnable) add('Stop', current, null, stop, stop?.reason != null ? stop : start);
    else if (moving && current) add(resource.failed ? 'Recover' : 'Move', current, next, stop, null);
    else if (resource.failed) add('Recover', current, null, stop, null);
    else add('Restart', current, null, start, null);
    return;
  }
  if (stop && (resource.nextRole === Role.Stopped || (start && !start.runnable))) {
    for (const node of resource.running) {
      const stopThere = actionOn(resource, 'stop', node);
      if (stopThere) add('Stop', node, null, stopThere, stopThere.reason !== null ? stopThere : start);
    }
    return;
  }
  if (stop && resource.failed && resource.stopNeeded) {
    // Recovered, in its next role.
    add('Recover', current, next, stop, start);
    return;
  }
  if (moving) {
    add('Move', current, next, stop, null);
    return;
  }
  if (resource.reload) {
    add('Reload', current, next, start, null);
    return;
  }
  if (stop && !stop.optional) {
    add('Restart', current, next, start, null);
    return;
  }
  if (role === Role.Promoted) {
    add('Demote', current, next, demote, null);
    return;
  }
  if (resource.nextRole === Role.Promoted) {
    if (promote) add('Promote', current, next, promote, null);
    else if (start) {
      // It can't even start.
      const line = lineFor(resource, role, 'Promote', current, next, start, null);
      if (line) lines.push({ ...line, suffix: start.runnable ? '' : '  blocked' });
    }
    return;
  }
  if (role === Role.Stopped && resource.nextRole > Role.Stopped) add('Start', current, next, start, null);
}

function lineFor(
  resource: Resource,
  role: Role,
  change: string,
  origin: Node | null,
  destination: Node | null,
  action: Action | null,
  sourceGiven: Action | null,
): Line | null {
  const next = resource.nextRole;
  const needRole = role > Role.Started || next > Role.Unpromoted;
  const sameHost = origin !== null && origin === destination;
  const sameRole = role === next;
  const [from, to] = [roleName(role), roleName(next)];
  let details: string;
  if (needRole && !origin) details = `${from} -> ${to} ${destination?.name}`;
  else if (!origin) details = `${destination?.name}`;
  else if (needRole && !destination) details = `${from} ${origin.name}`;
  else if (!destination) details = origin.name;
  else if (needRole && sameRole && sameHost) details = `${from} ${origin.name}`;
  else if (sameRole && sameHost) details = origin.name;
  else if (needRole && sameRole) details = `${origin.name} -> ${destination.name} ${from}`;
  else if (sameRole) details = `${origin.name} -> ${destination.name}`;
  else if (sameHost) details = `${from} -> ${to} ${origin.name}`;
  else details = `${from} ${origin.name} -> ${to} ${destination.name}`;
  const source = sourceGiven ?? action;
  const blocked = action !== null && !action.runnable;
  let suffix = '';
  if (source?.reason != null) suffix = `  due to ${source.reason}${blocked ? ' (blocked)' : ''}`;
  else if (blocked) suffix = '  blocked';
  return { change, resource: resource.id, details, suffix };
}
