import { addScoreEverywhere } from './candidate-scores';
import { hasInfluence, mergePreferences } from './colocation-apply';
import { compareDependents, comparePrimaries, insertSorted } from './colocation-unpack';
import { unassign } from './final-assign';
import { compareInstances } from './instance-order';
import { dependentMembers } from './internal-colocation';
import { type Candidate, canRunResources, copyCandidates, type Node } from './node';
import { addPromotionScores, setInstanceRoles } from './promotion';
import type { Resource } from './resource';
import { INFINITY } from './score';
import { recordScores } from './score-lines';
import type { WorkingSet } from './working-set';

/** How anything is assigned: given by the caller, since whatever holds clones depends on them. */
export type Assign = (ws: WorkingSet, resource: Resource, prefer: Node | null) => Node | null;

export function assignClone(ws: WorkingSet, clone: Resource, assign: Assign): Node | null {
  const data = clone.clone;
  if (!data || !clone.provisional) return null;
  if (clone.assigning) return null;
  if (clone.promotable) addPromotionScores(clone);
  ws.explain?.settle(clone, 'promotion');
  clone.assigning = true;
  // What the clone is to be with comes first; instances then follow one by one.
  for (const colocation of clone.thisWith) assign(ws, colocation.primary, null);
  for (const colocation of clone.withThis) {
    if (!hasInfluence(colocation)) continue;
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
    ws.explain?.settle(clone, 'wishes', colocation.id, colocation.dependent.id);
  }
  recordScores(ws, clone, 'pcmk__clone_allocate');
  clone.children = [...clone.children].sort((a, b) => compareInstances(a, b));
  distribute(ws, clone, clone.children, data.max, data.nodeMax, assign);
  if (clone.promotable) setInstanceRoles(ws, clone);
  clone.provisional = false;
  clone.assigning = false;
  return null;
}

/**
 * Hands out at most `max` of the instances (of a bundle: its containers), at most `perNode` a node: first where they are,
 * then the rest.
 */
export function distribute(
  ws: WorkingSet,
  clone: Resource,
  children: readonly Resource[],
  max: number,
  perNode: number,
  assign: Assign,
): void {
  let available = 0;
  for (const candidate of clone.allowed) {
    if (!candidate) continue;
    candidate.count = 0;
    if (canRunResources(candidate.node)) available++;
  }
  let evenly = available > 0 ? Math.floor(max / available) : 1;
  if (evenly < 1) evenly = 1;
  let assigned = 0;
  // Where nodes are scarcer than instances, the clone's optional colocations don't matter to the single instance.
  const allColocations = max < available;
  for (const child of children) {
    if (assigned >= max) break;
    const current = child.running[0];
    // (A group counts as failed for itself only, not for its members.)
    if (!current || !child.provisional || child.failed) continue;
    if (!canRunResources(current)) continue;
    const local = clone.allowed[current.index];
    if (local && local.count >= evenly) continue;
    if (assignInstance(ws, clone, child, current, allColocations, perNode, assign)) assigned++;
  }
  for (const child of children) {
    if (!child.provisional) continue;
    if (assigned >= max) {
      // One too many: it stays without a node.
      addScoreEverywhere(ws, child, -INFINITY, 'clone-max');
    } else if (assignInstance(ws, clone, child, null, allColocations, perNode, assign)) {
      assigned++;
    }
  }
}

/** The clone's entry for a node the instance may be put on; null while it is full or can't run anything. */
function hostEntry(clone: Resource, child: Resource, node: Node, limit: number): Candidate | null {
  if (!canRunResources(node)) return null;
  if (child.orphan) return null;
  const entry = clone.allowed[node.index];
  return entry && entry.score >= 0 && entry.count < limit ? entry : null;
}

function assignInstance(
  ws: WorkingSet,
  clone: Resource,
  child: Resource,
  prefer: Node | null,
  allColocations: boolean,
  perNode: number,
  assign: Assign,
): Node | null {
  if (!child.provisional) return child.assignedTo;
  if (child.assigning) return null;
  // At each try anew: a second try counts them twice.
  inheritColocations(clone, child, allColocations);
  if (prefer) {
    const candidate = child.allowed[prefer.index];
    if (!candidate || candidate.score < 0) return null;
  }
  banFullNodes(clone, child, perNode);
  ws.explain?.settle(child, 'clone-node-max');
  const backup = copyCandidates(child.allowed);
  const forget = prefer ? ws.explain?.mark(child) : undefined;
  let chosen = assign(ws, child, prefer);
  if (chosen && prefer && chosen !== prefer) {
    // It would leave its node: let the others choose first. A group's members keep what they have chosen, uncounted.
    unassign(child);
    child.allowed = backup;
    forget?.();
    chosen = null;
  } else if (chosen) {
    const entry = clone.allowed[chosen.index];
    if (entry) entry.count++;
  }
  return chosen;
}

/** Nodes that are full, or unusable to the clone, are out for the instance (and its members). */
function banFullNodes(clone: Resource, child: Resource, perNode: number): void {
  const ban = (resource: Resource): void => {
    for (const candidate of resource.allowed) {
      if (!candidate) continue;
      if (!hostEntry(clone, child, candidate.node, perNode)) candidate.score = -INFINITY;
    }
    for (const member of resource.children) ban(member);
  };
  ban(child);
}

/** An instance has its clone's colocations; optional ones only when there are nodes to choose from. */
function inheritColocations(clone: Resource, child: Resource, all: boolean): void {
  for (const colocation of clone.thisWith) {
    if (!all && colocation.score >= 0 && colocation.score < INFINITY) continue;
    for (const dependent of child.variant === 'group' ? dependentMembers(child, colocation) : [child])
      insertSorted(dependent.thisWith, colocation, comparePrimaries);
  }
  for (const colocation of clone.withThis) {
    if (!hasInfluence(colocation, child)) continue;
    if (!all && colocation.score >= 0) continue;
    const primary = child.variant === 'group' ? child.children[child.children.length - 1] : child;
    if (primary) insertSorted(primary.withThis, colocation, compareDependents);
  }
}
