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
