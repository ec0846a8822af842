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
  /** Id of the entry. */
  id: string;
  /** The resource as the operation's key has it. */
  base: string;
  task: string;
  /** Milliseconds. */
  interval: number;
  rc: number;
  /** Exit status that was expected. */
  target: number;
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

/** The history of that name, made under the agent's own id where there is none. */
export function historyOf(state: Element, name: string, agent: AgentName): Element {
  const list = historyList(state);
  const found = list.children.find((child) => child.attributes.id === name);
  if (found) return found;
  const attributes: Record<string, string> = { id: agent.id, class: agent.class };
  if (agent.provider !== null) attributes.provider = agent.provider;
  const history: Element = { name: 'lrm_resource', attributes: { ...attributes, type: agent.type }, children: [] };
  list.children.push(history);
  return history;
}

/** An entry of that id is brought up to date where it stands, and keeps what isn't told anew. */
export function recordResult(cib: Element, history: Element, result: SimulatedResult): void {
  let call = 1;
  for (const entry of history.children)
    call = Math.max(call, (Number.parseInt(entry.attributes['call-id'] ?? '0', 10) || 0) + 1);
  const transition = `${call}:-1:${result.target}:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`;
  const attributes: Record<string, string> = {
    id: result.id,
    operation_key: `${result.base}_${result.task}_${result.interval}`,
    operation: result.task,
    'crm-debug-origin': 'crm_simulate',
    crm_feature_set: FEATURE_SET,
    'transition-key': transition,
    'transition-magic': `0:${result.rc};${transition}`,
    'exit-reason': result.reason,
    'call-id': String(call),
    'rc-code': String(result.rc),
    'op-status': '0',
    interval: String(result.interval),
    'last-rc-change': String(result.seconds),
    'exec-time': '0',
    'queue-time': '0',
    ...result.more,
  };
  const present = history.children.find((other) => other.attributes.id === result.id);
  if (present) Object.assign(present.attributes, attributes);
  else history.children.push({ name: 'lrm_rsc_op', attributes, children: [] });
  countUpdate(cib);
}

/** Raises a fail count and dates it; what was done, a line each. */
export function countFailure(
  cib: Element,
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
    countUpdate(cib);
    return `Injecting attribute ${name}=${value} into /node_state '${uuid}'`;
  });
}
