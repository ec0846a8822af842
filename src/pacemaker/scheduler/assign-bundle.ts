import type { Node } from './node';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

export function assignBundle(_ws: WorkingSet, bundle: Resource, _prefer: Node | null): Node | null {
  bundle.provisional = false;
  return null;
}
