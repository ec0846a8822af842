import type { Action } from './action';
import { isActive, keyedAction } from './actions';
import { operationKey } from './actions-key';
import { createBundleActions } from './bundle-actions';
import { cloneNotifications } from './notify';
import { primitivesOf, type Resource } from './resource';
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
      createBundleActions(ws, resource);
      break;
  }
}

/** An event of a collective resource. */
export function collectiveAction(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  optional: boolean,
  runnable: boolean,
): Action {
  const action = keyedAction(ws, resource, operationKey(resource.id, task, 0), task, null, optional);
  action.pseudo = true;
  action.optional = optional;
  action.runnable = runnable;
  return action;
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

export interface InstanceState {
  starting: boolean;
  stopping: boolean;
  promoting: boolean;
  demoting: boolean;
  active: boolean;
}

/** What happens to a clone's instances. */
export function instanceState(children: readonly Resource[]): InstanceState {
  const state: InstanceState = { starting: false, stopping: false, promoting: false, demoting: false, active: false };
  for (const child of children) {
    for (const primitive of primitivesOf(child)) {
      if (isActive(primitive)) state.active = true;
      for (const action of primitive.actions) {
        if (action.optional) continue;
        if (!action.pseudo && !action.runnable) continue;
        switch (action.task) {
          case 'start':
            state.starting = true;
            break;
          case 'stop':
            state.stopping = true;
            break;
          case 'promote':
            state.promoting = true;
            break;
          case 'demote':
            state.demoting = true;
            break;
        }
      }
    }
  }
  return state;
}

function createCloneActions(ws: WorkingSet, clone: Resource): void {
  for (const child of clone.children) createActions(ws, child);
  const state = instanceState(clone.children);
  const start = collectiveAction(ws, clone, 'start', !state.starting, true);
  const running = collectiveAction(ws, clone, 'running', !state.starting, false);
  running.priority = INFINITY;
  if (state.active || state.starting) running.runnable = true;
  const stop = collectiveAction(ws, clone, 'stop', !state.stopping, true);
  stop.migrateRunnable = true;
  const stopped = collectiveAction(ws, clone, 'stopped', !state.stopping, true);
  stopped.priority = INFINITY;
  stop.migrateRunnable = true;
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
  if (clone.notify) cloneNotifications(ws, clone, { start, running, stop, stopped, ...promotion });
}
