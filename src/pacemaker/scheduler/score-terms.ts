/**
 * Where each score comes from: a recorder that the stages of the scheduler tell about their changes. It exists only when
 * somebody asks for an explanation; without one nothing is recorded and nothing is spent.
 */
import type { Node } from './node';
import type { Resource } from './resource';
import { addScores, INFINITY } from './score';

/** What a score on a node was changed by. */
export type TermKind =
  /** The node's own `score` attribute. */
  | 'node'
  /** A location constraint or one of its rules; `from` is the constraint. */
  | 'location'
  | 'health'
  /** It runs there and is to stay. */
  | 'stickiness'
  /** To be with, or apart from, `other`; `from` is the constraint. */
  | 'colocation'
  /** To be with the member of its group before it, `other`. */
  | 'group'
  /** What `other` would like, that goes with this resource; `from` is the constraint. */
  | 'wishes'
  /** Unmanaged: it stays where it is. */
  | 'unmanaged'
  /** migration-threshold is reached there. */
  | 'failures'
  /** It failed to stop there, or an operation with an on-fail that bans it from the node. */
  | 'failed-operation'
  /** A failure that no node can mend: a wrong configuration, a missing agent. */
  | 'hard-failure'
  /** Meant to be stopped: `from` says by what. */
  | 'target-role'
  | 'ticket'
  /** It waits for the node that was shut down: shutdown-lock. */
  | 'shutdown-lock'
  /** resource-discovery=exclusive elsewhere. */
  | 'discovery'
  /** No more instances than clone-max. */
  | 'clone-max'
  /** The node is full (clone-node-max) or can't be used by the clone. */
  | 'clone-node-max'
  /** The score for promotion that the agent gave the node. */
  | 'promotion'
  /** What all instances of the clone share. */
  | 'clone'
  /** Active on several nodes, and multiple-active says that it is to be stopped. */
  | 'multiple-active'
  /** Not configured any more. */
  | 'orphan'
  /** A remote node, or the host of a container, that isn't meant for it. */
  | 'remote'
  /** The recorder wasn't told. */
  | 'other';

export interface ScoreTerm {
  readonly kind: TermKind;
  /** Id of the constraint, name of the option, … that it comes from. */
  readonly from: string | null;
  /** The other resource that is concerned. */
  readonly other: string | null;
  readonly value: number;
  /** All before it is void: the score was set, not added to. */
  readonly replaces: boolean;
}

/** A score as `crm_simulate -s` prints it, with what it is made of. */
export interface ExplainedScore {
  readonly node: string;
  readonly score: number;
  readonly terms: readonly ScoreTerm[];
}

/** Adds terms up by the rules for INFINITY, in the order in which they came. */
export function sumOfTerms(terms: readonly ScoreTerm[]): number {
  return terms.reduce((sum, { value, replaces }) => (replaces ? value : addScores(sum, value)), 0);
}

interface Account {
  terms: ScoreTerm[];
  /** What the terms add up to. */
  sum: number;
}

/** Accounts of a resource by node index. */
type Ledger = (Account | undefined)[];

export class ScoreTerms {
  readonly #ledgers = new Map<Resource, Ledger>();
  readonly #printed = new Map<Resource, ExplainedScore[]>();
  readonly #promotions = new Map<Resource, Account>();
  readonly #promotionsPrinted = new Map<Resource, ExplainedScore>();

  /** A score has been added to a resource's on a node; what can't be seen beside an INFINITY is told this way too. */
  add(resource: Resource, node: Node, value: number, kind: TermKind, from: string | null = null): void {
    put(this.#account(resource, node), { kind, from, other: null, value, replaces: false });
  }

  /** Whatever has changed in the tables of a resource and its parts since the last call comes from this. */
  settle(resource: Resource, kind: TermKind, from: string | null = null, other: string | null = null): void {
    for (const candidate of resource.allowed)
      if (candidate) {
        const cause = kind === 'other' ? unnamed(candidate.node) : { kind, from, other };
        settleAt(this.#account(resource, candidate.node), candidate.score, cause);
      }
    for (const child of resource.children) this.settle(child, kind, from, other);
  }

  /** Gives a function that takes back all that will have been recorded of a resource and its parts. */
  mark(resource: Resource): () => void {
    const kept = new Map<Resource, Ledger>();
    const visit = (each: Resource): void => {
      const ledger = this.#ledgers.get(each) ?? [];
      kept.set(
        each,
        ledger.map((account) => account && { terms: [...account.terms], sum: account.sum }),
      );
      for (const child of each.children) visit(child);
    };
    visit(resource);
    return () => {
      for (const [each, ledger] of kept) this.#ledgers.set(each, ledger);
    };
  }

  /** The table is printed now: what is in it counts. */
  print(resource: Resource): void {
    const scores: ExplainedScore[] = [];
    for (const candidate of resource.allowed) {
      if (!candidate) continue;
      const account = this.#account(resource, candidate.node);
      settleAt(account, candidate.score, unnamed(candidate.node));
      scores.push({ node: candidate.node.name, score: candidate.score, terms: [...account.terms] });
    }
    this.#printed.set(resource, scores);
  }

  /** An instance's score for promotion has become this. */
  settlePromotion(
    instance: Resource,
    score: number,
    kind: TermKind,
    from: string | null = null,
    other: string | null = null,
  ): void {
    const account = this.#promotions.get(instance) ?? { terms: [], sum: 0 };
    this.#promotions.set(instance, account);
    settleAt(account, score, { kind, from, other });
  }

  printPromotion(instance: Resource, node: Node | null, score: number): void {
    this.settlePromotion(instance, score, 'clone');
    const terms = this.#promotions.get(instance)?.terms ?? [];
    this.#promotionsPrinted.set(instance, { node: node?.name ?? '', score, terms: [...terms] });
  }

  /** The scores that were printed last; none for a resource that was never looked at. */
  scoresOf(resource: Resource): readonly ExplainedScore[] {
    return this.#printed.get(resource) ?? [];
  }

  promotionOf(instance: Resource): ExplainedScore | null {
    return this.#promotionsPrinted.get(instance) ?? null;
  }

  #account(resource: Resource, node: Node): Account {
    const ledger = this.#ledgers.get(resource) ?? [];
    this.#ledgers.set(resource, ledger);
    let account = ledger[node.index];
    if (!account) {
      account = { terms: [], sum: 0 };
      ledger[node.index] = account;
      if (node.weight !== 0 && !node.isRemote)
        put(account, { kind: 'node', from: null, other: null, value: node.weight, replaces: false });
    }
    return account;
  }
}

type Cause = Pick<ScoreTerm, 'kind' | 'from' | 'other'>;

/** What nobody has named: on remote nodes it is what resources may run there at all. */
const unnamed = (node: Node): Cause => ({ kind: node.isRemote ? 'remote' : 'other', from: null, other: null });

function put(account: Account, term: ScoreTerm): void {
  account.terms.push(term);
  account.sum = term.replaces ? term.value : addScores(account.sum, term.value);
}

/** Books the difference between what the terms add up to and what the score is. */
function settleAt(account: Account, score: number, cause: Cause): void {
  const { sum } = account;
  if (sum === score) return;
  // No addition leads away from an INFINITY, but for -INFINITY.
  const replaces = score > -INFINITY && Math.abs(sum) >= INFINITY;
  const value = replaces || Math.abs(score) >= INFINITY ? score : score - sum;
  put(account, { ...cause, value, replaces });
}
