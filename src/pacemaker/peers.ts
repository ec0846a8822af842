import { localMembership } from '../corosync/membership';
import type { Machine } from '../world/machine';
import type { ControllerStateName, PacemakerState } from '../world/pacemaker';
import type { World } from '../world/world';

/** A machine on which pacemaker runs. */
export type PacemakerMachine = Machine & { pacemaker: PacemakerState };

export function hasPacemaker(machine: Machine | undefined): machine is PacemakerMachine {
  return machine !== undefined && machine.pacemaker !== null;
}

/** States in which a controller is the designated one. */
const DC_STATES: readonly ControllerStateName[] = [
  'S_INTEGRATION',
  'S_FINALIZE_JOIN',
  'S_POLICY_ENGINE',
  'S_TRANSITION_ENGINE',
  'S_IDLE',
];

export function isDc(machine: PacemakerMachine): boolean {
  return DC_STATES.includes(machine.pacemaker.controller.state);
}

/** Whether one machine's corosync has the other in its membership. */
function knows(world: World, machineName: string, other: string): boolean {
  return localMembership(world, machineName)?.members.some((member) => member.machine === other) === true;
}

/**
 * The members of a machine's partition whose CIB managers run, itself included, ascending by node id: those that have
 * each other in their memberships. (Rings needn't be the same: nodes hear of a new one some ms apart.)
 */
export function partition(world: World, machineName: string): PacemakerMachine[] {
  const own = localMembership(world, machineName);
  const self = world.machines[machineName];
  if (!own) return hasPacemaker(self) && self.pacemaker.cib ? [self] : [];
  const found: PacemakerMachine[] = [];
  for (const member of own.members) {
    const machine = world.machines[member.machine];
    if (!hasPacemaker(machine) || machine.pacemaker.cib === null) continue;
    if (machine.name !== machineName && !knows(world, machine.name, machineName)) continue;
    found.push(machine);
  }
  return found;
}

/** The peers of a partition whose controllers take part in elections and joins. */
export function controllers(world: World, machineName: string): PacemakerMachine[] {
  return partition(world, machineName).filter((machine) => {
    const { controller } = machine.pacemaker;
    return controller.state !== 'S_STARTING' && controller.state !== 'S_STOPPING' && controller.state !== 'S_TERMINATE';
  });
}

/** The designated controller of a machine's partition, if it has one. */
export function partitionDc(world: World, machineName: string): PacemakerMachine | undefined {
  return controllers(world, machineName).find(isDc);
}

/** The machine on which the node of that name runs, within a machine's partition. */
export function peerNamed(world: World, machineName: string, nodeName: string): PacemakerMachine | undefined {
  return partition(world, machineName).find((machine) => machine.pacemaker.nodeName === nodeName);
}
