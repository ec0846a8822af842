import type { Element } from '../../world/xml';
import { pseudoAction } from './actions';
import { operationKey } from './actions-key';
import { parseBoolean } from './interval';
import { OrderKind } from './order-kind';
import { addOrdering } from './ordering-new';
import { expandReference } from './reference';
import type { Resource } from './resource';
import { parseScore } from './score';
import type { WorkingSet } from './working-set';

type Kind = 'mandatory' | 'optional' | 'serialize';
type Symmetry = 'symmetric' | 'asymmetric' | 'inverse';

const INVERSE: Record<string, string> = {
  start: 'stop',
  stop: 'start',
  promote: 'demote',
  demote: 'promote',
  running: 'stopped',
  stopped: 'running',
  promoted: 'demoted',
  demoted: 'promoted',
};

/** `kind` of a constraint, or of a set with the constraint's as default; before 1.1: score 0 = optional. */
function kindOf(ws: WorkingSet, xml: Element, fallback?: Kind): Kind {
  const text = xml.attributes.kind;
  switch (text?.toLowerCase()) {
    case undefined:
      if (fallback) return fallback;
      return xml.attributes.score !== undefined && parseScore(xml.attributes.score) === 0 ? 'optional' : 'mandatory';
    case 'mandatory':
      return 'mandatory';
    case 'optional':
      return 'optional';
    case 'serialize':
      return 'serialize';
    default:
      ws.messages.push({
        level: 'error',
        text: `Resetting kind for constraint ${xml.attributes.id} to 'Mandatory' because '${text}' is not valid`,
      });
      return 'mandatory';
  }
}

/** What an ordering of that kind, forwards or reversed, means for its actions. */
function flagsFor(kind: Kind, symmetry: Symmetry, firstTask: string): number {
  let flags: number = OrderKind.Optional;
  if (kind === 'serialize') return flags | OrderKind.SerializeOnly;
  if (kind === 'optional') return flags;
  if (symmetry === 'asymmetric') return flags | OrderKind.Asymmetrical;
  if (symmetry === 'inverse') return flags | OrderKind.ImpliesFirst;
  flags |= OrderKind.ImpliesThen;
  if (firstTask === 'start' || firstTask === 'promote') flags |= OrderKind.RunnableLeft;
  return flags;
}

/** Mandatory orderings are reversed for stopping unless symmetrical=false; serialised ones never are. */
function isSymmetrical(xml: Element, kind: Kind): boolean {
  const given = parseBoolean(xml.attributes.symmetrical);
  if (kind === 'serialize') return false;
  return given ?? true;
}

export function unpackOrder(ws: WorkingSet, xml: Element): void {
  const kind = kindOf(ws, xml);
  const symmetrical = isSymmetrical(xml, kind);
  const sets = xml.children
    .filter((child) => child.name === 'resource_set')
    .map((set) => (set.attributes['id-ref'] !== undefined ? (ws.element(set.attributes['id-ref']) ?? set) : set));
  if (sets.length > 0) {
    unpackSets(ws, sets, kind, symmetrical);
    return;
  }
  const firsts = expandReference(ws, xml.attributes.first);
  const thens = expandReference(ws, xml.attributes.then);
  if (!firsts || !thens) return;
  const firstTask = xml.attributes['first-action'] ?? 'start';
  const thenTask = xml.attributes['then-action'] ?? firstTask;
  for (const first of firsts) {
    for (const then of thens) orderPair(ws, xml, first, firstTask, then, thenTask, kind, symmetrical);
  }
}

function end(resource: Resource, task: string): { resource: Resource; task: string } {
  return { resource, task: operationKey(resource.id, task, 0) };
}

function orderPair(
  ws: WorkingSet,
  xml: Element,
  first: Resource,
  firstTask: string,
  then: Resource,
  thenTask: string,
  kind: Kind,
  symmetrical: boolean,
): void {
  const minimum = minimumInstances(xml, first);
  const symmetry: Symmetry = symmetrical ? 'symmetric' : 'asymmetric';
  let flags = flagsFor(kind, symmetry, firstTask);
  if (kind === 'optional' && then.restartType === 'restart') flags |= OrderKind.ImpliesThen;
  if (minimum > 0) orderAfterMinimum(ws, xml, first, firstTask, then, thenTask, flags, minimum);
  else addOrdering(ws, end(first, firstTask), end(then, thenTask), flags);
  if (!symmetrical) return;
  const inverseThen = INVERSE[thenTask];
  const inverseFirst = INVERSE[firstTask];
  if (!inverseThen || !inverseFirst) return;
  let inverse = flagsFor(kind, 'inverse', inverseThen);
  if (kind === 'optional' && then.restartType === 'restart') inverse |= OrderKind.ImpliesFirst;
  addOrdering(ws, end(then, inverseThen), end(first, inverseFirst), inverse);
}

/** How many instances of a clone must be up for what comes after it: clone-min, or one with require-all=false. 0: all. */
function minimumInstances(xml: Element, first: Resource): number {
  if (!first.isClone) return 0;
  if (first.meta.has('clone-min')) return Math.max(0, Number.parseInt(first.meta.get('clone-min') ?? '0', 10) || 0);
  return parseBoolean(xml.attributes['require-all']) === false ? 1 : 0;
}

/** Through a pseudo action that can run once enough instances can. */
function orderAfterMinimum(
  ws: WorkingSet,
  xml: Element,
  first: Resource,
  firstTask: string,
  then: Resource,
  thenTask: string,
  flags: number,
  minimum: number,
): void {
  const gate = pseudoAction(ws, `clone-one-or-more:${xml.attributes.id}`);
  gate.requiresAny = true;
  gate.requiredRunnable = minimum;
  for (const child of first.children) {
    addOrdering(
      ws,
      end(child, firstTask),
      { resource: null, action: gate },
      OrderKind.OneOrMore | OrderKind.ImpliesThenPrinted,
    );
  }
  addOrdering(ws, { resource: null, action: gate }, end(then, thenTask), flags | OrderKind.RunnableLeft);
}

function membersOf(ws: WorkingSet, set: Element): Resource[] {
  const members: Resource[] = [];
  for (const reference of set.children) {
    if (reference.name === 'resource_ref') members.push(...(expandReference(ws, reference.attributes.id) ?? []));
  }
  return members;
}

const isSequential = (set: Element): boolean => parseBoolean(set.attributes.sequential) ?? true;
const taskOf = (set: Element): string => set.attributes.action ?? 'start';

function unpackSets(ws: WorkingSet, sets: readonly Element[], kind: Kind, symmetrical: boolean): void {
  let last: Element | null = null;
  const symmetry: Symmetry = symmetrical ? 'symmetric' : 'asymmetric';
  for (const set of sets) {
    orderWithin(ws, set, kind, symmetry);
    if (last) {
      // A set's require-all=false: any of it suffices for the next.
      orderBetween(ws, last, set, kind, symmetry);
      if (symmetrical) orderBetween(ws, set, last, kind, 'inverse');
    }
    last = set;
  }
}

function orderWithin(ws: WorkingSet, set: Element, parentKind: Kind, symmetry: Symmetry): void {
  const sequential = isSequential(set);
  const kind = kindOf(
    ws,
    set.attributes.kind === undefined ? { ...set, attributes: { ...set.attributes, score: '' } } : set,
    parentKind,
  );
  const members = membersOf(ws, set);
  if (members.length === 0 || (members.length === 1 && sequential)) return;
  const task = taskOf(set);
  const flags = flagsFor(kind, symmetry, task);
  let last: Resource | null = null;
  members.forEach((member, index) => {
    if (kind === 'serialize') {
      // Each with all that follow.
      for (const other of members.slice(index + 1)) addOrdering(ws, end(member, task), end(other, task), flags);
    } else if (sequential) {
      if (last) addOrdering(ws, end(last, task), end(member, task), flags);
      last = member;
    }
  });
  if (symmetry === 'asymmetric' || !sequential || kind === 'serialize') return;
  const inverse = INVERSE[task];
  if (!inverse) return;
  const inverseFlags = flagsFor(kind, 'inverse', inverse);
  let previous: Resource | null = null;
  for (const member of members) {
    if (previous) addOrdering(ws, end(member, inverse), end(previous, inverse), inverseFlags);
    previous = member;
  }
}

function orderBetween(ws: WorkingSet, firstSet: Element, thenSet: Element, kind: Kind, symmetry: Symmetry): void {
  let firstTask = taskOf(firstSet);
  let thenTask = taskOf(thenSet);
  const requireAll = parseBoolean(firstSet.attributes['require-all']) ?? true;
  if (symmetry === 'inverse') {
    firstTask = INVERSE[firstTask] ?? firstTask;
    thenTask = INVERSE[thenTask] ?? thenTask;
  }
  const flags = flagsFor(kind, symmetry, firstTask);
  const firsts = membersOf(ws, firstSet);
  const thens = membersOf(ws, thenSet);
  if (!requireAll && symmetry !== 'inverse') {
    const gate = pseudoAction(ws, `one-or-more:${firstSet.attributes.id}`);
    gate.requiresAny = true;
    for (const first of firsts) {
      addOrdering(
        ws,
        end(first, firstTask),
        { resource: null, action: gate },
        OrderKind.OneOrMore | OrderKind.ImpliesThenPrinted,
      );
    }
    for (const then of thens)
      addOrdering(ws, { resource: null, action: gate }, end(then, thenTask), flags | OrderKind.RunnableLeft);
    return;
  }
  const pick = (set: Element, members: Resource[], which: 'first' | 'last'): Resource[] => {
    if (!isSequential(set)) return members;
    const member = which === 'first' ? members[0] : members[members.length - 1];
    return member ? [member] : [];
  };
  const reversed = symmetry === 'inverse';
  const from = pick(firstSet, firsts, reversed ? 'first' : 'last');
  const to = pick(thenSet, thens, reversed ? 'last' : 'first');
  for (const first of from) for (const then of to) addOrdering(ws, end(first, firstTask), end(then, thenTask), flags);
}
