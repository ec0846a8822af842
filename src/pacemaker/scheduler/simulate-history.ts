/** What `crm_simulate` writes into the status section of its copy of the CIB. */
import type { Element } from '../../world/xml';
import { FEATURE_SET } from '../cib/version';

/** An agent's name as histories have it. */
export interface AgentName {
  id: string;
  class: string;
  provider: string | null;
  type: string;
}

export interface SimulatedResult {
  /** The names that its history may have, the likelier first. */
  names: readonly string[];
  agent: AgentName;
  /** The resource as the operation's key has it. */
  base: string;
  task: string;
  /** Milliseconds. */
  interval: number;
  /** What a notification is about; null: it is none. */
  notification: { type: string; operation: string } | null;
  rc: number;
  /** Exit status that was expected. */
  target: number;
  /** Why it failed. */
  reason: string;
  /** Unix time of the result. */
  seconds: number;
  /** Attributes behind the common ones. */
  more: Readonly<Record<string, string>>;
}

/** Each change of the status counts one more update of the CIB. */
export function countUpdate(cib: Element): void {
  cib.attributes.num_updates = String((Number.parseInt(cib.attributes.num_updates ?? '0', 10) || 0) + 1);
}

/** The child of that name, made where there is none. */
export function childOf(parent: Element, name: string, attributes: Record<string, string> = {}): Element {
  let found = parent.children.find((each) => each.name === name);
  if (!found) {
    found = { name, attributes, children: [] };
    parent.children.push(found);
  }
  return found;
}

export function nodeState(cib: Element, name: string, uuid: string): Element {
  const status = childOf(cib, 'status');
  let state = status.children.find((child) => child.name === 'node_state' && child.attributes.uname === name);
  if (!state) {
    state = { name: 'node_state', attributes: { id: uuid, uname: name }, children: [] };
    status.children.push(state);
  }
  return state;
}

/** The node's list of histories. */
export function historyList(state: Element): Element {
  return childOf(childOf(state, 'lrm', { id: state.attributes.id ?? '' }), 'lrm_resources');
}

/**
 * The history that a result goes into. A name that the list has twice is as good as none: a fresh one is made then,
 * under the agent's own id.
 */
function historyFor(list: Element, names: readonly string[], agent: AgentName): Element {
  for (const name of names) {
    const found = list.children.filter((child) => child.attributes.id === name);
    if (found.length === 1 && found[0]) return found[0];
  }
  const attributes: Record<string, string> = { id: agent.id, class: agent.class };
  if (agent.provider !== null) attributes.provider = agent.provider;
  const history: Element = { name: 'lrm_resource', attributes: { ...attributes, type: agent.type }, children: [] };
  list.children.push(history);
  return history;
}

/** An entry of that id is brought up to date where it stands, and keeps what isn't told anew. */
function putEntry(history: Element, attributes: Record<string, string>): void {
  const present = history.children.find((other) => other.attributes.id === attributes.id);
  if (present) Object.assign(present.attributes, attributes);
  else history.children.push({ name: 'lrm_rsc_op', attributes: { ...attributes }, children: [] });
}

/** All that the histories of these names say. */
function saidOf(list: Element, names: ReadonlySet<string>): string {
  return JSON.stringify(list.children.filter(({ attributes }) => names.has(attributes.id ?? '')));
}

/**
 * A changed node state is written as a whole, each history over the first one of its name: of several with one name
 * the first ends up with the entries of all, while those that were there stay behind it. `fresh` was not there.
 */
export function writeHistories(state: Element, fresh: Element | null = null): void {
  const list = state.children
    .find((child) => child.name === 'lrm')
    ?.children.find((child) => child.name === 'lrm_resources');
  if (!list) return;
  const first = new Map<string, Element>();
  for (const history of list.children) {
    const id = history.attributes.id ?? '';
    const present = first.get(id);
    if (!present) first.set(id, history);
    else {
      for (const entry of history.children) putEntry(present, entry.attributes);
      if (history === fresh) list.children = list.children.filter((other) => other !== fresh);
    }
  }
}

/**
 * The entries that tell a result: migrations and notifications have their own, and so has what recurs; all else is the
 * last operation. A failure is remembered apart from it.
 */
function entryIds({ base, task, interval, notification, rc, target }: SimulatedResult): string[] {
  if (notification) return [`${base}_${notification.type}_notify_${notification.operation}_0`];
  if (isMigration(task)) return [`${base}_${task}_${interval}`];
  const last = interval === 0 ? [`${base}_last_0`] : [];
  if (rc !== target) return [`${base}_last_failure_0`, ...last];
  return interval === 0 ? last : [`${base}_${task}_${interval}`];
}

const isMigration = (task: string): boolean => task === 'migrate_to' || task === 'migrate_from';

/** Writes a result into the node's state; one that says nothing new is no update of the CIB. */
export function recordResult(cib: Element, state: Element, result: SimulatedResult): void {
  const list = historyList(state);
  const names = new Set([...result.names, result.agent.id]);
  const before = saidOf(list, names);
  const present = new Set(list.children);
  const history = historyFor(list, result.names, result.agent);
  let call = 1;
  for (const entry of history.children)
    call = Math.max(call, (Number.parseInt(entry.attributes['call-id'] ?? '0', 10) || 0) + 1);
  const transition = `${call}:-1:${result.target}:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`;
  // Of migrations and notifications no reason is told.
  const told = result.rc !== result.target && result.notification === null && !isMigration(result.task);
  for (const id of entryIds(result)) {
    putEntry(history, {
      id,
      operation_key: `${result.base}_${result.task}_${result.interval}`,
      operation: result.task,
      'crm-debug-origin': 'crm_simulate',
      crm_feature_set: FEATURE_SET,
      'transition-key': transition,
      'transition-magic': `0:${result.rc};${transition}`,
      'exit-reason': told ? result.reason : '',
      'call-id': String(call),
      'rc-code': String(result.rc),
      'op-status': '0',
      interval: String(result.interval),
      'last-rc-change': String(result.seconds),
      'exec-time': '0',
      'queue-time': '0',
      ...result.more,
    });
  }
  writeHistories(state, present.has(history) ? null : history);
  if (saidOf(list, names) !== before) countUpdate(cib);
}

/** Raises a fail count and dates it, to be written together with the result; what was done, a line each. */
export function countFailure(
  state: Element,
  failure: { name: string; task: string; interval: number; now: number },
): string[] {
  const uuid = state.attributes.id ?? '';
  const set = childOf(childOf(state, 'transient_attributes', { id: uuid }), 'instance_attributes', { id: uuid });
  const what = `${failure.name}#${failure.task}_${failure.interval}`;
  const seconds = String(Math.floor(failure.now / 1000));
  return [
    [`fail-count-${what}`, 'value++'],
    [`last-failure-${what}`, seconds],
  ].map(([name = '', value = '']) => {
    const present = set.children.find((each) => each.attributes.name === name);
    const next = value === 'value++' ? String((Number(present?.attributes.value ?? '0') || 0) + 1) : value;
    if (present) present.attributes.value = next;
    else {
      const id = `${set.attributes.id}-${name.replaceAll(/[#:]/g, '.')}`;
      set.children.push({ name: 'nvpair', attributes: { id, name, value: next }, children: [] });
    }
    return `Injecting attribute ${name}=${value} into /node_state '${uuid}'`;
  });
}
