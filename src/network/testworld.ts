import { seedRandom } from '../kernel/random';
import type { Machine } from '../world/machine';
import type { Network, Nic } from '../world/network';
import type { World } from '../world/world';

/** A NIC that is up and plugged in, for tests. */
export function testNic(name: string, network: string | null, mac: string, ...addresses: string[]): Nic {
  return {
    name,
    mac,
    network,
    plugged: true,
    up: true,
    mtu: 1500,
    addresses: addresses.map((text) => {
      const [address = '', prefix = '24'] = text.split('/');
      return { address, prefix: Number(prefix), origin: 'static', label: null, secondary: false };
    }),
  };
}

/** A running machine with NICs and a hosts file, and nothing else, for tests. */
export function testMachine(name: string, nics: Nic[], hosts = ''): Machine {
  const inode = { uid: 0, gid: 0, mtime: 0 };
  const etc = { hosts: { ...inode, kind: 'file' as const, mode: 0o644, content: hosts } };
  return {
    name,
    kind: 'guest',
    power: 'running',
    hostname: name,
    root: {
      ...inode,
      kind: 'directory',
      mode: 0o755,
      entries: { etc: { ...inode, kind: 'directory', mode: 0o755, entries: etc } },
    },
    network: { nics, routes: [], sockets: [], firewall: null, activeConnections: {} },
  } as unknown as Machine;
}

/** A world of these machines with the networks `default` (NAT, DHCP) and `internal`, for tests. */
export function testWorld(...machines: Machine[]): World {
  const network = (name: string, bridge: string, address: string, nat: boolean): Network => ({
    name,
    bridge,
    address,
    forward: nat ? 'nat' : 'none',
    dhcp: nat ? { first: '192.168.122.2', last: '192.168.122.254' } : null,
    active: true,
    autostart: true,
  });
  return {
    format: 2,
    name: 'test',
    now: 0,
    epoch: 1_700_000_000_000,
    random: seedRandom(1),
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: Object.fromEntries(machines.map((machine) => [machine.name, machine])),
    networks: {
      default: network('default', 'virbr0', '192.168.122.1/24', true),
      internal: network('internal', 'virbr1', '192.168.90.1/24', false),
    },
    faults: [],
  };
}

/** Three nodes on `internal` with .110, .120 and .130, and the hypervisor `host`. */
export function threeNodes(): World {
  const hosts = '192.168.90.110 node1.example.com node1\n192.168.90.120 node2.example.com node2\n';
  const node = (index: number) =>
    testMachine(
      `node${index}`,
      [testNic('eth1', 'internal', `52:54:00:01:90:0${index}`, `192.168.90.${100 + 10 * index}/24`)],
      hosts,
    );
  const host = { ...testMachine('host', []), kind: 'hypervisor' as const };
  return testWorld(host, node(1), node(2), node(3));
}
