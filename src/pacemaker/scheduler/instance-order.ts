import { compareNames } from '../display/natural-order';
import { mergePreferences } from './colocation-apply';
import { canRunResources, copyCandidates, type Node } from './node';
import type { Resource } from './resource';
import { INFINITY } from './score';

function activeNodes(resource: Resource): Node[] {
  return resource.running;
}

function isFailed(resource: Resource): boolean {
  return resource.children.length > 0 ? resource.children.some(isFailed) : resource.failed;
}

/**
 * Order in which a clone's instances choose: active ones; among them those on nodes where they may stay, of more priority,
 * on usable nodes with fewer copies, not failed, on the more attractive node; by id at last.
 */
export function compareInstances(
  a: Resource,
  b: Resource,
  priorityOf: (instance: Resource) => number = (instance) => instance.priority,
): number {
  const nodesA = activeNodes(a);
  const nodesB = activeNodes(b);
  // One that is active in several places is in trouble: later.
  if (nodesA.length > 0 && nodesB.length > 0 && nodesA.length !== nodesB.length) return nodesA.length - nodesB.length;
  let nodeA = nodesA[0] ?? null;
  let nodeB = nodesB[0] ?? null;
  let canA = true;
  let canB = true;
  if (nodeA) {
    const entry = a.allowed[nodeA.index];
    if (!entry || entry.score < 0) {
      nodeA = null;
      canA = false;
    }
  }
  if (nodeB) {
    const entry = b.allowed[nodeB.index];
    if (!entry || entry.score < 0) {
      nodeB = null;
      canB = false;
    }
  }
  if (canA !== canB) return canA ? -1 : 1;
  if (priorityOf(a) !== priorityOf(b)) return priorityOf(b) - priorityOf(a);
  if (!nodeA && !nodeB) return 0;
  if (!nodeA) return 1;
  if (!nodeB) return -1;
  const usableA = canRunResources(nodeA);
  const usableB = canRunResources(nodeB);
  if (usableA !== usableB) return usableA ? -1 : 1;
  const entryA = a.parent?.allowed[nodeA.index];
  const entryB = b.parent?.allowed[nodeB.index];
  if (!entryA || !entryB) {
    if (!entryA && !entryB) return 0;
    return entryA ? -1 : 1;
  }
  if (entryA.count !== entryB.count) return entryA.count - entryB.count;
  const failedA = isFailed(a);
  const failedB = isFailed(b);
  if (failedA !== failedB) return failedA ? 1 : -1;
  const byPreference = comparePreferences(a, b, nodeA, nodeB);
  if (byPreference !== 0) return byPreference;
  return compareNames(a.id, b.id);
}

/** Colocations of the clone make some of its present nodes more attractive than others. */
function comparePreferences(a: Resource, b: Resource, nodeA: Node, nodeB: Node): number {
  const { parent } = a;
  if (!parent || (parent.thisWith.length === 0 && parent.withThis.length === 0)) {
    return 0;
  }
  const x = colocatedScores(a, nodeA);
  const y = colocatedScores(b, nodeB);
  const own = (y.get(nodeB) ?? 0) - (x.get(nodeA) ?? 0);
  return own;
}

function colocatedScores(instance: Resource, node: Node): Map<Node, number> {
  const { parent } = instance;
  let table = copyCandidates([]);
  table[node.index] = copyCandidates(instance.allowed)[node.index];
  const entry = table[node.index];
  if (entry) entry.score = 0;
  for (const colocation of parent?.thisWith ?? []) {
    table = mergePreferences(colocation.primary, table, colocation.nodeAttribute, colocation.score / INFINITY, {});
  }
  for (const colocation of parent?.withThis ?? []) {
    if (!(colocation.influence || (parent?.running.length ?? 0) === 0)) continue;
    table = mergePreferences(colocation.dependent, table, colocation.nodeAttribute, colocation.score / INFINITY, {
      positive: true,
    });
  }
  const result = new Map<Node, number>();
  for (const candidate of table) if (candidate) result.set(candidate.node, candidate.score);
  return result;
}
