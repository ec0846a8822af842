import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

export function createBundleActions(_ws: WorkingSet, _bundle: Resource): void {}
