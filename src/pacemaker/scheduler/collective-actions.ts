import type { Action } from './action';
import { isActive, keyedAction } from './actions';
import { operationKey } from './actions-key';
import { primitivesOf, type Resource } from './resource';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

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

interface InstanceState {
  starting: boolean;
  stopping: boolean;
  promoting: boolean;
  demoting: boolean;
  active: boolean;
}

/** What happens to the instances (of a bundle: its containers). */
function instanceState(children: readonly Resource[]): InstanceState {
  const state: InstanceState = { starting: false, stopping: false, promoting: false, demoting: false, active: false };
  for (const child of children) {
    for (const primitive of primitivesOf(child)) {
      if (isActive(primitive)) state.active = true;
      for (const action of primitive.actions) {
        if (action.optional) continue;
        if (!action.pseudo && !action.runnable) continue;
        switch (action.task) {
          case 'start':
            if (action.runnable) state.starting = true;
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

/** The events round the start and stop of a clone's instances, or a bundle's containers. */
export interface LifeEvents {
  start: Action;
  running: Action;
  stop: Action;
  stopped: Action;
  state: InstanceState;
}

export function lifeEvents(ws: WorkingSet, whole: Resource, instances: readonly Resource[]): LifeEvents {
  const state = instanceState(instances);
  const start = collectiveAction(ws, whole, 'start', !state.starting, true);
  const running = collectiveAction(ws, whole, 'running', !state.starting, false);
  running.priority = INFINITY;
  if (state.active || state.starting) running.runnable = true;
  const stop = collectiveAction(ws, whole, 'stop', !state.stopping, true);
  // An instance that is restarted or moved takes what depends on it along: that can't migrate meanwhile.
  stop.migrateRunnable = !instances.some((instance) => {
    const { starting, stopping } = instanceState([instance]);
    return starting && stopping;
  });
  const stopped = collectiveAction(ws, whole, 'stopped', !state.stopping, true);
  stopped.priority = INFINITY;
  return { start, running, stop, stopped, state };
}
