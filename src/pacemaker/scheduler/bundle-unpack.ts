/**
 * Bundles: a container image run in replicas, each with an address, a connection to the pacemaker_remoted inside, and an
 * instance of the primitive. All of these are implied by the configuration ("Pacemaker Explained", Bundles).
 */
import type { Element } from '../../world/xml';
import { containerXml, nvpairs, operations, REMOTE_PORT, replicaAddresses } from './bundle-container';
import type { BundleData, Replica } from './bundle-data';
import { HOST_NAME } from './connection-address';
import { Candidate, type Node } from './node';
import { createNode } from './node-unpack';
import { connectionXml } from './remote-unpack';
import type { Resource } from './resource';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

const AGENTS: readonly BundleData['agent'][] = ['docker', 'podman', 'rkt'];

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
  };
  // Several replicas on a host must be told apart.
  data.unique = data.replicasPerHost > 1;
  bundle.unique = data.unique;
  bundle.bundle = data;
  const network = bundle.xml.children.find((child) => child.name === 'network');
  if (!unpackChild(unpack, bundle, data, network)) return false;
  const addresses = replicaAddresses(network?.attributes['ip-range-start'], data.replicaCount);
  for (let offset = 0; offset < data.replicaCount; offset++)
    if (!makeReplica(ws, unpack, bundle, data, network, offset, addresses)) return false;
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
    'clone-node-max': String(data.replicasPerHost),
    'globally-unique': String(data.unique),
    promotable: String(data.promotedMax > 0),
  };
  if (data.promotedMax > 0) options['promoted-max'] = String(data.promotedMax);
  const clone: Element = {
    name: 'clone',
    attributes: { id },
    children: [nvpairs('meta_attributes', `${bundle.id}-${primitive.attributes.id}-meta`, options), primitive],
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
  addresses: readonly string[],
): boolean {
  const ipAddress = addresses[offset] ?? null;
  const ip = ipAddress === null ? null : unpack(addressXml(bundle, network, ipAddress));
  const container = unpack(containerXml(bundle, data, offset, addresses));
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
  if (replica.child) {
    connect(ws, unpack, bundle, network, replica);
    if (replica.child.notify && data.child) data.child.notify = true;
    const target = replica.child.meta.get('container-attribute-target');
    if (target !== undefined) data.child?.meta.set('container-attribute-target', target);
    if (ipAddress !== null) replica.child.meta.set('external-ip', ipAddress);
  }
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
  node.ofBundle = true;
  for (const resource of ws.resources) disallow(resource, node);
  const xml = connectionXml(name, replica.container.id, {
    address: replica.ipAddress ?? HOST_NAME,
    port: network?.attributes['control-port'] ?? REMOTE_PORT,
  });
  replica.node = node;
  if (replica.child) {
    place(replica.child, node);
    // What runs inside takes the capacity of the container's host.
    replica.container.utilization = replica.child.utilization;
    replica.child.utilization = null;
  }
  replica.remote = unpack(xml);
  if (!replica.remote) return;
  for (const candidate of replica.remote.allowed) if (candidate?.node.isRemote) candidate.score = -INFINITY;
  node.connection = replica.remote;
  replica.remote.container = replica.container;
  replica.container.fillers.push(replica.remote);
  node.attributes.set('#kind', 'container');
}

/** The guest node takes nothing but its own instance, which can be nowhere else. */
function place(child: Resource, node: Node): void {
  child.exclusiveDiscovery = true;
  child.allowed = [];
  candidateFor(child, node, INSTANCE_SCORE);
  if (child.parent) candidateFor(child.parent, node, -INFINITY);
}

function candidateFor(resource: Resource, node: Node, score: number): void {
  const candidate = new Candidate(node, score);
  candidate.discovery = 'exclusive';
  resource.allowed[node.index] = candidate;
}

/** Resources unpacked before, where the node was known already, aren't to go there. */
function disallow(resource: Resource, node: Node): void {
  const candidate = resource.allowed[node.index];
  if (candidate) {
    candidate.score = -INFINITY;
    candidate.discovery = 'never';
  }
  for (const child of resource.children) disallow(child, node);
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
    children: [nvpairs('instance_attributes', `${id}-attributes`, parameters), operations(id)],
  };
}
