import type { Machine } from '../world/machine';
import type { Nic, Route } from '../world/network';
import type { World } from '../world/world';
import { inPrefix, networkOf, parseCidr } from './addresses';
import { interfacesOf } from './interfaces';

/** How a packet leaves a machine. */
export interface Hop {
  nic: Nic;
  /** The neighbour it is handed to, or null when the destination itself is the neighbour. */
  gateway: string | null;
  /** Address that it bears as its source. */
  source: string;
  route: Route | null;
}

/** Metric that NetworkManager gives to the routes of a device: 100 for the first Ethernet device, and so on. */
export function deviceMetric(machine: Machine, device: string): number {
  const at = machine.network.nics.findIndex((nic) => nic.name === device);
  return 100 + Math.max(0, at);
}

/** The routes that the addresses of interfaces bring with them, in the order of interfaces. IPv4 only. */
export function connectedRoutes(world: World, machine: Machine): Route[] {
  const routes: Route[] = [];
  for (const nic of interfacesOf(world, machine)) {
    if (!nic.up) continue;
    for (const own of nic.addresses) {
      if (own.unrouted || own.address.includes(':') || own.prefix === 32) continue;
      // The kernel makes one route for a network; NetworkManager one for each address, told apart by the source.
      if (own.secondary && own.origin === 'manual') continue;
      routes.push({
        destination: `${networkOf(own.address, own.prefix)}/${own.prefix}`,
        gateway: null,
        device: nic.name,
        metric: own.origin === 'manual' ? 0 : deviceMetric(machine, nic.name),
        source: own.address,
        protocol: 'kernel',
      });
    }
  }
  return routes;
}

/** The whole main routing table in the order in which `ip route` shows it: default routes first, then by prefix. */
export function routingTable(world: World, machine: Machine): Route[] {
  const stored = machine.network.routes.filter((route) => isUp(world, machine, route.device));
  const key = (route: Route) => (route.destination === 'default' ? '' : route.destination);
  return [...stored, ...connectedRoutes(world, machine)].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (left !== right) return compareDestinations(left, right);
    return a.metric - b.metric;
  });
}

function compareDestinations(left: string, right: string): number {
  if (left === '' || right === '') return left === '' ? -1 : 1;
  const number = (text: string) => (parseCidr(text)?.address ?? '').split('.').map(Number);
  const [a, b] = [number(left), number(right)];
  for (let at = 0; at < 4; at++) if ((a[at] ?? 0) !== (b[at] ?? 0)) return (a[at] ?? 0) - (b[at] ?? 0);
  return left < right ? -1 : 1;
}

function isUp(world: World, machine: Machine, device: string): boolean {
  return interfacesOf(world, machine).some((nic) => nic.name === device && nic.up);
}

/**
 * The best way from a machine to an address: the longest prefix, then the lowest metric, then the first. Null: the
 * network is unreachable. Addresses of the machine itself aren't looked at here.
 */
export function routeTo(world: World, machine: Machine, address: string): Hop | null {
  let best: Hop | null = null;
  let bestPrefix = -1;
  let bestMetric = 0;
  const nics = interfacesOf(world, machine);
  const better = (prefix: number, metric: number) =>
    prefix > bestPrefix || (prefix === bestPrefix && metric < bestMetric);
  for (const nic of nics) {
    if (!nic.up) continue;
    for (const own of nic.addresses) {
      if (own.unrouted || !inPrefix(address, own.address, own.prefix)) continue;
      const metric = own.origin === 'manual' ? 0 : deviceMetric(machine, nic.name);
      if (!better(own.prefix, metric)) continue;
      best = { nic, gateway: null, source: own.address, route: null };
      bestPrefix = own.prefix;
      bestMetric = metric;
    }
  }
  for (const route of machine.network.routes) {
    const target = route.destination === 'default' ? null : parseCidr(route.destination);
    const prefix = target?.prefix ?? 0;
    if (!better(prefix, route.metric)) continue;
    if (target ? !inPrefix(address, target.address, prefix) : address.includes(':')) continue;
    const nic = nics.find((candidate) => candidate.name === route.device && candidate.up);
    if (!nic) continue;
    best = { nic, gateway: route.gateway, source: route.source ?? sourceOf(nic, route.gateway ?? address), route };
    bestPrefix = prefix;
    bestMetric = route.metric;
  }
  return best;
}

/** The address that a NIC sends from: the first in the neighbour's network, else its first of the family. */
function sourceOf(nic: Nic, neighbour: string): string {
  const near = nic.addresses.find((own) => inPrefix(neighbour, own.address, own.prefix));
  const family = neighbour.includes(':');
  return (near ?? nic.addresses.find((own) => own.address.includes(':') === family))?.address ?? '0.0.0.0';
}
