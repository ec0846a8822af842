import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { isAddress, isIpv4, parseCidr } from './addresses';
import { readConfig } from './etc';
import { outsideAddresses, outsideName } from './outside';
import { connect } from './reach';

/** One line of /etc/hosts. */
export interface HostsLine {
  address: string;
  names: string[];
}

/** What a look-up of a name gives. */
export type Lookup =
  | { kind: 'found'; addresses: string[]; canonical: string }
  /** The name servers say that there is no such name: `Name or service not known`. */
  | { kind: 'unknown' }
  /** No name server answers: `Temporary failure in name resolution`. */
  | { kind: 'temporary-failure' };

/** Parsed contents by text: /etc/hosts is read for every look-up and hardly ever changes. */
const parsed = new Map<string, readonly HostsLine[]>();
const PARSED_LIMIT = 100;

/** The lines of a hosts file that mean something. */
export function parseHosts(content: string): readonly HostsLine[] {
  const known = parsed.get(content);
  if (known) return known;
  const lines: HostsLine[] = [];
  for (const line of content.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address && names.length > 0 && isAddress(address)) lines.push({ address, names });
  }
  if (parsed.size >= PARSED_LIMIT) parsed.clear();
  parsed.set(content, lines);
  return lines;
}

/** Name servers of a machine, from its /etc/resolv.conf. */
export function nameServers(machine: Machine): string[] {
  const content = readConfig(machine, '/etc/resolv.conf') ?? '';
  return [...content.matchAll(/^\s*nameserver\s+(\S+)/gm)].map((match) => match[1] ?? '').filter(isAddress);
}

function searchDomains(machine: Machine): string[] {
  const content = readConfig(machine, '/etc/resolv.conf') ?? '';
  return (/^\s*(?:search|domain)\s+(.+)$/m.exec(content)?.[1] ?? '').split(/\s+/).filter(Boolean);
}

/**
 * Looks a name up as the C library does with `hosts: files dns myhostname`: addresses as they are, /etc/hosts,
 * the name servers, and at last the machine's own name and localhost.
 */
export function lookup(world: World, machineName: string, name: string): Lookup {
  if (isAddress(name)) return { kind: 'found', addresses: [name], canonical: name };
  const machine = world.machines[machineName];
  if (!machine || name === '') return { kind: 'unknown' };
  const fromFile = lookUpInFile(machine, name);
  if (fromFile) return fromFile;
  const dns = lookUpInDns(world, machine, name);
  if (dns.kind === 'found') return dns;
  return ownName(machine, name) ?? dns;
}

/** Addresses of a name, as `lookup`; empty when there is none. */
export function resolveHost(world: World, machineName: string, name: string): string[] {
  const result = lookup(world, machineName, name);
  return result.kind === 'found' ? result.addresses : [];
}

function lookUpInFile(machine: Machine, name: string): Lookup | null {
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const lines = parseHosts(readConfig(machine, '/etc/hosts') ?? '');
  const hits = lines.filter((line) => line.names.some((candidate) => candidate.toLowerCase() === wanted));
  const first = hits[0];
  if (!first) return null;
  // IPv4 first, as getaddrinfo sorts them on a machine without a global IPv6 address.
  const addresses = [...new Set(hits.map((line) => line.address))];
  const v4 = addresses.filter(isIpv4);
  const canonical = hits.find((line) => line.address === (v4[0] ?? addresses[0]))?.names[0] ?? name;
  return { kind: 'found', addresses: v4.length > 0 ? v4 : addresses, canonical };
}

function lookUpInDns(world: World, machine: Machine, name: string): Lookup {
  const servers = nameServers(machine);
  for (const server of servers) {
    if (connect(world, machine.name, server, 53, 'udp').kind !== 'connected') continue;
    if (!forwardsQueries(world, server)) return { kind: 'unknown' };
    const candidates = name.includes('.') ? [name] : searchDomains(machine).map((domain) => `${name}.${domain}`);
    for (const candidate of candidates) {
      const addresses = outsideAddresses(candidate);
      if (addresses.length > 0) return { kind: 'found', addresses: [...addresses], canonical: candidate };
    }
    return { kind: 'unknown' };
  }
  return { kind: 'temporary-failure' };
}

/** libvirt's name server of an isolated network knows nothing but itself. */
function forwardsQueries(world: World, server: string): boolean {
  const network = Object.values(world.networks).find(
    (candidate) => candidate.address !== null && parseCidr(candidate.address)?.address === server,
  );
  return network === undefined || network.forward === 'nat';
}

/** nss-myhostname: the machine's own name, `localhost`, and `_gateway`. */
function ownName(machine: Machine, name: string): Lookup | null {
  const wanted = name.toLowerCase();
  if (wanted === 'localhost' || wanted.endsWith('.localhost') || wanted === 'localhost.localdomain') {
    return { kind: 'found', addresses: ['127.0.0.1'], canonical: 'localhost' };
  }
  if (wanted === '_gateway') {
    const gateway = machine.network.routes.find((route) => route.destination === 'default')?.gateway;
    return gateway ? { kind: 'found', addresses: [gateway], canonical: '_gateway' } : null;
  }
  if (wanted !== machine.hostname.toLowerCase()) return null;
  const addresses = machine.network.nics.flatMap((nic) =>
    nic.up ? nic.addresses.map((own) => own.address).filter(isIpv4) : [],
  );
  return { kind: 'found', addresses: addresses.length > 0 ? addresses : ['127.0.0.2'], canonical: machine.hostname };
}

/** The name of an address: /etc/hosts, then DNS, then the machine's own. Null when it has none. */
export function reverseLookup(world: World, machineName: string, address: string): string | null {
  const machine = world.machines[machineName];
  if (!machine) return null;
  const line = parseHosts(readConfig(machine, '/etc/hosts') ?? '').find((entry) => entry.address === address);
  if (line) return line.names[0] ?? null;
  const gateway = machine.network.routes.find((route) => route.destination === 'default')?.gateway;
  if (gateway === address) return '_gateway';
  if (machine.network.nics.some((nic) => nic.addresses.some((own) => own.address === address))) {
    return machine.hostname;
  }
  const outside = outsideName(address);
  return outside !== null && lookUpInDns(world, machine, outside).kind === 'found' ? outside : null;
}

/** The machine's full name as `hostname -f` finds it: the canonical name of its host name. Null when it has none. */
export function fullName(world: World, machine: Machine): string | null {
  const result = lookup(world, machine.name, machine.hostname);
  return result.kind === 'found' ? result.canonical : null;
}
