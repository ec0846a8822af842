/** Carries out a transition on a copy of the CIB, as `crm_simulate -S` does: every action succeeds. */
import type { Element } from '../../world/xml';
import { FEATURE_SET } from '../cib/version';
import { copyElement } from '../cib/xml';
import { parameterDigest } from './digest';
import type { Graph } from './graph';
import type { Resource } from './resource';
import type { GraphAction, Synapse } from './transition';

/** Of the parameters that the action was given; of recurring ones the timeout too. */
function operationDigest(action: GraphAction, interval: number): string {
  const parameters = new Map(
    Object.entries(action.attributes).filter(
      ([name]) => (interval > 0 && name === 'CRM_meta_timeout') || !/^(CRM_meta_.*|crm_feature_set)$/.test(name),
    ),
  );
  return parameterDigest(parameters);
}

export interface Simulation {
  /** Lines of the section Executing Cluster Transition, without the bullets' indent. */
  lines: string[];
  /** The CIB afterwards. */
  cib: Element;
  /** Everything could be carried out. */
  complete: boolean;
}

export interface SimulateOptions {
  /** Unix ms that results are dated with, where it isn't the moment of the decision. */
  clock?: number;
  /** Operations to fail, as `crm_simulate --op-fail`: `vip_monitor_10000@node1=1`. */
  failures?: readonly string[];
}

export function simulate(cib: Element, graph: Graph, now: number, options: SimulateOptions = {}): Simulation {
  const copy = copyElement(cib);
  const lines: string[] = [];
  const done = new Set<number>();
  const pending = [...graph.transition.synapses];
  let progress = true;
  const failed = new Set<number>();
  const names = knownNames(graph.workingSet.resources);
  const ready = (synapse: Synapse): boolean => synapse.inputs.every((input) => done.has(input.id));
  while (progress && pending.length > 0) {
    progress = false;
    for (let i = 0; i < pending.length; ) {
      const synapse = pending[i];
      if (!synapse || !ready(synapse)) {
        i++;
        continue;
      }
      pending.splice(i, 1);
      progress = true;
      for (const action of synapse.actions) {
        if (execute(copy, action, lines, options.clock ?? now, options, names)) done.add(action.id);
        else failed.add(action.id);
      }
    }
  }
  return { lines, cib: copy, complete: pending.length === 0 };
}

/** The names that a resource may be called by: ids, and what histories call instances. */
function knownNames(resources: readonly Resource[], names: Set<string> = new Set()): Set<string> {
  for (const resource of resources) {
    names.add(resource.id);
    if (resource.cloneName !== null) names.add(resource.cloneName);
    knownNames(resource.children, names);
  }
  return names;
}

function execute(
  cib: Element,
  action: GraphAction,
  lines: string[],
  now: number,
  options: SimulateOptions,
  names: ReadonlySet<string>,
): boolean {
  if (action.kind === 'pseudo_event') {
    lines.push(`Pseudo action:   ${action.operationKey}${action.node === null ? '' : ` on ${action.node}`}`);
    return true;
  }
  if (action.operation === 'stonith') {
    executeFencing(cib, action, lines);
    return true;
  }
  if (action.operation === 'probe_again') return true;
  if (action.kind === 'crm_event') {
    const what = action.primitive ? `${action.operation} for ${action.primitive.id}` : action.operation;
    lines.push(`Cluster action:  ${what}${action.node ? ` on ${action.node}` : ''}`);
    if (action.operation === 'lrm_delete') deleteHistory(cib, action);
    return true;
  }
  return executeOperation(cib, action, lines, now, options, names);
}

function executeFencing(cib: Element, action: GraphAction, lines: string[]): void {
  const operation = action.attributes.CRM_meta_stonith_action ?? 'reboot';
  lines.push(`Fencing ${action.node} (${operation})`);
  if (operation === 'on') return;
  const state = nodeState(cib, action.node ?? '', action.nodeUuid ?? '');
  Object.assign(state.attributes, {
    in_ccm: 'false',
    crmd: 'offline',
    'crm-debug-origin': 'simulate_fencing_action',
    join: 'down',
    expected: 'down',
  });
  countUpdate(cib);
  for (const part of ['lrm', 'transient_attributes']) {
    if (!state.children.some((child) => child.name === part)) continue;
    state.children = state.children.filter((child) => child.name !== part);
    countUpdate(cib);
  }
}

function statusOf(cib: Element): Element {
  let status = cib.children.find((child) => child.name === 'status');
  if (!status) {
    status = { name: 'status', attributes: {}, children: [] };
    cib.children.push(status);
  }
  return status;
}

function nodeState(cib: Element, name: string, uuid: string): Element {
  const status = statusOf(cib);
  let state = status.children.find((child) => child.name === 'node_state' && child.attributes.uname === name);
  if (!state) {
    state = { name: 'node_state', attributes: { id: uuid, uname: name }, children: [] };
    status.children.push(state);
  }
  return state;
}

function historyList(state: Element): Element {
  let lrm = state.children.find((child) => child.name === 'lrm');
  if (!lrm) {
    lrm = { name: 'lrm', attributes: { id: state.attributes.id ?? '' }, children: [] };
    state.children.push(lrm);
  }
  let list = lrm.children.find((child) => child.name === 'lrm_resources');
  if (!list) {
    list = { name: 'lrm_resources', attributes: {}, children: [] };
    lrm.children.push(list);
  }
  return list;
}

function findHistory(state: Element, name: string | null | undefined): Element | undefined {
  if (name == null) return undefined;
  return historyList(state).children.find((child) => child.attributes.id === name);
}

function deleteHistory(cib: Element, action: GraphAction): void {
  const state = nodeState(cib, action.node ?? '', action.nodeUuid ?? '');
  const list = historyList(state);
  const name = action.primitive?.id;
  list.children = list.children.filter((child) => child.attributes.id !== name);
}

function executeOperation(
  cib: Element,
  action: GraphAction,
  lines: string[],
  now: number,
  options: SimulateOptions,
  names: ReadonlySet<string>,
): boolean {
  const { primitive, node } = action;
  if (!primitive || node === null) return true;
  const state = nodeState(cib, node, action.nodeUuid ?? node);
  // An instance of which nothing is known yet is spoken of by its number; histories have the plain name.
  const name = primitive.longId !== null && !names.has(primitive.id) ? primitive.longId : primitive.id;
  const historyName = findHistory(state, name) ? name : primitive.id;
  const interval = Number(action.attributes.CRM_meta_interval ?? '0');
  lines.push(`Resource action: ${name.padEnd(15)} ${action.operation}${interval > 0 ? `=${interval}` : ''} on ${node}`);
  // A history that is to be deleted stays: nothing is done but said.
  if (action.operation === 'delete') return true;
  let rc = Number(action.attributes.CRM_meta_op_target_rc ?? '0');
  const target = rc;
  let succeeded = true;
  for (const failure of options.failures ?? []) {
    const match = /^(.+)@(.+)=(\d+)$/.exec(failure);
    if (!match || match[2] !== node) continue;
    const key = `${name}_${action.operation}_${interval}`;
    if (match[1] === key || match[1] === action.operationKey) {
      rc = Number(match[3]);
      succeeded = rc === target;
      if (!succeeded) lines.push(`Pretending action ${action.id} failed with rc=${rc}`);
    }
  }
  record(state, historyName, action, interval, rc, target, now, succeeded);
  countUpdate(cib);
  return succeeded;
}

/** Each result is a change of its own. */
function countUpdate(cib: Element): void {
  cib.attributes.num_updates = String((Number.parseInt(cib.attributes.num_updates ?? '0', 10) || 0) + 1);
}

function record(
  state: Element,
  name: string,
  action: GraphAction,
  interval: number,
  rc: number,
  target: number,
  now: number,
  succeeded: boolean,
): void {
  const list = historyList(state);
  let history = list.children.find((child) => child.attributes.id === name);
  if (!history) {
    const { primitive } = action;
    const attributes: Record<string, string> = { id: primitive?.id ?? name, class: primitive?.class ?? '' };
    if (primitive?.provider != null) attributes.provider = primitive.provider;
    attributes.type = primitive?.type ?? '';
    history = { name: 'lrm_resource', attributes, children: [] };
    list.children.push(history);
  }
  let call = 0;
  for (const entry of history.children)
    call = Math.max(call, Number.parseInt(entry.attributes['call-id'] ?? '0', 10) || 0);
  // Operations of an anonymous clone's instance are told without its number, also in a history that has it.
  const base = action.primitive?.id ?? name;
  // What was reloaded counts as started.
  const operation = action.operation === 'reload-agent' ? 'start' : action.operation;
  const key = `${base}_${operation}_${interval}`;
  const id = entryId(base, action, interval, succeeded);
  const time = String(Math.floor(now / 1000));
  const transition = `${call + 1}:-1:${target}:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`;
  const entry: Element = {
    name: 'lrm_rsc_op',
    attributes: {
      id,
      operation_key: key,
      operation,
      'crm-debug-origin': 'crm_simulate',
      crm_feature_set: FEATURE_SET,
      'transition-key': transition,
      'transition-magic': `0:${rc};${transition}`,
      'exit-reason': '',
      'call-id': String(call + 1),
      'rc-code': String(rc),
      'op-status': succeeded || rc === target ? '0' : '4',
      interval: String(interval),
      'last-rc-change': time,
      'exec-time': '0',
      'queue-time': '0',
      ...migrationEnds(action),
      'op-digest': operationDigest(action, interval),
    },
    children: [],
  };
  // An entry of that id is brought up to date where it stands, and keeps what isn't told anew.
  const present = history.children.find((other) => other.attributes.id === id);
  if (present) Object.assign(present.attributes, entry.attributes);
  else history.children.push(entry);
}

/** Migrations, notifications and what recurs have entries of their own, all else is the last operation. */
function entryId(base: string, action: GraphAction, interval: number, succeeded: boolean): string {
  if (!succeeded) return `${base}_last_failure_0`;
  if (action.operation === 'notify') {
    const { CRM_meta_notify_type: type, CRM_meta_notify_operation: operation } = action.attributes;
    return `${base}_${type}_notify_${operation}_0`;
  }
  const own = interval > 0 || action.operation === 'migrate_to' || action.operation === 'migrate_from';
  return own ? `${base}_${action.operation}_${interval}` : `${base}_last_0`;
}

/** Between which nodes it moves. */
function migrationEnds(action: GraphAction): Record<string, string> {
  const ends: Record<string, string> = {};
  for (const end of ['migrate_source', 'migrate_target'] as const) {
    const value = action.attributes[`CRM_meta_${end}`];
    if (value !== undefined) ends[end] = value;
  }
  return ends;
}
