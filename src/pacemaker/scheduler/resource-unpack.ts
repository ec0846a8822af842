import type { Element } from '../../world/xml';
import { descendant } from '../cib/xml';
import { unpackBundle } from './bundle-unpack';
import { isTrue, parseInterval } from './interval';
import { Candidate } from './node';
import { unpackSets } from './nvpair';
import { isRemoteConnection } from './remote-connection';
import { guestConnection } from './remote-unpack';
import { type CloneData, Resource, type Variant } from './resource';
import { applyMeta, parametersOf, unpackMeta } from './resource-meta';
import type { WorkingSet } from './working-set';

/** Unpacks the `resources` section, in its order. */
export function unpackResources(ws: WorkingSet): void {
  const section = descendant(ws.cib, 'configuration', 'resources');
  if (!section) return;
  for (const xml of section.children) {
    if (xml.name === 'template') {
      const id = xml.attributes.id;
      if (id !== undefined && !ws.templates.has(id)) ws.templates.set(id, []);
      continue;
    }
    const resource = unpackResource(ws, xml, null);
    if (resource) ws.resources.push(resource);
  }
  for (const xml of guestConnections(ws, section)) {
    const connection = unpackResource(ws, xml, null);
    if (connection) ws.resources.push(connection);
  }
  // The most important first, for display as for assignment.
  ws.resources.sort((a, b) => b.priority - a.priority);
  linkContainers(ws);
  for (const resource of [...ws.resourceById.values()]) linkRemoteNode(ws, resource);
}

/** The connections to guest nodes, which the configuration only implies. */
function guestConnections(ws: WorkingSet, section: Element): Element[] {
  const found: Element[] = [];
  for (const xml of section.children) {
    if (xml.name === 'group') found.push(...guestConnections(ws, xml));
    const connection = xml.name === 'primitive' ? guestConnection(ws, xml) : null;
    if (connection) found.push(connection);
  }
  return found;
}

function variantOf(name: string): Variant | null {
  switch (name) {
    case 'primitive':
    case 'group':
    case 'clone':
    case 'bundle':
      return name;
    case 'master':
      return 'clone';
    default:
      return null;
  }
}

/**
 * Makes a resource and everything below it. `instance` is the clone instance number, which becomes part of the id of
 * everything below the clone.
 */
export function unpackResource(
  ws: WorkingSet,
  original: Element,
  parent: Resource | null,
  instance: string | null = null,
): Resource | null {
  const variant = variantOf(original.name);
  const ownId = original.attributes.id;
  if (!variant || ownId === undefined) return null;
  const xml = expandTemplate(ws, original);
  const id = instance === null ? ownId : `${ownId}:${instance}`;
  const resource = new Resource(id, variant, xml, original);
  resource.parent = parent;
  resource.instance = instance;
  resource.class = xml.attributes.class ?? '';
  resource.provider = xml.attributes.provider ?? null;
  resource.type = xml.attributes.type ?? '';
  if (variant === 'primitive') {
    resource.isFenceDevice = resource.class === 'stonith';
    resource.isRemoteNode = isRemoteConnection(xml);
  }
  unpackMeta(ws, resource);
  applyMeta(ws, resource);
  if (variant === 'primitive' && resource.unique && resource.top.isClone && ANONYMOUS_CLASSES.has(resource.class))
    forceAnonymous(ws, resource);
  if (resource.isFenceDevice) {
    ws.haveFenceDevice = true;
  }
  // In a symmetric cluster each node is a candidate; a guest's connection may follow its container anywhere.
  const anywhere = ws.options.symmetricCluster || (resource.isRemoteNode && resource.meta.has('container'));
  if (anywhere && variant !== 'bundle') addAllNodes(ws, resource);
  ws.resourceById.set(id, resource);
  readRemoteReconnect(ws, resource);
  if (variant === 'group') unpackGroup(ws, resource, instance);
  else if (variant === 'clone') unpackClone(ws, resource);
  else if (variant === 'bundle') {
    if (!unpackBundle(ws, resource, (part) => unpackResource(ws, part, resource))) return null;
    // The nodes that the bundle brings are none of its own candidates.
    if (anywhere) addAllNodes(ws, resource);
  }
  if (variant === 'primitive' || variant === 'group') {
    const utilization = new Map<string, string>();
    unpackSets(ws, xml, 'utilization', { now: ws.now }, utilization);
    if (utilization.size > 0) {
      resource.utilization = new Map([...utilization].map(([name, value]) => [name, Number.parseInt(value, 10) || 0]));
    }
  }
  return resource;
}

export function addAllNodes(ws: WorkingSet, resource: Resource): void {
  for (const node of ws.nodes) if (!node.ofBundle) resource.allowed[node.index] ??= new Candidate(node, node.weight);
}

/** While a remote node is reconnected to at intervals, its failure expires with the interval. */
function readRemoteReconnect(ws: WorkingSet, resource: Resource): void {
  if (!resource.isRemoteNode) return;
  const interval = parametersOf(ws, resource, null).get('reconnect_interval');
  if (interval === undefined) return;
  resource.remoteReconnectMs = parseInterval(interval);
  resource.failureTimeout = Math.floor(resource.remoteReconnectMs / 1000);
}

/**
 * A primitive made from a template has the template's content, where its own doesn't say otherwise: the template's sets
 * come after its own, an operation of the same name and role replaces the template's.
 */
export function expandTemplate(ws: WorkingSet, xml: Element): Element {
  const reference = xml.attributes.template;
  if (reference === undefined) return xml;
  const template = ws.element(reference);
  if (template?.name !== 'template') return xml;
  const users = ws.templates.get(reference);
  const id = xml.attributes.id ?? '';
  if (!users) ws.templates.set(reference, [id]);
  else if (!users.includes(id)) users.push(id);
  const { template: _used, ...attributes } = xml.attributes;
  const { id: _id, ...inherited } = template.attributes;
  const merged: Element = { name: xml.name, attributes: { ...inherited, ...attributes }, children: [] };
  const ownOperations = xml.children.find((child) => child.name === 'operations');
  // Own sets last: of equal scores the later set counts.
  const theirOperations = template.children.find((child) => child.name === 'operations');
  merged.children.push(...template.children.filter((child) => child !== theirOperations));
  merged.children.push(...xml.children.filter((child) => child !== ownOperations));
  if (ownOperations || theirOperations) {
    const own = operationsOf(ws, ownOperations);
    const taken = new Set(own.map(operationKey));
    const inheritedOperations = operationsOf(ws, theirOperations).filter((op) => !taken.has(operationKey(op)));
    merged.children.push({ name: 'operations', attributes: {}, children: [...inheritedOperations, ...own] });
  }
  return merged;
}

function operationKey(op: Element): string {
  return `${op.attributes.name}-${op.attributes.role ?? ''}`;
}

function operationsOf(ws: WorkingSet, operations: Element | undefined): Element[] {
  if (!operations) return [];
  const reference = operations.attributes['id-ref'];
  const resolved = reference === undefined ? operations : ws.element(reference);
  return resolved?.children ?? [];
}

function unpackGroup(ws: WorkingSet, group: Resource, instance: string | null): void {
  group.groupOrdered = group.meta.get('ordered') === undefined || isTrue(group.meta.get('ordered'));
  group.groupColocated = group.meta.get('collocated') === undefined || isTrue(group.meta.get('collocated'));
  for (const xml of group.xml.children) {
    if (xml.name !== 'primitive') continue;
    const member = unpackResource(ws, xml, group, instance);
    if (member) group.children.push(member);
  }
}

const countOf = (text: string | undefined, standard: number): number => {
  const value = Number.parseInt(text ?? '', 10);
  return Number.isNaN(value) ? standard : value;
};

function unpackClone(ws: WorkingSet, resource: Resource): void {
  const { meta, xml } = resource;
  resource.promotable = xml.name === 'master' || isTrue(meta.get('promotable'));
  const childXml = xml.children.find((child) => child.name === 'primitive' || child.name === 'group');
  if (!childXml) return;
  const max = countOf(meta.get('clone-max'), Math.max(1, ws.nodes.length));
  const data: CloneData = {
    max: Math.max(0, max),
    nodeMax: countOf(meta.get('clone-node-max'), 1),
    promotedMax: 0,
    promotedNodeMax: 0,
    interleave: isTrue(meta.get('interleave')),
    ordered: isTrue(meta.get('ordered')),
    ofGroup: childXml.name === 'group',
    childXml,
    total: 0,
    colocated: false,
    promotedAssigned: 0,
    demoting: false,
    hasInternalOrder: false,
    notify: null,
    minRunning: countOf(meta.get('clone-min'), 0),
  };
  if (resource.promotable) {
    data.promotedMax = countOf(meta.get('promoted-max') ?? meta.get('master-max'), 1);
    data.promotedNodeMax = countOf(meta.get('promoted-node-max') ?? meta.get('master-node-max'), 1);
  }
  // Instances of an anonymous clone can't be told apart on a node, so there is at most one.
  if (!resource.unique && data.nodeMax > 1) data.nodeMax = 1;
  resource.clone = data;
  // Instances aren't shuffled for nothing: a stickiness of 1 unless told otherwise.
  if (!meta.has('resource-stickiness')) meta.set('resource-stickiness', '1');
  if (!meta.has('globally-unique')) meta.set('globally-unique', resource.unique ? 'true' : 'false');
  // With clone-max=0 there is still one instance, so that history finds its clone.
  for (let i = 0; i < Math.max(1, data.max); i++) createInstance(ws, resource);
}

/** Agents of these classes can't tell instances apart. */
const ANONYMOUS_CLASSES = new Set(['lsb', 'systemd', 'upstart', 'service', 'nagios']);

/**
 * A unique clone with such an agent in it becomes an anonymous one, with at most an instance a node. That is noticed with
 * the first instance; other members of later instances keep their instance numbers.
 */
function forceAnonymous(ws: WorkingSet, resource: Resource): void {
  const { clone } = resource.top;
  if (clone && resource.top.unique) {
    clone.nodeMax = 1;
    clone.max = Math.min(clone.max, ws.nodes.length);
    for (const sibling of resource.parent?.children ?? []) sibling.unique = false;
  }
  for (let at: Resource | null = resource; at; at = at.parent) at.unique = false;
}

/** Adds an instance to a clone; orphans get numbers beyond clone-max. */
export function createInstance(ws: WorkingSet, clone: Resource, orphan = false): Resource | null {
  const data = clone.clone;
  if (!data) return null;
  const child = unpackResource(ws, data.childXml, clone, String(data.total));
  if (!child) return null;
  const surplus = orphan || data.total >= data.max;
  data.total++;
  clone.children.push(child);
  if (surplus) markOrphan(child);
  return child;
}

function markOrphan(resource: Resource): void {
  resource.orphan = true;
  for (const child of resource.children) markOrphan(child);
}

/** `container` meta attribute: the named resource holds this one. */
function linkContainers(ws: WorkingSet): void {
  for (const resource of ws.resourceById.values()) {
    if (resource.variant !== 'primitive' || resource.container) continue;
    const name = resource.meta.get('container');
    if (name === undefined) continue;
    const container = ws.resourceById.get(name);
    if (!container || container === resource) continue;
    resource.container = container;
    container.fillers.push(resource);
  }
}

/** Ties the connection resource of a remote node to the node of the same name. */
export function linkRemoteNode(ws: WorkingSet, resource: Resource): void {
  if (!resource.isRemoteNode) return;
  const node = ws.nodeByName.get(resource.id);
  if (!node) return;
  node.connection = resource;
  // Like a member that hasn't been seen, a remote machine may be in any state.
  if (!resource.container && ws.options.startupFencing && ws.options.stonithEnabled) node.unclean = true;
  // A remote machine's kind is known only now; a guest's attribute names its inside.
  if (!node.attributes.has('#kind') || resource.container)
    node.attributes.set('#kind', resource.container ? 'container' : 'remote');
}
