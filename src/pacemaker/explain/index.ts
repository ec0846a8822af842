import type { Element } from '../../world/xml';
import { agentName } from '../display/agent-name';
import { runScheduler } from '../scheduler/index';
import { primitivesOf, type Resource } from '../scheduler/resource';
import { type ExplainedScore, ScoreTerms } from '../scheduler/score-terms';
import type { WorkingSet } from '../scheduler/working-set';
import { byConstraint, constraintsOf } from './constraints';
import type { PlannedAction, ResourceExplanation } from './explanation';
import { failCountsOf, failuresOf } from './failures';
import { blockerOf, nodeScores, outcomeOf } from './outcome';

export type * from './explanation';

/**
 * Explains a resource of a CIB at a moment (unix milliseconds): runs the scheduler once with a recorder. A clone's
 * primitive is explained as its clone. Null when the CIB has no such resource.
 */
export function explainResource(cib: Element, now: number, id: string): ResourceExplanation | null {
  const explain = new ScoreTerms();
  const { workingSet: ws } = runScheduler(cib, now, { explain });
  const resource = findNamed(ws, id);
  if (!resource) return null;
  // A group goes where its first member goes.
  const leader = resource.variant === 'group' ? (resource.children[0] ?? resource) : resource;
  const parents: string[] = [];
  for (let at = resource.parent; at; at = at.parent) parents.unshift(at.id);
  return {
    id: resource.id,
    variant: resource.variant,
    agent: resource.variant === 'primitive' ? agentName(resource) : agentOf(resource),
    parents,
    parts: partsOf(resource),
    primitives: [...new Set([...primitivesOf(resource)].map(({ id }) => id.replace(/:\d+$/, '')))],
    outcome: outcomeOf(ws, explain, resource),
    scoresOf: leader.id,
    scores: nodeScores(ws, explain, leader),
    promotion: promotionScores(ws, explain, resource),
    constraints: constraintsOf(ws, resource),
    failures: failuresOf(ws, resource),
    failCounts: failCountsOf(ws, resource),
    planned: plannedFor(ws, resource),
  };
}

function promotionScores(ws: WorkingSet, explain: ScoreTerms, clone: Resource): ExplainedScore[] {
  if (!clone.promotable) return [];
  return clone.children.flatMap((child) => {
    const score = explain.promotionOf(child);
    return score ? [{ ...score, terms: byConstraint(ws, score.terms) }] : [];
  });
}

/** By its id; the primitive or group inside a clone stands for the clone. */
function findNamed(ws: WorkingSet, id: string): Resource | null {
  const found = ws.resourceById.get(id) ?? ws.resourceById.get(`${id}:0`) ?? null;
  return found && found.top.variant === 'clone' ? found.top : found;
}

/** A clone's agent is that of what it is made from; a group has none of its own. */
function agentOf(resource: Resource): string | null {
  if (resource.variant !== 'clone' || resource.clone?.ofGroup) return null;
  const [first] = primitivesOf(resource);
  return first ? agentName(first) : null;
}

function partsOf(resource: Resource): string[] {
  const below = resource.variant === 'clone' ? (resource.children[0]?.children ?? []) : resource.children;
  return below.map(({ id }) => id.replace(/:\d+$/, ''));
}

const TASKS: readonly string[] = ['start', 'stop', 'promote', 'demote', 'migrate_to', 'migrate_from'];

/** What the scheduler wants to do with a resource, or would if it could. */
function plannedFor(ws: WorkingSet, resource: Resource): PlannedAction[] {
  const own = new Set(primitivesOf(resource));
  return ws.actions
    .filter(
      (action) =>
        action.resource &&
        own.has(action.resource) &&
        TASKS.includes(action.task) &&
        !action.optional &&
        !action.pseudo,
    )
    .map((action) => ({
      resource: action.resource?.id ?? '',
      task: action.task,
      node: action.node?.name ?? null,
      possible: action.runnable,
      reason: action.reason,
      blockedBy: action.runnable ? null : (blockerOf(action)?.resource?.root.id ?? null),
    }));
}
