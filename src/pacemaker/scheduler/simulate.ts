/** Carries out a transition on a copy of the CIB, as `crm_simulate -S` does: every action succeeds. */
import type { Element } from '../../world/xml';
import { copyElement } from '../cib/xml';
import { parameterDigest } from './digest';
import type { Graph } from './graph';
import type { Resource } from './resource';
import {
  countFailure,
  countUpdate,
  historyList,
  nodeState,
  recordResult,
  type SimulatedResult,
} from './simulate-history';
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
  /** Lines of the section Executing Cluster Transition. */
  lines: string[];
  /** The CIB afterwards. */
  cib: Element;
  /** Nothing was left that waits for what never comes. */
  complete: boolean;
}

export interface SimulateOptions {
  /** Unix ms that results are dated with, where it isn't the moment of the decision. */
  clock?: number;
  /** Operations to fail, as `crm_simulate --op-fail`: `vip_monitor_10000@node1=1`. */
  failures?: readonly string[];
}

const item = (text: string): string => `  * ${text}`;

export function simulate(cib: Element, graph: Graph, now: number, options: SimulateOptions = {}): Simulation {
  const copy = copyElement(cib);
  const lines: string[] = [];
  const done = new Set<number>();
  const pending = [...graph.transition.synapses];
  let progress = true;
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
        // A failure ends the transition: what comes then is for the next one to decide.
        if (!execute(copy, action, lines, options.clock ?? now, options, names))
          return { lines, cib: copy, complete: true };
        done.add(action.id);
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
    lines.push(item(`Pseudo action:   ${action.operationKey}${action.node === null ? '' : ` on ${action.node}`}`));
    return true;
  }
  if (action.operation === 'stonith') {
    executeFencing(cib, action, lines);
    return true;
  }
  if (action.operation === 'probe_again') return true;
  if (action.kind === 'crm_event') {
    const what = action.primitive ? `${action.operation} for ${action.primitive.id}` : action.operation;
    lines.push(item(`Cluster action:  ${what}${action.node ? ` on ${action.node}` : ''}`));
    if (action.operation === 'lrm_delete') deleteHistory(cib, action);
    return true;
  }
  return executeOperation(cib, action, lines, now, options, names);
}

function executeFencing(cib: Element, action: GraphAction, lines: string[]): void {
  const operation = action.attributes.CRM_meta_stonith_action ?? 'reboot';
  lines.push(item(`Fencing ${action.node} (${operation})`));
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
  const interval = Number(action.attributes.CRM_meta_interval ?? '0');
  lines.push(
    item(`Resource action: ${name.padEnd(15)} ${action.operation}${interval > 0 ? `=${interval}` : ''} on ${node}`),
  );
  // A history that is to be deleted stays: nothing is done but said.
  if (action.operation === 'delete') return true;
  const target = Number(action.attributes.CRM_meta_op_target_rc ?? '0');
  const rc = pretendedStatus(options, [`${name}_${action.operation}_${interval}`, action.operationKey], node) ?? target;
  const succeeded = rc === target;
  // Operations of an anonymous clone's instance are told without its number, also in a history that has it.
  const base = primitive.id;
  recordResult(cib, state, {
    names: [name, base],
    agent: primitive,
    base,
    // What was reloaded counts as started.
    task: action.operation === 'reload-agent' ? 'start' : action.operation,
    interval,
    notification: notificationOf(action),
    rc,
    target,
    reason: 'User-injected result',
    seconds: Math.floor(now / 1000),
    more: { ...migrationEnds(action), 'op-digest': operationDigest(action, interval) },
  });
  if (succeeded) return true;
  lines.push(`Pretending action ${action.id} failed with rc=${rc}`);
  lines.push(...countFailure(state, { name: base, task: action.operation, interval, now }).map(item));
  return false;
}

/** What an operation is to end with by `--op-fail`; null: as it should. */
function pretendedStatus(options: SimulateOptions, keys: readonly string[], node: string): number | null {
  for (const failure of options.failures ?? []) {
    const match = /^(.+)@(.+)=(\d+)$/.exec(failure);
    if (match && match[2] === node && keys.includes(match[1] ?? '')) return Number(match[3]);
  }
  return null;
}

/** What a notification is about. */
function notificationOf({ operation, attributes }: GraphAction): SimulatedResult['notification'] {
  if (operation !== 'notify') return null;
  return {
    type: attributes.CRM_meta_notify_type ?? '',
    operation: attributes.CRM_meta_notify_operation ?? '',
  };
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
