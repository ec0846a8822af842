import type { Action } from './action';
import { linkActions } from './action-links';
import { findTask, keyedAction } from './actions';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import { primitivesOf, type Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import { flagsOf } from './update-orderings';
import type { WorkingSet } from './working-set';

/** A clone's events, between and round which its instances are notified. */
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

/** Notifications round one task: pre, confirmed-pre, (the task), post, confirmed-post. */
interface Notification {
  task: string;
  pre: Action | null;
  preDone: Action | null;
  post: Action | null;
  postDone: Action | null;
}

const notifications = new WeakMap<Resource, Notification[]>();

/** Makes the events of the notifications and puts them in their places round the clone's own events. */
export function cloneNotifications(ws: WorkingSet, clone: Resource, events: CloneEvents): void {
  const start = roundTask(ws, clone, 'start', events.start, events.running);
  const stop = roundTask(ws, clone, 'stop', events.stop, events.stopped);
  const list = [start, stop];
  link(stop.postDone, start.pre);
  if (events.promote && events.promoted && events.demote && events.demoted) {
    const promote = roundTask(ws, clone, 'promote', events.promote, events.promoted);
    const demote = roundTask(ws, clone, 'demote', events.demote, events.demoted);
    list.push(promote, demote);
    link(stop.postDone, promote.pre);
    link(start.postDone, promote.pre);
    link(demote.postDone, promote.pre);
    link(demote.postDone, start.pre);
    link(demote.postDone, stop.pre);
  }
  notifications.set(clone, list);
}

function link(first: Action | null, then: Action | null, kind: number = OrderKind.Optional): void {
  if (first && then) linkActions(first, then, kind);
}

function notifyEvent(
  ws: WorkingSet,
  resource: Resource,
  of: Action,
  task: 'notify' | 'notified',
  type: string,
  operation: string,
): Action {
  const key = `${resource.id}_${type}_notify_${of.task}_0`;
  const event = keyedAction(ws, resource, key, task, null, of.optional);
  event.optional = of.optional;
  event.pseudo = true;
  event.runnable = true;
  event.meta.set('notify_key_type', type);
  event.meta.set('notify_key_operation', of.task);
  event.meta.set('notify_type', type.replace('confirmed-', ''));
  event.meta.set('notify_operation', operation);
  return event;
}

function roundTask(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  action: Action | null,
  complete: Action | null,
): Notification {
  const result: Notification = { task, pre: null, preDone: null, post: null, postDone: null };
  if (action) {
    result.pre = notifyEvent(ws, resource, action, 'notify', 'pre', task);
    result.preDone = notifyEvent(ws, resource, action, 'notified', 'confirmed-pre', task);
    link(result.pre, result.preDone);
    link(result.preDone, action);
  }
  if (complete) {
    result.post = notifyEvent(ws, resource, complete, 'notify', 'post', task);
    result.post.priority = INFINITY;
    result.post.runnable = complete.runnable;
    result.postDone = notifyEvent(ws, resource, complete, 'notified', 'confirmed-post', task);
    result.postDone.priority = INFINITY;
    link(complete, result.post, OrderKind.ImpliesThen);
    link(result.post, result.postDone, OrderKind.ImpliesThen);
  }
  if (action && complete) link(result.preDone, result.post);
  return result;
}

interface Entry {
  resource: Resource;
  node: Node | null;
}

interface Roster {
  active: Entry[];
  inactive: Entry[];
  promoted: Entry[];
  unpromoted: Entry[];
  start: Entry[];
  stop: Entry[];
  promote: Entry[];
  demote: Entry[];
}

/** Who is what, and what will happen to whom: the environment that notified agents get. */
function rosterOf(clone: Resource): Roster {
  const roster: Roster = {
    active: [],
    inactive: [],
    promoted: [],
    unpromoted: [],
    start: [],
    stop: [],
    promote: [],
    demote: [],
  };
  for (const child of clone.children) {
    for (const resource of primitivesOf(child)) {
      const entry: Entry = { resource, node: resource.running[0] ?? null };
      switch (resource.role) {
        case Role.Stopped:
          roster.inactive.push(entry);
          break;
        case Role.Started:
          roster.active.push(entry);
          break;
        case Role.Unpromoted:
          roster.unpromoted.push(entry);
          roster.active.push(entry);
          break;
        case Role.Promoted:
          roster.promoted.push(entry);
          roster.active.push(entry);
          break;
        default:
          break;
      }
      for (const action of resource.actions) {
        if (action.optional || !action.node) continue;
        const { task } = action;
        // What can't be done isn't told of, but for the stop of an instance that is lost with its node.
        if (!action.runnable && !(task === 'stop' && action.node.unclean)) continue;
        if (task === 'start' || task === 'stop' || task === 'promote' || task === 'demote')
          roster[task].push({ resource, node: action.node });
      }
    }
  }
  for (const list of Object.values(roster) as Entry[][]) {
    list.sort((a, b) => {
      if (a.resource !== b.resource) return a.resource.id < b.resource.id ? -1 : 1;
      return (a.node?.id ?? '') < (b.node?.id ?? '') ? -1 : 1;
    });
  }
  return roster;
}

const words = (list: readonly string[]): string => (list.length > 0 ? list.join(' ') : ' ');

function rosterMeta(ws: WorkingSet, clone: Resource, roster: Roster): Map<string, string> {
  const meta = new Map<string, string>();
  const put = (name: string, list: readonly Entry[], nodes = true): void => {
    meta.set(`notify_${name}_resource`, words(list.map((entry) => entry.resource.id)));
    if (nodes) meta.set(`notify_${name}_uname`, words(list.flatMap((entry) => (entry.node ? [entry.node.name] : []))));
  };
  put('start', roster.start);
  put('stop', roster.stop);
  put('promote', roster.promote);
  put('demote', roster.demote);
  put('active', roster.active);
  put('inactive', roster.inactive, false);
  put('promoted', roster.promoted);
  put('master', roster.promoted);
  put('unpromoted', roster.unpromoted);
  put('slave', roster.unpromoted);
  const known = clone.allowed.flatMap((candidate) => (candidate ? [candidate] : []));
  const byName = (nodes: Node[]): string => words(nodes.map((node) => node.name).sort());
  meta.set('notify_available_uname', byName(known.map((candidate) => candidate.node)));
  meta.set('notify_all_uname', byName(ws.nodes));
  // What keeps its attributes with the hosts is told those as well.
  if (clone.meta.get('container-attribute-target') === 'host')
    meta.set('notify_all_hosts', words(ws.sortedNodes.map((node) => hostOf(node).name)));
  return meta;
}

function hostOf(node: Node): Node {
  return (node.isGuest ? node.connection?.container?.running[0] : null) ?? node;
}

/** What was said first (of instances lost with their nodes) stays. */
function addAll(action: Action, meta: ReadonlyMap<string, string>): void {
  for (const [name, value] of meta) if (!action.meta.has(name)) action.meta.set(name, value);
}

/**
 * Now that everything is decided: the notify operations of a clone's instances, and what they are told. By now it is known
 * which of the clone's events happen; what comes into the graph before the clone doesn't know it yet.
 */
export function createNotifications(ws: WorkingSet, clone: Resource): void {
  for (const action of clone.actions) flagsOf(action, null);
  const list = notifications.get(clone);
  if (!list) return;
  const instances = [...primitivesOf(clone)];
  const roster = rosterOf(clone);
  const meta = rosterMeta(ws, clone, roster);
  for (const notification of list) for (const each of instances) notifyInstance(ws, each, notification, roster, meta);
}

function notifyInstance(
  ws: WorkingSet,
  resource: Resource,
  notification: Notification,
  roster: Roster | null,
  meta: ReadonlyMap<string, string>,
): void {
  for (const action of resource.actions) {
    if (action.optional || !action.node) continue;
    if (['start', 'stop', 'promote', 'demote'].includes(action.task)) addAll(action, meta);
  }
  const { task } = notification;
  if (task === 'start' && roster?.start.length === 0) return;
  if (task === 'promote' && roster?.promote.length === 0) return;
  if (task === 'demote' && roster?.demote.length === 0) return;
  if (task === 'stop' || task === 'demote') {
    if (resource.role === Role.Stopped) return;
    for (const node of resource.running) {
      let stop: Action | null = null;
      if (task === 'stop') {
        stop = findTask(resource, 'stop', node);
        // The fenced node can't be told.
        if (stop?.pseudo && (node.unclean || node.remoteRequiresReset)) continue;
      }
      operate(ws, resource, node, notification.pre, notification.preDone, meta);
      if (task === 'demote' || !stop || stop.optional) postOperate(ws, resource, node, notification, meta);
    }
    return;
  }
  if (resource.nextRole === Role.Stopped || !resource.assignedTo) return;
  if (isOutOfReach(resource.assignedTo)) return;
  const start = findTask(resource, 'start');
  const starting = start !== null && !start.optional;
  // Who is only now being started can't be told beforehand of starts.
  if (task !== 'start' || !starting)
    operate(ws, resource, resource.assignedTo, notification.pre, notification.preDone, meta);
  postOperate(ws, resource, resource.assignedTo, notification, meta);
}

/** A remote node or guest that can't be connected to any more. */
function isOutOfReach(node: Node): boolean {
  const start = node.isRemote && node.connection ? findTask(node.connection, 'start') : null;
  return start !== null && !start.optional && !start.runnable;
}

function operate(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  event: Action | null,
  done: Action | null,
  meta: ReadonlyMap<string, string>,
): Action | null {
  if (!event || !done || !node.online || !event.runnable) return null;
  const type = event.meta.get('notify_type') ?? '';
  const operation = event.meta.get('notify_operation') ?? '';
  const key = `${resource.id}_${type}_notify_${operation}_0`;
  const action = keyedAction(ws, resource, key, 'notify', node, event.optional);
  // Unmanaged instances aren't told, and nobody waits for them.
  action.optional = event.optional || !resource.managed;
  for (const name of ['notify_key_type', 'notify_key_operation', 'notify_type', 'notify_operation']) {
    const value = event.meta.get(name);
    if (value !== undefined && !action.meta.has(name)) action.meta.set(name, value);
  }
  addAll(action, meta);
  linkActions(event, action, OrderKind.Optional);
  linkActions(action, done, OrderKind.Optional);
  return action;
}

function postOperate(
  ws: WorkingSet,
  resource: Resource,
  node: Node,
  notification: Notification,
  meta: ReadonlyMap<string, string>,
): void {
  const action = operate(ws, resource, node, notification.post, notification.postDone, meta);
  if (action) action.priority = INFINITY;
  if (!notification.postDone) return;
  // Recurring monitors wait until all have been told.
  for (const monitor of resource.actions) {
    if (monitor.intervalMs === 0 || monitor.task === 'cancel') continue;
    linkActions(notification.postDone, monitor, OrderKind.Optional);
  }
}

/**
 * The peers of an instance that is lost with its node hear of the stop as soon as the node is fenced: even if `notify` is
 * set for the instance only.
 */
export function orderNotificationsAfterFencing(
  ws: WorkingSet,
  resource: Resource,
  stop: Action,
  fencing: Action,
): void {
  const clone = resource.top;
  const event = (task: 'notify' | 'notified', key: string, type: string): Action => {
    const action = keyedAction(ws, resource, key, task, null, false);
    action.pseudo = true;
    action.runnable = true;
    action.priority = INFINITY;
    action.meta.set('notify_key_type', type);
    action.meta.set('notify_key_operation', 'stonith');
    action.meta.set('notify_type', 'post');
    action.meta.set('notify_operation', 'stop');
    return action;
  };
  const post = event('notify', `${resource.id}_post_notify_stonith_0`, 'post');
  const postDone = event('notified', `${resource.id}_confirmed-post_notify_stonith_0`, 'confirmed-post');
  linkActions(fencing, post, OrderKind.ImpliesThen);
  linkActions(post, postDone, OrderKind.ImpliesThen);
  const lost = new Map([
    ['notify_stop_resource', resource.id],
    ['notify_stop_uname', stop.node?.name ?? ''],
  ]);
  const notification: Notification = { task: 'stop', pre: null, preDone: null, post, postDone };
  for (const each of primitivesOf(clone)) notifyInstance(ws, each, notification, null, lost);
}
