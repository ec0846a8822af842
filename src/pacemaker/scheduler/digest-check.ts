import type { Element } from '../../world/xml';
import { compareDigests } from './digest';
import type { Node } from './node';
import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** Whether the parameters with which a history entry was made differ from the present ones, or can't be told. */
export function digestChanged(ws: WorkingSet, resource: Resource, node: Node, entry: Element): boolean {
  const verdict = compareDigests(ws, resource, node, entry, false);
  return verdict !== 'match' && verdict !== 'unknown';
}
