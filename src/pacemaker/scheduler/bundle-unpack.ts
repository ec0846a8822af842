/**
 * Bundles: a container image run in replicas, each with an address, a connection to the pacemaker_remoted inside, and an
 * instance of the primitive. All of these are implied by the configuration ("Pacemaker Explained", Bundles).
 */
import type { Element } from '../../world/xml';
import type { BundleData, Replica } from './bundle-data';
import { addScoreOn } from './candidate-scores';
import { isTrue } from './interval';
import { Candidate, type Node } from './node';
import { createNode } from './node-unpack';
import { connectionXml } from './remote-unpack';
import type { Resource } from './resource';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

const AGENTS: readonly BundleData['agent'][] = ['docker', 'podman', 'rkt'];

/** Port of pacemaker_remoted. */
const REMOTE_PORT = '3121';

/** A replica's instance is drawn to its own guest node. */
const INSTANCE_SCORE = 500;

/** Makes a part of the bundle from its XML: given by who unpacks resources, as a bundle is one of them. */
type Unpacker = (xml: Element) => Resource | null;

/** Makes the implicit resources of a bundle: see bundle-data.ts. False: the bundle is malformed. */
export function unpackBundle(ws: WorkingSet, bundle: Resource, unpack: Unpacker): boolean {
  const xml = bundle.xml.children.find((child) => AGENTS.some((agent) => agent === child.name));
  const agent = AGENTS.find((each) => each === xml?.name);
  if (!xml || !agent || xml.attributes.image === undefined) return false;
  const number = (name: string, standard: number): number => {
    const value = Number.parseInt(xml.attributes[name] ?? '', 10);
    return Number.isNaN(value) ? standard : value;
  };
  const promotedMax = Math.max(0, number('promoted-max', number('masters', 0)));
  const data: BundleData = {
    agent,
    image: xml.attributes.image,
    replicas: [],
    replicaCount: Math.max(1, number('replicas', Math.max(1, promotedMax))),
    replicasPerHost: Math.max(1, number('replicas-per-host', 1)),
    promotedMax,
    child: null,
    xml,
    unique: false,
    addHost: true,
  };
  // Several replicas on a host must be told apart.
  data.unique = data.replicasPerHost > 1;
  bundle.unique = data.unique;
  bundle.bundle = data;
  const network = bundle.xml.children.find((child) => child.name === 'network');
  data.addHost = network?.attributes['add-host'] === undefined || isTrue(network.attributes['add-host']);
  if (!unpackChild(unpack, bundle, data, network)) return false;
  for (let offset = 0; offset < data.replicaCount; offset++)
    if (!makeReplica(ws, unpack, bundle, data, network, offset)) return false;
  if (data.child) bundle.children.push(data.child);
  return true;
}

/** The primitive becomes a clone with an instance for each replica. */
function unpackChild(unpack: Unpacker, bundle: Resource, data: BundleData, network: Element | undefined): boolean {
  const primitive = bundle.xml.children.find((child) => child.name === 'primitive');
  if (!primitive) return true;
  // Without an address or a port of its own nothing inside can be reached.
  if (!network?.attributes['ip-range-start'] && !network?.attributes['control-port']) return false;
  const id = `${bundle.id}-${data.promotedMax > 0 ? 'master' : 'clone'}`;
  const options: Record<string, string> = {
    ordered: 'true',
    'clone-max': String(data.replicaCount),
    'globally-unique': String(data.unique),
    promotable: String(data.promotedMax > 0),
  };
  if (data.promotedMax > 0) options['promoted-max'] = String(data.promotedMax);
  const clone: Element = {
    name: 'clone',
    attributes: { id },
    children: [set('meta_attributes', `${bundle.id}-${primitive.attributes.id}-meta`, options), primitive],
  };
  data.child = unpack(clone);
  return data.child !== null;
}

function makeReplica(
  ws: WorkingSet,
  unpack: Unpacker,
  bundle: Resource,
  data: BundleData,
  network: Element | undefined,
  offset: number,
): boolean {
  const start = network?.attributes['ip-range-start'];
  const ipAddress = start === undefined ? null : nextAddress(start, offset);
  const ip = ipAddress === null ? null : unpack(addressXml(bundle, network, ipAddress));
  const container = unpack(containerXml(bundle, data, offset));
  if (!container) return false;
  const replica: Replica = {
    offset,
    ipAddress,
    container,
    ip,
    remote: null,
    child: data.child?.children[offset] ?? null,
    node: null,
  };
  if (replica.child) connect(ws, unpack, bundle, network, replica);
  for (const part of [ip, container, replica.remote]) if (part) bundle.children.push(part);
  data.replicas.push(replica);
  return true;
}

/** The guest node inside a container, and the connection to it. Nothing else may run there. */
function connect(
  ws: WorkingSet,
  unpack: Unpacker,
  bundle: Resource,
  network: Element | undefined,
  replica: Replica,
): void {
  const name = `${bundle.id}-${replica.offset}`;
  const node = createNode(ws, name, name, 'remote', -INFINITY);
  node.weight = -INFINITY;
  for (const resource of ws.resources) addScoreOn(resource, node.index, -INFINITY, ws, 'remote');
  const xml = connectionXml(name, replica.container.id, {
    address: replica.ipAddress ?? '#uname',
    port: network?.attributes['control-port'] ?? REMOTE_PORT,
  });
  replica.remote = unpack(xml);
  replica.node = node;
  const { child } = replica;
  if (!child) return;
  if (child.parent) place(child.parent, node, 0);
  place(child, node, INSTANCE_SCORE);
}

function place(resource: Resource, node: Node, score: number): void {
  const candidate = new Candidate(node, score);
  candidate.discovery = 'never';
  resource.allowed[node.index] = candidate;
}

/** The address that many after the first. */
function nextAddress(start: string, offset: number): string {
  const parts = start.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => Number.isNaN(part))) return start;
  let value = parts.reduce((sum, part) => sum * 256 + part, 0) + offset;
  const bytes: number[] = [];
  for (let i = 0; i < 4; i++) {
    bytes.unshift(value % 256);
    value = Math.floor(value / 256);
  }
  return bytes.join('.');
}

function set(kind: string, id: string, values: Record<string, string>): Element {
  return {
    name: kind,
    attributes: { id },
    children: Object.entries(values).map(([name, value]) => ({
      name: 'nvpair',
      attributes: { id: `${id}-${name}`, name, value },
      children: [],
    })),
  };
}

function addressXml(bundle: Resource, network: Element | undefined, address: string): Element {
  const id = `${bundle.id}-ip-${address}`;
  const parameters: Record<string, string> = { ip: address };
  const nic = network?.attributes['host-interface'];
  if (nic !== undefined) parameters.nic = nic;
  parameters.cidr_netmask = network?.attributes['host-netmask'] ?? '32';
  return {
    name: 'primitive',
    attributes: { id, class: 'ocf', provider: 'heartbeat', type: 'IPaddr2' },
    children: [set('instance_attributes', `${id}-attributes`, parameters), operations(id)],
  };
}

function containerXml(bundle: Resource, data: BundleData, offset: number): Element {
  const id = `${bundle.id}-${data.agent}-${offset}`;
  const parameters = { image: data.image, allow_pull: 'true', force_kill: 'false', reuse: 'false' };
  return {
    name: 'primitive',
    attributes: { id, class: 'ocf', provider: 'heartbeat', type: data.agent },
    children: [set('instance_attributes', `${id}-attributes`, parameters), operations(id)],
  };
}

function operations(id: string): Element {
  return {
    name: 'operations',
    attributes: {},
    children: [{ name: 'op', attributes: { id: `${id}-monitor-60s`, name: 'monitor', interval: '60s' }, children: [] }],
  };
}
