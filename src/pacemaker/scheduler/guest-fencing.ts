import type { Node } from './node';
import type { WorkingSet } from './working-set';

/** A guest is fenced by the recovery of its container. */
export function fenceGuest(_ws: WorkingSet, _node: Node): void {}
