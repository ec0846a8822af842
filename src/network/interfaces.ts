import type { Machine } from '../world/machine';
import type { Network, Nic } from '../world/network';
import type { World } from '../world/world';
import { hashText, parseCidr } from './addresses';

/** The loopback interface: every machine has it, always up. It isn't in the world. */
export const LOOPBACK: Nic = {
  name: 'lo',
  mac: '00:00:00:00:00:00',
  network: null,
  plugged: true,
  up: true,
  mtu: 65536,
  addresses: [
    { address: '127.0.0.1', prefix: 8, origin: 'manual', label: null, secondary: false },
    { address: '::1', prefix: 128, origin: 'manual', label: null, secondary: false },
  ],
};

/** The hypervisor's own side of a virtual network, as an interface of the host. */
export function bridgeInterface(network: Network): Nic {
  const own = network.address === null ? null : parseCidr(network.address);
  const hash = hashText(network.bridge).toString(16).padStart(8, '0');
  return {
    name: network.bridge,
    mac: `52:54:00:${hash.slice(0, 2)}:${hash.slice(2, 4)}:${hash.slice(4, 6)}`,
    network: network.name,
    plugged: true,
    up: network.active,
    mtu: 1500,
    addresses: own ? [{ ...own, origin: 'manual', label: null, secondary: false }] : [],
  };
}

/**
 * The interfaces through which a machine's packets leave: its NICs, and on a hypervisor the bridges of its active
 * networks. Without the loopback.
 */
export function interfacesOf(world: World, machine: Machine): readonly Nic[] {
  if (machine.kind !== 'hypervisor') return machine.network.nics;
  const bridges = Object.values(world.networks)
    .filter((network) => network.active)
    .map(bridgeInterface);
  return [...machine.network.nics, ...bridges];
}

/** Interface of a machine by name, the loopback included. */
export function findInterface(world: World, machine: Machine, name: string): Nic | undefined {
  return name === 'lo' ? LOOPBACK : interfacesOf(world, machine).find((nic) => nic.name === name);
}

/** Whether the bridge that a NIC is plugged into is up, and the NIC's cable with it. */
export function hasCarrier(world: World, nic: Nic): boolean {
  if (!nic.plugged) return false;
  if (nic.network === null) return true;
  return world.networks[nic.network]?.active ?? false;
}

/** Whether an address belongs to a machine (an address of a NIC that is down doesn't vanish, but isn't answered). */
export function holdsAddress(world: World, machine: Machine, address: string): boolean {
  if (address.startsWith('127.') || address === '::1' || address === '0.0.0.0' || address === '::') return true;
  return interfacesOf(world, machine).some((nic) => nic.addresses.some((own) => own.address === address));
}
