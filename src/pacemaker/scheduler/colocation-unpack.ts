import type { Element } from '../../world/xml';
import type { Colocation } from './constraint';
import { isTrue, parseBoolean } from './interval';
import { OrderKind } from './order-kind';
import { orderTasks } from './ordering-new';
import { expandReference } from './reference';
import { type Resource, VARIANT_RANK } from './resource';
import { parseRole, Role } from './role';
import { INFINITY, parseScore } from './score';
import type { WorkingSet } from './working-set';

/** Notes a colocation with both its resources; a score of 0 means nothing. */
export function addColocation(ws: WorkingSet, colocation: Colocation): void {
  if (colocation.score === 0) return;
  ws.colocations.push(colocation);
  insertSorted(colocation.dependent.thisWith, colocation, comparePrimaries);
  insertSorted(colocation.primary.withThis, colocation, compareDependents);
  if (colocation.score <= -INFINITY) {
    orderApart(ws, colocation.dependent, colocation.dependentRole, colocation.primary, colocation.primaryRole);
    orderApart(ws, colocation.primary, colocation.primaryRole, colocation.dependent, colocation.dependentRole);
  }
}

/** Two that never may be together: on a node, one must be gone before the other comes. */
function orderApart(ws: WorkingSet, first: Resource, firstRole: Role, then: Resource, thenRole: Role): void {
  const leaving =
    firstRole === Role.Promoted ? ['demote'] : firstRole === Role.Unpromoted ? ['stop', 'promote'] : ['stop'];
  const coming =
    thenRole === Role.Promoted ? ['promote'] : thenRole === Role.Unpromoted ? ['start', 'demote'] : ['start'];
  for (const leave of leaving)
    for (const come of coming) orderTasks(ws, first, leave, then, come, OrderKind.AntiColocation);
}

export function insertSorted(
  list: Colocation[],
  colocation: Colocation,
  compare: (a: Colocation, b: Colocation) => number,
): void {
  let at = list.length;
  for (let i = 0; i < list.length; i++) {
    const other = list[i];
    if (other && compare(colocation, other) <= 0) {
      at = i;
      break;
    }
  }
  list.splice(at, 0, colocation);
}

/** Which of two primaries is looked at first: by priority, then clones before groups before primitives, then by name. */
export function comparePrimaries(a: Colocation, b: Colocation): number {
  return compareResources(a.primary, b.primary);
}

export function compareDependents(a: Colocation, b: Colocation): number {
  return compareResources(a.dependent, b.dependent);
}

function compareResources(a: Resource, b: Resource): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  const rank = VARIANT_RANK[b.variant] - VARIANT_RANK[a.variant];
  if (rank !== 0) return rank;
  if (a.variant === 'clone' && a.promotable !== b.promotable) return a.promotable ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

export function unpackColocation(ws: WorkingSet, xml: Element): void {
  const id = xml.attributes.id ?? '';
  const sets = xml.children
    .filter((child) => child.name === 'resource_set')
    .map((set) => (set.attributes['id-ref'] !== undefined ? (ws.element(set.attributes['id-ref']) ?? set) : set));
  const score = parseScore(xml.attributes.score);
  const influence = influenceOption(xml);
  if (sets.length === 0) {
    unpackSimple(ws, xml, id, score, influence);
    return;
  }
  let previous: Element | null = null;
  for (const set of sets) {
    colocateSet(ws, set, id, score, influence);
    if (previous) colocateSets(ws, previous, set, id, score, influence);
    previous = set;
  }
}

/** `influence` defaults to the dependent's meta attribute critical. */
function influenceOption(xml: Element): boolean | null {
  return parseBoolean(xml.attributes.influence);
}

function roleOf(text: string | undefined): Role {
  const role = parseRole(text);
  return role === Role.Started ? Role.Unknown : role;
}

function unpackSimple(ws: WorkingSet, xml: Element, id: string, score: number, influence: boolean | null): void {
  const dependents = expandReference(ws, xml.attributes.rsc);
  const primaries = expandReference(ws, xml.attributes['with-rsc']);
  if (!dependents || !primaries) return;
  for (const dependent of dependents) {
    for (const primary of primaries) {
      if (dependent === primary) continue;
      const symmetrical = isTrue(xml.attributes.symmetrical);
      const base: Colocation = {
        id,
        dependent,
        primary,
        dependentRole: roleOf(xml.attributes['rsc-role']),
        primaryRole: roleOf(xml.attributes['with-rsc-role']),
        nodeAttribute: xml.attributes['node-attribute'] ?? null,
        score,
        influence: influence ?? dependent.critical,
      };
      addColocation(ws, base);
      if (symmetrical) {
        addColocation(ws, {
          ...base,
          dependent: primary,
          primary: dependent,
          dependentRole: base.primaryRole,
          primaryRole: base.dependentRole,
        });
      }
    }
  }
}

function membersOf(ws: WorkingSet, set: Element): Resource[] {
  const members: Resource[] = [];
  for (const reference of set.children) {
    if (reference.name !== 'resource_ref') continue;
    members.push(...(expandReference(ws, reference.attributes.id) ?? []));
  }
  return members;
}

const isSequential = (set: Element): boolean => parseBoolean(set.attributes.sequential) ?? true;

/**
 * Within a sequential set each member goes with the one before it (ordering=listed: the one after it), or with a negative
 * score apart from all before it. Members of a set that isn't sequential have nothing to do with each other.
 */
function colocateSet(ws: WorkingSet, set: Element, id: string, given: number, influence: boolean | null): void {
  const score = set.attributes.score !== undefined ? parseScore(set.attributes.score) : given;
  if (score === 0) return;
  const role = roleOf(set.attributes.role);
  const members = membersOf(ws, set);
  const common = { id: set.attributes.id ?? id, dependentRole: role, primaryRole: role, nodeAttribute: null, score };
  if (!isSequential(set)) return;
  const colocate = (dependent: Resource, primary: Resource): void =>
    addColocation(ws, { ...common, dependent, primary, influence: influence ?? dependent.critical });
  const grouped = set.attributes.ordering === undefined || set.attributes.ordering === 'group';
  members.forEach((member, index) => {
    const previous = members[index - 1];
    if (score < 0) for (const other of members.slice(0, members.indexOf(member))) colocate(member, other);
    else if (previous && grouped) colocate(member, previous);
    else if (previous) colocate(previous, member);
  });
}

/** Between sets: the earlier set goes with the later one. */
function colocateSets(
  ws: WorkingSet,
  dependentSet: Element,
  primarySet: Element,
  id: string,
  score: number,
  influence: boolean | null,
): void {
  const dependents = membersOf(ws, dependentSet);
  const primaries = membersOf(ws, primarySet);
  const common = {
    id,
    dependentRole: roleOf(dependentSet.attributes.role),
    primaryRole: roleOf(primarySet.attributes.role),
    nodeAttribute: null,
    score,
  };
  const colocate = (dependent: Resource, primary: Resource): void =>
    addColocation(ws, { ...common, dependent, primary, influence: influence ?? dependent.critical });
  if (isSequential(dependentSet) && isSequential(primarySet)) {
    const first = dependents[0];
    const last = primaries[primaries.length - 1];
    if (first && last) colocate(first, last);
  } else if (isSequential(dependentSet)) {
    const first = dependents[0];
    if (first) for (const primary of primaries) colocate(first, primary);
  } else if (isSequential(primarySet)) {
    const last = primaries[primaries.length - 1];
    if (last) for (const dependent of dependents) colocate(dependent, last);
  } else {
    for (const dependent of dependents) for (const primary of primaries) colocate(dependent, primary);
  }
}
