import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

export function orderBundle(_ws: WorkingSet, _bundle: Resource): void {}
