import type { DhcpLease, Network } from '../world/network';
import type { World } from '../world/world';
import { formatIpv4, hashText, parseCidr, parseIpv4 } from './addresses';
import { OUTSIDE_LAN } from './outside';
import { holdersOf } from './reach';

/** libvirt's lease time: one hour. */
const LEASE_MS = 3_600_000;

/** What a DHCP server tells a client. */
export interface DhcpOffer {
  address: string;
  prefix: number;
  gateway: string;
  dns: string;
  domain: string | null;
}

/**
 * Asks the DHCP server of a network for an address, as a client with this MAC: the one of its lease, else one that
 * dnsmasq would pick, by a hash of the MAC, leaving out addresses that are leased or answer to a ping. Null when the
 * network has no server (or no address left).
 */
export function requestLease(
  world: World,
  networkName: string | null,
  mac: string,
  hostname: string,
): DhcpOffer | null {
  if (networkName === null) return outsideOffer(mac);
  const network = world.networks[networkName];
  if (!network?.active || !network.dhcp || network.address === null) return null;
  const own = parseCidr(network.address);
  if (!own) return null;
  const now = world.now;
  const leases = (network.leases ?? []).filter((lease) => lease.expires > now);
  const known = leases.find((lease) => lease.mac === mac);
  const address = known?.address ?? pick(world, network, network.dhcp, leases, mac);
  if (address === null) return null;
  const lease: DhcpLease = {
    mac,
    address,
    hostname: /^localhost(\.|$)/.test(hostname) || hostname === '' ? null : hostname,
    clientId: `01:${mac}`,
    expires: now + LEASE_MS,
  };
  network.leases = [...leases.filter((other) => other.mac !== mac), lease];
  return { address, prefix: own.prefix, gateway: own.address, dns: own.address, domain: null };
}

function pick(
  world: World,
  network: Network,
  range: { first: string; last: string },
  leases: readonly DhcpLease[],
  mac: string,
): string | null {
  const first = parseIpv4(range.first);
  const last = parseIpv4(range.last);
  if (first === null || last === null || last < first) return null;
  const size = last - first + 1;
  const start = hashText(mac) % size;
  for (let step = 0; step < size; step++) {
    const address = formatIpv4(first + ((start + step) % size));
    if (leases.some((lease) => lease.address === address)) continue;
    if (holdersOf(world, network, address).some((holder) => holder.nic.mac !== mac)) continue;
    return address;
  }
  return null;
}

/** The router of the LAN outside gives the hypervisor its address. */
function outsideOffer(mac: string): DhcpOffer {
  const base = parseIpv4(OUTSIDE_LAN.first) ?? 0;
  return {
    address: formatIpv4(base + (hashText(mac) % 200)),
    prefix: OUTSIDE_LAN.prefix,
    gateway: OUTSIDE_LAN.gateway,
    dns: OUTSIDE_LAN.dns,
    domain: OUTSIDE_LAN.domain,
  };
}
