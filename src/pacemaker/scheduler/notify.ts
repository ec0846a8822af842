import type { Action } from './action';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

export interface CloneEvents {
  start: Action;
  running: Action;
  stop: Action;
  stopped: Action;
  promote?: Action;
  promoted?: Action;
  demote?: Action;
  demoted?: Action;
}

export function cloneNotifications(_ws: WorkingSet, _clone: Resource, _events: CloneEvents): void {}

export function orderNotificationsAfterFencing(
  _ws: WorkingSet,
  _resource: Resource,
  _stop: Action,
  _fencing: Action,
): void {}

export function createNotifications(_ws: WorkingSet, _resource: Resource): void {}
