import { copyElement } from '../../pacemaker/cib/xml';
import type { Resource } from '../../pacemaker/scheduler/resource';
import {
  childOf,
  countFailure,
  countUpdate,
  recordResult,
  writeHistories,
} from '../../pacemaker/scheduler/simulate-history';
import type { WorkingSet } from '../../pacemaker/scheduler/working-set';
import type { Element } from '../../world/xml';
import type { Tool } from '../crm/tool';

/** The changes that the options ask for before the transition: the new CIB, and what was done, a line each. */
export function applyModifications(tool: Tool, ws: WorkingSet): { cib: Element; lines: string[] } {
  const cib = copyElement(ws.cib);
  const lines: string[] = [];
  const { args } = tool;
  const quorum = args.value('quorum');
  if (quorum !== undefined) {
    lines.push(`Setting quorum: ${quorum}`);
    cib.attributes['have-quorum'] = quorum;
  }
  const watchdog = args.value('watchdog');
  if (watchdog !== undefined) {
    lines.push(`Setting watchdog: ${watchdog}`);
    setWatchdog(cib, watchdog);
  }
  for (const node of args.values('node-up')) {
    lines.push(`Bringing node ${node} online`);
    setNode(cib, node, { in_ccm: 'true', crmd: 'online', join: 'member', expected: 'member' });
  }
  for (const node of args.values('node-down')) {
    lines.push(`Taking node ${node} offline`);
    const state = setNode(cib, node, { in_ccm: 'false', crmd: 'offline', join: 'down', expected: 'down' });
    for (const part of ['lrm', 'transient_attributes']) {
      if (!state.children.some((child) => child.name === part)) continue;
      state.children = state.children.filter((child) => child.name !== part);
      countUpdate(cib);
    }
  }
  for (const node of args.values('node-fail')) {
    lines.push(`Failing node ${node}`);
    // Lost from the membership before its controller could say anything.
    setNode(cib, node, { in_ccm: 'false', crmd: 'online', join: 'member', expected: 'member' });
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
  for (const operation of args.values('op-inject')) injectOperation(tool, ws, cib, operation, lines);
  return { cib, lines };
}

/** The node's state, made where there is none, as is its configuration. */
function setNode(cib: Element, name: string, attributes: Record<string, string>): Element {
  const nodes = childOf(childOf(cib, 'configuration'), 'nodes');
  let node = nodes.children.find((each) => each.attributes.uname === name);
  const status = childOf(cib, 'status');
  let state = status.children.find((each) => each.name === 'node_state' && each.attributes.uname === name);
  if (!node) {
    node = { name: 'node', attributes: { id: state?.attributes.id ?? name, uname: name }, children: [] };
    nodes.children.push(node);
    countChange(cib);
  }
  if (!state) {
    state = { name: 'node_state', attributes: { id: node.attributes.id ?? name, uname: name }, children: [] };
    status.children.push(state);
    countUpdate(cib);
  }
  if (Object.keys(attributes).length > 0) {
    Object.assign(state.attributes, attributes, { 'crm-debug-origin': 'crm_simulate' });
    writeHistories(state);
    countUpdate(cib);
  }
  return state;
}

/** The configuration itself has changed. */
function countChange(cib: Element): void {
  cib.attributes.epoch = String((Number.parseInt(cib.attributes.epoch ?? '0', 10) || 0) + 1);
  cib.attributes.num_updates = '0';
}

/** Whether the cluster believes in a watchdog: the property that its daemons set. */
function setWatchdog(cib: Element, value: string): void {
  const config = childOf(childOf(cib, 'configuration'), 'crm_config');
  const set = childOf(config, 'cluster_property_set', { id: 'cib-bootstrap-options' });
  const present = set.children.find((each) => each.attributes.name === 'have-watchdog');
  if (present) present.attributes.value = value;
  else {
    const attributes = { id: `${set.attributes.id}-have-watchdog`, name: 'have-watchdog', value };
    set.children.push({ name: 'nvpair', attributes, children: [] });
  }
  countChange(cib);
}

function setTicket(cib: Element, id: string, attributes: Record<string, string>): void {
  const tickets = childOf(childOf(cib, 'status'), 'tickets');
  let ticket = tickets.children.find((each) => each.attributes.id === id);
  if (!ticket) {
    ticket = { name: 'ticket_state', attributes: { id }, children: [] };
    tickets.children.push(ticket);
  }
  Object.assign(ticket.attributes, attributes);
  countUpdate(cib);
}

/** `RESOURCE_OPERATION_INTERVAL@NODE=RC`: the result of an operation that wasn't expected. */
function injectOperation(tool: Tool, ws: WorkingSet, cib: Element, spec: string, lines: string[]): void {
  lines.push(`Injecting ${spec} into the configuration`);
  const match = /^(.+)_([a-z]+(?:_to|_from)?)_(\d+)@([^=]+)=(\d+)$/.exec(spec);
  if (!match) {
    tool.complain(`Invalid operation spec: ${spec}.  Only found ${spec.split(/[_@=]/).length} fields\n`);
    return;
  }
  const [, resource = '', task = '', milliseconds = '0', node = '', status = '0'] = match;
  // An orphan isn't configured: its history says which agent it has.
  const known = knownResource(ws, resource);
  const primitive = known && (findPrimitive(cib, resource.replace(/:\d+$/, '')) ?? known.xml);
  if (!primitive) {
    tool.complain(`Invalid resource name: ${resource}\n`);
    return;
  }
  const state = setNode(cib, node, {});
  const interval = Number(milliseconds);
  const rc = Number(status);
  // A probe that finds nothing running is no failure.
  if (rc !== 0 && !(task === 'monitor' && interval === 0 && rc === 7))
    lines.push(...countFailure(state, { name: resource, task, interval, now: tool.now }));
  const { class: standard = '', provider = null, type = '' } = primitive.attributes;
  recordResult(cib, state, {
    names: [resource],
    agent: { id: resource, class: standard, provider, type },
    base: resource,
    task,
    interval,
    notification: null,
    rc,
    target: 0,
    reason: 'Simulated action result',
    seconds: Math.floor(tool.now / 1000),
    more: {},
  });
}

/** Instances of clones go by their numbers, or by the name that their histories have. */
function knownResource(ws: WorkingSet, name: string): Resource | null {
  const exact = ws.resourceById.get(name);
  if (exact) return exact;
  for (const resource of ws.resourceById.values()) if (resource.cloneName === name) return resource;
  return null;
}

function findPrimitive(element: Element, id: string): Element | null {
  if (element.name === 'primitive' && element.attributes.id === id) return element;
  for (const each of element.children) {
    const found = findPrimitive(each, id);
    if (found) return found;
  }
  return null;
}
