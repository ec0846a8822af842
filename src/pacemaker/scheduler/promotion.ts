import { applyColocation, assignedNode, currentRoleOf, mergePreferences, nextRoleOf } from './colocation-apply';
import { compareInstances } from './instance-order';
import { type Candidate, canRunResources, type Node } from './node';
import { attributeFor } from './node-attribute';
import { primitivesOf, type Resource } from './resource';
import { Role } from './role';
import { addScores, INFINITY, parseScore, scoreText } from './score';
import type { ScoreTerms } from './score-terms';
import { promotionBanned } from './ticket';
import type { WorkingSet } from './working-set';

/** Adds the scores that agents (or users) gave nodes for promotion: instances prefer nodes where they can be promoted. */
export function addPromotionScores(_ws: WorkingSet, clone: Resource): void {
  if (clone.promotionAdded) return;
  clone.promotionAdded = true;
  for (const child of clone.children) {
    for (const candidate of child.allowed) {
      if (!candidate || !canRunResources(candidate.node)) continue;
      const score = promotionScore(child, candidate.node);
      if (score > 0) candidate.add(score);
      if (score > child.priority) child.priority = score;
    }
  }
}

/** The node attribute `master-NAME` of all the instance holds, as far as it speaks of this instance. */
function promotionScore(instance: Resource, node: Node): number {
  if (instance.children.length > 0) {
    let sum = 0;
    for (const child of instance.children) sum = addScores(sum, promotionScore(child, node));
    return sum;
  }
  if (!speaksOf(instance, node)) return 0;
  const candidate = instance.allowed[node.index];
  if (candidate && candidate.score < 0) return 0;
  const own = attributeFor(instance, node, `master-${instance.historyName}`);
  if (own !== undefined) return parseScore(own);
  const name = instance.unique ? instance.id : instance.id.replace(/:\d+$/, '');
  return parseScore(attributeFor(instance, node, `master-${name}`));
}

/** A node's score means the instance that is active or known there, or one of which nothing is known at all. */
function speaksOf(instance: Resource, node: Node): boolean {
  if (!instance.unique && standsFor(instance, node)) return true;
  if (instance.running.length === 0 && instance.known.size === 0) return true;
  return instance.running.includes(node) || instance.known.has(node);
}

/** Instances of an anonymous clone share the attribute's name: on each node it means the one that is known there. */
function standsFor(instance: Resource, node: Node): boolean {
  const name = instance.id.replace(/:\d+$/, '');
  const peers = instance.top.children.map((child) => memberNamed(child, name));
  const owner = peers.find((peer) => peer?.running.includes(node)) ?? peers.find((peer) => peer?.known.has(node));
  return owner === undefined || owner === instance;
}

function memberNamed(instance: Resource, name: string): Resource | null {
  for (const primitive of primitivesOf(instance)) if (primitive.id.replace(/:\d+$/, '') === name) return primitive;
  return null;
}

/** Chooses the instances to promote: the highest scores on usable nodes, up to promoted-max. */
export function setInstanceRoles(ws: WorkingSet, clone: Resource): void {
  const data = clone.clone;
  if (!data) return;
  for (const candidate of clone.allowed) if (candidate) candidate.count = 0;
  for (const child of clone.children) rateInstance(ws, clone, child);
  orderForPromotion(ws, clone);
  let promoted = 0;
  for (const child of clone.children) {
    const node = assignedNode(child);
    ws.explain?.printPromotion(child, node, child.sortIndex);
    if (ws.recordScores && !(child.orphan && false)) {
      ws.scoreLines.push(`${child.id} promotion score on ${node?.name ?? 'none'}: ${scoreText(child.sortIndex)}`);
    }
    const entry = promoted < data.promotedMax ? promotableOn(clone, child) : null;
    if (!entry) {
      setRole(child, Role.Unpromoted);
      continue;
    }
    entry.count++;
    setRole(child, Role.Promoted);
    promoted++;
  }
  data.promotedAssigned = promoted;
}

function rateInstance(ws: WorkingSet, clone: Resource, child: Resource): void {
  const node = assignedNode(child);
  const next = nextRoleOf(child);
  child.promotionPriority = child.priority;
  if (!node) {
    // Nowhere to be promoted.
    child.sortIndex = 0;
    return;
  }
  switch (next) {
    case Role.Started:
    case Role.Unknown:
      // No score at all is a mild no.
      child.promotionPriority = rated(child, node);
      break;
    case Role.Unpromoted:
    case Role.Stopped:
      child.promotionPriority = -INFINITY;
      break;
    case Role.Promoted:
      break;
  }
  ws.explain?.settlePromotion(child, child.promotionPriority, 'promotion');
  applyPromotedLocations(child, child.locations, node, ws.explain);
  applyPromotedLocations(child, clone.locations, node, ws.explain);
  for (const colocation of child.thisWith.length > 0 ? child.thisWith : clone.thisWith) {
    applyColocation(ws, child, colocation.primary, colocation);
    ws.explain?.settlePromotion(child, child.promotionPriority, 'colocation', colocation.id, colocation.primary.id);
  }
  child.sortIndex = child.promotionPriority;
  if (next === Role.Promoted) child.sortIndex = INFINITY;
}

function rated(child: Resource, node: Node): number {
  const score = promotionScore(child, node);
  return score === 0 ? -1 : score;
}

function applyPromotedLocations(
  child: Resource,
  locations: readonly Resource['locations'][number][],
  node: Node | null,
  explain: ScoreTerms | null,
): void {
  if (!node) return;
  for (const location of locations) {
    if (location.role !== Role.Promoted) continue;
    for (const entry of location.nodes) {
      if (entry.node === node) child.promotionPriority = addScores(child.promotionPriority, entry.score);
    }
    explain?.settlePromotion(child, child.promotionPriority, 'location', location.id);
  }
}

/** Colocations with the promoted role count in favour of nodes; then the best come first. */
function orderForPromotion(ws: WorkingSet, clone: Resource): void {
  if (clone.merging) return;
  clone.merging = true;
  for (const child of clone.children) {
    const node = assignedNode(child);
    if (!node || child.sortIndex < 0) continue;
    const entry = clone.allowed[node.index];
    if (entry) entry.add(child.sortIndex);
  }
  for (const colocation of clone.thisWith) {
    if (colocation.dependentRole !== Role.Promoted) continue;
    clone.allowed = mergePreferences(
      colocation.primary,
      clone.allowed,
      colocation.nodeAttribute,
      colocation.score / INFINITY,
      {
        rollback: colocation.score < INFINITY,
        positive: true,
        forward: true,
      },
    );
  }
  for (const colocation of clone.withThis) {
    if (colocation.primaryRole !== Role.Promoted || !(colocation.influence || clone.running.length === 0)) continue;
    clone.allowed = mergePreferences(
      colocation.dependent,
      clone.allowed,
      colocation.nodeAttribute,
      colocation.score / INFINITY,
      {
        rollback: true,
        positive: true,
      },
    );
  }
  // A promoted role that depends on a ticket needs it here.
  if (promotionBanned(clone)) for (const entry of clone.allowed) if (entry) entry.score = -INFINITY;
  for (const child of clone.children) {
    const node = assignedNode(child);
    if (!isManaged(child) && nextRoleOf(child) === Role.Promoted) child.sortIndex = INFINITY;
    else if (node && child.sortIndex >= 0) child.sortIndex = clone.allowed[node.index]?.score ?? child.sortIndex;
  }
  clone.children = [...clone.children].sort((a, b) => compareForPromotion(ws, a, b));
  clone.merging = false;
}

function isManaged(resource: Resource): boolean {
  return resource.children.length > 0 ? resource.children.every(isManaged) : resource.managed;
}

function compareForPromotion(ws: WorkingSet, a: Resource, b: Resource): number {
  if (a.sortIndex !== b.sortIndex) return b.sortIndex - a.sortIndex;
  const roleA = currentRoleOf(a);
  const roleB = currentRoleOf(b);
  if (roleA !== roleB) return roleB - roleA;
  return compareInstances(ws, a, b);
}

/** The clone's entry for the node on which an instance can be promoted; null: it can't. */
function promotableOn(clone: Resource, child: Resource): Candidate | null {
  if (child.children.length > 0) {
    for (const member of child.children) if (!memberPromotable(member)) return null;
  }
  const node = assignedNode(child);
  if (!node) return null;
  if (!isManaged(child)) {
    if (nextRoleOf(child) !== Role.Promoted) return null;
  } else if (child.promotionPriority < 0 || child.sortIndex < 0) return null;
  else if (!canRunResources(node)) return null;
  const entry = clone.allowed[node.index];
  if (!entry) return null;
  return entry.count < (clone.clone?.promotedNodeMax ?? 1) || !isManaged(child) ? entry : null;
}

function memberPromotable(member: Resource): boolean {
  return member.assignedTo !== null;
}

function setRole(resource: Resource, role: Role): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) setRole(child, role);
    resource.nextRole = role;
    return;
  }
  if (role === Role.Promoted) {
    if (resource.nextRole === Role.Unknown) resource.nextRole = Role.Promoted;
    return;
  }
  if (!resource.assignedTo) {
    if (resource.nextRole === Role.Unknown) resource.nextRole = Role.Stopped;
  } else if (resource.nextRole === Role.Unknown || resource.nextRole === Role.Started) {
    resource.nextRole = Role.Unpromoted;
  }
}
