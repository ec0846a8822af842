import type { Element } from '../../world/xml';
import { descendant } from '../cib/xml';
import type { Needs, OnFail } from './action';
import { parseBoolean, parseInterval, parseMilliseconds } from './interval';
import type { Node } from './node';
import { unpackSets } from './nvpair';
import type { Resource } from './resource';
import { parametersOf } from './resource-meta';
import { parseRole, Role } from './role';
import type { WorkingSet } from './working-set';

/** What is configured for an operation: its `op` element, with defaults filled in. */
export interface OperationConfig {
  xml: Element | null;
  /** Everything that becomes CRM_meta_… in the graph: times in milliseconds. */
  meta: Map<string, string>;
  needs: Needs;
  onFail: OnFail;
  failRole: Role;
  startDelay: number;
  /** Instance attributes of the operation itself (OCF_CHECK_LEVEL …). */
  parameters: Map<string, string>;
}

const DEFAULT_TIMEOUT = 20_000;

/** The `op` elements of a resource in the order of the configuration. */
export function operationsOf(ws: WorkingSet, resource: Resource): readonly Element[] {
  const cached = operationCache.get(resource);
  if (cached) return cached;
  let operations = resource.xml.children.find((child) => child.name === 'operations');
  const reference = operations?.attributes['id-ref'];
  if (reference !== undefined) operations = ws.element(reference);
  const list = operations?.children.filter((child) => child.name === 'op') ?? [];
  operationCache.set(resource, list);
  return list;
}

const operationCache = new WeakMap<Resource, readonly Element[]>();

export function isEnabled(op: Element): boolean {
  return parseBoolean(op.attributes.enabled) ?? true;
}

/** The `op` element for a task at an interval; for starts, stops and the like, interval 0. */
export function findOperation(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  includeDisabled = false,
): Element | null {
  const direct = search(ws, resource, task, intervalMs, includeDisabled);
  if (direct) return direct;
  // Migration is configured through its two halves, or one entry `migrate`; other helpers through the operation helped.
  if (task === 'migrate_to' || task === 'migrate_from')
    return search(ws, resource, 'migrate', intervalMs, includeDisabled);
  if (task === 'notified' || task === 'notify') return search(ws, resource, 'notify', intervalMs, includeDisabled);
  return null;
}

function search(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  includeDisabled: boolean,
): Element | null {
  for (const op of operationsOf(ws, resource)) {
    if (op.attributes.name !== task) continue;
    if (parseInterval(op.attributes.interval) !== intervalMs) continue;
    if (!includeDisabled && !isEnabled(op)) continue;
    return op;
  }
  return null;
}

/** Evaluates the configuration of an operation of a resource on a node. */
export function operationConfig(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  node: Node | null,
  given?: Element | null,
): OperationConfig {
  const xml = given === undefined ? findOperation(ws, resource, task, intervalMs, true) : given;
  const meta = new Map<string, string>();
  const context = {
    now: ws.now,
    // Node attributes are offered to neither: operation options don't depend on the node in this release.
    operation: { name: task, intervalMs },
    resource: { class: resource.class, provider: resource.provider, type: resource.type },
    onChange: (time: number) => ws.recheckAt(time),
  };
  // What the op element says, then its meta_attributes, then op_defaults.
  if (xml) {
    for (const [name, value] of Object.entries(xml.attributes)) if (name !== 'id') meta.set(name, value);
    unpackSets(ws, xml, 'meta_attributes', context, meta);
  }
  if (task === 'monitor' && intervalMs === 0 && !xml?.attributes.timeout) {
    // A probe without a timeout of its own waits as long as the most frequent monitor.
    const timeout = mostFrequentMonitor(ws, resource)?.attributes.timeout;
    if (timeout !== undefined && !meta.has('timeout')) meta.set('timeout', timeout);
  }
  unpackSets(ws, descendant(ws.cib, 'configuration', 'op_defaults'), 'meta_attributes', context, meta);
  meta.delete('id');
  if (intervalMs > 0) meta.set('interval', String(intervalMs));
  else meta.delete('interval');
  const startDelay = normaliseStartDelay(ws, meta, intervalMs);
  normaliseTimeout(ws, resource, meta, task, intervalMs, node);
  const needs = needsOf(resource, task);
  const { onFail, failRole } = onFailOf(ws, resource, task, intervalMs, meta);
  const parameters = new Map<string, string>();
  if (xml) unpackSets(ws, xml, 'instance_attributes', { ...context, attributes: node?.attributes }, parameters);
  return { xml, meta, needs, onFail, failRole, startDelay, parameters };
}

function mostFrequentMonitor(ws: WorkingSet, resource: Resource): Element | null {
  let best: Element | null = null;
  let interval = Number.POSITIVE_INFINITY;
  for (const op of operationsOf(ws, resource)) {
    if (op.attributes.name !== 'monitor' || !isEnabled(op)) continue;
    const ms = parseInterval(op.attributes.interval);
    if (ms === 0 || ms >= interval) continue;
    best = op;
    interval = ms;
  }
  return best;
}

/** `start-delay` in milliseconds; `interval-origin` becomes one. */
function normaliseStartDelay(_ws: WorkingSet, meta: Map<string, string>, intervalMs: number): number {
  const text = meta.get('start-delay');
  if (text !== undefined) {
    const delay = parseMilliseconds(text) ?? 0;
    meta.set('start-delay', String(delay));
    return delay;
  }
  if (intervalMs > 0 && meta.has('interval-origin')) meta.delete('interval-origin');
  return 0;
}

function normaliseTimeout(
  ws: WorkingSet,
  resource: Resource,
  meta: Map<string, string>,
  task: string,
  intervalMs: number,
  node: Node | null,
): void {
  let text = meta.get('timeout');
  // A fence device's own pcmk_monitor_timeout rules its probes and starts.
  if (resource.isFenceDevice && (task === 'start' || (task === 'monitor' && intervalMs === 0))) {
    text = parametersOf(ws, resource, node).get('pcmk_monitor_timeout') ?? text;
  }
  const timeout = text === undefined ? null : parseMilliseconds(text);
  meta.set('timeout', String(timeout === null || timeout < 0 ? DEFAULT_TIMEOUT : timeout));
}

function needsOf(resource: Resource, task: string): Needs {
  if (task !== 'start' && task !== 'promote') return 'nothing';
  if (resource.requires === 'fencing' || resource.requires === 'unfencing') return 'fencing';
  return resource.requires === 'quorum' ? 'quorum' : 'nothing';
}

/** `on-fail=demote` is allowed for promote and for recurring monitors in the promoted role only. */
function validOnFail(value: string, task: string, intervalMs: number, role: string | undefined): boolean {
  if (value !== 'demote') return true;
  return task === 'promote' || (task === 'monitor' && intervalMs > 0 && parseRole(role) === Role.Promoted);
}

function onFailOf(
  ws: WorkingSet,
  resource: Resource,
  task: string,
  intervalMs: number,
  meta: Map<string, string>,
): { onFail: OnFail; failRole: Role } {
  let onFail: OnFail | null = null;
  let failRole: Role = Role.Unknown;
  let value = meta.get('on-fail');
  const { stonithEnabled } = ws.options;
  if (task === 'demote' && value === undefined) value = promotedMonitorOnFail(ws, resource);
  else if (value !== undefined && !validOnFail(value, task, intervalMs, meta.get('role'))) value = undefined;
  switch (value) {
    case undefined:
      break;
    case 'block':
      onFail = 'block';
      break;
    case 'fence':
      onFail = 'fence';
      if (!stonithEnabled) {
        onFail = 'stop';
        failRole = Role.Stopped;
      }
      break;
    case 'standby':
      onFail = 'standby';
      break;
    case 'ignore':
    case 'nothing':
      onFail = 'ignore';
      break;
    case 'migrate':
      onFail = 'ban';
      break;
    case 'stop':
      onFail = 'stop';
      failRole = Role.Stopped;
      break;
    case 'restart':
      onFail = 'recover';
      break;
    case 'restart-container':
      onFail = resource.container ? 'restart-container' : null;
      break;
    case 'demote':
      onFail = 'demote';
      break;
  }
  // What fails inside a container is recovered by restarting the container.
  if (onFail === null && resource.container && value === undefined) onFail = 'restart-container';
  const probe = task === 'monitor' && intervalMs === 0;
  // A failure that drops an active connection to a remote machine leaves its state unknown: the machine is reset.
  if (
    (onFail === null || !resource.managed) &&
    resource.isRemoteNode &&
    !resource.container &&
    !probe &&
    task !== 'start'
  ) {
    if (!resource.managed) {
      onFail = 'stop';
      failRole = Role.Stopped;
    } else {
      onFail = 'reset-remote';
      if (resource.remoteReconnectMs > 0) failRole = Role.Stopped;
    }
  } else if (onFail === null && task === 'stop') {
    // A failed stop leaves only fencing; without it the resource is blocked.
    onFail = stonithEnabled ? 'fence' : 'block';
  }
  onFail ??= 'recover';
  const after = meta.get('role_after_failure');
  if (after !== undefined && failRole === Role.Unknown) failRole = parseRole(after);
  if (failRole === Role.Unknown) failRole = task === 'promote' ? Role.Unpromoted : Role.Started;
  return { onFail, failRole };
}

/** A demote without an on-fail of its own takes that of the recurring monitor of the promoted role. */
function promotedMonitorOnFail(ws: WorkingSet, resource: Resource): string | undefined {
  for (const op of operationsOf(ws, resource)) {
    if (op.attributes.name !== 'monitor' || !isEnabled(op)) continue;
    if (parseInterval(op.attributes.interval) === 0 || parseRole(op.attributes.role) !== Role.Promoted) continue;
    const meta = new Map<string, string>();
    unpackSets(ws, op, 'meta_attributes', { now: ws.now }, meta);
    const value = op.attributes['on-fail'] ?? meta.get('on-fail');
    // demote after a failed demote would be no recovery.
    if (value !== undefined && value !== 'demote') return value;
  }
  return undefined;
}
