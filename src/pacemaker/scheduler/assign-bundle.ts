import { type Assign, distribute } from './assign-clone';
import type { BundleData, Replica } from './bundle-data';
import { addColocation } from './colocation-unpack';
import { compareInstances } from './instance-order';
import { thresholdReached } from './location-apply';
import type { Node } from './node';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import { recordScores } from './score-lines';
import type { WorkingSet } from './working-set';

/**
 * Places a bundle: its containers as a clone's instances are, then the address and the connection of each, and what is
 * inside on the guest nodes that the containers are.
 */
export function assignBundle(ws: WorkingSet, bundle: Resource, prefer: Node | null, assign: Assign): Node | null {
  const data = bundle.bundle;
  if (!data || bundle.assigning) return null;
  bundle.assigning = true;
  // Each time that something colocated with it asks for it: the parts stay where they were put, but are listed anew.
  recordScores(ws, bundle, 'pcmk__bundle_allocate');
  const containers = data.replicas.map((replica) => replica.container).sort((a, b) => compareInstances(a, b));
  distribute(ws, bundle, containers, data.replicaCount, data.replicasPerHost, assign);
  for (const replica of data.replicas) assignReplica(ws, replica, prefer, assign);
  if (data.child) {
    for (const candidate of data.child.allowed)
      if (candidate) candidate.score = isNodeOf(data, candidate.node) ? 0 : -INFINITY;
    ws.explain?.settle(data.child, 'remote');
    assign(ws, data.child, prefer);
  }
  bundle.assigning = false;
  bundle.provisional = false;
  return null;
}

function isNodeOf(data: BundleData, node: Node): boolean {
  return data.replicas.some((replica) => replica.node === node);
}

function assignReplica(ws: WorkingSet, replica: Replica, prefer: Node | null, assign: Assign): void {
  const { ip, remote, container, child, node } = replica;
  if (ip) assign(ws, ip, prefer);
  if (remote) {
    const host = container.assignedTo;
    // A container on a remote node is reached through the member that has the connection to that.
    if (host?.isRemote && host.connection) {
      addColocation(ws, {
        id: 'child-remote-with-docker-remote',
        dependent: remote,
        primary: host.connection,
        dependentRole: Role.Unknown,
        primaryRole: Role.Unknown,
        nodeAttribute: null,
        score: INFINITY,
        influence: true,
      });
    }
    assign(ws, remote, prefer);
  }
  if (!child) return;
  // The instance runs in its own container or not at all.
  for (const candidate of child.allowed) {
    if (!candidate) continue;
    if (candidate.node !== node) candidate.score = -INFINITY;
    else if (!thresholdReached(ws, child, node)) candidate.score = INFINITY;
  }
  ws.explain?.settle(child, 'remote');
  const { parent } = child;
  if (parent) parent.assigning = true;
  assign(ws, child, node);
  if (parent) parent.assigning = false;
}
