import type { Action, Input } from './action';
import { linkActions, newestFirst, parseKey } from './action-links';
import { findFirstAction } from './actions';
import { operationKey } from './actions-key';
import { assignedNode, compatibleInstance, currentRoleOf, instancesOf } from './colocation-apply';
import { finalAssign } from './final-assign';
import type { Node } from './node';
import { OrderKind } from './order-kind';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

const FIRST = 1;
const THEN = 2;

interface Flags {
  optional: boolean;
  runnable: boolean;
}

/** What a task of a collective resource is called once it is done. */
const DONE: Record<string, string> = {
  start: 'running',
  stop: 'stopped',
  promote: 'promoted',
  demote: 'demoted',
  notify: 'notified',
  running: 'running',
  stopped: 'stopped',
  promoted: 'promoted',
  demoted: 'demoted',
  notified: 'notified',
};
const UNDONE: Record<string, string> = {
  running: 'start',
  stopped: 'stop',
  promoted: 'promote',
  demoted: 'demote',
  notified: 'notify',
};

function isParent(resource: Resource | null, of: Resource): boolean {
  for (let parent = of.parent; parent; parent = parent.parent) if (parent === resource) return true;
  return false;
}

/** After a collective's task means after all of it is done, notifications included. */
function actionForOrdering(action: Action): Action {
  const { resource } = action;
  if (!resource || resource.variant === 'primitive') return action;
  if (action.key.includes('notify')) return action;
  const parsed = parseKey(action.key);
  if (!parsed || parsed.intervalMs > 0) return action;
  const done = DONE[parsed.task];
  if (!done) return action;
  const outermost = resource.parent === null || (resource.isClone && resource.parent.variant === 'bundle');
  const key =
    resource.notify && outermost
      ? `${resource.id}_confirmed-post_notify_${done}_0`
      : operationKey(resource.id, done, 0);
  return findFirstAction(resource, key, null) ?? action;
}

/** The task of a part that a task of the whole is about. */
export function partTask(part: Resource, task: string): string {
  return part.variant === 'primitive' ? (UNDONE[task] ?? task) : task;
}

export function actionOf(resource: Resource, task: string, node: Node | null): Action | null {
  const list = resource.actionByTaskAndNode.get(operationKey(resource.id, task, 0));
  if (!list) return null;
  if (!node) return list[0] ?? null;
  return list.find((action) => action.node === node) ?? null;
}

/** Whether an action is optional and runnable, for collectives by their parts. */
export function flagsOf(action: Action, node: Node | null): Flags {
  const { resource } = action;
  if (!resource) return { optional: action.optional, runnable: action.runnable };
  switch (resource.variant) {
    case 'primitive':
      return { optional: action.optional, runnable: action.runnable };
    case 'group':
      return groupFlags(action, resource, node);
    case 'clone':
      return cloneFlags(action, resource.children, node);
    case 'bundle':
      return bundleFlags(action, resource, node);
  }
}

function groupFlags(action: Action, group: Resource, node: Node | null): Flags {
  const flags: Flags = { optional: true, runnable: true };
  for (const child of group.children) {
    const task = partTask(child, action.task);
    const part = actionOf(child, task, node);
    if (part) {
      const partFlags = flagsOf(part, node);
      if (flags.optional && !partFlags.optional) {
        flags.optional = false;
        action.optional = false;
      }
      if (task !== action.task && flags.runnable && !partFlags.runnable) {
        flags.runnable = false;
        action.runnable = false;
      }
    } else if (task !== 'stop' && task !== 'demote') {
      flags.runnable = false;
    }
  }
  return flags;
}

/** The task an event is about; a notification's is the one it tells of (`ms_post_notify_stopped_0`). */
function subjectOf(action: Action): string {
  if (action.task !== 'notify' && action.task !== 'notified') return action.task;
  return parseKey(action.key)?.task ?? action.task;
}

function cloneFlags(action: Action, children: readonly Resource[], node: Node | null): Flags {
  const flags: Flags = { optional: true, runnable: true };
  const subject = subjectOf(action);
  let anyRunnable = false;
  for (const child of children) {
    const part = actionOf(child, partTask(child, subject), child.children.length > 0 ? null : node);
    if (!part) continue;
    const partFlags = flagsOf(part, node);
    if (flags.optional && !partFlags.optional) {
      flags.optional = false;
      action.optional = false;
    }
    if (partFlags.runnable) anyRunnable = true;
  }
  if (!anyRunnable) {
    flags.runnable = false;
    if (node === null) action.runnable = false;
  }
  return flags;
}

function bundleFlags(action: Action, bundle: Resource, node: Node | null): Flags {
  const child = bundle.bundle?.child;
  if (child) {
    const task = action.task;
    if (['promote', 'promoted', 'demote', 'demoted', 'notify', 'notified'].includes(task))
      return cloneFlags(action, child.children, node);
  }
  return cloneFlags(action, instancesOf(bundle), node);
}

function orderingFlags(action: Action, node: Node | null): Flags {
  const { resource } = action;
  if (!resource) return { optional: action.optional, runnable: action.runnable };
  const flags = flagsOf(action, null);
  if (!node || !(resource.isClone || resource.variant === 'bundle')) return flags;
  const { runnable } = flags;
  const onNode = flagsOf(action, node);
  // Runnable anywhere is what counts.
  return { optional: onNode.optional, runnable: onNode.runnable || runnable };
}

/** Follows out an action's inputs, and what changes because of them. */
export function updateOrderings(ws: WorkingSet, then: Action): void {
  let changed = 0;
  const wasRunnable = then.runnable;
  if (then.requiresAny) {
    then.runnableBefore = 0;
    if (then.requiredRunnable === 0) then.requiredRunnable = 1;
    then.runnable = false;
  }
  // Inputs may be added on the way.
  for (let i = then.inputs.length - 1; i >= 0; i--) {
    const input = then.inputs[i];
    if (input) changed |= updateForInput(ws, then, input);
  }
  if (then.requiresAny) changed = wasRunnable !== then.runnable ? changed | THEN : changed & ~THEN;
  if (changed & THEN) {
    if (wasRunnable && !then.runnable) blockColocated(ws, then);
    updateOrderings(ws, then);
    for (const output of [...then.outputs].reverse()) updateOrderings(ws, output.action);
  }
}

/**
 * What must be with a resource that can't start (or be promoted) can't either. Of a collective resource, none of its parts
 * may be able to.
 */
export function blockColocated(ws: WorkingSet, action: Action): void {
  const { resource } = action;
  if (action.runnable || !resource) return;
  const isStart = action.task === 'start';
  if (!isStart && action.task !== 'promote') return;
  const { root } = resource;
  // What is with a group starts all the same, wherever the group would be.
  if (root.variant === 'group') return;
  const parts = root.variant === 'bundle' ? instancesOf(root) : root.children;
  for (const part of parts) {
    const own = actionOf(part, action.task, null);
    if (!own || own.runnable) return;
  }
  for (const colocation of root.withThis) {
    if (colocation.score < INFINITY) continue;
    // Not promoted, it may still be there.
    if (!isStart && colocation.primaryRole !== Role.Promoted) continue;
    const task = colocation.dependentRole === Role.Promoted ? 'promote' : 'start';
    blockTask(ws, colocation.dependent, task, `colocation with ${resource.id}`);
  }
}

function blockTask(ws: WorkingSet, resource: Resource, task: string, reason: string): void {
  for (const action of newestFirst(resource.actions)) {
    if (action.task !== task || !action.runnable) continue;
    action.runnable = false;
    action.reason ??= reason;
    blockColocated(ws, action);
    updateOrderings(ws, action);
  }
  for (const child of resource.children) blockTask(ws, child, task, reason);
}

function updateForInput(ws: WorkingSet, then: Action, input: Input): number {
  let first = input.action;
  let firstNode = first.node;
  let thenNode = then.node;
  if (first.resource?.variant === 'group' && first.task === 'start') firstNode = assignedNode(first.resource);
  if (then.resource?.variant === 'group' && then.task === 'start') thenNode = assignedNode(then.resource);
  if (input.kind & OrderKind.SameNode && firstNode && thenNode && firstNode !== thenNode) {
    input.kind = OrderKind.None;
    return 0;
  }
  if (first.resource && input.kind & OrderKind.ThenCancelsFirst && !then.optional) {
    first.optional = true;
    if (first.task === 'reload-agent') first.resource.reload = false;
  }
  if (first.resource && then.resource && first.resource !== then.resource && !isParent(first.resource, then.resource)) {
    first = actionForOrdering(first);
  }
  const firstFlags = orderingFlags(first, thenNode);
  const thenFlags = orderingFlags(then, firstNode);
  let changed = 0;
  if (first === input.action) changed = applyFlags(ws, first, then, firstFlags, thenFlags, input);
  else {
    // Superseded by the link to what completes it.
    if (linkActions(first, then, input.kind)) changed = THEN;
    input.kind = OrderKind.None;
  }
  if (changed & FIRST) {
    for (const output of [...first.outputs].reverse()) updateOrderings(ws, output.action);
    updateOrderings(ws, first);
  }
  return changed;
}

function clearOptional(action: Action, because: Action): void {
  if (!action.optional) return;
  action.optional = false;
  setReason(action, because, 'required');
}

function clearRunnable(action: Action, because: Action): void {
  if (!action.runnable) return;
  action.runnable = false;
  setReason(action, because, 'unrunnable');
}

/** Its resource can't be moved alive any more, which is worth more as a reason than whatever it was before. */
function clearMigratable(action: Action, because: Action): void {
  if (!action.migrateRunnable) return;
  action.migrateRunnable = false;
  setReason(action, because, 'unrunnable', true);
}

/** Why an action is needed or impossible, for the summary. */
function setReason(action: Action, because: Action, what: 'required' | 'unrunnable', overwrite = false): void {
  // What a resource does for its own sake is explained elsewhere.
  if (action.resource === because.resource) return;
  const name = because.resource ? `${because.resource.id} ${because.task}` : because.task;
  if (action.reason === null || overwrite) action.reason = `${what} ${name}`;
}

function applyFlags(
  ws: WorkingSet,
  first: Action,
  then: Action,
  firstFlags: Flags,
  thenFlags: Flags,
  input: Input,
): number {
  let changed = 0;
  let { kind } = input;
  let node = then.node;
  if (kind & OrderKind.ImpliesThenOnNode) {
    kind = (kind & ~OrderKind.ImpliesThenOnNode) | OrderKind.ImpliesThen;
    node = first.node;
  }
  const apply = (type: number): void => {
    changed |= updateOrdered(ws, then, first, then, node, firstFlags, type);
  };
  if (kind & OrderKind.ImpliesThen) {
    if (then.resource) apply(OrderKind.ImpliesThen);
    else if (!firstFlags.optional && then.optional) {
      then.optional = false;
      changed |= THEN;
    }
  }
  if (kind & OrderKind.Restart && then.resource) apply(OrderKind.Restart);
  if (kind & OrderKind.ImpliesFirst) {
    if (first.resource) changed |= updateOrdered(ws, first, first, then, node, firstFlags, OrderKind.ImpliesFirst);
    else if (!firstFlags.optional && first.runnable) {
      first.runnable = false;
      changed |= FIRST;
    }
  }
  if (kind & OrderKind.PromotedImpliesFirst && then.resource) apply(OrderKind.PromotedImpliesFirst);
  if (kind & OrderKind.OneOrMore) {
    if (then.resource) apply(OrderKind.OneOrMore);
    else if (firstFlags.runnable) {
      then.runnableBefore++;
      if (then.runnableBefore >= then.requiredRunnable && !then.runnable) {
        then.runnable = true;
        changed |= THEN;
      }
    }
  }
  if (kind & OrderKind.Probe && then.resource) {
    if (!firstFlags.runnable && (first.resource?.running.length ?? 0) > 0) input.kind = OrderKind.None;
    else apply(OrderKind.RunnableLeft);
  }
  if (kind & OrderKind.RunnableLeft) {
    if (then.resource) apply(OrderKind.RunnableLeft);
    else if (!firstFlags.runnable && then.runnable) {
      then.runnable = false;
      changed |= THEN;
    }
  }
  if (kind & OrderKind.ImpliesFirstMigratable && then.resource) apply(OrderKind.ImpliesFirstMigratable);
  if (kind & OrderKind.PseudoLeft && then.resource) apply(OrderKind.PseudoLeft);
  if (kind & OrderKind.Optional && then.resource) apply(OrderKind.Optional);
  if (kind & OrderKind.Asymmetrical && then.resource) apply(OrderKind.Asymmetrical);
  if (first.runnable && kind & OrderKind.ImpliesThenPrinted && !firstFlags.optional) then.printAlways = true;
  if (kind & OrderKind.ImpliesFirstPrinted && !thenFlags.optional) first.printAlways = true;
  if (
    kind & (OrderKind.ImpliesThen | OrderKind.ImpliesFirst | OrderKind.Restart) &&
    first.resource &&
    first.task === 'stop' &&
    !first.resource.managed &&
    first.resource.blocked &&
    !first.runnable &&
    then.runnable
  ) {
    then.runnable = false;
    changed |= THEN;
  }
  return changed;
}

/** Applies one kind of ordering to the actions, and for collectives to those of their parts. `of`: whose method decides. */
function updateOrdered(
  ws: WorkingSet,
  of: Action,
  first: Action,
  then: Action,
  node: Node | null,
  firstFlags: Flags,
  type: number,
): number {
  const resource = of.resource;
  switch (resource?.variant) {
    case 'group':
      return updateGroup(ws, resource, first, then, node, firstFlags, type);
    case 'clone':
    case 'bundle':
      return updateCollective(ws, first, then, node, firstFlags, type);
    default:
      return updateSimple(ws, first, then, firstFlags, type);
  }
}

function updateGroup(
  ws: WorkingSet,
  group: Resource,
  first: Action,
  then: Action,
  node: Node | null,
  firstFlags: Flags,
  type: number,
): number {
  let changed = updateSimple(ws, first, then, firstFlags, type);
  if (then.resource !== group) return changed;
  for (const child of group.children) {
    const part = actionOf(child, then.task, node);
    if (part && part.task === then.task) changed |= updateSimple(ws, first, part, firstFlags, type);
  }
  return changed;
}

function updateCollective(
  ws: WorkingSet,
  first: Action,
  then: Action,
  node: Node | null,
  firstFlags: Flags,
  type: number,
): number {
  if (!then.resource) return 0;
  if (canInterleave(first, then)) return interleave(ws, first, then, node, type);
  let changed = updateSimple(ws, first, then, firstFlags, type);
  const { resource } = then;
  if (!resource.isClone && resource.variant !== 'bundle') return changed;
  for (const child of instancesOf(resource)) {
    const part = actionOf(child, then.task, node);
    if (!part) continue;
    if (!flagsOf(part, node).runnable) continue;
    const partChanged = updateOrdered(ws, part, first, part, node, firstFlags, type);
    changed |= partChanged;
    if (partChanged & THEN) for (const output of [...part.outputs].reverse()) updateOrderings(ws, output.action);
  }
  return changed;
}

function isCollective(resource: Resource | null): boolean {
  return resource?.variant === 'clone' || resource?.variant === 'bundle';
}

/** Two clones of which the dependent is interleaved are ordered node by node. */
function canInterleave(first: Action, then: Action): boolean {
  if (!first.resource || !then.resource || first.resource === then.resource) return false;
  if (!isCollective(first.resource) || !isCollective(then.resource)) return false;
  const stopping = then.key.endsWith('_stop_0') || then.key.endsWith('_demote_0');
  const decisive = stopping ? first.resource : then.resource;
  return decisive.variant === 'bundle'
    ? decisive.meta.get('interleave') === 'true'
    : (decisive.clone?.interleave ?? false);
}

function interleave(ws: WorkingSet, first: Action, then: Action, node: Node | null, type: number): number {
  if (!first.resource || !then.resource) return 0;
  let changed = 0;
  const current = first.key.endsWith('_stopped_0') || first.key.endsWith('_demoted_0');
  const firstSubject = subjectOf(first);
  for (const thenChild of instancesOf(then.resource)) {
    const firstChild = compatibleInstance(ws, thenChild, first.resource, Role.Unknown, current);
    if (!firstChild) {
      // Nobody to follow there: it can't be active.
      if (!current && type & (OrderKind.RunnableLeft | OrderKind.ImpliesThen)) {
        if (finalAssign(ws, thenChild, null, true)) changed |= THEN;
      }
      continue;
    }
    const firstPart = actionOf(firstChild, partTask(firstChild, firstSubject), node);
    const thenPart = actionOf(thenChild, then.task, node);
    if (!firstPart || !thenPart) continue;
    if (linkActions(firstPart, thenPart, type)) changed |= FIRST | THEN;
    changed |= updateOrdered(ws, thenPart, firstPart, thenPart, node, flagsOf(firstPart, node), type);
  }
  return changed;
}

function updateSimple(ws: WorkingSet, first: Action, then: Action, firstFlags: Flags, type: number): number {
  const before = [
    first.optional,
    first.runnable,
    first.migrateRunnable,
    first.pseudo,
    then.optional,
    then.runnable,
    then.migrateRunnable,
    then.pseudo,
  ];
  if (type & OrderKind.Asymmetrical) asymmetric(first, then);
  // A collective some part of which is needed is needed as a whole. Nothing else follows: that what comes after a
  // resource stops before it follows from its own start's needing the resource's.
  if (type & OrderKind.ImpliesFirst && !then.optional) {
    if (!firstFlags.optional) clearOptional(first, then);
    if (!then.migrateRunnable) clearMigratable(first, then);
  }
  if (type & OrderKind.PromotedImpliesFirst && !then.optional && then.resource?.role === Role.Promoted) {
    clearOptional(first, then);
    if (!then.migrateRunnable) clearMigratable(first, then);
  }
  if (type & OrderKind.ImpliesFirstMigratable) {
    if (!then.migrateRunnable || !then.runnable) clearRunnable(first, then);
    if (!then.optional) clearOptional(first, then);
  }
  if (type & OrderKind.PseudoLeft && !first.runnable) {
    clearMigratable(then, first);
    then.pseudo = false;
  }
  if (type & OrderKind.RunnableLeft && then.runnable && !firstFlags.runnable) {
    clearRunnable(then, first);
    clearMigratable(then, first);
  }
  if (type & OrderKind.ImpliesThen && then.optional && !firstFlags.optional && !first.migrateRunnable)
    clearOptional(then, first);
  if (type & OrderKind.Restart) restart(first, then);
  let changed = 0;
  if (
    then.optional !== before[4] ||
    then.runnable !== before[5] ||
    then.migrateRunnable !== before[6] ||
    then.pseudo !== before[7]
  ) {
    changed |= THEN;
    // Cloned groups: the part's change has to reach what comes after it.
    if (then.resource?.parent) updateOrderings(ws, then);
  }
  if (
    first.optional !== before[0] ||
    first.runnable !== before[1] ||
    first.migrateRunnable !== before[2] ||
    first.pseudo !== before[3]
  )
    changed |= FIRST;
  return changed;
}

/** An ordering for starting only: nothing starts after what can't, but what runs stays. */
function asymmetric(first: Action, then: Action): void {
  if (!then.resource || first.runnable) return;
  if (then.optional) {
    const role = currentRoleOf(then.resource);
    if (role === Role.Stopped && then.task === 'stop') return;
    if (
      role >= Role.Started &&
      then.task === 'start' &&
      then.resource.assignedTo !== null &&
      then.resource.running.length === 1 &&
      then.resource.running[0] === then.resource.assignedTo
    )
      return;
  }
  clearOptional(then, first);
  clearRunnable(then, first);
}

/** Stop and start belong together: a start that is needed needs the stop; one that can't be leaves the resource stopped. */
function restart(first: Action, then: Action): void {
  const { resource } = then;
  const stopsForGood = !then.runnable && resource !== null && resource.managed && first.resource === resource;
  if (then.optional && !stopsForGood) return;
  if (first.runnable || !then.optional) clearOptional(first, then);
  if (!then.migrateRunnable) clearMigratable(first, then);
  if (!first.optional && !first.runnable) clearRunnable(then, first);
}
