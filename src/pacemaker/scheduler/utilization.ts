import type { Node } from './node';
import { primitivesOf, type Resource } from './resource';
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

/** What a resource and everything that must be with it and isn't assigned yet needs together. */
function combinedNeed(resource: Resource): { need: Map<string, number>; members: Resource[] } {
  const members: Resource[] = [];
  const collect = (each: Resource): void => {
    if (members.includes(each)) return;
    members.push(each);
    for (const colocation of each.thisWith) {
      if (colocation.score < INFINITY || !colocation.dependent) continue;
      if (colocation.primary.variant === 'clone' || colocation.primary.variant === 'bundle') continue;
      for (const member of primitivesOf(colocation.primary)) collect(member);
    }
    for (const colocation of each.withThis) {
      if (colocation.score < INFINITY) continue;
      if (colocation.dependent.variant === 'clone' || colocation.dependent.variant === 'bundle') continue;
      for (const member of primitivesOf(colocation.dependent)) collect(member);
    }
    const { parent } = each;
    if (parent?.variant === 'group' && parent.groupColocated) for (const member of parent.children) collect(member);
  };
  collect(resource);
  const need = new Map<string, number>();
  for (const member of members) {
    if (!member.provisional && member !== resource) continue;
    for (const [name, amount] of member.utilization ?? []) need.set(name, (need.get(name) ?? 0) + amount);
  }
  return { need, members };
}

/** Takes nodes out that haven't the capacity: for all that goes together if some node has it, else for the resource alone. */
export function banInsufficient(ws: WorkingSet, resource: Resource): Node | null {
  if (ws.options.placement === 'default') return null;
  const { need, members } = combinedNeed(resource);
  if (members.length > 1) {
    const fitting = resource.allowed.filter(
      (candidate) => candidate && candidate.score >= 0 && candidate.node.online && fits(candidate.node, need),
    );
    if (fitting.length > 0) {
      for (const candidate of resource.allowed)
        if (candidate && candidate.score >= 0 && !fits(candidate.node, need)) candidate.score = -INFINITY;
      return null;
    }
  }
  const own = resource.utilization;
  if (!own) return null;
  for (const candidate of resource.allowed) if (candidate && !fits(candidate.node, own)) candidate.score = -INFINITY;
  return null;
}

/** ` cpu=2 memory=512`, empty where there is nothing. */
export function amountsText(amounts: ReadonlyMap<string, number> | null): string {
  let text = '';
  for (const [name, amount] of amounts ?? []) text += ` ${name}=${amount}`;
  return text;
}

/** Capacity lines of `crm_simulate -U`. */
export function recordCapacity(ws: WorkingSet, title: 'Original' | 'Remaining'): void {
  if (!ws.showUtilization) return;
  for (const node of ws.sortedNodes)
    ws.scoreLines.push(`${title}: ${node.name} capacity:${amountsText(node.utilization)}`);
}
