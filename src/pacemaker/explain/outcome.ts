import type { Action } from '../scheduler/action';
import { findTask } from '../scheduler/actions';
import { canRunResources, type Node } from '../scheduler/node';
import { OrderKind } from '../scheduler/order-kind';
import { primitivesOf, type Resource } from '../scheduler/resource';
import { parseRole, Role } from '../scheduler/role';
import { INFINITY } from '../scheduler/score';
import type { ScoreTerm, ScoreTerms } from '../scheduler/score-terms';
import type { WorkingSet } from '../scheduler/working-set';
import { byConstraint } from './constraints';
import type { Choice, Failure, NodeScore, Obstacle, Outcome, RuledOut, Why } from './explanation';
import { failCountsOf, failuresOf } from './failures';

/** What keeps a node from running anything; null: nothing. */
function obstacleOf(node: Node): Obstacle | null {
  if (canRunResources(node)) return null;
  if (node.unclean) return 'unclean';
  if (!node.online) return 'offline';
  if (node.pending) return 'pending';
  if (node.shutdown) return 'shutdown';
  if (node.standbyOnFail) return 'standby-on-fail';
  return node.standby ? 'standby' : 'maintenance';
}

/** The scores of a resource on all nodes that may ever run it. */
export function nodeScores(ws: WorkingSet, explain: ScoreTerms, resource: Resource): NodeScore[] {
  const scores = new Map(explain.scoresOf(resource).map((each) => [each.node, each]));
  const chosen = new Set([...primitivesOf(resource)].map(({ assignedTo }) => assignedTo?.name));
  const running = new Set([...primitivesOf(resource)].flatMap((each) => each.running.map(({ name }) => name)));
  return ws.sortedNodes
    .filter((node) => !node.isRemote || (scores.get(node.name)?.score ?? -INFINITY) > -INFINITY)
    .map((node) => {
      const found = scores.get(node.name);
      return {
        node: node.name,
        score: found?.score ?? null,
        terms: byConstraint(ws, found?.terms ?? []),
        obstacle: obstacleOf(node) ?? (found ? null : 'unknown-node'),
        running: running.has(node.name),
        chosen: chosen.has(node.name),
      };
    });
}

/** Where it is and why, or why it isn't. */
export function outcomeOf(ws: WorkingSet, explain: ScoreTerms, resource: Resource): Outcome {
  if (resource.variant === 'clone' || resource.variant === 'bundle') {
    const instances = [...primitivesOf(resource)].filter(({ assignedTo, running }) => assignedTo || running.length > 0);
    const [first] = primitivesOf(resource);
    if (first && instances.length > 0 && !holdOf(ws, first)) return cloneOutcome(ws, explain, resource, instances);
    return first ? primitiveOutcome(ws, explain, first, resource) : nothing(resource);
  }
  const members = [...primitivesOf(resource)];
  const wrong = members.find((member) => member.blocked || member.failed) ?? members.find((member) => !isUp(member));
  const about = wrong ?? members[0];
  return about ? primitiveOutcome(ws, explain, about) : nothing(resource);
}

const isUp = (resource: Resource): boolean =>
  resource.running.length > 0 && resource.assignedTo !== null && resource.nextRole !== Role.Stopped;

const plain = (resource: Resource): string => (resource.unique ? resource.id : resource.id.replace(/:\d+$/, ''));

function nothing(resource: Resource): Outcome {
  const why: Why = { is: 'unknown', reason: null };
  return { about: resource.id, running: [], promoted: false, next: null, pending: null, failed: false, why };
}

function primitiveOutcome(ws: WorkingSet, explain: ScoreTerms, resource: Resource, clone?: Resource): Outcome {
  return {
    about: plain(clone ?? resource),
    running: resource.running.map(({ name }) => name),
    promoted: resource.role === Role.Promoted,
    next: resource.nextRole === Role.Stopped ? null : (resource.assignedTo?.name ?? null),
    pending: resource.pendingTask,
    failed: resource.failed,
    why: whyOf(ws, explain, resource, clone ?? resource),
  };
}

function whyOf(ws: WorkingSet, explain: ScoreTerms, resource: Resource, owner: Resource): Why {
  const stopped = resource.running.length === 0;
  const disabled = disabledBy(resource);
  if (stopped && disabled) return disabled;
  const held = holdOf(ws, resource);
  if (held) return held;
  if (disabled) return disabled;
  if (ws.options.stopAllResources) return { is: 'stop-all' };
  if (resource.nextRole === Role.Stopped && FAILURE_REASONS.includes(resource.nextRoleReason ?? ''))
    return { is: 'stopped-by-failure', failure: failuresOf(ws, resource)[0] ?? null };
  const scores = nodeScores(ws, explain, resource);
  if (!resource.assignedTo || resource.nextRole === Role.Stopped) return whyNowhere(ws, resource, owner, scores);
  const start = findTask(resource, 'start', resource.assignedTo);
  if (start && !start.runnable) return whyNotStarted(ws, resource, start);
  const group = resource.parent?.variant === 'group' && resource.parent.groupColocated ? resource.parent : null;
  const at = group?.children.indexOf(resource) ?? 0;
  const before = group?.children[at - 1];
  if (group && before)
    return { is: 'member', node: resource.assignedTo.name, before: plain(before), group: plain(group) };
  return { is: 'placed', choice: choiceOf(resource, resource.assignedTo, scores) };
}

/** Why a resource has Stopped as its next role after a failure, in the scheduler's words. */
const FAILURE_REASONS: readonly string[] = ['on-fail=stop', 'failure', 'demote with on-fail=block'];

/** What makes the cluster leave a resource alone, whatever else is configured. */
function holdOf(ws: WorkingSet, resource: Resource): Why | null {
  const { stonithEnabled, haveWatchdog, maintenanceMode } = ws.options;
  if (resource.orphan && resource.parent === null) return { is: 'orphan' };
  if (resource.blocked) return { is: 'blocked', failure: failuresOf(ws, resource)[0] ?? null };
  if (maintenanceMode) return { is: 'unmanaged', by: 'maintenance-mode', on: '' };
  if (stonithEnabled && !haveWatchdog && !ws.haveFenceDevice) return { is: 'no-fencing' };
  if (resource.managed) return null;
  const node = resource.running.find(({ maintenance }) => maintenance);
  if (node) return { is: 'unmanaged', by: 'node-maintenance', on: node.name };
  const by = resource.meta.get('maintenance') !== undefined && resource.maintenance ? 'maintenance' : 'is-managed';
  return { is: 'unmanaged', by, on: plain(holderOf(resource, by) ?? resource) };
}

/** The resource, of this one and those that hold it, whose own configuration has a meta attribute. */
function holderOf(resource: Resource, name: string): Resource | null {
  for (let at: Resource | null = resource; at; at = at.parent) {
    const sets = at.xml.children.filter((child) => child.name === 'meta_attributes');
    if (sets.some((set) => set.children.some((pair) => pair.attributes.name === name))) return at;
  }
  return null;
}

function disabledBy(resource: Resource): Why | null {
  if (parseRole(resource.meta.get('target-role')) !== Role.Stopped) return null;
  const holder = holderOf(resource, 'target-role');
  return { is: 'disabled', on: holder && plain(holder) };
}

/** All nodes that can't be chosen, each with what rules it out. */
function ruledOutOf(scores: readonly NodeScore[]): RuledOut[] {
  return scores.flatMap(({ node, obstacle, score, terms }): RuledOut[] => {
    if (obstacle) return [{ node, obstacle, term: null }];
    if (score === null || score >= 0) return [];
    const term = terms.find(({ value }) => value <= -INFINITY) ?? lowest(terms);
    return [{ node, obstacle: null, term }];
  });
}

const lowest = (terms: readonly ScoreTerm[]): ScoreTerm | null =>
  [...terms].sort((a, b) => a.value - b.value)[0] ?? null;

const sameTerm = (a: ScoreTerm, b: ScoreTerm): boolean => a.kind === b.kind && a.from === b.from && a.other === b.other;

function whyNowhere(ws: WorkingSet, resource: Resource, owner: Resource, scores: readonly NodeScore[]): Why {
  const ruledOut = ruledOutOf(scores);
  const usable = ruledOut.filter(({ obstacle }) => obstacle === null);
  const [first] = usable;
  if (usable.length + ruledOut.length > 0 && ruledOut.length === scores.length && !first)
    return { is: 'no-node', ruledOut };
  // A node that could be chosen by its score wasn't.
  if (ruledOut.length < scores.length && ws.options.placement !== 'default') return { is: 'no-capacity' };
  if (!first) return unknown(resource);
  const { term } = first;
  if (!term || !usable.every((each) => each.term && sameKind(each.term, term))) return { is: 'ruled-out', ruledOut };
  switch (term.kind) {
    case 'failures':
    case 'failed-operation':
      return { is: 'failures', counts: failCountsOf(ws, owner), ruledOut };
    case 'hard-failure':
      return failureEverywhere(failuresOf(ws, owner)[0] ?? null);
    case 'colocation':
    case 'group':
      if (usable.every((each) => each.term && sameTerm(each.term, term)) && term.other !== null)
        return { is: 'without-primary', other: term.other, constraint: term.kind === 'group' ? null : term.from };
      return { is: 'ruled-out', ruledOut };
    case 'target-role':
      return { is: 'unknown', reason: term.from };
    default:
      break;
  }
  return { is: 'banned', term, ruledOut };
}

/** Exit statuses that say that no attempt anywhere will do: wrong arguments, nothing installed, wrong configuration … */
const HARD: readonly number[] = [2, 3, 4, 5, 6];

/** A failure that forbids all nodes: by its nature, or since on-fail=stop says so. */
function failureEverywhere(failure: Failure | null): Why {
  const isHard = failure === null || HARD.includes(failure.rc);
  return isHard ? { is: 'hard-failure', failure } : { is: 'stopped-by-failure', failure };
}

const sameKind = (a: ScoreTerm, b: ScoreTerm): boolean =>
  a.kind === b.kind || (FAILURES.includes(a.kind) && FAILURES.includes(b.kind));
const FAILURES: readonly ScoreTerm['kind'][] = ['failures', 'failed-operation'];

const unknown = (resource: Resource): Why => tokenOf(resource.nextRoleReason);

/** It has a node, but its start can't be done. */
function whyNotStarted(ws: WorkingSet, resource: Resource, start: Action): Why {
  if (start.reason === 'no quorum' || start.reason === 'quorum freeze')
    return { is: 'no-quorum', policy: ws.options.quorumPolicy };
  const blocker = blockerOf(start);
  if (blocker?.isFencing || blocker?.task === 'stonith')
    return { is: 'waits-for-fencing', node: blocker.node?.name ?? '' };
  if (blocker?.resource)
    return { is: 'waits-for', other: plain(blocker.resource.root), task: PLAIN_TASK[blocker.task] ?? blocker.task };
  return whyNotFreed(start) ?? tokenOf(start.reason ?? resource.nextRoleReason);
}

/** Its own actions that must come first: probes on all nodes, and the stop where it is thought to be active. */
function whyNotFreed(start: Action): Why | null {
  for (const { action: first, kind } of start.inputs) {
    if (first.runnable || first.resource !== start.resource || (kind & OrderKind.RunnableLeft) === 0) continue;
    const node = first.node?.name ?? '';
    if (first.task === 'stop' && first.node?.unclean) return { is: 'waits-for-fencing', node };
    if (first.task === 'monitor') return { is: 'waits-for-probe', node };
  }
  return null;
}

/** Events of collective resources stand for what they end. */
const PLAIN_TASK: Readonly<Record<string, string>> = {
  running: 'start',
  stopped: 'stop',
  promoted: 'promote',
  demoted: 'demote',
};

/** What the scheduler's own token says: `unrunnable web start`, `colocation with web`. */
function tokenOf(reason: string | null): Why {
  if (reason !== null && /^unrunnable (clone-)?one-or-more:/.test(reason)) return { is: 'waits-for-enough' };
  const [, first, task] = /^unrunnable (\S+) (\w+)$/.exec(reason ?? '') ?? [];
  if (first !== undefined && task !== undefined)
    return { is: 'waits-for', other: first.replace(/:\d+$/, ''), task: PLAIN_TASK[task] ?? task };
  const [, other] = /^colocation with (\S+)$/.exec(reason ?? '') ?? [];
  if (other !== undefined) return { is: 'without-primary', other: other.replace(/:\d+$/, ''), constraint: null };
  return { is: 'unknown', reason };
}

/** The action of another resource (or a fencing) that must come first and can't: found up the chain of orderings. */
export function blockerOf(action: Action, seen = new Set<Action>()): Action | null {
  seen.add(action);
  for (const { action: first, kind } of action.inputs) {
    if (first.runnable || seen.has(first) || (kind & OrderKind.RunnableLeft) === 0) continue;
    if (first.isFencing || (first.resource && first.resource.root !== action.resource?.root)) return first;
    const further = blockerOf(first, seen);
    if (further) return further;
  }
  return null;
}

/** Why this node: what it has that the next best one lacks. */
function choiceOf(resource: Resource, node: Node, scores: readonly NodeScore[]): Choice {
  const ruledOut = ruledOutOf(scores);
  const own = scores.find((each) => each.node === node.name);
  const rivals = scores.filter(
    (each) => each.node !== node.name && each.obstacle === null && each.score !== null && each.score >= 0,
  );
  const rival = rivals.sort((a, b) => (b.score ?? 0) - (a.score ?? 0))[0];
  const base = { node: node.name, ruledOut };
  if (!rival || !own) {
    // The same term rules out all other usable nodes: that is what holds it here.
    const usable = ruledOut.filter(({ obstacle }) => obstacle === null);
    const term = usable[0]?.term ?? null;
    const shared = term !== null && usable.every((each) => each.term && sameTerm(each.term, term));
    if (shared && (term.kind === 'colocation' || term.kind === 'group'))
      return { ...base, by: 'terms', terms: [term], rival: null };
    return { ...base, by: 'only', terms: [], rival: null };
  }
  const difference = (own.score ?? 0) - (rival.score ?? 0);
  if (difference > 0) return { ...base, by: 'terms', terms: decisiveTerms(own, rival), rival: rival.node };
  const stays = resource.running.includes(node);
  return { ...base, by: stays ? 'stays' : 'equal', terms: [], rival: rival.node };
}

/** What is for `own` and against `rival`, the weightiest first; of a term against the rival the sign stays. */
function decisiveTerms(own: NodeScore, rival: NodeScore): ScoreTerm[] {
  const found: { term: ScoreTerm; weight: number }[] = [];
  for (const term of own.terms) {
    const there = rival.terms.find((each) => sameTerm(each, term))?.value ?? 0;
    if (term.value > there) found.push({ term, weight: term.value - there });
  }
  for (const term of rival.terms) {
    if (own.terms.some((each) => sameTerm(each, term)) || term.value >= 0) continue;
    found.push({ term, weight: -term.value });
  }
  return found
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 2)
    .map(({ term }) => term);
}

function cloneOutcome(ws: WorkingSet, explain: ScoreTerms, clone: Resource, instances: readonly Resource[]): Outcome {
  const nodes = new Map<string, boolean>();
  const running = new Set<string>();
  for (const instance of instances) {
    for (const node of instance.running) running.add(node.name);
    const node = instance.assignedTo;
    if (node) nodes.set(node.name, (nodes.get(node.name) ?? false) || instance.nextRole === Role.Promoted);
  }
  const idle = nodeScores(ws, explain, clone)
    .filter(({ node }) => !nodes.has(node))
    .map(({ node, obstacle, terms, score }): RuledOut => {
      const term = score !== null && score < 0 ? (terms.find(({ value }) => value <= -INFINITY) ?? null) : null;
      return { node, obstacle, term };
    });
  return {
    about: clone.id,
    running: [...running],
    promoted: instances.some(({ role }) => role === Role.Promoted),
    next: [...nodes.keys()][0] ?? null,
    pending: instances.find(({ pendingTask }) => pendingTask !== null)?.pendingTask ?? null,
    failed: instances.some(({ failed }) => failed),
    why: {
      is: 'clone',
      instances: [...nodes].map(([node, promoted]) => ({ node, promoted })),
      most: clone.clone?.max ?? nodes.size,
      idle,
      promotion: promotionOf(explain, clone),
    },
  };
}

/** The instance that is promoted, and its score. */
function promotionOf(explain: ScoreTerms, clone: Resource) {
  const promoted = clone.children.find((child) =>
    [...primitivesOf(child)].some((each) => each.nextRole === Role.Promoted),
  );
  return promoted ? explain.promotionOf(promoted) : null;
}
