import { findActions, resourceAction } from './actions';
import { cleanUpHistory } from './cleanup';
import { createMigration } from './migration-actions';
import type { Node } from './node';
import { createRecurring } from './recurring';
import type { Resource } from './resource';
import { Role } from './role';
import type { WorkingSet } from './working-set';

/** The next role on the way from one role to another: promotion goes through Unpromoted, stopping through it too. */
function stepTowards(from: Role, to: Role): Role {
  switch (from) {
    case Role.Stopped:
    case Role.Unknown:
      if (to === Role.Promoted) return Role.Unpromoted;
      return from === Role.Unknown ? Role.Stopped : to;
    case Role.Started:
      return to;
    case Role.Unpromoted:
      return to === Role.Started ? Role.Stopped : to;
    case Role.Promoted:
      return to === Role.Promoted ? to : Role.Unpromoted;
  }
}

/** Creates the actions that take a primitive one step in its role. */
function applyStep(
  ws: WorkingSet,
  resource: Resource,
  from: Role,
  to: Role,
  node: Node | null,
  optional: boolean,
): void {
  if (from === to) return;
  if (from === Role.Unknown) return;
  if (from === Role.Stopped) {
    if (to === Role.Started || to === Role.Unpromoted) start(ws, resource, node, optional);
  } else if (from === Role.Started) {
    if (to === Role.Stopped) stop(ws, resource, optional);
    else if (to === Role.Promoted) promote(ws, resource, node, optional);
  } else if (from === Role.Unpromoted) {
    if (to === Role.Stopped || to === Role.Started) stop(ws, resource, optional);
    else if (to === Role.Promoted) promote(ws, resource, node, optional);
  } else {
    demote(ws, resource, optional);
  }
}

/**
 * The actions of a primitive: down from its role as far as needed, up again, on to its next role; its recurring monitors;
 * a migration instead of a move where possible.
 */
export function createPrimitiveActions(ws: WorkingSet, resource: Resource): void {
  if (resource.nextRole === Role.Unknown) resource.nextRole = resource.assignedTo ? Role.Started : Role.Stopped;
  const { current, active, cleanActive } = activeNode(ws, resource);
  for (const node of resource.danglingMigrations) {
    const action = resourceAction(ws, resource, 'stop', node, false);
    action.dangling = true;
  }
  let needStop = false;
  let allowMigrate = resource.allowMigrate;
  let needPromote = false;
  let multiplyActive = false;
  if (
    active === 2 &&
    current &&
    resource.assignedTo &&
    resource.partialMigrationSource === current &&
    resource.partialMigrationTarget === resource.assignedTo &&
    resource.running.includes(resource.assignedTo)
  ) {
    // A migration under way to where it shall be: it goes on.
  } else if (resource.partialMigrationSource || resource.partialMigrationTarget) {
    if (active > 2) multiplyActive = true;
    // It was on its way elsewhere: recovery by stop and start.
    needStop = true;
    resource.partialMigrationSource = null;
    resource.partialMigrationTarget = null;
    allowMigrate = false;
  } else if (resource.requires === 'fencing' || resource.requires === 'unfencing') {
    multiplyActive = active > 1;
  } else {
    multiplyActive = cleanActive > 1;
  }
  resource.unexpectedlyActiveOk = false;
  if (multiplyActive) {
    if (resource.multipleActive === 'stop_start') needStop = true;
    else if (resource.multipleActive === 'stop_unexpected') {
      needStop = true;
      resource.unexpectedlyActiveOk = true;
    }
  }
  if (resource.startPending) {
    // The start that is already going on.
    const action = resourceAction(ws, resource, 'start', resource.assignedTo, true);
    action.printAlways = true;
  }
  let moving = false;
  if (current && resource.assignedTo && current !== resource.assignedTo && resource.nextRole >= Role.Started) {
    moving = true;
    needStop = true;
  } else if (resource.failed) {
    if (resource.stopNeeded) needStop = true;
    else if (resource.nextRole === Role.Promoted) needPromote = true;
  } else if (resource.blocked) {
    needStop = true;
  } else if (resource.role > Role.Started && current && resource.assignedTo) {
    const action = resourceAction(ws, resource, 'start', current, true);
    // A promoted instance whose start is due is restarted as a whole.
    if (!action.optional) needStop = true;
  }
  restartSteps(ws, resource, current, needStop, needPromote);
  transitionSteps(ws, resource);
  createRecurring(ws, resource);
  if (allowMigrate && canMigrate(resource, moving)) createMigration(ws, resource, current);
}

function canMigrate(resource: Resource, moving: boolean): boolean {
  return moving || resource.partialMigrationTarget !== null;
}

/** Where it counts as active: a partial migration's source, else a clean node, else any. */
function activeNode(
  _ws: WorkingSet,
  resource: Resource,
): { current: Node | null; active: number; cleanActive: number } {
  let cleanActive = 0;
  let current: Node | null = null;
  for (const node of resource.running) {
    if (node.online && !node.unclean) cleanActive++;
    if (resource.partialMigrationSource === node) current = node;
    else if (
      !current ||
      (current !== resource.partialMigrationSource &&
        !(current.online && !current.unclean) &&
        node.online &&
        !node.unclean)
    ) {
      // First come, but one that needs no fencing is better.
      if (resource.requires !== 'fencing' || !current) current = node;
    }
  }
  if (resource.partialMigrationSource && resource.running.includes(resource.partialMigrationSource))
    current = resource.partialMigrationSource;
  return { current, active: resource.running.length, cleanActive };
}

function restartSteps(
  ws: WorkingSet,
  resource: Resource,
  _current: Node | null,
  needStop: boolean,
  needPromote: boolean,
): void {
  let role = resource.role;
  while (role !== Role.Stopped && role !== Role.Unknown) {
    const next = stepTowards(role, Role.Stopped);
    applyStep(ws, resource, role, next, resource.assignedTo, !needStop);
    role = next;
  }
  if (role === Role.Unknown) return;
  while (resource.role <= resource.nextRole && role !== resource.role && !resource.blocked) {
    const next = stepTowards(role, resource.role);
    const required = needStop || (next === Role.Promoted && needPromote);
    applyStep(ws, resource, role, next, resource.assignedTo, !required);
    role = next;
  }
}

function transitionSteps(ws: WorkingSet, resource: Resource): void {
  let role = resource.role;
  for (let i = 0; i < 6 && role !== resource.nextRole; i++) {
    const next = stepTowards(role, resource.nextRole);
    applyStep(ws, resource, role, next, resource.assignedTo, false);
    role = next;
  }
}

function start(ws: WorkingSet, resource: Resource, node: Node | null, optional: boolean): void {
  const action = resourceAction(ws, resource, 'start', node, true);
  if (action.runnable && !optional) action.optional = false;
  // With multiple-active=stop_unexpected it isn't really started where it belongs.
  if (isExpected(resource, node)) action.pseudo = true;
}

function isExpected(resource: Resource, node: Node | null): boolean {
  return (
    resource.unexpectedlyActiveOk &&
    resource.nextRole > Role.Stopped &&
    node !== null &&
    resource.assignedTo === node &&
    resource.running.includes(node)
  );
}

function stop(ws: WorkingSet, resource: Resource, optionalGiven: boolean): void {
  for (const current of [...resource.running]) {
    let optional = optionalGiven;
    if (isExpected(resource, current)) continue;
    if (resource.partialMigrationTarget) {
      // The target of the migration under way is where it shall be.
      if (current === resource.partialMigrationTarget && current === resource.assignedTo) continue;
      if (resource.partialMigrationTarget !== resource.assignedTo) optional = false;
    }
    const action = resourceAction(ws, resource, 'stop', current, optional);
    if (!resource.assignedTo) action.reason ??= 'node availability';
    else if (resource.unexpectedlyActiveOk) action.reason = 'being multiply active';
    if (!resource.managed) action.runnable = false;
    if (ws.options.removeAfterStop) cleanUpHistory(ws, resource, current, optional);
  }
}

function promote(ws: WorkingSet, resource: Resource, node: Node | null, optional: boolean): void {
  const starts = findActions(resource, `${resource.id}_start_0`, node);
  if (starts.some((action) => !action.runnable)) {
    for (const action of findActions(resource, `${resource.id}_promote_0`, node)) action.runnable = false;
    return;
  }
  resourceAction(ws, resource, 'promote', node, optional);
}

function demote(ws: WorkingSet, resource: Resource, optional: boolean): void {
  for (const node of [...resource.running]) resourceAction(ws, resource, 'demote', node, optional);
}
