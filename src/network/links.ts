import { record } from '../kernel/history';
import type { Machine } from '../world/machine';
import type { InterfaceAddress, Nic } from '../world/network';
import type { World } from '../world/world';
import { broadcastOf, inPrefix, linkLocalOf } from './addresses';
import { hasCarrier } from './interfaces';

function nicOf(machine: Machine, name: string): Nic {
  const nic = machine.network.nics.find((candidate) => candidate.name === name);
  if (!nic) throw new RangeError(`machine ${machine.name} has no NIC ${name}`);
  return nic;
}

function machineOf(world: World, name: string): Machine {
  const machine = world.machines[name];
  if (!machine) throw new RangeError(`there is no machine ${name}`);
  return machine;
}

/** Plugs a NIC's cable in or pulls it (the hypervisor's side). The guest keeps its addresses. */
export function setCable(world: World, machineName: string, nicName: string, plugged: boolean): void {
  const machine = machineOf(world, machineName);
  const nic = nicOf(machine, nicName);
  if (nic.plugged === plugged) return;
  nic.plugged = plugged;
  const kind = plugged ? 'link.plugged' : 'link.unplugged';
  record(world, kind, machineName, { nic: nicName, network: nic.network ?? '' });
  if (plugged) announce(world, nic);
}

/** `ip link set NIC up|down`. Down takes the IPv6 addresses and the routes of the device away, as the kernel does. */
export function setLink(world: World, machineName: string, nicName: string, up: boolean): void {
  const machine = machineOf(world, machineName);
  const nic = nicOf(machine, nicName);
  if (nic.up === up) return;
  nic.up = up;
  if (!up) {
    nic.addresses = nic.addresses.filter((own) => !own.address.includes(':'));
    dropRoutes(machine, nicName);
  }
  record(world, up ? 'link.up' : 'link.down', machineName, { nic: nicName });
  if (!up) return;
  // The kernel makes a link-local address itself where NetworkManager doesn't.
  if (!machine.network.manager && !nic.addresses.some((own) => own.address.startsWith('fe80:'))) {
    addAddress(world, machineName, nicName, linkLocalOf(nic.mac), 64);
  }
  announce(world, nic);
}

/** Forgets the stored routes of a device. */
export function dropRoutes(machine: Machine, nicName: string): void {
  machine.network.routes = machine.network.routes.filter((route) => route.device !== nicName);
}

/** Tells a NIC's network by gratuitous ARP that its addresses are here. */
export function announce(world: World, nic: Nic): void {
  for (const own of nic.addresses) announceAddress(world, nic, own.address);
}

/** Gratuitous ARP for one address: from now on the network's packets for it come to this NIC. */
export function announceAddress(world: World, nic: Nic, address: string): void {
  if (nic.network === null || !nic.up || address.includes(':') || !hasCarrier(world, nic)) return;
  const network = world.networks[nic.network];
  if (!network) return;
  const arp = network.arp ?? {};
  if (arp[address] === nic.mac) return;
  arp[address] = nic.mac;
  network.arp = arp;
}

export interface AddressOptions {
  origin?: InterfaceAddress['origin'];
  label?: string | null;
  /** Broadcast address; default: that of the network, null: none. */
  broadcast?: string | null;
  /** False for a plain `ip addr add`, after which nobody is told. */
  announce?: boolean;
}

/**
 * Puts an address on a NIC, as `ip addr add` or the IPaddr2 agent do, and announces it. Returns false when the NIC has
 * it already (EEXIST).
 */
export function addAddress(
  world: World,
  machineName: string,
  nicName: string,
  address: string,
  prefix: number,
  options: AddressOptions = {},
): boolean {
  const nic = nicOf(machineOf(world, machineName), nicName);
  if (nic.addresses.some((own) => own.address === address && own.prefix === prefix)) return false;
  const secondary =
    !address.includes(':') &&
    nic.addresses.some((own) => own.prefix === prefix && inPrefix(address, own.address, prefix));
  const added: InterfaceAddress = {
    address,
    prefix,
    origin: options.origin ?? 'manual',
    label: options.label ?? null,
    secondary,
    broadcast: address.includes(':') || prefix >= 31 ? null : defaultBroadcast(address, prefix, options),
  };
  // IPv4 addresses come before IPv6 ones, as `ip addr` lists them.
  const firstV6 = nic.addresses.findIndex((own) => own.address.includes(':'));
  const at = address.includes(':') || firstV6 < 0 ? nic.addresses.length : firstV6;
  nic.addresses.splice(at, 0, added);
  record(world, 'address.added', machineName, { nic: nicName, address: `${address}/${prefix}` });
  if (options.announce !== false) announceAddress(world, nic, address);
  return true;
}

function defaultBroadcast(address: string, prefix: number, options: AddressOptions): string | null {
  return options.broadcast === undefined ? broadcastOf(address, prefix) : options.broadcast;
}

/**
 * Takes an address off a NIC. With a primary address its secondary ones go too, as the kernel does by default. Returns
 * false when the NIC doesn't have it (EADDRNOTAVAIL).
 */
export function removeAddress(
  world: World,
  machineName: string,
  nicName: string,
  address: string,
  prefix?: number,
): boolean {
  const machine = machineOf(world, machineName);
  const nic = nicOf(machine, nicName);
  const found = nic.addresses.find((own) => own.address === address && (prefix === undefined || own.prefix === prefix));
  if (!found) return false;
  const gone = (own: InterfaceAddress) =>
    own === found ||
    own.address === found.address ||
    (!found.secondary &&
      own.secondary &&
      own.prefix === found.prefix &&
      inPrefix(own.address, found.address, found.prefix));
  const removed = nic.addresses.filter(gone);
  nic.addresses = nic.addresses.filter((own) => !gone(own));
  for (const own of removed) {
    record(world, 'address.removed', machineName, { nic: nicName, address: `${own.address}/${own.prefix}` });
    forget(world, nic, own.address);
  }
  return true;
}

/** The address isn't answered by this NIC any more; who else holds it gets the packets. */
function forget(world: World, nic: Nic, address: string): void {
  const arp = nic.network === null ? undefined : world.networks[nic.network]?.arp;
  if (arp?.[address] === nic.mac) delete arp[address];
}

/** What a machine's networking is right after power-on: links without addresses, no routes, no sockets. */
export function resetNetwork(machine: Machine): void {
  const network = machine.network;
  for (const nic of network.nics) {
    nic.up = false;
    nic.addresses = [];
  }
  network.routes = [];
  network.sockets = [];
  network.firewall = null;
  network.activeConnections = {};
  delete network.manager;
  delete network.neighbours;
  delete network.connections;
}
