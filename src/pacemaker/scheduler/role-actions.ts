import { findActions, resourceAction } from './actions';
import { cleanUpHistory } from './cleanup';
import { createMigration } from './migration-actions';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { createRecurring } from './recurring';
import type { Resource } from './resource';
import { Role } from './role';
import { orderAfterUnfencing, orderBeforeUnfencing } from './unfencing';
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
  const activity = activityOf(resource);
  const { current } = activity;
  for (const node of resource.danglingMigrations) abortMigration(ws, resource, node);
  const { assignedTo } = resource;
  const moving = current !== null && assignedTo !== null && current !== assignedTo && resource.nextRole >= Role.Started;
  let migrates = moving && canMigrate(resource, current);
  let needStop = moving;
  if (continuesMigration(resource, activity)) {
    // Source and target are what they were when it began.
    if (!migrates) needStop = true;
  } else if (resource.partialMigrationSource || resource.partialMigrationTarget) {
    // It was on its way elsewhere, or can't go on: recovery by stop and start.
    needStop = activity.active <= 2 || needStop || stopsWhenMultiplyActive(resource);
    migrates = false;
  } else {
    // What needs no fencing isn't really active on nodes that are to be fenced.
    const count = resource.requiresFencing ? activity.active : activity.clean;
    if (count > 1 && stopsWhenMultiplyActive(resource)) {
      needStop = true;
      resource.unexpectedlyActiveOk = resource.multipleActive === 'stop_unexpected';
    }
  }
  if (!migrates) {
    resource.partialMigrationSource = null;
    resource.partialMigrationTarget = null;
  }
  // The start that is already going on.
  if (resource.startPending) resourceAction(ws, resource, 'start', assignedTo, true).printAlways = true;
  let needPromote = false;
  if (!moving) {
    const staying = needsOfStaying(ws, resource, current);
    needStop ||= staying.stop;
    needPromote = staying.promote;
  }
  restartSteps(ws, resource, needStop, needPromote);
  transitionSteps(ws, resource);
  createRecurring(ws, resource);
  if (migrates && current) createMigration(ws, resource, current);
}

function abortMigration(ws: WorkingSet, resource: Resource, source: Node): void {
  resourceAction(ws, resource, 'stop', source, false).dangling = true;
  if (ws.options.removeAfterStop) cleanUpHistory(ws, resource, source, false);
}

const stopsWhenMultiplyActive = ({ multipleActive }: Resource): boolean =>
  multipleActive === 'stop_start' || multipleActive === 'stop_unexpected';

/** Whether a move may be a live migration: nothing about the resource or its nodes is wrong or under way. */
function canMigrate(resource: Resource, current: Node | null): boolean {
  if (!resource.allowMigrate || !resource.managed || resource.failed || resource.startPending) return false;
  return current !== null && !current.unclean && resource.assignedTo !== null && !resource.assignedTo.unclean;
}

function continuesMigration(resource: Resource, { current, active }: Activity): boolean {
  const { partialMigrationSource: source, partialMigrationTarget: target, assignedTo } = resource;
  if (!source || !target || active !== 2) return false;
  return canMigrate(resource, current) && current === source && assignedTo === target && current !== assignedTo;
}

/** Why a resource that stays where it is may have to stop, or be promoted again, all the same. */
function needsOfStaying(ws: WorkingSet, resource: Resource, current: Node | null): { stop: boolean; promote: boolean } {
  if (resource.failed) {
    const stop = resource.stopNeeded;
    return { stop, promote: !stop && resource.nextRole === Role.Promoted };
  }
  if (resource.blocked) return { stop: true, promote: false };
  if (resource.role <= Role.Started || !current || !resource.assignedTo) return { stop: false, promote: false };
  // A promoted instance whose start is due is restarted as a whole.
  return { stop: !resourceAction(ws, resource, 'start', current, true).optional, promote: false };
}

interface Activity {
  /** Where it counts as active. */
  current: Node | null;
  /** Nodes it is active on. */
  active: number;
  /** Those of them that are online and needn't be fenced. */
  clean: number;
}

function activityOf(resource: Resource): Activity {
  const { running, currentNode: current } = resource;
  const clean = running.filter((node) => node.online && !node.unclean);
  return { current, active: running.length, clean: clean.length };
}

function restartSteps(ws: WorkingSet, resource: Resource, needStop: boolean, needPromote: boolean): void {
  resource.restarting = true;
  let role = resource.role;
  while (role !== Role.Stopped && role !== Role.Unknown) {
    const next = stepTowards(role, Role.Stopped);
    applyStep(ws, resource, role, next, resource.assignedTo, !needStop);
    role = next;
  }
  // A promoted one that is demoted on the way comes up unpromoted.
  const goal = resource.role > resource.nextRole ? resource.nextRole : resource.role;
  while (role !== Role.Unknown && goal > Role.Stopped && role !== goal && !resource.blocked) {
    const next = stepTowards(role, goal);
    const required = needStop || (next === Role.Promoted && needPromote);
    applyStep(ws, resource, role, next, resource.assignedTo, !required);
    role = next;
  }
  resource.restarting = false;
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
  if (node) orderAfterUnfencing(ws, resource, node, action, OrderKind.ImpliesThen);
  if (action.runnable && !optional) action.optional = false;
  // With multiple-active=stop_unexpected it isn't really started where it belongs.
  if (isExpected(resource, node)) action.pseudo = true;
}

/** During a restart because of too many instances (multiple-active=stop_unexpected) this is the one that stays. */
function isExpected(resource: Resource, node: Node | null): boolean {
  if (!resource.restarting || !resource.unexpectedlyActiveOk) return false;
  return resource.nextRole > Role.Stopped && node !== null && resource.assignedTo === node;
}

function stop(ws: WorkingSet, resource: Resource, given: boolean): void {
  let optional = given;
  for (const current of [...resource.running]) {
    if (isExpected(resource, current)) continue;
    if (resource.partialMigrationTarget) {
      // The target of the migration under way is where it shall be.
      if (current === resource.partialMigrationTarget && current === resource.assignedTo) continue;
      optional = false;
    }
    const action = resourceAction(ws, resource, 'stop', current, optional);
    if (!resource.assignedTo) action.reason = 'node availability';
    else if (resource.restarting && resource.unexpectedlyActiveOk) action.reason = 'being multiply active';
    if (!resource.managed) action.runnable = false;
    orderBeforeUnfencing(ws, resource, current, action);
    if (ws.options.removeAfterStop) cleanUpHistory(ws, resource, current, optional);
  }
}

function promote(ws: WorkingSet, resource: Resource, node: Node | null, optional: boolean): void {
  const starts = findActions(resource, `${resource.id}_start_0`, node);
  if (starts.some((action) => !action.runnable)) {
    for (const action of findActions(resource, `${resource.id}_promote_0`, node)) action.runnable = false;
    return;
  }
  const action = resourceAction(ws, resource, 'promote', node, optional);
  if (isExpected(resource, node)) action.pseudo = true;
}

function demote(ws: WorkingSet, resource: Resource, optional: boolean): void {
  for (const node of [...resource.running])
    if (!isExpected(resource, node)) resourceAction(ws, resource, 'demote', node, optional);
}
