import { Candidate } from './node';
import type { Resource } from './resource';
import type { TermKind } from './score-terms';
import type { WorkingSet } from './working-set';

/** Puts a resource's score for all nodes (or one) down: `__orphan_do_not_run__` and the like. */
export function addScoreEverywhere(
  ws: WorkingSet,
  resource: Resource,
  score: number,
  why: TermKind = 'other',
  from: string | null = null,
): void {
  for (const node of ws.nodes) addScoreOn(resource, node.index, score, ws, why, from);
}

/** Adds to a resource's score on one node, and to those of all that is part of it. */
export function addScoreOn(
  resource: Resource,
  index: number,
  score: number,
  ws: WorkingSet,
  why: TermKind = 'other',
  from: string | null = null,
): void {
  const candidate = resource.allowed[index];
  const node = ws.nodes[index];
  if (candidate) candidate.add(score);
  else if (node) resource.allowed[index] = new Candidate(node, score);
  if (ws.explain && node) ws.explain.add(resource, node, score, why, from);
  for (const child of resource.children) addScoreOn(child, index, score, ws, why, from);
}
