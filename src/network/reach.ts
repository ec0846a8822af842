import type { Machine } from '../world/machine';
import type { Network, Nic } from '../world/network';
import type { World } from '../world/world';
import { inPrefix, parseCidr } from './addresses';
import { delayOf, isCut } from './faults';
import { firewallVerdict, type Protocol } from './firewall';
import { bridgeInterface, hasCarrier, holdsAddress } from './interfaces';
import { OUTSIDE, OUTSIDE_LATENCY_MS, outsideAnswers, outsidePort } from './outside';
import { routeTo } from './routes';
import { listenerAt } from './sockets';

/** Round trip on a virtual network, in ms. Callers that sleep round it up to whole ms. */
export const LAN_LATENCY_MS = 0.3;

/** Round trip on the loopback interface, in ms. */
const LOOPBACK_LATENCY_MS = 0.05;

/** Why packets don't get there. The words of the clients differ; the errors are those of connect(2). */
export type Failure =
  /** ECONNREFUSED: the machine answers, nobody listens there. */
  | { kind: 'refused' }
  /** ETIMEDOUT after the client's patience: packets vanish. */
  | { kind: 'timeout' }
  /** EHOSTUNREACH: nobody answers ARP for the address. Known after three seconds. */
  | { kind: 'no-route' }
  /** EHOSTUNREACH at once: the destination's firewall answers `admin-prohibited`. */
  | { kind: 'prohibited' }
  /** ENETUNREACH at once: this machine has no route. */
  | { kind: 'network-unreachable' };

export interface Arrival {
  kind: 'connected';
  /** Machine that answers, or `outside` for the world beyond the simulated networks. */
  machine: string;
  /** Round trip in ms, a fraction; delays of faults are in it. */
  latencyMs: number;
  /** Address that the packets come from, as the other side sees it. */
  source: string;
  /** Interface by which they leave and arrive, `lo` on the same machine. */
  device: string;
  arrivesBy: string;
}

export type Reach = Arrival | Failure;
export type Connection = Reach;

/** Whether a machine runs far enough to answer ARP and ping. */
function answers(machine: Machine): boolean {
  return machine.power === 'running' || machine.power === 'stopping' || machine.power === 'booting';
}

/**
 * Whether packets from a machine get to an address and back: routing, NICs, cables, bridges, ARP, faults and power.
 * Firewalls and sockets aren't looked at.
 */
export function reach(world: World, from: string, address: string): Reach {
  const machine = world.machines[from];
  if (!machine || !answers(machine)) return { kind: 'network-unreachable' };
  if (holdsAddress(world, machine, address)) {
    const source = address === '0.0.0.0' ? '127.0.0.1' : address;
    return { kind: 'connected', machine: from, latencyMs: LOOPBACK_LATENCY_MS, source, device: 'lo', arrivesBy: 'lo' };
  }
  const hop = routeTo(world, machine, address);
  if (!hop) return { kind: 'network-unreachable' };
  if (hop.nic.network === null) return beyondUplink(world, machine, hop.nic, hop.source, address);
  if (!hasCarrier(world, hop.nic)) return { kind: 'no-route' };
  const neighbour = hop.gateway ?? address;
  const found = findHolder(world, machine, hop.nic.network, neighbour);
  if (found.kind !== 'found') return found;
  const arrival: Arrival = {
    kind: 'connected',
    machine: found.machine.name,
    latencyMs: LAN_LATENCY_MS + delayOf(world, hop.nic.network, from, found.machine.name),
    source: hop.source,
    device: hop.nic.name,
    arrivesBy: found.nic.name,
  };
  return hop.gateway === null || hop.gateway === address
    ? arrival
    : forwarded(world, arrival, hop.nic.network, found, address);
}

interface Holder {
  kind: 'found';
  machine: Machine;
  nic: Nic;
}

/**
 * Who gets a packet for an address on a network. Two holders: the one that announced the address last, as the ARP
 * caches have it, among those to whom no fault cuts the way. A holder behind a fault swallows the packet.
 */
function findHolder(world: World, from: Machine, networkName: string, address: string): Holder | Failure {
  const network = world.networks[networkName];
  if (!network?.active) return { kind: 'no-route' };
  const holders = holdersOf(world, network, address);
  const open = holders.filter((holder) => !isCut(world, networkName, from.name, holder.machine.name));
  if (open.length === 0) return holders.length === 0 ? { kind: 'no-route' } : { kind: 'timeout' };
  const last = network.arp?.[address];
  return (last === undefined ? undefined : open.find((holder) => holder.nic.mac === last)) ?? (open[0] as Holder);
}

/** Every machine that answers ARP for an address on a network, the hypervisor's bridge included, in order. */
export function holdersOf(world: World, network: Network, address: string): Holder[] {
  const holders: Holder[] = [];
  for (const machine of Object.values(world.machines)) {
    if (!answers(machine)) continue;
    for (const nic of machine.network.nics) {
      if (nic.network !== network.name || !nic.up || !nic.plugged) continue;
      if (nic.addresses.some((own) => own.address === address)) holders.push({ kind: 'found', machine, nic });
    }
    if (machine.kind === 'hypervisor' && network.address?.startsWith(`${address}/`)) {
      holders.push({ kind: 'found', machine, nic: bridgeInterface(network) });
    }
  }
  return holders;
}

/** What a gateway does with a packet that isn't for the address it was asked by. */
function forwarded(world: World, arrival: Arrival, networkName: string, gateway: Holder, address: string): Reach {
  if (holdsAddress(world, gateway.machine, address)) return arrival;
  const network = world.networks[networkName];
  // Guests don't forward: the packet is dropped without a word.
  if (gateway.machine.kind !== 'hypervisor' || !network) return { kind: 'timeout' };
  const elsewhere = Object.values(world.networks).some((other) => {
    const cidr = other.active && other.address !== null ? parseCidr(other.address) : null;
    return cidr !== null && inPrefix(address, cidr.address, cidr.prefix);
  });
  // libvirt's rules answer `port unreachable` between its networks, and to isolated ones.
  if (elsewhere || network.forward === 'none') return { kind: 'refused' };
  if (!hasUplink(gateway.machine)) return { kind: 'no-route' };
  if (!outsideAnswers(address)) return { kind: 'timeout' };
  return { ...arrival, machine: OUTSIDE, latencyMs: arrival.latencyMs + OUTSIDE_LATENCY_MS, arrivesBy: '' };
}

/** Whether a hypervisor is connected to the world outside: one without NICs counts as connected. */
function hasUplink(machine: Machine): boolean {
  const nics = machine.network.nics;
  return nics.length === 0 || nics.some((nic) => nic.network === null && nic.up && nic.plugged);
}

function beyondUplink(world: World, machine: Machine, nic: Nic, source: string, address: string): Reach {
  if (!hasCarrier(world, nic)) return { kind: 'no-route' };
  if (!outsideAnswers(address)) return { kind: 'timeout' };
  return {
    kind: 'connected',
    machine: machine.kind === 'hypervisor' ? OUTSIDE : machine.name,
    latencyMs: OUTSIDE_LATENCY_MS,
    source,
    device: nic.name,
    arrivesBy: '',
  };
}

/** Whether a connection (or a datagram and its answer) to a port of an address gets through. */
export function connect(
  world: World,
  from: string,
  address: string,
  port: number,
  protocol: 'tcp' | 'udp',
): Connection {
  const way = reach(world, from, address);
  if (way.kind !== 'connected') return way;
  if (way.machine === OUTSIDE) {
    const state = outsidePort(address, port, protocol);
    return state === 'open' ? way : { kind: state === 'closed' ? 'refused' : 'timeout' };
  }
  const machine = world.machines[way.machine];
  if (!machine) return { kind: 'timeout' };
  const blocked = filtered(machine, way, address, port, protocol);
  if (blocked) return blocked;
  if (machine.power === 'booting' && machine.network.sockets.length === 0) return { kind: 'refused' };
  if (listenerAt(machine, address, port, protocol)) return way;
  return machine.kind === 'hypervisor' && isDnsmasq(world, address, port, protocol) ? way : { kind: 'refused' };
}

/** Whether an ICMP echo gets there and back. */
export function ping(world: World, from: string, address: string): Reach {
  const way = reach(world, from, address);
  if (way.kind !== 'connected' || way.machine === OUTSIDE) return way;
  const machine = world.machines[way.machine];
  if (!machine) return { kind: 'timeout' };
  return filtered(machine, way, address, 0, 'icmp') ?? way;
}

function filtered(machine: Machine, way: Arrival, address: string, port: number, protocol: Protocol): Failure | null {
  if (way.arrivesBy === 'lo' || machine.network.firewall === null) return null;
  const packet = { interface: way.arrivesBy, source: way.source, destination: address, protocol, port };
  const verdict = firewallVerdict(machine, packet);
  if (verdict === 'accept') return null;
  return { kind: verdict === 'reject' ? 'prohibited' : 'timeout' };
}

/** The name and address service that libvirt runs on the bridge of each active network. */
function isDnsmasq(world: World, address: string, port: number, protocol: 'tcp' | 'udp'): boolean {
  if (port !== 53 && !(port === 67 && protocol === 'udp')) return false;
  return Object.values(world.networks).some(
    (network) => network.active && network.address !== null && parseCidr(network.address)?.address === address,
  );
}
