import {
  applyColocation,
  assignedNode,
  assignedNodes,
  currentRoleOf,
  hasInfluence,
  type MergeOptions,
  mergePreferences,
  nextRoleOf,
} from './colocation-apply';
import type { Colocation } from './constraint';
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
export function addPromotionScores(clone: Resource): void {
  if (clone.promotionAdded) return;
  clone.promotionAdded = true;
  for (const child of clone.children) {
    for (const candidate of child.allowed) {
      if (!candidate || !canRunResources(candidate.node)) continue;
      const score = promotionScore(child, candidate.node) ?? 0;
      if (score > 0) candidate.add(score);
      if (score > child.priority) child.priority = score;
    }
  }
}

/**
 * The node attribute `master-NAME`, as far as it speaks of this instance; null: there is none. Of a cloned group, all its
 * members' together.
 */
function promotionScore(instance: Resource, node: Node): number | null {
  if (instance.children.length > 0) {
    let sum: number | null = null;
    for (const child of instance.children) {
      const score = promotionScore(child, node);
      if (score !== null) sum = (sum ?? 0) + score;
    }
    return sum;
  }
  if (!speaksOf(instance, node)) return null;
  let text = attributeFor(instance, node, `master-${instance.historyName}`);
  // Without history an anonymous instance's name isn't known yet.
  if (text === undefined && !instance.unique)
    text = attributeFor(instance, node, `master-${withoutNumber(instance.id)}`);
  return text === undefined ? null : parseScore(text);
}

const withoutNumber = (id: string): string => id.replace(/:\d+$/, '');

/**
 * Whether a node's score means this instance. Instances of an anonymous clone share the attribute: it is of the one that
 * is active there; of any, where none is but some has been looked for; else only nodes where the state is known count,
 * unless it is known nowhere (the cluster starts).
 */
function speaksOf(instance: Resource, node: Node): boolean {
  const entry = instance.allowed[node.index];
  if (!entry || entry.score < 0) return false;
  if (!instance.unique) {
    const active = peersOf(instance).find((peer) => peer.running.includes(node));
    if (active === instance) return true;
    if (!active && peersOf(instance).some((peer) => peer.known.has(node))) return true;
  }
  if (instance.running.length === 0 && instance.known.size === 0) return true;
  return instance.known.has(node) || instance.running.includes(node);
}

/** What corresponds to a primitive in all instances of its clone. */
function peersOf(primitive: Resource): Resource[] {
  const name = withoutNumber(primitive.id);
  return primitive.top.children.flatMap((child) =>
    [...primitivesOf(child)].filter((each) => withoutNumber(each.id) === name),
  );
}

/** Chooses the instances to promote: the highest scores on usable nodes, up to promoted-max. */
export function setInstanceRoles(ws: WorkingSet, clone: Resource): void {
  const data = clone.clone;
  if (!data) return;
  for (const candidate of clone.allowed) if (candidate) candidate.count = 0;
  for (const child of clone.children) rateInstance(ws, clone, child);
  orderForPromotion(clone);
  let promoted = 0;
  for (const child of clone.children) {
    const node = assignedNode(child);
    ws.explain?.printPromotion(child, node, child.sortIndex);
    if (ws.recordScores)
      ws.scoreLines.push(`${child.id} promotion score on ${node?.name ?? 'none'}: ${scoreText(child.sortIndex)}`);
    // What is promoted though nobody manages it counts, and may be more than the maximum.
    const open = child.sortIndex >= 0 && (promoted < data.promotedMax || !clone.managed);
    const entry = open ? promotableOn(clone, child) : null;
    if (!entry || promotionFrozen(ws, child)) {
      leaveUnpromoted(child);
      continue;
    }
    entry.count++;
    promote(child);
    promoted++;
  }
  data.promotedAssigned = promoted;
}

/** no-quorum-policy=freeze: who isn't promoted yet isn't promoted without quorum. */
function promotionFrozen(ws: WorkingSet, child: Resource): boolean {
  return child.role < Role.Promoted && !ws.quorate && ws.options.quorumPolicy === 'freeze';
}

function rateInstance(ws: WorkingSet, clone: Resource, child: Resource): void {
  if (currentRoleOf(child) === Role.Started)
    for (const each of primitivesOf(child)) if (each.role === Role.Started) each.role = Role.Unpromoted;
  const node = assignedNode(child);
  child.promotionPriority = child.priority;
  child.sortIndex = 0;
  // Nowhere to be promoted.
  if (!node) return;
  const next = nextRoleOf(child);
  if (next === Role.Started || next === Role.Unknown) {
    // No score at all is a mild no, which a location constraint can make good.
    child.promotionPriority = promotionScore(child, node) ?? -1;
  } else if (next !== Role.Promoted) child.promotionPriority = -INFINITY;
  ws.explain?.settlePromotion(child, child.promotionPriority, 'promotion');
  applyPromotedLocations(child, child.locations, node, ws.explain);
  applyPromotedLocations(child, clone.locations, node, ws.explain);
  for (const colocation of child.thisWith) {
    applyColocation(ws, child, colocation.primary, colocation);
    ws.explain?.settlePromotion(child, child.promotionPriority, 'colocation', colocation.id, colocation.primary.id);
  }
  child.sortIndex = next === Role.Promoted ? INFINITY : child.promotionPriority;
}

function applyPromotedLocations(
  child: Resource,
  locations: readonly Resource['locations'][number][],
  node: Node,
  explain: ScoreTerms | null,
): void {
  for (const location of locations) {
    if (location.role !== Role.Promoted) continue;
    for (const entry of location.nodes) {
      if (entry.node === node) child.promotionPriority = addScores(child.promotionPriority, entry.score);
    }
    explain?.settlePromotion(child, child.promotionPriority, 'location', location.id);
  }
}

/** Colocations with the promoted role count in favour of nodes; then the best come first. */
function orderForPromotion(clone: Resource): void {
  if (clone.merging) return;
  clone.merging = true;
  for (const child of clone.children) {
    const node = assignedNode(child);
    if (node && child.sortIndex >= 0) clone.allowed[node.index]?.add(child.sortIndex);
  }
  for (const colocation of clone.thisWith) {
    if (colocation.dependentRole !== Role.Promoted) continue;
    mergeInto(clone, colocation, colocation.primary, { rollback: colocation.score < INFINITY });
  }
  for (const colocation of clone.withThis) {
    if (colocation.primaryRole !== Role.Promoted || !hasInfluence(colocation)) continue;
    mergeInto(clone, colocation, colocation.dependent, { rollback: true, positive: true });
  }
  // A promoted role that depends on a ticket needs it here.
  if (promotionBanned(clone)) for (const entry of clone.allowed) if (entry) entry.score = -INFINITY;
  for (const child of clone.children) {
    const node = assignedNode(child);
    if (!child.managed && child.nextRole === Role.Promoted) child.sortIndex = INFINITY;
    else if (node && child.sortIndex >= 0) child.sortIndex = clone.allowed[node.index]?.score ?? child.sortIndex;
  }
  clone.children = [...clone.children].sort(compareForPromotion);
  clone.merging = false;
}

function mergeInto(clone: Resource, colocation: Colocation, other: Resource, options: MergeOptions): void {
  const factor = colocation.score / INFINITY;
  clone.allowed = mergePreferences(other, clone.allowed, colocation.nodeAttribute, factor, options);
}

function compareForPromotion(a: Resource, b: Resource): number {
  if (a.sortIndex !== b.sortIndex) return b.sortIndex - a.sortIndex;
  const roleA = currentRoleOf(a);
  const roleB = currentRoleOf(b);
  if (roleA !== roleB) return roleB - roleA;
  return compareInstances(a, b, (instance) => instance.promotionPriority);
}

/** The clone's entry for the node on which an instance can be promoted; null: it can't. */
function promotableOn(clone: Resource, child: Resource): Candidate | null {
  for (const member of child.children) if (!promotableOn(clone, member)) return null;
  const node = assignedNode(child);
  if (!node) return null;
  if (!child.managed) {
    if (currentRoleOf(child) !== Role.Promoted) return null;
  } else if (child.promotionPriority < 0 || !canRunResources(node) || !guestIsAssigned(node)) return null;
  const entry = clone.allowed[node.index];
  if (!entry) return null;
  return entry.count < (clone.clone?.promotedNodeMax ?? 1) || !child.managed ? entry : null;
}

function promote(resource: Resource): void {
  if (resource.nextRole === Role.Unknown) resource.nextRole = Role.Promoted;
  for (const child of resource.children) promote(child);
}

function leaveUnpromoted(resource: Resource): void {
  resource.nextRole = assignedNodes(resource).length > 0 ? Role.Unpromoted : Role.Stopped;
  for (const child of resource.children) leaveUnpromoted(child);
}

/** A guest of which the container will not run anywhere is no place to be promoted. */
function guestIsAssigned(node: Node): boolean {
  const container = node.isGuest ? node.connection?.container : null;
  return !container || container.assignedTo !== null;
}
