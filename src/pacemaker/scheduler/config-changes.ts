import type { WorkingSet } from './working-set';

/** Operations whose configuration changed since they were run: see digest.ts. */
export function checkConfigurationChanges(_ws: WorkingSet): void {}
