import type {
  Choice,
  ConstraintView,
  Failure,
  Outcome,
  ResourceExplanation,
  RuledOut,
  Why,
} from '../../pacemaker/explain/index';
import type { ScoreTerm } from '../../pacemaker/scheduler/score-terms';
import type { WhyWords } from './en';

const INFINITY = 1_000_000;

/** What could be done: a command to type, or another resource to look at. */
export interface Remedy {
  readonly text: string;
  readonly command: string | null;
  readonly look: string | null;
}

export interface Account {
  /** One sentence why it is where it is, or why it isn't running; what else is ruled out behind it. */
  readonly sentence: string;
  readonly remedy: Remedy | null;
}

/** `+50`, `−∞`: a term of a score. */
export function termValue(value: number, words: WhyWords): string {
  if (value >= INFINITY) return `+${words.infinity}`;
  if (value <= -INFINITY) return `−${words.infinity}`;
  return value < 0 ? `−${-value}` : `+${value}`;
}

export const countText = (count: number): string => (count >= INFINITY ? 'INFINITY' : String(count));

/** The name of a node without the domain that all share. */
export const shortNode = (node: string): string => node.replace(/\..*$/, '');

/** Puts an explanation into words. */
export function accountOf(explanation: ResourceExplanation, words: WhyWords): Account {
  const { outcome } = explanation;
  const isRecovering =
    outcome.failed && SETTLED.includes(outcome.why.is) && outcome.running.includes(outcome.next ?? '');
  const clause = isRecovering ? failureClause(explanation, words) : clauseOf(explanation, outcome.why, words);
  const where = whereOf(explanation, words);
  const more = furtherOf(explanation, outcome.why, words);
  const sentence = [clause === null ? words.plain(where) : words.because(where, clause), more]
    .filter(Boolean)
    .join(' ');
  return { sentence, remedy: remedyOf(explanation, outcome.why, words) };
}

/** Of what is recovered where it is, the failure is the reason. */
function failureClause({ failures }: ResourceExplanation, words: WhyWords): string | null {
  const [newest] = failures;
  return newest ? words.clause.failed(newest.operation, failureText(newest, words)) : null;
}

const SETTLED: readonly Why['is'][] = ['placed', 'member', 'clone'];
const HELD: readonly Why['is'][] = ['unmanaged', 'no-fencing', 'blocked'];

function whereOf({ id, outcome }: ResourceExplanation, words: WhyWords): string {
  const { where } = words;
  const { running, next, why, promoted, pending, failed } = outcome;
  const settled = SETTLED.includes(why.is);
  const subject = settled ? id : outcome.about;
  const nodes = words.list(running.map(shortNode));
  if (why.is === 'clone') return promotedOr(outcome, why, subject, words);
  if (running.length === 0) {
    if (!settled || next === null) return where.stopped(subject);
    return (pending === 'start' ? where.starting : where.toStart)(subject, shortNode(next));
  }
  if (HELD.includes(why.is)) return where.left(subject, nodes);
  if (next === null || !settled) return where.stopping(subject, nodes);
  if (!running.includes(next)) return where.moving(subject, nodes, shortNode(next));
  if (failed) return where.recovering(subject, nodes);
  if (pending === 'start') return where.starting(subject, nodes);
  return promoted ? where.promoted(subject, nodes) : where.runs(subject, nodes);
}

function promotedOr({ running }: Outcome, why: Extract<Why, { is: 'clone' }>, id: string, words: WhyWords): string {
  const nodes = running.length > 0 ? running : why.instances.map(({ node }) => node);
  const promoted = why.instances.filter((each) => each.promoted).map(({ node }) => shortNode(node));
  if (promoted.length > 0 && running.length > 0) return words.where.promoted(id, words.list(promoted));
  const text = words.list(nodes.map(shortNode));
  return running.length > 0 ? words.where.runs(id, text) : words.where.toStart(id, text);
}

function clauseOf(explanation: ResourceExplanation, why: Why, words: WhyWords): string | null {
  const { clause } = words;
  switch (why.is) {
    case 'placed':
      return choiceClause(explanation, why.choice, words);
    case 'member':
      return clause.member(why.before, why.group);
    case 'clone':
      return why.promotion ? clause.promotion(countText(why.promotion.score)) : clause.clone(why.most);
    case 'unmanaged':
      return unmanagedClause(why, explanation.outcome.about, words);
    case 'no-fencing':
      return clause.noFencing;
    case 'orphan':
      return clause.orphan;
    case 'disabled':
      if (why.on === null) return clause.disabledByDefault;
      return why.on === explanation.outcome.about ? clause.disabledItself : clause.disabled(why.on);
    case 'stop-all':
      return clause.stopAll;
    case 'no-quorum':
      return clause.noQuorum(why.policy);
    case 'blocked':
      return why.failure ? clause.blocked(why.failure.operation, shortNode(why.failure.node)) : clause.blockedUnknown;
    case 'stopped-by-failure':
      return clause.onFailStop(why.failure?.operation ?? 'monitor');
    case 'no-node':
      return clause.noNode(outList(explanation, why.ruledOut, words));
    case 'banned':
      if (why.term.kind === 'ticket') return clause.ticket(why.term.from ?? '');
      return why.term.kind === 'location' && why.term.from !== null
        ? clause.banned(why.term.from)
        : clause.bannedBy(words.term[why.term.kind](why.term.from ?? '', why.term.other ?? ''));
    case 'failures':
      return clause.failures(failureCounts(why.counts, words));
    case 'hard-failure':
      return why.failure ? clause.hardFailure(failureText(why.failure, words)) : clause.hardFailureUnknown;
    case 'ruled-out':
      return clause.ruledOut(outList(explanation, why.ruledOut, words));
    case 'without-primary':
      return clause.withoutPrimary(why.other);
    case 'waits-for':
      return clause.waitsFor(why.other, why.task);
    case 'waits-for-enough':
      return clause.waitsForEnough;
    case 'waits-for-probe':
      return clause.waitsForProbe(shortNode(why.node));
    case 'no-capacity':
      return clause.noCapacity;
    case 'waits-for-fencing':
      return clause.waitsForFencing(shortNode(why.node));
    case 'unknown':
      return why.reason === null ? clause.unknown : clause.opt(why.reason);
  }
}

function unmanagedClause(why: Extract<Why, { is: 'unmanaged' }>, about: string, { clause }: WhyWords): string {
  switch (why.by) {
    case 'maintenance-mode':
      return clause.maintenanceMode;
    case 'node-maintenance':
      return clause.nodeMaintenance(shortNode(why.on));
    case 'maintenance':
      return clause.maintenance(why.on);
    case 'is-managed':
      return why.on === about ? clause.unmanagedItself : clause.unmanaged(why.on);
  }
}

const failureCounts = (
  counts: readonly { node: string; count: number; threshold: number }[],
  words: WhyWords,
): string =>
  counts
    .map(({ node, count, threshold }) =>
      words.clause.failureCount(shortNode(node), countText(count), countText(threshold)),
    )
    .join('; ');

/** What an agent said of a failure, or the exit status. */
export function failureText(failure: Failure, words: WhyWords): string {
  if (failure.reason !== '') return failure.reason;
  return failure.timedOut ? words.timedOut : words.exit(failure.rc);
}

function choiceClause(explanation: ResourceExplanation, choice: Choice, words: WhyWords): string {
  const { clause } = words;
  switch (choice.by) {
    case 'terms':
      return words.list(choice.terms.map((term) => termClause(explanation, term, choice.rival ?? '', words)));
    case 'only':
      return choice.ruledOut.length === 0 ? clause.onlyNode : clause.only(outList(explanation, choice.ruledOut, words));
    case 'stays':
      return clause.stays;
    case 'equal':
      return clause.equal;
  }
}

/** Whether a colocation keeps two resources apart. */
function isApart(constraints: readonly ConstraintView[], id: string | null): boolean {
  const found = constraints.find((each) => each.kind === 'colocation' && each.id === id);
  return found?.kind === 'colocation' && found.score.startsWith('-');
}

function termClause(explanation: ResourceExplanation, term: ScoreTerm, rival: string, words: WhyWords): string {
  const { clause } = words;
  const value = termValue(term.value, words);
  const [from, other, node] = [term.from ?? '', term.other ?? '', shortNode(rival)];
  const mandatory = Math.abs(term.value) >= INFINITY;
  switch (term.kind) {
    case 'location':
      if (term.value > 0) return clause.prefers(from, value);
      return mandatory ? clause.bans(from, node) : clause.disfavours(from, node, value);
    case 'stickiness':
      return clause.stickiness(value);
    case 'colocation': {
      const apart = isApart(explanation.constraints, term.from);
      if (mandatory) return (apart ? clause.mustNotBeWith : clause.mustBeWith)(other, from);
      return (apart ? clause.ratherNotWith : clause.likesToBeWith)(other, value);
    }
    case 'group':
      return clause.follows(other);
    case 'wishes':
      return clause.wishes(other, value);
    case 'failures':
    case 'failed-operation':
      return clause.failedThere(node);
    case 'health':
      return clause.unhealthy(node);
    case 'promotion':
      return clause.promotion(value);
    default:
      return clause.higher(value);
  }
}

/** Nodes that are out, each with its reason. */
function outList(explanation: ResourceExplanation, ruledOut: readonly RuledOut[], words: WhyWords): string {
  return words.list(ruledOut.map((each) => outText(explanation, each, words)));
}

function outText({ constraints }: ResourceExplanation, { node, obstacle, term }: RuledOut, words: WhyWords): string {
  const { out } = words;
  const name = shortNode(node);
  if (obstacle) return out[obstacle](name);
  switch (term?.kind) {
    case 'location':
      return out.constraint(name, term.from ?? '');
    case 'failures':
    case 'failed-operation':
      return out.failures(name);
    case 'colocation':
    case 'group':
      return (isApart(constraints, term.from) ? out.apart : out.with)(name, term.other ?? '');
    case 'ticket':
      return out.ticket(name, term.from ?? '');
    case 'health':
      return out.health(name);
    case 'clone-max':
    case 'clone-node-max':
    case undefined:
      return out.full(name);
    case 'wishes':
      return out.wishes(name, term.other ?? '');
    default:
      return out.other(name);
  }
}

/** What was ruled out besides: bans and failures that the first sentence hasn't told. */
function furtherOf(explanation: ResourceExplanation, why: Why, words: WhyWords): string {
  if (why.is === 'clone') {
    const isLeaving = ({ node }: RuledOut) => explanation.outcome.running.includes(node);
    const [leaving, idle] = [why.idle.filter(isLeaving), why.idle.filter((each) => !isLeaving(each))];
    return [
      leaving.length === 0 ? '' : words.leaving(outList(explanation, leaving, words)),
      idle.length === 0 ? '' : words.idle(outList(explanation, idle, words)),
    ]
      .filter(Boolean)
      .join(' ');
  }
  if (why.is !== 'placed' || why.choice.by === 'only') return '';
  const told = why.choice.rival === null;
  const banned = told ? [] : why.choice.ruledOut.filter(({ term }) => term !== null);
  const scoreOf = (name: string) => explanation.scores.find(({ node }) => node === name)?.score ?? 0;
  const better = why.choice.ruledOut.filter(
    ({ node, obstacle }) => obstacle !== null && scoreOf(node) > scoreOf(why.choice.node),
  );
  return [
    better.length === 0 ? '' : words.better(outList(explanation, better, words)),
    banned.length === 0 ? '' : words.alsoOut(outList(explanation, banned, words)),
  ]
    .filter(Boolean)
    .join(' ');
}

/** What could be done about it; null where all is well. */
function remedyOf(explanation: ResourceExplanation, why: Why, words: WhyWords): Remedy | null {
  const { remedy } = words;
  const { about } = explanation.outcome;
  const run = (text: string, command: string): Remedy => ({ text, command, look: null });
  switch (why.is) {
    case 'no-fencing':
      return run(remedy.noFencing, 'pcs property set stonith-enabled=false');
    case 'disabled':
      return run(remedy.enable, `pcs resource enable ${why.on ?? about}`);
    case 'stop-all':
      return run(remedy.stopAll, 'pcs property set stop-all-resources=false');
    case 'unmanaged':
      return unmanagedRemedy(why, words);
    case 'no-quorum':
      return run(remedy.quorum, 'pcs cluster start --all');
    case 'blocked':
    case 'failures':
    case 'hard-failure':
    case 'stopped-by-failure':
      return run(remedy.cleanup, `pcs resource cleanup ${about}`);
    case 'no-node':
      return nodeRemedy(why.ruledOut, words);
    case 'without-primary':
    case 'waits-for':
      return { text: remedy.primary(why.other), command: null, look: why.other };
    case 'banned':
      return banRemedy(explanation, why.term, words);
    case 'ruled-out':
    case 'placed': {
      const out = why.is === 'placed' ? why.choice.ruledOut : why.ruledOut;
      const failed = out.find(({ term }) => term?.kind === 'failures' || term?.kind === 'failed-operation');
      if (failed) return run(remedy.cleanup, `pcs resource cleanup ${about}`);
      const ban = out.find(({ term }) => isBanByHand(term));
      return ban?.term ? banRemedy(explanation, ban.term, words) : null;
    }
    default:
      return null;
  }
}

/** Made by `pcs resource move` or `ban`. */
const isBanByHand = (term: ScoreTerm | null): boolean => term?.kind === 'location' && /^cli-/.test(term.from ?? '');

function banRemedy({ outcome, constraints }: ResourceExplanation, term: ScoreTerm, words: WhyWords): Remedy | null {
  const { remedy } = words;
  const ban = constraints.find(({ id }) => id === term.from);
  const banned = ban?.kind === 'location' ? ban.resource : outcome.about;
  if (isBanByHand(term)) return { text: remedy.clear, command: `pcs resource clear ${banned}`, look: null };
  if (term.kind === 'location' && term.from !== null)
    return { text: remedy.removeConstraint, command: `pcs constraint delete ${term.from}`, look: null };
  if (term.kind === 'ticket' && term.from !== null)
    return { text: remedy.ticket, command: `crm_ticket --ticket ${term.from} --grant --force`, look: null };
  return null;
}

function unmanagedRemedy(why: Extract<Why, { is: 'unmanaged' }>, { remedy }: WhyWords): Remedy {
  const commands = {
    'maintenance-mode': [remedy.endMaintenance, 'pcs property set maintenance-mode=false'],
    'node-maintenance': [remedy.endMaintenance, `pcs node unmaintenance ${why.on}`],
    maintenance: [remedy.endMaintenance, `pcs resource meta ${why.on} maintenance=`],
    'is-managed': [remedy.manage, `pcs resource manage ${why.on}`],
  } as const;
  const [text, command] = commands[why.by];
  return { text, command, look: null };
}

function nodeRemedy(ruledOut: readonly RuledOut[], { remedy }: WhyWords): Remedy | null {
  const standby = ruledOut.find(({ obstacle }) => obstacle === 'standby');
  if (standby) return { text: remedy.unstandby, command: `pcs node unstandby ${standby.node}`, look: null };
  const maintained = ruledOut.find(({ obstacle }) => obstacle === 'maintenance');
  if (maintained)
    return { text: remedy.endMaintenance, command: `pcs node unmaintenance ${maintained.node}`, look: null };
  const offline = ruledOut.find(({ obstacle }) => obstacle === 'offline' || obstacle === 'unclean');
  return offline ? { text: remedy.startNode, command: `pcs cluster start ${offline.node}`, look: null } : null;
}
