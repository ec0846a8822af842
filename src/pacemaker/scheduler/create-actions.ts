import type { Action } from './action';
import { createBundleActions } from './bundle-actions';
import { collectiveAction, lifeEvents } from './collective-actions';
import { cloneNotifications } from './notify';
import type { Resource } from './resource';
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
