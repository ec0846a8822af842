import { copyElement } from '../../pacemaker/cib/xml';
import type { Element } from '../../world/xml';
import type { Tool } from '../crm/tool';

/** The changes that the options ask for before the transition: the new CIB, and what was done, a line each. */
export function applyModifications(tool: Tool, original: Element): { cib: Element; lines: string[] } {
  const cib = copyElement(original);
  const lines: string[] = [];
  const { args } = tool;
  const quorum = args.value('quorum');
  if (quorum !== undefined) {
    lines.push(`Setting quorum: ${quorum}`);
    cib.attributes['have-quorum'] = quorum === 'true' || quorum === '1' ? '1' : '0';
  }
  for (const node of args.values('node-up')) {
    lines.push(`Bringing node ${node} online`);
    setNode(cib, node, { in_ccm: 'true', crmd: 'online', join: 'member', expected: 'member' });
  }
  for (const node of args.values('node-down')) {
    lines.push(`Taking node ${node} offline`);
    const state = setNode(cib, node, { in_ccm: 'false', crmd: 'offline', join: 'down', expected: 'down' });
    state.children = state.children.filter((child) => child.name !== 'lrm' && child.name !== 'transient_attributes');
  }
  for (const node of args.values('node-fail')) {
    lines.push(`Failing node ${node}`);
    const state = setNode(cib, node, { in_ccm: 'false', crmd: 'offline', expected: 'member' });
    delete state.attributes.join;
  }
  for (const ticket of args.values('ticket-grant')) {
    lines.push(`Granting ticket ${ticket}`);
    setTicket(cib, ticket, { granted: 'true' });
  }
  for (const ticket of args.values('ticket-revoke')) {
    lines.push(`Revoking ticket ${ticket}`);
    setTicket(cib, ticket, { granted: 'false' });
  }
  for (const ticket of args.values('ticket-standby')) {
    lines.push(`Making ticket ${ticket} standby`);
    setTicket(cib, ticket, { standby: 'true' });
  }
  for (const ticket of args.values('ticket-activate')) {
    lines.push(`Activating ticket ${ticket}`);
    setTicket(cib, ticket, { standby: 'false' });
  }
  for (const operation of args.values('op-inject')) injectOperation(tool, cib, operation, lines);
  return { cib, lines };
}

function child(parent: Element, name: string): Element {
  let found = parent.children.find((each) => each.name === name);
  if (!found) {
    found = { name, attributes: {}, children: [] };
    parent.children.push(found);
  }
  return found;
}

/** The node's state, made where there is none, as is its configuration. */
function setNode(cib: Element, name: string, attributes: Record<string, string>): Element {
  const nodes = child(child(cib, 'configuration'), 'nodes');
  let node = nodes.children.find((each) => each.attributes.uname === name);
  const status = child(cib, 'status');
  let state = status.children.find((each) => each.name === 'node_state' && each.attributes.uname === name);
  if (!node) {
    node = { name: 'node', attributes: { id: state?.attributes.id ?? name, uname: name }, children: [] };
    nodes.children.push(node);
    cib.attributes.epoch = String((Number.parseInt(cib.attributes.epoch ?? '0', 10) || 0) + 1);
    cib.attributes.num_updates = '0';
  }
  if (!state) {
    state = { name: 'node_state', attributes: { id: node.attributes.id ?? name, uname: name }, children: [] };
    status.children.push(state);
    countUpdate(cib);
  }
  if (Object.keys(attributes).length > 0) {
    Object.assign(state.attributes, attributes, { 'crm-debug-origin': 'crm_simulate' });
    countUpdate(cib);
  }
  return state;
}

/** Each change but those of the configuration raises the number of updates. */
function countUpdate(cib: Element): void {
  cib.attributes.num_updates = String((Number.parseInt(cib.attributes.num_updates ?? '0', 10) || 0) + 1);
}

function setTicket(cib: Element, id: string, attributes: Record<string, string>): void {
  const tickets = child(child(cib, 'status'), 'tickets');
  let ticket = tickets.children.find((each) => each.attributes.id === id);
  if (!ticket) {
    ticket = { name: 'ticket_state', attributes: { id }, children: [] };
    tickets.children.push(ticket);
  }
  Object.assign(ticket.attributes, attributes);
}

/** `RESOURCE_OPERATION_INTERVAL@NODE=RC`: the result of an operation that wasn't expected. */
function injectOperation(tool: Tool, cib: Element, spec: string, lines: string[]): void {
  lines.push(`Injecting ${spec} into the configuration`);
  const match = /^(.+)_([a-z]+(?:_to|_from)?)_(\d+)@([^=]+)=(\d+)$/.exec(spec);
  if (!match) {
    tool.complain(`Invalid operation spec: ${spec}.  Only found ${spec.split(/[_@=]/).length} fields\n`);
    return;
  }
  const [, resource = '', task = '', interval = '0', node = '', rc = '0'] = match;
  const state = setNode(cib, node, {});
  const time = Math.floor(tool.now / 1000);
  if (rc !== '0' && !(task === 'monitor' && interval === '0')) {
    const attributes = child(child(state, 'transient_attributes'), 'instance_attributes');
    attributes.attributes.id ??= `status-${state.attributes.id}`;
    const name = resource.replace(/:\d+$/, '');
    for (const [key, value] of [
      [`fail-count-${name}#${task}_${interval}`, 'value++'],
      [`last-failure-${name}#${task}_${interval}`, String(time)],
    ] as const) {
      lines.push(`Injecting attribute ${key}=${value} into /node_state '${state.attributes.id}'`);
      const present = attributes.children.find((each) => each.attributes.name === key);
      const next = value === 'value++' ? String((Number(present?.attributes.value ?? '0') || 0) + 1) : value;
      if (present) present.attributes.value = next;
      else
        attributes.children.push({
          name: 'nvpair',
          attributes: { id: `status-${state.attributes.id}-${key}`, name: key, value: next },
          children: [],
        });
    }
  }
  record(cib, state, { resource, task, interval, rc, time });
}

function record(
  cib: Element,
  state: Element,
  op: { resource: string; task: string; interval: string; rc: string; time: number },
): void {
  const list = child(child(state, 'lrm'), 'lrm_resources');
  let history = list.children.find((each) => each.attributes.id === op.resource);
  if (!history) {
    const primitive = findPrimitive(cib, op.resource.replace(/:\d+$/, ''));
    if (!primitive) return;
    const { class: standard = '', provider, type = '' } = primitive.attributes;
    const attributes: Record<string, string> = {
      id: op.resource,
      class: standard,
      ...(provider === undefined ? {} : { provider }),
      type,
    };
    history = { name: 'lrm_resource', attributes, children: [] };
    list.children.push(history);
  }
  const call = Math.max(0, ...history.children.map((each) => Number(each.attributes['call-id'] ?? '0') || 0)) + 1;
  const id =
    op.rc !== '0'
      ? `${op.resource}_last_failure_0`
      : op.interval === '0'
        ? `${op.resource}_last_0`
        : `${op.resource}_${op.task}_${op.interval}`;
  const key = '0:0:0:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx';
  history.children = history.children.filter((each) => each.attributes.id !== id);
  history.children.push({
    name: 'lrm_rsc_op',
    attributes: {
      id,
      operation_key: `${op.resource}_${op.task}_${op.interval}`,
      operation: op.task,
      'transition-key': key,
      'transition-magic': `0:${op.rc};${key}`,
      'call-id': String(call),
      'rc-code': op.rc,
      'op-status': '0',
      interval: op.interval,
      'last-rc-change': String(op.time),
    },
    children: [],
  });
}

function findPrimitive(element: Element, id: string): Element | null {
  if (element.name === 'primitive' && element.attributes.id === id) return element;
  for (const each of element.children) {
    const found = findPrimitive(each, id);
    if (found) return found;
  }
  return null;
}
