import { inPrefix } from './addresses';

/** Name that `reach` gives for whatever lies beyond the simulated networks. It isn't a machine of the world. */
export const OUTSIDE = 'outside';

/** The LAN that the hypervisor's own NIC is plugged into (a NIC whose network is null). */
export const OUTSIDE_LAN = {
  prefix: 24,
  gateway: '192.168.0.1',
  dns: '192.168.0.1',
  first: '192.168.0.10',
  domain: 'lan',
} as const;

/** Round trip through the NAT to the world outside, in ms. */
export const OUTSIDE_LATENCY_MS = 12;

/** Names that the outside world's DNS knows. Addresses are from the ranges reserved for documentation. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'mirrors.centos.org': ['203.0.113.10', '203.0.113.11'],
  'mirror.stream.centos.org': ['203.0.113.12'],
  'www.centos.org': ['203.0.113.13'],
  'mirrors.fedoraproject.org': ['203.0.113.14'],
  'builder.libguestfs.org': ['203.0.113.15'],
  'example.com': ['203.0.113.80'],
  'www.example.com': ['203.0.113.80'],
  'clusterlabs.org': ['203.0.113.81'],
  'www.clusterlabs.org': ['203.0.113.81'],
};

/** Public resolvers that answer to ping and DNS, so that they can be typed as a test of the way out. */
const RESOLVERS = ['8.8.8.8', '8.8.4.4', '1.1.1.1', '9.9.9.9'];

/** Domains whose numbered members are NTP pools. */
const NTP_POOL = /^(?:[0-3]\.)?(?:(?:centos|debian|arch|rhel|fedora|[a-z]{2})\.)?pool\.ntp\.org$/;

/** Addresses of a name in the outside world's DNS, empty when there is no such name. */
export function outsideAddresses(name: string): readonly string[] {
  const plain = name.toLowerCase().replace(/\.$/, '');
  if (NTP_POOL.test(plain)) return ['198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4'];
  return NAMES[plain] ?? [];
}

/** The name that the outside world's reverse DNS gives for an address. */
export function outsideName(address: string): string | null {
  for (const [name, addresses] of Object.entries(NAMES)) if (addresses.includes(address)) return name;
  return null;
}

/** What listens on an outside address: 'silent' swallows packets (an unused address), 'open' and 'closed' answer. */
export function outsidePort(address: string, port: number, protocol: 'tcp' | 'udp'): 'open' | 'closed' | 'silent' {
  if (address === OUTSIDE_LAN.gateway || RESOLVERS.includes(address)) return port === 53 ? 'open' : 'closed';
  if (inPrefix(address, '198.51.100.0', 24)) return port === 123 && protocol === 'udp' ? 'open' : 'closed';
  if (!outsideAnswers(address)) return 'silent';
  return protocol === 'tcp' && (port === 80 || port === 443) ? 'open' : 'closed';
}

/** Whether an outside address answers to ping. */
export function outsideAnswers(address: string): boolean {
  if (address === OUTSIDE_LAN.gateway || RESOLVERS.includes(address)) return true;
  if (inPrefix(address, '198.51.100.0', 29)) return true;
  return outsideName(address) !== null;
}
