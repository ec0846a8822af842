import { hashValues } from '../hash-order';
import { assignBundle } from './assign-bundle';
import { assignClone } from './assign-clone';
import { addScoreEverywhere } from './candidate-scores';
import { applyColocation, canRunAny, hasInfluence, mergePreferences } from './colocation-apply';
import { compareDependents, comparePrimaries, insertSorted } from './colocation-unpack';
import type { Colocation } from './constraint';
import { finalAssign } from './final-assign';
import { GROUP_COLOCATION, handDownColocations } from './internal-colocation';
import { Candidate, type Candidates, canRunResources, copyCandidates, type Node } from './node';
import { compareNodes, mergeSorted } from './node-order';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import { recordScores } from './score-lines';
import { banInsufficient } from './utilization';
import type { WorkingSet } from './working-set';

/** Gives every resource its node: the most important first, remote connections after all others that may host them. */
export function assignAll(ws: WorkingSet): void {
  if (ws.options.placement !== 'default') ws.resources = sortForUtilization(ws, ws.resources);
  const { resources } = ws;
  if (ws.haveRemoteNodes || ws.nodes.some((node) => node.isRemote)) {
    // Connections first: whether a remote node can be used depends on them.
    for (const resource of resources) {
      if (!resource.isRemoteNode) continue;
      assignResource(ws, resource, resource.partialMigrationTarget);
    }
  }
  for (const resource of resources) {
    if (!resource.isRemoteNode || resource.provisional) assignResource(ws, resource, null);
  }
}

/** The most important first; then those with a higher score where they run, or else on the best node on which it differs. */
function sortForUtilization(ws: WorkingSet, resources: readonly Resource[]): Resource[] {
  const nodes = mergeSorted(ws.sortedNodes, (a, b) => compareNodes(ws, candidateFor(a), candidateFor(b), null));
  const tables = new Map(
    resources.map((resource) => [resource, mergePreferences(resource, null, null, 1, { forward: true })]),
  );
  const scoreOn = (resource: Resource, node: Node | null): number =>
    (node && tables.get(resource)?.[node.index]?.score) ?? -INFINITY;
  return [...resources].sort((a, b) => {
    if (a.priority !== b.priority) return b.priority - a.priority;
    const present = scoreOn(b, b.currentNode) - scoreOn(a, a.currentNode);
    if (present !== 0) return present;
    for (const node of nodes) {
      const difference = scoreOn(b, node) - scoreOn(a, node);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

const candidateFor = (node: Node): Candidate => new Candidate(node, node.weight);

/** Assigns a resource; gives its node. `prefer`: try this node first. */
export function assignResource(ws: WorkingSet, resource: Resource, prefer: Node | null): Node | null {
  switch (resource.variant) {
    case 'primitive':
      return assignPrimitive(ws, resource, prefer);
    case 'group':
      return assignGroup(ws, resource, prefer);
    case 'clone':
      return assignClone(ws, resource, assignResource);
    case 'bundle':
      return assignBundle(ws, resource, prefer, assignResource);
  }
}

function assignPrimitive(ws: WorkingSet, resource: Resource, prefer: Node | null): Node | null {
  // Members and instances are assigned by what holds them.
  const { parent } = resource;
  if (parent && !parent.assigning && parent.provisional) assignResource(ws, parent, prefer);
  if (!resource.provisional) return resource.assignedTo;
  if (resource.assigning) return null;
  resource.assigning = true;
  applyPrimaries(ws, resource);
  for (const colocation of resource.withThis) {
    if (!hasInfluence(colocation, resource)) continue;
    resource.allowed = mergePreferences(
      colocation.dependent,
      resource.allowed,
      colocation.nodeAttribute,
      colocation.score / INFINITY,
      {
        rollback: true,
      },
    );
    ws.explain?.settle(resource, 'wishes', colocation.id, colocation.dependent.id);
  }
  if (resource.nextRole === Role.Stopped) {
    // Told to be stopped: no node will do.
    addScoreEverywhere(ws, resource, -INFINITY, 'target-role', resource.nextRoleReason);
  } else if (resource.nextRole > resource.role && !ws.quorate && ws.options.quorumPolicy === 'freeze') {
    resource.nextRole = resource.role;
    resource.nextRoleReason = 'no-quorum-policy=freeze';
  }
  recordScores(ws, resource, 'pcmk__primitive_assign');
  // Fencing is asked for but there is no device: nothing is touched until there is.
  if (ws.options.stonithEnabled && !ws.haveFenceDevice) resource.managed = false;
  if (!resource.managed) {
    // Stays where it is, as it is.
    resource.nextRole = resource.role;
    resource.nextRoleReason = 'unmanaged';
    finalAssign(ws, resource, resource.currentNode, true);
  } else if (ws.options.stopAllResources) {
    finalAssign(ws, resource, null, true);
  } else {
    assignBest(ws, resource, prefer);
  }
  resource.assigning = false;
  if (resource.isRemoteNode) updateRemoteNode(ws, resource);
  return resource.assignedTo;
}

/** Assigns everything this resource is to be with first, and follows it. */
function applyPrimaries(ws: WorkingSet, resource: Resource): void {
  for (const colocation of [...resource.thisWith]) {
    const { primary } = colocation;
    // An optional colocation, or one for promotion, must not take the last node away.
    const archive =
      colocation.dependentRole >= Role.Promoted || (colocation.score < 0 && colocation.score > -INFINITY)
        ? copyCandidates(resource.allowed)
        : null;
    const before = followsFirstMember(resource, colocation) ? copyCandidates(resource.allowed) : null;
    assignResource(ws, primary, null);
    applyColocation(ws, resource, primary, colocation);
    if (before) resource.allowed = bannedAs(before, resource.allowed);
    if (archive && !canRunAny(resource.allowed)) resource.allowed = archive;
    ws.explain?.settle(
      resource,
      colocation.id === GROUP_COLOCATION ? 'group' : 'colocation',
      colocation.id,
      primary.id,
    );
  }
}

/** The colocation is its group's, whose first member alone counts the score. */
function followsFirstMember(resource: Resource, colocation: Colocation): boolean {
  const group = resource.parent;
  return group?.variant === 'group' && colocation.dependent !== resource && group.children[0] !== resource;
}

/** A table with nothing changed but the bans of another one. */
function bannedAs(table: Candidates, other: Candidates): Candidates {
  for (const candidate of table) {
    if (candidate && (other[candidate.node.index]?.score ?? 0) <= -INFINITY) candidate.score = -INFINITY;
  }
  return table;
}

/** The node behind a connection follows it: usable once that is placed, to be shut down when it isn't. */
function updateRemoteNode(ws: WorkingSet, resource: Resource): void {
  const node = ws.nodeByName.get(resource.id);
  if (!node) return;
  if (resource.assignedTo && resource.nextRole !== Role.Stopped) {
    node.online = true;
    // Nothing bad is known of a node never seen.
    if (node.unseen) node.unclean = false;
  } else {
    node.shutdown = true;
  }
}

export function sortedCandidates(ws: WorkingSet, resource: Resource): Candidate[] {
  const active = resource.currentNode;
  const list = resource.allowed.filter((candidate) => candidate !== undefined);
  const compare = (a: Candidate, b: Candidate): number => compareNodes(ws, a, b, active);
  if (ws.options.placement !== 'balanced') return list.sort(compare);
  return mergeSorted(
    hashValues(list, ({ node }) => node.id),
    compare,
  );
}

function assignBest(ws: WorkingSet, resource: Resource, prefer: Node | null): void {
  const mostCapable = banInsufficient(ws, resource);
  let chosen: Candidate | null = null;
  const sorted = sortedCandidates(ws, resource);
  const wanted = prefer ?? mostCapable;
  if (wanted) {
    const preferred = resource.allowed[wanted.index];
    const best = sorted[0];
    if (preferred && preferred.score >= 0 && canRunResources(wanted) && !(best && preferred.score < best.score))
      chosen = preferred;
  }
  if (!chosen) {
    chosen = sorted[0] ?? null;
    const uniqueClone = resource.parent?.isClone && resource.parent.unique;
    if (!uniqueClone && chosen && chosen.score > 0 && canRunResources(chosen.node)) {
      // Among equals the present node wins.
      const current = resource.currentNode;
      if (current && canRunResources(current)) {
        for (const candidate of sorted) {
          if (candidate.score !== chosen.score) break;
          if (candidate.node === current) {
            chosen = candidate;
            break;
          }
        }
      }
    }
  }
  finalAssign(ws, resource, chosen?.node ?? null, false);
}

/** A colocated group's members go one by one where the first leads. */
function assignGroup(ws: WorkingSet, group: Resource, prefer: Node | null): Node | null {
  if (!group.provisional) return group.groupColocated ? (group.children[0]?.assignedTo ?? null) : null;
  if (group.assigning) return null;
  if (group.children.length === 0) {
    group.provisional = false;
    return null;
  }
  group.assigning = true;
  const first = group.children[0];
  if (first) group.role = first.role;
  handDownColocations(group, (list, colocation, side) => {
    insertSorted(list, colocation, side === 'dependent' ? comparePrimaries : compareDependents);
  });
  recordScores(ws, group, 'pcmk__group_assign');
  let groupNode: Node | null = null;
  for (const child of group.children) {
    const node = assignResource(ws, child, prefer);
    groupNode ??= node;
  }
  if (first) group.nextRole = first.nextRole;
  group.assigning = false;
  group.provisional = false;
  return group.groupColocated ? groupNode : null;
}
