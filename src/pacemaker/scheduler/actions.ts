import { Action } from './action';
import { operationKey } from './actions-key';
import { canFence } from './can-fence';
import type { QuorumPolicy } from './cluster-options';
import { fenceNode } from './fencing-request';
import type { Node } from './node';
import { operationConfig } from './operation';
import type { Resource } from './resource';
import { Role } from './role';
import type { WorkingSet } from './working-set';

/** The actions of a resource with that key, on that node (null: on any). */
export function findActions(resource: Resource, key: string, node: Node | null): Action[] {
  const list = resource.actionByTaskAndNode.get(key);
  if (!list) return [];
  if (!node) return list;
  const exact = list.filter((action) => action.node === node);
  return exact;
}

export function findFirstAction(resource: Resource, key: string, node: Node | null): Action | null {
  const list = resource.actionByTaskAndNode.get(key);
  if (!list) return null;
  if (!node) return list[0] ?? null;
  for (const action of list) if (action.node === node) return action;
  return null;
}

export function findTask(resource: Resource, task: string, node: Node | null = null): Action | null {
  return findFirstAction(resource, operationKey(resource.id, task, 0), node);
}

/**
 * The action of a resource with that task on that node: the one that exists, else a new one. An action once needed
 * (`optional` false) stays needed.
 */
export function resourceAction(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  node: Node | null,
  optional: boolean,
  intervalMs = 0,
): Action {
  return keyedAction(ws, resource, operationKey(resource.id, task, intervalMs), task, node, optional, intervalMs);
}

export function keyedAction(
  ws: WorkingSet,
  resource: Resource,
  key: string,
  task: string,
  node: Node | null,
  optional: boolean,
  intervalMs = 0,
): Action {
  let action = findForReuse(resource, key, node);
  if (!action) {
    action = new Action(ws.nextActionId++, resource, node, task, key);
    action.intervalMs = intervalMs;
    configure(ws, action, resource, task, intervalMs, node);
    register(ws, action);
  }
  if (!optional) action.optional = false;
  updateRunnable(ws, action, resource);
  return action;
}

function findForReuse(resource: Resource, key: string, node: Node | null): Action | null {
  const list = resource.actionByTaskAndNode.get(key);
  if (!list) return null;
  for (const action of list) {
    if (!node || action.node === node) return action;
    if (action.node === null && resource.variant === 'primitive') {
      // Asked for before it was known where: here.
      action.node = node;
      action.runnable = true;
      return action;
    }
  }
  return null;
}

function configure(
  ws: WorkingSet,
  action: Action,
  resource: Resource,
  task: string,
  intervalMs: number,
  node: Node | null,
): void {
  const config = operationConfig(ws, resource, task, intervalMs, node);
  action.meta = config.meta;
  action.needs = config.needs;
  action.onFail = config.onFail;
  action.failRole = config.failRole;
  action.opXml = config.xml;
  action.startDelay = config.startDelay;
  action.extra = config.parameters;
}

/** Newest first: the order in which the graph lists them. */
function register(ws: WorkingSet, action: Action): void {
  ws.actions.push(action);
  const { resource } = action;
  if (!resource) return;
  resource.actions.push(action);
  const list = resource.actionByTaskAndNode.get(action.key);
  if (list) list.unshift(action);
  else resource.actionByTaskAndNode.set(action.key, [action]);
}

/** An action that belongs to no resource, or isn't one of its operations: found again by its key. */
export function clusterAction(
  ws: WorkingSet,
  key: string,
  task: string,
  node: Node | null,
  optional: boolean,
  resource: Resource | null = null,
): Action {
  let action = ws.singletons.get(key);
  if (!action) {
    action = new Action(ws.nextActionId++, resource, node, task, key);
    action.optional = optional;
    register(ws, action);
    ws.singletons.set(key, action);
  }
  if (!optional) action.optional = false;
  return action;
}

/** A pseudo action of no resource: an event in the graph that only orders others. */
export function pseudoAction(ws: WorkingSet, name: string): Action {
  let action = ws.singletons.get(name);
  if (!action) {
    action = clusterAction(ws, name, name, null, true);
    action.pseudo = true;
    action.runnable = true;
  }
  return action;
}

/** `demote` lets what has a promotable role be (its promotion is taken back elsewhere) and stops everything else. */
function policyFor(ws: WorkingSet, resource: Resource): QuorumPolicy {
  const { quorumPolicy } = ws.options;
  if (quorumPolicy !== 'demote') return quorumPolicy;
  return resource.role === Role.Promoted || resource.role === Role.Unpromoted ? 'ignore' : 'stop';
}

/** Whether the action can run where it is to: see each rule. */
function updateRunnable(ws: WorkingSet, action: Action, resource: Resource): void {
  const { node } = action;
  const quorumPolicy = policyFor(ws, resource);
  // Unmanaged resources aren't touched, but their recurring monitors go on.
  if (node && !resource.managed && action.intervalMs === 0) action.optional = true;
  if (!node) {
    // An operation has to be somewhere.
    action.runnable = false;
  } else if (!node.online && (!node.isGuest || node.remoteRequiresReset)) {
    // Nothing runs on an offline node, but a guest may come up in time; what should stop there needs fencing.
    action.runnable = false;
    if (resource.managed && action.task === 'stop' && !node.unclean) {
      fenceNode(ws, node, 'resource actions are unrunnable');
    }
  } else if (node.pending && !node.isGuest) {
    action.runnable = false;
  } else if (action.needs === 'nothing') {
    action.reason = null;
    if (node.isGuest && !canFence(ws, node)) {
      action.runnable = false;
      action.reason = 'fencing';
    } else {
      action.runnable = true;
    }
  } else if (!ws.quorate && quorumPolicy === 'stop') {
    action.runnable = false;
    action.reason = 'no quorum';
  } else if (!ws.quorate && quorumPolicy === 'freeze') {
    // Frozen: what is active stays and may be recovered, nothing new starts.
    if (!isActive(resource) || resource.nextRole > resource.role) {
      action.runnable = false;
      action.reason = 'quorum freeze';
    }
  } else {
    if (!action.runnable) action.reason = null;
    action.runnable = true;
  }
}

/** All of a group, any instance of a clone. */
export function isActive(resource: Resource, all = true): boolean {
  if (resource.variant === 'primitive') {
    for (const node of resource.running) {
      if (node.unclean) return true;
      if (!node.online && resource.managed) continue;
      return true;
    }
    return false;
  }
  let any = false;
  for (const child of resource.children) {
    const active = isActive(child, all);
    if (active) any = true;
    if (all && !active) return false;
    if (!all && active) return true;
  }
  return all ? resource.children.length > 0 : any;
}

/** All actions, the newest first: the order in which they are looked at. */
export function newestFirstActions(ws: WorkingSet): Action[] {
  return [...ws.actions].reverse();
}
