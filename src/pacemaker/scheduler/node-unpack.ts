import type { Element } from '../../world/xml';
import { childNamed, descendant } from '../cib/xml';
import { fenceNode } from './fencing-request';
import { isTrue } from './interval';
import { Node, type NodeKind } from './node';
import { unpackSets } from './nvpair';
import { parseScore } from './score';
import type { WorkingSet } from './working-set';

export function createNode(ws: WorkingSet, id: string, name: string, kind: NodeKind, weight = 0): Node {
  const existing = ws.nodeByName.get(name);
  if (existing) return existing;
  const node = new Node(ws.nodes.length, id, name, kind);
  node.weight = weight;
  node.attributes.set('#uname', name);
  node.attributes.set('#id', id);
  node.attributes.set('#kind', kind === 'remote' ? 'remote' : 'cluster');
  const isDc = kind === 'member' && id === ws.dcUuid;
  node.attributes.set('#is_dc', isDc ? 'true' : 'false');
  if (ws.options.clusterName !== null) node.attributes.set('#cluster-name', ws.options.clusterName);
  if (isDc) {
    node.isDc = true;
    ws.dcNode = node;
  }
  ws.addNode(node);
  return node;
}

/** The `nodes` section. A node of which no status is seen later may be in any state: startup-fencing. */
export function unpackNodes(ws: WorkingSet): void {
  for (const xml of descendant(ws.cib, 'configuration', 'nodes')?.children ?? []) {
    if (xml.name !== 'node') continue;
    const { id, uname, type } = xml.attributes;
    if (id === undefined || uname === undefined) continue;
    const node = createNode(ws, id, uname, type === 'remote' ? 'remote' : 'member', parseScore(xml.attributes.score));
    if (node.kind === 'member') node.unclean = ws.options.startupFencing && ws.options.stonithEnabled;
    unpackAttributes(ws, xml, node);
    const utilization = new Map<string, string>();
    unpackSets(ws, xml, 'utilization', { now: ws.now }, utilization);
    node.utilization = new Map([...utilization].map(([name, value]) => [name, Number.parseInt(value, 10) || 0]));
  }
}

function unpackAttributes(ws: WorkingSet, xml: Element, node: Node, overwrite = false): void {
  const found = new Map<string, string>();
  unpackSets(ws, xml, 'instance_attributes', { now: ws.now, attributes: node.attributes }, found);
  for (const [name, value] of found) {
    if (overwrite || !node.attributes.has(name)) node.attributes.set(name, value);
  }
  const site = node.attributes.get('site-name') ?? ws.options.clusterName;
  if (site != null) node.attributes.set('#site-name', site);
}

/** One `node_state`: transient attributes, and whether a member is online. */
export function unpackNodeState(ws: WorkingSet, state: Element): void {
  const { id, uname } = state.attributes;
  let node = uname === undefined ? undefined : ws.nodeByName.get(uname);
  node ??= id === undefined ? undefined : ws.nodeById.get(id);
  if (!node) return;
  if (node.isRemote) {
    // Whether it is there is known only by its connection's history: see unpackRemoteState.
    node.remoteWasFenced = isTrue(state.attributes.node_fenced) || Number(state.attributes.node_fenced ?? 0) > 0;
    return;
  }
  node.unseen = false;
  node.memberOfCcm = isTrue(state.attributes.in_ccm);
  unpackTransient(ws, state, node);
  // Seen at last: what it says about itself now counts.
  node.unclean = false;
  determineOnline(ws, node, state);
  if (node.online && !ws.quorate && ws.options.quorumPolicy === 'suicide') {
    fenceNode(ws, node, 'cluster does not have quorum');
  }
}

/** The `node_state` of a remote node or guest that is connected: what it says about itself counts from then on. */
export function unpackRemoteState(ws: WorkingSet, state: Element, node: Node): void {
  if (!node.remoteRequiresReset) {
    node.unclean = false;
    node.unseen = false;
  }
  unpackTransient(ws, state, node);
  const shutdown = node.attributes.get('shutdown');
  if (shutdown !== undefined && shutdown !== '0') node.shutdown = true;
  if (node.connection && !node.connection.managed) node.maintenance = true;
}

function unpackTransient(ws: WorkingSet, state: Element, node: Node): void {
  const transient = childNamed(state, 'transient_attributes');
  if (transient) unpackAttributes(ws, transient, node, true);
  node.featureSet = node.attributes.get('#feature-set') ?? null;
  applyNodeAttributes(node);
}

/** `standby`, `maintenance` and `resource-discovery-enabled` are node attributes, permanent or transient. */
export function applyNodeAttributes(node: Node): void {
  if (isTrue(node.attributes.get('standby'))) node.standby = true;
  if (isTrue(node.attributes.get('maintenance'))) node.maintenance = true;
  const discovery = node.attributes.get('resource-discovery-enabled');
  if (discovery !== undefined && !isTrue(discovery) && node.isRemote) node.discovery = false;
}

function determineOnline(ws: WorkingSet, node: Node, state: Element): void {
  const { in_ccm: inCcm, crmd, join, expected } = state.attributes;
  const shutdown = node.attributes.get('shutdown');
  node.shutdown = shutdown !== undefined && shutdown !== '0';
  node.expectedUp = !node.shutdown && expected === 'member';
  const member = isTrue(inCcm);
  const peer = crmd === 'online';
  node.online = ws.options.stonithEnabled
    ? onlineWithFencing(ws, node, { member, seen: inCcm !== undefined, peer, join, expected })
    : onlineWithoutFencing(ws, node, { member, seen: inCcm !== undefined, peer, join, expected });
}

interface Membership {
  member: boolean;
  seen: boolean;
  peer: boolean;
  join: string | undefined;
  expected: string | undefined;
}

/** Without fencing a node is online when it has joined; it is unclean only if it was expected to be. */
function onlineWithoutFencing(ws: WorkingSet, node: Node, { member, peer, join, expected }: Membership): boolean {
  if (!member) return false;
  if (peer) return join === 'member';
  if (!node.expectedUp && expected !== 'member') return false;
  if (!node.expectedUp) return false;
  fenceNode(ws, node, 'peer is unexpectedly down');
  return false;
}

/** With fencing each state that isn't a clean one is a reason to fence. */
function onlineWithFencing(ws: WorkingSet, node: Node, { member, seen, peer, join, expected }: Membership): boolean {
  const terminate = wantsTermination(node);
  let online = member;
  if (node.shutdown) {
    // A node that is leaving counts as online for as long as its controller runs.
    online = peer;
  } else if (!seen) {
    fenceNode(ws, node, 'peer has not been seen by the cluster');
  } else if (join === 'banned') {
    fenceNode(ws, node, 'peer failed Pacemaker membership criteria');
  } else if (!terminate && (expected === undefined || expected === 'down')) {
    if (member || peer) {
      // On its way in.
      node.standby = true;
      node.pending = true;
    }
  } else if (terminate && join === 'down' && !member && !peer) {
    online = false;
  } else if (!member) {
    fenceNode(ws, node, 'peer is no longer part of the cluster', true);
  } else if (!peer) {
    fenceNode(ws, node, 'peer process is no longer available');
  } else if (terminate) {
    fenceNode(ws, node, 'termination was requested');
  } else if (join === 'member') {
    online = true;
  } else if (join === 'pending' || join === 'down' || join === undefined) {
    node.standby = true;
    node.pending = true;
  } else {
    fenceNode(ws, node, 'peer was in an unknown state');
  }
  return online;
}

/** The `terminate` node attribute: true, or a time. */
function wantsTermination(node: Node): boolean {
  const terminate = node.attributes.get('terminate');
  if (terminate === undefined) return false;
  return isTrue(terminate) || /^[1-9]/.test(terminate);
}
