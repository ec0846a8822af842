import { hashOrder } from '../hash-order';
import { mayAffectPlace } from './colocation-effect';
import { canRunResources, type Node } from './node';
import type { Resource } from './resource';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** What is left of a node's capacity, changed as resources are assigned. */
export function consume(node: Node, resource: Resource): void {
  changeCapacity(node, resource, -1);
}

export function releaseCapacity(node: Node, resource: Resource): void {
  changeCapacity(node, resource, 1);
}

function changeCapacity(node: Node, resource: Resource, sign: number): void {
  if (!resource.utilization || !node.utilization) return;
  for (const [name, amount] of resource.utilization) {
    const left = node.utilization.get(name);
    if (left !== undefined) node.utilization.set(name, left + sign * amount);
  }
}

/** The node with more free capacity first: by how many attributes it is ahead. */
export function compareCapacity(a: Node, b: Node): number {
  let result = 0;
  const x = a.utilization;
  const y = b.utilization;
  for (const [name, amount] of x ?? []) {
    const other = y?.get(name) ?? 0;
    if (amount > other) result--;
    else if (amount < other) result++;
  }
  for (const [name, amount] of y ?? []) {
    if (x?.has(name)) continue;
    if (amount > 0) result++;
    else if (amount < 0) result--;
  }
  return result;
}

function fits(node: Node, need: ReadonlyMap<string, number>): boolean {
  for (const [name, amount] of need) if ((node.utilization?.get(name) ?? 0) < amount) return false;
  return true;
}

/** All that must be where a resource is, itself included, most recently found first. */
export function colocatedWith(resource: Resource, origin = resource, found: readonly Resource[] = []): Resource[] {
  if (resource.variant === 'group') return colocatedWithGroup(resource, origin, found);
  return followColocations(resource, origin, found);
}

/** The members come before the group itself, which is then followed as a whole. */
function colocatedWithGroup(group: Resource, origin: Resource, found: readonly Resource[]): Resource[] {
  // Members of a clone's group are on one node in any case.
  const together = group.groupColocated || group.parent?.isClone;
  let list = [...found];
  for (const child of together ? group.children : group.children.slice(0, 1)) list = colocatedWith(child, origin, list);
  return followColocations(group, origin, list);
}

function followColocations(resource: Resource, origin: Resource, found: readonly Resource[]): Resource[] {
  if (found.includes(resource)) return [...found];
  let list = [resource, ...found];
  for (const colocation of resource.thisWith) {
    if (colocation.primary === origin || colocation.score < INFINITY) continue;
    if (mayAffectPlace(resource, colocation.primary, colocation))
      list = colocatedWith(colocation.primary, origin, list);
  }
  for (const colocation of resource.withThis) {
    const { dependent } = colocation;
    if (dependent === origin || colocation.score < INFINITY) continue;
    // Which instance of the clone it will be with isn't known.
    if (isCollective(resource) && !isCollective(dependent)) continue;
    if (mayAffectPlace(dependent, resource, colocation)) list = colocatedWith(dependent, origin, list);
  }
  return list;
}

const isCollective = (resource: Resource): boolean => resource.variant === 'clone' || resource.variant === 'bundle';

/** What those that aren't assigned yet need together. */
function needOf(resources: readonly Resource[]): Map<string, number> {
  const need = new Map<string, number>();
  for (const resource of resources) addNeed(resource, resources, need);
  return need;
}

function addNeed(resource: Resource, all: readonly Resource[], need: Map<string, number>): void {
  if (!resource.provisional) return;
  if (resource.variant === 'primitive') {
    for (const [name, amount] of resource.utilization ?? []) need.set(name, (need.get(name) ?? 0) + amount);
  } else if (resource.variant === 'group') {
    const together = resource.groupColocated || resource.parent?.isClone;
    for (const child of together ? resource.children : resource.children.slice(0, 1))
      if (!all.includes(child)) addNeed(child, all, need);
  } else if (resource.bundle) {
    // One container stands for all, even if it is counted already.
    const first = resource.bundle.replicas[0]?.container;
    if (first) addNeed(first, all, need);
  } else {
    // One instance stands for all, unless some is counted already.
    const counted = resource.children.some(
      (child) => all.includes(child) || child.children.some((member) => all.includes(member)),
    );
    const first = resource.children[0];
    if (!counted && first) addNeed(first, all, need);
  }
}

/**
 * Takes nodes out that haven't the capacity: for all that goes together if some node has it, else for the resource alone.
 * When no node has room for all, gives the one with the most capacity, which is then preferred; of equals the first in the
 * order of Pacemaker's table of nodes, which is by id.
 */
export function banInsufficient(ws: WorkingSet, resource: Resource): Node | null {
  if (ws.options.placement === 'default') return null;
  const together = needOf(colocatedWith(resource));
  const candidates = resource.allowed.filter((candidate) => candidate !== undefined);
  const usable = candidates.filter(({ node, score }) => score >= 0 && canRunResources(node));
  const enough = usable.some(({ node }) => fits(node, together));
  const need = enough ? together : (resource.utilization ?? new Map<string, number>());
  for (const candidate of usable) if (!fits(candidate.node, need)) candidate.score = -INFINITY;
  if (enough) return null;
  let most: Node | null = null;
  for (const { node } of hashOrder(usable, ({ node }) => node.id))
    if (!most || compareCapacity(node, most) < 0) most = node;
  return most;
}

/** ` cpu=2 memory=512`, empty where there is nothing. */
export function amountsText(amounts: ReadonlyMap<string, number> | null): string {
  const named = hashOrder([...(amounts ?? [])], ([name]) => name);
  return named.map(([name, amount]) => ` ${name}=${amount}`).join('');
}

/** Capacity lines of `crm_simulate -U`. */
export function recordCapacity(ws: WorkingSet, title: 'Original' | 'Remaining'): void {
  if (!ws.showUtilization) return;
  for (const node of ws.sortedNodes)
    ws.scoreLines.push(`${title}: ${node.name} capacity:${amountsText(node.utilization)}`);
}
