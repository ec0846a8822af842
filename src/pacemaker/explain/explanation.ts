/**
 * Why a resource is where it is, or why it isn't anywhere: data, for whoever puts it into words. Nothing here is prose,
 * and nothing is decided here that the scheduler hasn't decided.
 */
import type { ExplainedScore, ScoreTerm } from '../scheduler/score-terms';

/** What keeps a node from running any resource; `unknown-node`: in an opt-in cluster nothing allows it there. */
export type Obstacle =
  | 'offline'
  | 'unclean'
  | 'pending'
  | 'shutdown'
  | 'standby'
  | 'standby-on-fail'
  | 'maintenance'
  | 'unknown-node';

/** A node that can't be chosen, and the first thing that rules it out. */
export interface RuledOut {
  readonly node: string;
  readonly obstacle: Obstacle | null;
  readonly term: ScoreTerm | null;
}

export interface NodeScore {
  readonly node: string;
  /** As crm_simulate prints it; null where it prints none. */
  readonly score: number | null;
  readonly terms: readonly ScoreTerm[];
  readonly obstacle: Obstacle | null;
  /** Active there now. */
  readonly running: boolean;
  /** Where the scheduler wants it. */
  readonly chosen: boolean;
}

export interface Failure {
  readonly node: string;
  readonly operation: string;
  readonly rc: number;
  /** What the agent said; '' when nothing. */
  readonly reason: string;
  readonly timedOut: boolean;
  /** Unix seconds; 0 when unknown. */
  readonly time: number;
}

export interface FailCountView {
  readonly node: string;
  /** 1,000,000 is INFINITY. */
  readonly count: number;
  readonly threshold: number;
}

/** Why this node and no other. */
export interface Choice {
  readonly node: string;
  /**
   * - `terms`: it scores more than `rival`, by these terms.
   * - `only`: all others are ruled out.
   * - `stays`: no node is better than the one it is on.
   * - `equal`: the scores are equal; fewer resources decide, then the name.
   */
  readonly by: 'terms' | 'only' | 'stays' | 'equal';
  readonly terms: readonly ScoreTerm[];
  readonly rival: string | null;
  readonly ruledOut: readonly RuledOut[];
}

export type Why =
  | { readonly is: 'placed'; readonly choice: Choice }
  /** A member of a group, with the one before it. */
  | { readonly is: 'member'; readonly node: string; readonly before: string; readonly group: string }
  | {
      readonly is: 'clone';
      readonly instances: readonly { readonly node: string; readonly promoted: boolean }[];
      readonly most: number;
      readonly idle: readonly RuledOut[];
      readonly promotion: {
        readonly node: string;
        readonly score: number;
        readonly terms: readonly ScoreTerm[];
      } | null;
    }
  /** The cluster doesn't touch it. */
  | {
      readonly is: 'unmanaged';
      readonly by: 'maintenance-mode' | 'node-maintenance' | 'maintenance' | 'is-managed';
      readonly on: string;
    }
  /** Fencing is asked for and there is no device: nothing is touched. */
  | { readonly is: 'no-fencing' }
  | { readonly is: 'orphan' }
  /** `on`: the resource that says target-role=Stopped; null: rsc_defaults. */
  | { readonly is: 'disabled'; readonly on: string | null }
  | { readonly is: 'stop-all' }
  | { readonly is: 'no-quorum'; readonly policy: string }
  | { readonly is: 'blocked'; readonly failure: Failure | null }
  /** An operation with on-fail=stop has failed. */
  | { readonly is: 'stopped-by-failure'; readonly failure: Failure | null }
  /** No node can run anything. */
  | { readonly is: 'no-node'; readonly ruledOut: readonly RuledOut[] }
  /** All usable nodes are banned for the same reason. */
  | { readonly is: 'banned'; readonly term: ScoreTerm; readonly ruledOut: readonly RuledOut[] }
  | { readonly is: 'failures'; readonly counts: readonly FailCountView[]; readonly ruledOut: readonly RuledOut[] }
  /** A failure that no node can mend: a wrong configuration, a missing agent. */
  | { readonly is: 'hard-failure'; readonly failure: Failure | null }
  | { readonly is: 'ruled-out'; readonly ruledOut: readonly RuledOut[] }
  /** Must be with another one, which has no node. */
  | { readonly is: 'without-primary'; readonly other: string; readonly constraint: string | null }
  /** Something that must come first can't be done. */
  | { readonly is: 'waits-for'; readonly other: string; readonly task: string }
  /** Of several that must come first (a set, or a clone with clone-min) not enough can be done. */
  | { readonly is: 'waits-for-enough' }
  | { readonly is: 'waits-for-fencing'; readonly node: string }
  /** It hasn't been looked for on all nodes yet. */
  | { readonly is: 'waits-for-probe'; readonly node: string }
  /** Utilization: no node has the capacity. */
  | { readonly is: 'no-capacity' }
  | { readonly is: 'unknown'; readonly reason: string | null };

export interface Outcome {
  /** The resource that the reason is of: of a group, its first member that isn't as it should be. */
  readonly about: string;
  /** Names of the nodes on which it is active now. */
  readonly running: readonly string[];
  readonly promoted: boolean;
  /** Where it shall be; null: nowhere. */
  readonly next: string | null;
  /** Operation that is under way: start, stop … */
  readonly pending: string | null;
  readonly failed: boolean;
  readonly why: Why;
}

export type ConstraintView =
  | {
      readonly kind: 'location';
      readonly id: string;
      readonly resource: string;
      /** Null where a rule tells the nodes. */
      readonly node: string | null;
      readonly score: string;
      readonly rule: string | null;
      readonly promotedOnly: boolean;
    }
  | {
      readonly kind: 'colocation';
      readonly id: string;
      readonly resource: string;
      readonly other: string;
      readonly score: string;
      readonly role: string | null;
      readonly otherRole: string | null;
    }
  | {
      readonly kind: 'order';
      readonly id: string;
      readonly first: string;
      readonly firstAction: string;
      readonly then: string;
      readonly thenAction: string;
      readonly optional: boolean;
    }
  | { readonly kind: 'ticket'; readonly id: string; readonly ticket: string; readonly granted: boolean }
  | {
      readonly kind: 'set';
      readonly id: string;
      readonly of: 'colocation' | 'order' | 'location' | 'ticket';
      readonly sets: readonly (readonly string[])[];
    };

/** Something that the scheduler wants to do, or would if it could. */
export interface PlannedAction {
  readonly resource: string;
  readonly task: string;
  readonly node: string | null;
  readonly possible: boolean;
  /** The scheduler's own token: `node availability`, `no quorum`. */
  readonly reason: string | null;
  /** The resource whose action must come first and can't. */
  readonly blockedBy: string | null;
}

export interface ResourceExplanation {
  readonly id: string;
  readonly variant: 'primitive' | 'group' | 'clone' | 'bundle';
  /** `ocf:heartbeat:IPaddr2`; null for what only holds others. */
  readonly agent: string | null;
  /** What it belongs to, outermost first. */
  readonly parents: readonly string[];
  readonly parts: readonly string[];
  /** Names by which the history knows its primitives: without instance numbers. */
  readonly primitives: readonly string[];
  readonly outcome: Outcome;
  /** Whose scores `scores` are: of a group, its first member's, which leads. */
  readonly scoresOf: string;
  readonly scores: readonly NodeScore[];
  /** Promotion scores of a promotable clone's instances. */
  readonly promotion: readonly ExplainedScore[];
  readonly constraints: readonly ConstraintView[];
  readonly failures: readonly Failure[];
  readonly failCounts: readonly FailCountView[];
  readonly planned: readonly PlannedAction[];
}
