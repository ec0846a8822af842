import type { WorkingSet } from './working-set';

export function orderRemoteActions(_ws: WorkingSet): void {}
