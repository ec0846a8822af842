import { hasCarrier } from '../../../network/interfaces';
import type { Machine } from '../../../world/machine';
import type { ManagerState } from '../../../world/network';
import type { World } from '../../../world/world';
import { activate } from './activate';
import { profileFor } from './service';

/** Connects the devices that have nothing active, unless the user has ended it there. */
export function connectIfWanted(world: World, machine: Machine, manager: ManagerState): void {
  for (const nic of machine.network.nics) {
    if (machine.network.activeConnections[nic.name] !== undefined || manager.blocked.includes(nic.name)) continue;
    if (!nic.up || !hasCarrier(world, nic)) continue;
    const profile = profileFor(machine, nic);
    if (profile) activate(world, machine, manager, profile, nic);
  }
}
