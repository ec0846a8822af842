import type { CorosyncNode, CorosyncState } from '../world/corosync';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';

/** A node as tools call it: its name, else its first address. */
export function nodeLabel(node: CorosyncNode): string {
  return node.name ?? Object.values(node.addresses)[0] ?? String(node.nodeId);
}

/** Whether a machine's daemon takes part in anything: the machine has power and the process runs. */
export function isAlive(machine: Machine | undefined): machine is Machine & { corosync: CorosyncState } {
  if (!machine || machine.corosync === null || machine.corosync.phase === 'starting') return false;
  return machine.corosync.frozenSince === null && hasPower(machine);
}

function hasPower(machine: Machine): boolean {
  return machine.power === 'running' || machine.power === 'stopping' || machine.power === 'booting';
}

/** A machine together with its running daemon. */
export type CorosyncMachine = Machine & { corosync: CorosyncState };

/** All machines whose daemon takes part, ascending by node id, then by name. */
export function liveDaemons(world: World): CorosyncMachine[] {
  return Object.values(world.machines)
    .filter(isAlive)
    .sort((a, b) => a.corosync.nodeId - b.corosync.nodeId || (a.name < b.name ? -1 : 1));
}
