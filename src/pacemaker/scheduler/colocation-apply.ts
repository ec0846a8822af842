import { effectOf } from './colocation-effect';
import type { Colocation } from './constraint';
import { finalAssign } from './final-assign';
import { Candidate, type Candidates, canRunResources, copyCandidates, type Node } from './node';
import { compareNodes } from './node-order';
import type { Resource } from './resource';
import { Role } from './role';
import { addScores, INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** What two nodes must have in common for a colocation: their name, or the attribute it names. */
function attributeOf(node: Node, name: string | null): string | undefined {
  return node.attributes.get(name ?? '#uname');
}

export function canRunAny(table: Candidates): boolean {
  return table.some((candidate) => candidate !== undefined && candidate.score >= 0 && canRunResources(candidate.node));
}

/** Where an assigned resource will be; of a group, the one node that all its assigned members have. */
export function assignedNode(resource: Resource): Node | null {
  return onlyOne(assignedNodes(resource));
}

export function assignedNodes(resource: Resource): Node[] {
  if (resource.children.length === 0) return resource.assignedTo ? [resource.assignedTo] : [];
  return [...new Set(resource.children.flatMap(assignedNodes))];
}

/** A resource that is in several places is nowhere in particular. */
function onlyOne(nodes: readonly Node[]): Node | null {
  return nodes.length === 1 ? (nodes[0] ?? null) : null;
}

/** Role that an instance will have: the highest of what it holds. */
export function nextRoleOf(resource: Resource): Role {
  if (resource.children.length === 0) return resource.nextRole;
  let role: Role = Role.Unknown;
  for (const child of resource.children) {
    const other = nextRoleOf(child);
    if (other > role) role = other;
  }
  return role;
}

/** Applies a colocation's score to the dependent's table (or priority), now that the primary is assigned. */
export function applyColocation(ws: WorkingSet, dependent: Resource, primary: Resource, colocation: Colocation): void {
  if (dependent.variant === 'group') {
    const first = dependent.children[0];
    if (dependent.groupColocated) {
      if (first) applyColocation(ws, first, primary, colocation);
    } else {
      for (const child of dependent.children) applyColocation(ws, child, primary, colocation);
    }
    return;
  }
  switch (primary.variant) {
    case 'primitive':
      applyToPrimitive(dependent, primary, colocation);
      break;
    case 'group':
      applyToGroup(ws, dependent, primary, colocation);
      break;
    case 'clone':
      applyToClone(ws, dependent, primary, colocation);
      break;
    case 'bundle':
      applyToBundle(ws, dependent, primary, colocation);
      break;
  }
}

function applyToPrimitive(dependent: Resource, primary: Resource, colocation: Colocation): void {
  switch (effectOf(dependent, primary, colocation)) {
    case 'nothing':
      break;
    case 'role':
      applyToPriority(dependent, primary, colocation);
      break;
    case 'location':
      applyToScores(dependent, primary, colocation);
      break;
  }
}

function applyToPriority(dependent: Resource, primary: Resource, colocation: Colocation): void {
  const at = primary.assignedTo;
  const here = dependent.assignedTo;
  if (!at || !here) return;
  if (attributeOf(here, colocation.nodeAttribute) !== attributeOf(at, colocation.nodeAttribute)) {
    if (colocation.score >= INFINITY && colocation.dependentRole === Role.Promoted)
      dependent.promotionPriority = -INFINITY;
    return;
  }
  let factor = 1;
  if (colocation.primaryRole !== Role.Unknown && colocation.primaryRole !== primary.nextRole) factor = -1;
  if (colocation.dependentRole === Role.Unpromoted) factor *= -1;
  dependent.promotionPriority = addScores(factor * colocation.score, dependent.promotionPriority);
}

/**
 * With an assigned primary its node gains the score, and for INFINITY all others are out. Without one, a positive score is
 * taken from every node; to keep apart from what doesn't run is no limit.
 */
function applyToScores(dependent: Resource, primary: Resource, colocation: Colocation): void {
  const at = primary.assignedTo;
  const { score } = colocation;
  if (!at && score < 0) return;
  const value = at ? attributeOf(at, colocation.nodeAttribute) : undefined;
  const work = copyCandidates(dependent.allowed);
  for (const candidate of work) {
    if (!candidate) continue;
    if (!at) candidate.add(-score);
    else if (attributeOf(candidate.node, colocation.nodeAttribute) === value) {
      if (score < INFINITY) candidate.add(score);
    } else if (score >= INFINITY) {
      candidate.add(-score);
    }
  }
  // An optional colocation doesn't leave the dependent without a node.
  if (score <= -INFINITY || score >= INFINITY || canRunAny(work)) dependent.allowed = work;
}

/** With a whole group: mandatory colocations look at the last member (all must be up), others at the first. */
function applyToGroup(ws: WorkingSet, dependent: Resource, group: Resource, colocation: Colocation): void {
  if (group.provisional) return;
  if (group.groupColocated) {
    const member = colocation.score >= INFINITY ? group.children[group.children.length - 1] : group.children[0];
    if (member) applyColocation(ws, dependent, member, colocation);
    return;
  }
  for (const child of group.children) applyColocation(ws, dependent, child, colocation);
}

/** Takes out (or only leaves in) candidates by a list of nodes. */
export function restrictTo(resource: Resource, nodes: readonly Node[], scores?: readonly number[]): void {
  for (const candidate of resource.allowed) {
    if (!candidate) continue;
    const index = nodes.indexOf(candidate.node);
    if (index < 0) candidate.score = -INFINITY;
    else if (scores) candidate.add(scores[index] ?? 0);
  }
  for (const node of nodes) {
    if (!resource.allowed[node.index]) resource.allowed[node.index] = new Candidate(node, -INFINITY);
  }
}

function isBlocked(resource: Resource): boolean {
  return resource.blocked || resource.children.some(isBlocked);
}

function applyToClone(ws: WorkingSet, dependent: Resource, clone: Resource, colocation: Colocation): void {
  if (clone.provisional) return;
  if (clone.promotable && colocation.primaryRole !== Role.Unknown) {
    applyToPromotable(ws, dependent, clone, colocation);
    return;
  }
  const interleaved =
    colocation.dependent.variant === 'clone' &&
    colocation.dependent.clone?.interleave === true &&
    colocation.dependent.clone.nodeMax === clone.clone?.nodeMax;
  if (interleaved) {
    const instance = compatibleInstance(ws, dependent, clone, Role.Unknown, false);
    if (instance) applyColocation(ws, dependent, instance, colocation);
    else if (colocation.score >= INFINITY) finalAssign(ws, dependent, null, true);
    return;
  }
  if (colocation.score >= INFINITY) {
    const nodes: Node[] = [];
    for (const child of clone.children) {
      const node = assignedNode(child);
      if (node && !isBlocked(child)) nodes.push(node);
    }
    restrictTo(dependent, nodes);
    return;
  }
  for (const child of clone.children) applyColocation(ws, dependent, child, colocation);
}

function applyToPromotable(ws: WorkingSet, dependent: Resource, clone: Resource, colocation: Colocation): void {
  if (dependent.provisional) {
    const affected: Node[] = [];
    const scores: number[] = [];
    for (const child of clone.children) {
      const node = assignedNode(child);
      if (!node || nextRoleOf(child) !== colocation.primaryRole) continue;
      addWhereMatching(dependent, node, colocation);
      affected.push(node);
      scores.push((child.children[0] ?? child).assignedScore);
    }
    // Promoted with promoted: the unpromoted instances may be anywhere.
    if (
      colocation.score >= INFINITY &&
      !(colocation.dependentRole === Role.Promoted && colocation.primaryRole === Role.Promoted)
    ) {
      restrictTo(dependent, affected, scores);
    }
    return;
  }
  if (colocation.dependentRole !== Role.Promoted) return;
  const instance = compatibleInstance(ws, dependent, clone, colocation.primaryRole, false);
  if (instance) dependent.promotionPriority = addScores(dependent.promotionPriority, colocation.score);
  else if (colocation.score >= INFINITY) dependent.promotionPriority = -INFINITY;
}

function addWhereMatching(dependent: Resource, node: Node, colocation: Colocation): void {
  if (colocation.score >= INFINITY) return;
  const value = attributeOf(node, colocation.nodeAttribute);
  for (const candidate of dependent.allowed) {
    if (candidate && attributeOf(candidate.node, colocation.nodeAttribute) === value) candidate.add(colocation.score);
  }
}

/** The instance that is (or, `current`, was) where this one is to be, in that role. */
export function compatibleInstance(
  ws: WorkingSet,
  resource: Resource,
  clone: Resource,
  role: Role,
  current: boolean,
): Resource | null {
  const node = current ? currentNodeOf(resource) : assignedNode(resource);
  if (node) return instanceOn(node, clone, role, current);
  // Not assigned yet: the best of its candidates that has an instance.
  const candidates = resource.allowed.filter((candidate) => candidate !== undefined);
  candidates.sort((a, b) => compareNodes(ws, a, b, null));
  for (const candidate of candidates) {
    const found = instanceOn(candidate.node, clone, role, current);
    if (found) return found;
  }
  return null;
}

function instanceOn(node: Node, clone: Resource, role: Role, current: boolean): Resource | null {
  for (const child of instancesOf(clone)) {
    if (isBlocked(child)) continue;
    if ((current ? currentNodeOf(child) : assignedNode(child)) !== node) continue;
    const actual = current ? currentRoleOf(child) : nextRoleOf(child);
    if (role === Role.Unknown || role === actual) return child;
  }
  return null;
}

export function instancesOf(clone: Resource): readonly Resource[] {
  return clone.variant === 'bundle'
    ? (clone.bundle?.replicas.map((replica) => replica.container) ?? [])
    : clone.children;
}

/** Where a resource is active (or is just being started). */
export function currentNodeOf(resource: Resource): Node | null {
  return onlyOne(currentNodes(resource));
}

function currentNodes(resource: Resource): Node[] {
  if (resource.children.length > 0) return [...new Set(resource.children.flatMap(currentNodes))];
  const { running, pendingNode } = resource;
  return pendingNode && !running.includes(pendingNode) ? [...running, pendingNode] : running;
}

export function currentRoleOf(resource: Resource): Role {
  if (resource.children.length === 0) return resource.role;
  let role: Role = Role.Unknown;
  for (const child of resource.children) {
    const other = currentRoleOf(child);
    if (other > role) role = other;
  }
  return role;
}

function applyToBundle(ws: WorkingSet, dependent: Resource, bundle: Resource, colocation: Colocation): void {
  if (bundle.provisional) return;
  if (colocation.dependent.variant === 'bundle' || colocation.dependent.variant === 'clone') {
    // A collective finds its partner replica when it is assigned.
    const container = compatibleInstance(ws, dependent, bundle, Role.Unknown, false);
    if (container) applyToPrimitive(dependent, container, colocation);
    else if (colocation.score >= INFINITY) finalAssign(ws, dependent, null, true);
    return;
  }
  const nodes: Node[] = [];
  for (const replica of bundle.bundle?.replicas ?? []) {
    if (colocation.score < INFINITY) {
      applyToPrimitive(dependent, replica.container, colocation);
      continue;
    }
    const node = replica.container.assignedTo;
    if (!node || replica.container.blocked) continue;
    if (colocation.primaryRole >= Role.Promoted && replica.child === null) continue;
    if (colocation.primaryRole >= Role.Promoted && replica.child && replica.child.nextRole < Role.Promoted) continue;
    nodes.push(node);
  }
  if (colocation.score >= INFINITY) restrictTo(dependent, nodes);
}

/**
 * Whether the dependent's preferences bear on the primary: where the colocation says so, or as long as the primary isn't
 * active. A bundle's connection never moves the active container it belongs to: that would interrupt the service.
 */
export function hasInfluence(colocation: Colocation, primary: Resource = colocation.primary): boolean {
  if (
    colocation.dependent.isRemoteNode &&
    colocation.dependent.isBundled &&
    colocation.dependent.container === primary &&
    !primary.failed &&
    primary.running.length === 1
  ) {
    return false;
  }
  return colocation.influence || primary.running.length === 0;
}

const FILTERED = -100 * INFINITY;

export interface MergeOptions {
  /** Drop the result where no node would be left. */
  rollback?: boolean;
  /** Never let a positive score become negative. */
  positive?: boolean;
  /** Follow the primaries of the resource instead of its dependents. */
  forward?: boolean;
}

/**
 * Adds to `table` what a resource that is colocated (and all that are colocated with it) would like, scaled by `factor`:
 * so the first to be assigned chooses a node that suits the others. Without a table, the resource's own is the beginning.
 */
export function mergePreferences(
  resource: Resource,
  table: Candidates | null,
  attribute: string | null,
  factor: number,
  options: MergeOptions,
): Candidates {
  if (resource.merging) return table ?? [];
  resource.merging = true;
  const merged = mergeOwn(resource, table, attribute, factor, options);
  resource.merging = false;
  return merged;
}

function mergeOwn(
  resource: Resource,
  table: Candidates | null,
  attribute: string | null,
  factor: number,
  options: MergeOptions,
): Candidates {
  if (resource.variant === 'group' && table) {
    // The first member leads to all others by the group's own colocations.
    const first = resource.children[0];
    return first ? mergePreferences(first, table, attribute, factor, options) : table;
  }
  const last = resource.variant === 'group' ? resource.children[resource.children.length - 1] : undefined;
  let work: Candidates;
  if (last) work = mergePreferences(last, null, attribute, factor, options);
  else work = copyCandidates(table ?? resource.allowed);
  if (table) addMatching(work, resource, attribute, factor, options.positive ?? false);
  if (canRunAny(work)) {
    for (const colocation of options.forward ? resource.thisWith : resource.withThis) {
      if (!options.forward && !hasInfluence(colocation)) continue;
      const other = options.forward ? colocation.primary : colocation.dependent;
      const share = (Math.sign(factor) * colocation.score) / INFINITY;
      work = mergePreferences(other, work, colocation.nodeAttribute, share, { ...options, rollback: true });
    }
  } else if (options.rollback && table) return table;
  if (options.positive) {
    for (const candidate of work) if (candidate && candidate.score === FILTERED) candidate.score = 1;
  }
  return work;
}

function addMatching(
  table: Candidates,
  resource: Resource,
  attribute: string | null,
  factor: number,
  positive: boolean,
): void {
  for (const candidate of table) {
    if (!candidate) continue;
    const score = bestScore(resource, attribute, candidate.node);
    // Avoiding what the other avoids would only shuffle things.
    if (factor < 0 && score < 0) continue;
    if (candidate.score === FILTERED) continue;
    const scaled = factor * score;
    let delta = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    // A wish, however small, counts for something.
    if (delta === 0 && score !== 0) delta = factor > 0 ? 1 : factor < 0 ? -1 : 0;
    const sum = addScores(delta, candidate.score);
    if (positive && sum < 0 && candidate.score > 0) candidate.score = FILTERED;
    else if (positive && sum < 0 && candidate.score === 0) continue;
    else candidate.score = sum;
  }
}

/** The highest score of a resource among available nodes that share the attribute's value with `node`. */
function bestScore(resource: Resource, attribute: string | null, node: Node): number {
  if (attribute === null || attribute === '#uname') {
    const own = resource.allowed[node.index];
    return own && canRunResources(node) ? own.score : -INFINITY;
  }
  const value = node.attributes.get(attribute);
  let best = -INFINITY;
  for (const candidate of resource.allowed) {
    if (!candidate || candidate.score <= best || !canRunResources(candidate.node)) continue;
    if (candidate.node.attributes.get(attribute) === value) best = candidate.score;
  }
  return best;
}
