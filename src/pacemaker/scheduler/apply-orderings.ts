import type { Action } from './action';
import { linkActions, newestFirst, parseKey } from './action-links';
import { keyedAction } from './actions';
import { operationKey } from './actions-key';
import { compatibleInstance, currentRoleOf } from './colocation-apply';
import type { Ordering } from './constraint';
import { OrderKind } from './order-kind';
import type { Resource } from './resource';
import { Role } from './role';
import { blockColocated, updateOrderings } from './update-orderings';
import type { WorkingSet } from './working-set';

/** The actions that a task of an ordering means for a resource (or a part of the one it was written for). */
function actionsFor(resource: Resource, key: string): Action[] {
  const direct = resource.actionByTaskAndNode.get(key);
  if (direct && direct.length > 0) return direct;
  const parsed = parseKey(key);
  if (!parsed || parsed.resource === resource.id) return [];
  return resource.actionByTaskAndNode.get(operationKey(resource.id, parsed.task, parsed.intervalMs)) ?? [];
}

/** Turns orderings into links and follows out what they imply for what is needed and what is possible. */
export function applyOrderings(ws: WorkingSet): void {
  for (const ordering of ws.orderings) {
    if (ordering.firstResource) orderFirst(ws, ordering.firstResource, ordering);
    else if (ordering.thenResource) orderThen(ordering.firstAction, ordering.thenResource, ordering);
    else if (ordering.firstAction && ordering.thenAction)
      linkActions(ordering.firstAction, ordering.thenAction, ordering.kind);
  }
  for (const resource of ws.resources) orderRestartsAfterProbes(ws, resource);
  orderProbes(ws);
  for (const action of newestFirst(ws.actions)) blockColocated(ws, action);
  for (const action of newestFirst(ws.actions)) updateOrderings(ws, action);
  for (const action of ws.actions) dropImpossible(action);
}

/** Users can't order what runs in a guest relative to the container that the guest is: only the cluster itself does. */
function dropImpossible(action: Action): void {
  const { resource } = action;
  if (!resource || resource.fillers.length === 0) return;
  for (const input of action.inputs) {
    const inside = input.action.resource !== null && input.action.node?.connection?.container === resource;
    if (inside && !(input.kind & OrderKind.Preserve)) input.kind = OrderKind.None;
  }
}

function orderFirst(ws: WorkingSet, resource: Resource, ordering: Ordering): void {
  let firsts: Action[];
  if (ordering.firstAction) firsts = [ordering.firstAction];
  else firsts = actionsFor(resource, ordering.firstTask ?? '');
  if (firsts.length === 0 && ordering.thenResource !== resource) {
    const parsed = parseKey(ordering.firstTask ?? '');
    if (!parsed || parsed.task.startsWith('migrate_')) return;
    const role = currentRoleOf(resource);
    // What isn't running needn't be stopped first, what isn't promoted not demoted.
    if (parsed.task === 'stop' && (role === Role.Stopped || role === Role.Unknown)) return;
    if (parsed.task === 'demote' && role === Role.Unpromoted) return;
    firsts = [
      keyedAction(
        ws,
        resource,
        operationKey(resource.id, parsed.task, parsed.intervalMs),
        parsed.task,
        null,
        true,
        parsed.intervalMs,
      ),
    ];
  }
  for (const first of [...firsts]) {
    if (ordering.thenResource) orderThen(first, ordering.thenResource, ordering);
    else if (ordering.thenAction) linkActions(first, ordering.thenAction, ordering.kind);
  }
}

function orderThen(first: Action | null, resource: Resource, ordering: Ordering): void {
  let { kind } = ordering;
  const thens = ordering.thenAction ? [ordering.thenAction] : actionsFor(resource, ordering.thenTask ?? '');
  if (first && first.resource === resource && first.dangling) kind &= ~OrderKind.ImpliesThen;
  for (const then of thens) {
    if (first) linkActions(first, then, kind);
    else if (kind & OrderKind.ImpliesThen) then.runnable = false;
  }
}

/** A probe may find a resource active after all: what comes after a stop of it comes after its probes too. */
function orderProbes(ws: WorkingSet): void {
  for (const ordering of ws.orderings) {
    if (ordering.kind === OrderKind.None) continue;
    const { firstResource: first, thenResource: then } = ordering;
    if (!first || !then || first === then) continue;
    const isStop = ordering.firstAction
      ? ordering.firstAction.task === 'stop'
      : (ordering.firstTask ?? '').endsWith('_stop_0');
    if (!isStop) continue;
    // A container's stop isn't ordered after probes inside it: those might come after its restart.
    if (then && first.container === then) {
      if (ordering.thenAction ? ordering.thenAction.task === 'stop' : (ordering.thenTask ?? '').endsWith('_stop_0'))
        continue;
    }
    let kind: number = OrderKind.Optional;
    if (ordering.kind & OrderKind.ApplyFirstNonMigratable) kind |= OrderKind.ApplyFirstNonMigratable;
    if (ordering.kind & OrderKind.SameNode) kind |= OrderKind.SameNode;
    if (
      ordering.kind === OrderKind.SerializeOnly ||
      ordering.kind === OrderKind.Load ||
      ordering.kind === OrderKind.AntiColocation
    )
      kind = ordering.kind;
    const probes = (first.actionByTaskAndNode.get(operationKey(first.id, 'monitor', 0)) ?? []).filter(
      (action) => !action.optional,
    );
    if (probes.length === 0) continue;
    const thens = ordering.thenAction ? [ordering.thenAction] : then ? actionsFor(then, ordering.thenTask ?? '') : [];
    for (const probe of probes) for (const after of thens) linkActions(probe, after, kind);
  }
}

let probeMark = 0;

/** What has to be restarted when a probed resource starts is stopped after the probe, not before. */
function orderRestartsAfterProbes(ws: WorkingSet, resource: Resource): void {
  if (resource.variant !== 'primitive') {
    for (const child of resource.children) orderRestartsAfterProbes(ws, child);
    return;
  }
  for (const probe of resource.actionByTaskAndNode.get(operationKey(resource.id, 'monitor', 0)) ?? []) {
    probeMark++;
    followProbe(ws, probe, probe);
  }
}

function followProbe(ws: WorkingSet, probe: Action, after: Action): void {
  if (after.visited === probeMark || !probe.resource) return;
  after.visited = probeMark;
  const { resource } = after;
  if (resource?.variant === 'primitive' && resource !== probe.resource) {
    const undo = after.task === 'start' ? 'stop' : after.task === 'promote' ? 'demote' : null;
    if (undo) {
      for (const then of resource.actionByTaskAndNode.get(operationKey(resource.id, undo, 0)) ?? []) {
        if (!then.pseudo) linkActions(probe, then, OrderKind.Optional);
      }
    }
  }
  let compatible: Resource | null = null;
  const interleaved = resource !== null && (resource.clone?.interleave ?? false);
  if (interleaved && resource) compatible = compatibleInstance(ws, probe.resource, resource, Role.Unknown, false);
  for (const output of after.outputs) {
    const next = output.action;
    if (after === probe) {
      if (next.task !== 'start') continue;
    } else if (!(output.kind & OrderKind.ImpliesThen)) {
      // From a collective on to its parts (of an interleaved clone: the one that matters).
      if (!resource || resource.variant === 'primitive' || probe.resource.parent === resource) continue;
      if (
        !next.resource ||
        next.resource.variant === 'clone' ||
        next.resource.variant === 'bundle' ||
        next.resource.parent !== resource
      )
        continue;
      if (interleaved && compatible !== next.resource) continue;
    }
    followProbe(ws, probe, next);
  }
}
