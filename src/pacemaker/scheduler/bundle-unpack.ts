import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** Makes the implicit resources of a bundle: see bundle-data.ts. False: the bundle is malformed. */
export function unpackBundle(_ws: WorkingSet, _bundle: Resource): boolean {
  return false;
}
