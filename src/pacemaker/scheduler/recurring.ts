import type { Element } from '../../world/xml';
import { Action } from './action';
import { findActions, keyedAction, resourceAction } from './actions';
import { operationKey } from './actions-key';
import { parseInterval } from './interval';
import type { Node } from './node';
import { isEnabled, operationConfig, operationsOf } from './operation';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import type { Resource } from './resource';
import { parseRole, Role } from './role';
import type { WorkingSet } from './working-set';

/** Recurring monitors of a primitive: of the role it will have on its node, and of role Stopped on all other nodes. */
export function createRecurring(ws: WorkingSet, resource: Resource): void {
  if (resource.blocked) return;
  if (resource.maintenance) return;
  const node = resource.assignedTo;
  if (node?.maintenance) return;
  const operations = recurringOperations(ws, resource);
  if (node && (resource.nextRole !== Role.Stopped || !resource.managed)) {
    // (Made even if nothing recurs: a start that is needed somewhere is needed here then.)
    const start = resourceAction(ws, resource, 'start', node, true);
    for (const op of operations) monitorActive(ws, resource, start, node, op);
  }
  for (const op of operations) if (op.role === Role.Stopped) monitorInactive(ws, resource, node, op);
}

interface RecurringOperation {
  name: string;
  intervalMs: number;
  key: string;
  role: Role;
  roleText: string | undefined;
  xml: Element;
}

function recurringOperations(ws: WorkingSet, resource: Resource): RecurringOperation[] {
  const found: RecurringOperation[] = [];
  for (const xml of operationsOf(ws, resource)) {
    const { name } = xml.attributes;
    const intervalMs = parseInterval(xml.attributes.interval);
    if (name === undefined || intervalMs === 0 || !isEnabled(xml)) continue;
    // These never recur.
    if (['start', 'stop', 'promote', 'demote', 'migrate_to', 'migrate_from'].includes(name)) continue;
    // Two of one name and interval can't be told apart: neither is used.
    if (isDuplicate(ws, resource, name, intervalMs)) continue;
    const roleText = xml.attributes.role;
    found.push({
      name,
      intervalMs,
      key: operationKey(resource.id, name, intervalMs),
      role: parseRole(roleText),
      roleText,
      xml,
    });
  }
  return found;
}

function isDuplicate(ws: WorkingSet, resource: Resource, name: string, intervalMs: number): boolean {
  let count = 0;
  for (const xml of operationsOf(ws, resource)) {
    if (xml.attributes.name === name && parseInterval(xml.attributes.interval) === intervalMs) count++;
  }
  return count > 1;
}

/** The cancellation of a recurring operation; ordered by its caller. */
export function cancelAction(
  ws: WorkingSet,
  resource: Resource,
  op: { name: string; intervalMs: number; key: string },
  node: Node,
): Action {
  const existing = resource.actions.find(
    (action) => action.cancelTask === op.name && action.key === op.key && action.node === node,
  );
  if (existing) return existing;
  // What history has noted as in force becomes its cancellation.
  const noted = findActions(resource, op.key, node)[0];
  const action = noted ?? new Action(ws.nextActionId++, resource, node, 'cancel', op.key);
  action.task = 'cancel';
  const config = operationConfig(ws, resource, op.name, op.intervalMs, node);
  action.cancelTask = op.name;
  action.intervalMs = op.intervalMs;
  action.meta = config.meta;
  action.meta.set('operation', op.name);
  action.meta.set('interval', String(op.intervalMs));
  action.opXml = config.xml;
  action.optional = false;
  action.runnable = node.online;
  if (!noted) {
    ws.actions.push(action);
    resource.actions.push(action);
  }
  return action;
}

/** Cancels what history says is in force. Before the resource stops, if it does. */
export function cancelByHistory(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  node: Node,
  callId: string,
  reason: string,
): void {
  const cancel = cancelAction(
    ws,
    resource,
    { name: task, intervalMs, key: operationKey(resource.id, task, intervalMs) },
    node,
  );
  // The first of several entries counts.
  if (callId !== '' && !cancel.meta.has('call-id')) cancel.meta.set('call-id', callId);
  cancel.reason = reason;
  addOrdering(
    ws,
    { resource, task: operationKey(resource.id, 'stop', 0) },
    { resource, action: cancel },
    OrderKind.Optional,
  );
}

function monitorActive(ws: WorkingSet, resource: Resource, start: Action, node: Node, op: RecurringOperation): void {
  if (op.role === Role.Stopped) return;
  const matches = findActions(resource, op.key, node).filter((action) => action.task !== 'cancel');
  // In force already: nothing to do, unless it has to be scheduled again.
  let optional = matches.length > 0;
  if (matches.some((action) => action.reschedule)) optional = false;
  const mismatch = op.roleText === undefined ? resource.nextRole === Role.Promoted : op.role !== resource.nextRole;
  if (mismatch) {
    if (optional) {
      const cancel = cancelAction(ws, resource, op, node);
      // Cancelled before the role changes.
      let after: string | null = null;
      if ((resource.role === Role.Unpromoted || resource.role === Role.Started) && resource.nextRole === Role.Promoted)
        after = 'promote';
      else if (
        (resource.role === Role.Unpromoted || resource.role === Role.Started) &&
        resource.nextRole === Role.Stopped
      )
        after = 'stop';
      else if (resource.role === Role.Promoted) after = 'demote';
      if (after) {
        addOrdering(
          ws,
          { resource, action: cancel },
          { resource, task: operationKey(resource.id, after, 0) },
          OrderKind.RunnableLeft,
        );
      }
    }
    return;
  }
  const monitor = keyedAction(ws, resource, op.key, op.name, node, optional, op.intervalMs);
  if (!start.runnable || !node.online || node.unclean) monitor.runnable = false;
  if (resource.nextRole === Role.Promoted) monitor.meta.set('op_target_rc', '8');
  if (!resource.managed) return;
  const kind = OrderKind.ImpliesThen | OrderKind.RunnableLeft;
  const then = { resource, action: monitor };
  addOrdering(ws, { resource, task: operationKey(resource.id, 'start', 0) }, then, kind);
  addOrdering(ws, { resource, task: operationKey(resource.id, 'reload-agent', 0) }, then, kind);
  if (resource.nextRole === Role.Promoted) {
    addOrdering(
      ws,
      { resource, task: operationKey(resource.id, 'promote', 0) },
      then,
      OrderKind.Optional | OrderKind.RunnableLeft,
    );
  } else if (resource.role === Role.Promoted) {
    addOrdering(
      ws,
      { resource, task: operationKey(resource.id, 'demote', 0) },
      then,
      OrderKind.Optional | OrderKind.RunnableLeft,
    );
  }
}

function monitorInactive(ws: WorkingSet, resource: Resource, node: Node | null, op: RecurringOperation): void {
  // Instances of anonymous clones can't be told apart, so there is no such thing as one being stopped.
  if (!resource.unique) return;
  if (node) {
    const active = findActions(resource, op.key, node).filter((action) => action.task !== 'cancel');
    if (active.length > 0) {
      const cancel = cancelAction(ws, resource, op, node);
      if (resource.nextRole === Role.Started || resource.nextRole === Role.Unpromoted) {
        addOrdering(
          ws,
          { resource, action: cancel },
          { resource, task: operationKey(resource.id, 'start', 0) },
          OrderKind.RunnableLeft,
        );
      }
    }
  }
  for (const other of ws.sortedNodes) {
    if (other === node) continue;
    const optional = findActions(resource, op.key, other).length > 0;
    const monitor = keyedAction(ws, resource, op.key, op.name, other, optional, op.intervalMs);
    monitor.meta.set('op_target_rc', '7');
    if (resource.managed) {
      for (const probe of findActions(resource, operationKey(resource.id, 'monitor', 0), other)) {
        addOrdering(ws, { resource, action: probe }, { resource, action: monitor }, OrderKind.RunnableLeft);
      }
    }
    for (const stop of findActions(resource, operationKey(resource.id, 'stop', 0), other)) {
      // An unmanaged resource that would have to stop first stays active, so there is nothing to monitor.
      if (!stop.optional && !resource.managed) monitor.optional = true;
      if (!stop.runnable) monitor.runnable = false;
      if (resource.managed) {
        addOrdering(
          ws,
          { resource, action: stop },
          { resource, action: monitor },
          OrderKind.ImpliesThen | OrderKind.RunnableLeft,
        );
      }
    }
    if (!other.online || other.unclean) monitor.runnable = false;
  }
}
