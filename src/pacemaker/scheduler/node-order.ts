import { type Candidate, canRunResources, type Node } from './node';
import { INFINITY } from './score';
import { compareCapacity } from './utilization';
import type { WorkingSet } from './working-set';

/** The better node first: score, then (by placement strategy) free capacity, then fewer resources, then where it runs. */
export function compareNodes(ws: WorkingSet, a: Candidate, b: Candidate, active: Node | null): number {
  const x = canRunResources(a.node) ? a.score : -INFINITY;
  const y = canRunResources(b.node) ? b.score : -INFINITY;
  if (x !== y) return y - x;
  const { placement } = ws.options;
  if (placement === 'balanced') {
    const difference = compareCapacity(a.node, b.node);
    if (difference !== 0) return difference;
  }
  if (placement !== 'minimal') {
    if (a.node.assignedCount !== b.node.assignedCount) return a.node.assignedCount - b.node.assignedCount;
    if (a.node === active) return -1;
    if (b.node === active) return 1;
  }
  return a.node.name < b.node.name ? -1 : a.node.name > b.node.name ? 1 : 0;
}

/**
 * Sorted as Pacemaker sorts: merging halves. Free capacity orders nodes in circles (the one has more of this, the other of
 * that), where the way of sorting decides which comes first.
 */
export function mergeSorted<T>(list: readonly T[], compare: (a: T, b: T) => number): T[] {
  if (list.length < 2) return [...list];
  const middle = Math.floor(list.length / 2);
  const left = mergeSorted(list.slice(0, middle), compare);
  const right = mergeSorted(list.slice(middle), compare);
  const merged: T[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const a = left[i];
    const b = right[j];
    if (a !== undefined && (b === undefined || compare(a, b) <= 0)) {
      merged.push(a);
      i++;
    } else if (b !== undefined) {
      merged.push(b);
      j++;
    }
  }
  return merged;
}
