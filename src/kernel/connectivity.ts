import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { schedule } from './events';
import type { Reaction } from './kernel';

declare module './events' {
  interface EventMap {
    /** Something that decides who reaches whom became another one: power, NICs, addresses, firewalls, cuts. */
    'connectivity.changed': Record<string, never>;
  }
}

/** Has everybody who depends on the network look at it again, still at the present time. */
function connectivityChanged(world: World): void {
  schedule(world, 0, 'connectivity.changed', {}, { key: 'connectivity.changed' });
}

/**
 * Notices by reference whatever decides who reaches whom, so that no code that changes the network has to say so. Give
 * it to the kernel.
 */
export const connectivityReaction: Reaction = {
  concerns(before, after) {
    if (before === after) return false;
    if (before.faults !== after.faults || before.networks !== after.networks) return true;
    if (before.machines === after.machines) return false;
    for (const name in after.machines) {
      const now = after.machines[name];
      const then = before.machines[name];
      if (now !== then && differs(then, now)) return true;
    }
    return false;
  },
  react: connectivityChanged,
};

function differs(then: Machine | undefined, now: Machine | undefined): boolean {
  if (then?.network !== now?.network || then?.power !== now?.power || then?.boot !== now?.boot) return true;
  // A daemon stopped by a signal answers nobody.
  const pid = now?.corosync?.pid;
  return pid !== undefined && then?.processes[pid]?.state !== now?.processes[pid]?.state;
}
