import type { Action } from './action';
import { linkActions } from './action-links';
import { findTask } from './actions';
import { createBundleActions } from './bundle-actions';
import { collectiveAction, lifeEvents } from './collective-actions';
import { cloneNotifications } from './notify';
import { OrderKind } from './order-kind';
import { type Resource, sortByNumber } from './resource';
import { createPrimitiveActions } from './role-actions';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

export function createActions(ws: WorkingSet, resource: Resource): void {
  switch (resource.variant) {
    case 'primitive':
      createPrimitiveActions(ws, resource);
      break;
    case 'group':
      createGroupActions(ws, resource);
      break;
    case 'clone':
      createCloneActions(ws, resource);
      break;
    case 'bundle':
      createBundleActions(ws, resource, createActions);
      break;
  }
}

function createGroupActions(ws: WorkingSet, group: Resource): void {
  for (const child of group.children) createPrimitiveActions(ws, child);
  const event = (task: string): Action => collectiveAction(ws, group, task, true, true);
  event('start');
  event('running').priority = 0;
  event('stop');
  event('stopped');
  if (group.top.promotable) {
    event('demote');
    event('demoted');
    event('promote');
    event('promoted');
  }
}

function createCloneActions(ws: WorkingSet, clone: Resource): void {
  for (const child of clone.children) createActions(ws, child);
  const { state, ...events } = lifeEvents(ws, clone, clone.children);
  if (clone.clone?.ordered) orderInstances(clone);
  let promotion: { promote: Action; promoted: Action; demote: Action; demoted: Action } | null = null;
  if (clone.promotable) {
    const promote = collectiveAction(ws, clone, 'promote', !state.promoting, true);
    const promoted = collectiveAction(ws, clone, 'promoted', !state.promoting, true);
    promoted.priority = INFINITY;
    const demote = collectiveAction(ws, clone, 'demote', !state.demoting, true);
    const demoted = collectiveAction(ws, clone, 'demoted', !state.demoting, true);
    demoted.priority = INFINITY;
    promotion = { promote, promoted, demote, demoted };
  }
  if (clone.notify) cloneNotifications(ws, clone, { ...events, ...promotion });
}

/** ordered=true: instances that start do so one after the other, those that stop in the reverse order. */
function orderInstances(clone: Resource): void {
  sortByNumber(clone);
  let lastStop: Action | null = null;
  let lastStart: Action | null = null;
  for (const child of clone.children) {
    const stop = findTask(child, 'stop');
    if (stop && !stop.optional) {
      if (lastStop) linkActions(stop, lastStop, OrderKind.Optional);
      lastStop = stop;
    }
    const start = findTask(child, 'start');
    if (start && !start.optional) {
      if (lastStart) linkActions(lastStart, start, OrderKind.Optional);
      lastStart = start;
    }
  }
}
