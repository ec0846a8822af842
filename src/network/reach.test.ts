import { create } from 'mutative';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { addFault, cutBetween, removeFault } from './faults';
import { addAddress, removeAddress, setCable, setLink } from './links';
import { connect, ping, reach } from './reach';
import { listen } from './sockets';
import { testNic, threeNodes } from './testworld';

function machine(world: World, name: string): Machine {
  const found = world.machines[name];
  if (!found) throw new Error(name);
  return found;
}

function listenOn(world: World, name: string, port: number, protocol: 'tcp' | 'udp' = 'tcp', address = '0.0.0.0') {
  listen(machine(world, name), { protocol, address, port, process: 'd', pid: 9, unit: null });
}

describe('reach', () => {
  it('gets to a neighbour and says from which address', () => {
    const world = threeNodes();
    expect(reach(world, 'node1', '192.168.90.120')).toMatchObject({
      kind: 'connected',
      machine: 'node2',
      source: '192.168.90.110',
      device: 'eth1',
    });
  });

  it('gets to itself by the loopback', () => {
    expect(reach(threeNodes(), 'node1', '192.168.90.110')).toMatchObject({ machine: 'node1', device: 'lo' });
  });

  it('has no route to an address that nobody holds, and no network for one that no route covers', () => {
    const world = threeNodes();
    expect(reach(world, 'node1', '192.168.90.99')).toEqual({ kind: 'no-route' });
    expect(reach(world, 'node1', '10.9.9.9')).toEqual({ kind: 'network-unreachable' });
  });

  it('knows when the machine, its NIC, its cable or the bridge is off', () => {
    const off = threeNodes();
    machine(off, 'node2').power = 'off';
    expect(reach(off, 'node1', '192.168.90.120').kind).toBe('no-route');
    const down = threeNodes();
    setLink(down, 'node2', 'eth1', false);
    expect(reach(down, 'node1', '192.168.90.120').kind).toBe('no-route');
    const pulled = threeNodes();
    setCable(pulled, 'node1', 'eth1', false);
    expect(reach(pulled, 'node1', '192.168.90.120').kind).toBe('no-route');
    const bridge = threeNodes();
    const network = bridge.networks.internal;
    if (network) network.active = false;
    expect(reach(bridge, 'node1', '192.168.90.120').kind).toBe('no-route');
  });

  it('reaches the bridge address of the hypervisor, and its guests from there', () => {
    const world = threeNodes();
    expect(reach(world, 'node1', '192.168.90.1')).toMatchObject({ machine: 'host', arrivesBy: 'virbr1' });
    expect(reach(world, 'host', '192.168.90.130')).toMatchObject({ machine: 'node3', source: '192.168.90.1' });
  });

  it('loses packets to faults until they are removed, one way being enough for a round trip', () => {
    const world = threeNodes();
    const id = addFault(world, { from: 'node2', to: 'node1', network: 'internal', bothWays: false });
    expect(reach(world, 'node1', '192.168.90.120').kind).toBe('timeout');
    expect(reach(world, 'node1', '192.168.90.130').kind).toBe('connected');
    removeFault(world, id);
    expect(reach(world, 'node1', '192.168.90.120').kind).toBe('connected');
  });

  it('adds the delay of faults to the round trip', () => {
    const world = threeNodes();
    addFault(world, { verdict: 'delay', delayMs: 50 });
    const way = reach(world, 'node1', '192.168.90.120');
    expect(way.kind === 'connected' && way.latencyMs).toBeCloseTo(100.3);
  });

  it('partitions groups of machines', () => {
    const world = threeNodes();
    expect(cutBetween(world, [['node1', 'node2'], ['node3']], 'internal')).toHaveLength(2);
    expect(reach(world, 'node1', '192.168.90.120').kind).toBe('connected');
    expect(reach(world, 'node1', '192.168.90.130').kind).toBe('timeout');
  });

  it('gives an address that two machines hold to the one that announced it last, in each partition', () => {
    const world = threeNodes();
    addAddress(world, 'node1', 'eth1', '192.168.90.250', 24);
    addAddress(world, 'node2', 'eth1', '192.168.90.250', 24);
    expect(reach(world, 'node3', '192.168.90.250')).toMatchObject({ machine: 'node2' });
    cutBetween(world, [['node2'], ['node1', 'node3']], 'internal');
    expect(reach(world, 'node3', '192.168.90.250')).toMatchObject({ machine: 'node1' });
    removeAddress(world, 'node2', 'eth1', '192.168.90.250', 24);
    expect(reach(world, 'node3', '192.168.90.250')).toMatchObject({ machine: 'node1' });
  });

  it('goes out by the NAT network only', () => {
    const world = threeNodes();
    const node = machine(world, 'node1');
    node.network.nics.push(testNic('eth0', 'default', '52:54:00:00:00:01', '192.168.122.50/24'));
    node.network.routes.push({
      destination: 'default',
      gateway: '192.168.122.1',
      device: 'eth0',
      metric: 100,
      source: null,
      protocol: 'dhcp',
    });
    expect(reach(world, 'node1', '8.8.8.8')).toMatchObject({ kind: 'connected', machine: 'outside' });
    expect(connect(world, 'node1', '203.0.113.10', 443, 'tcp').kind).toBe('connected');
    expect(connect(world, 'node1', '203.0.113.10', 22, 'tcp').kind).toBe('refused');
    expect(reach(world, 'node1', '203.0.113.250').kind).toBe('timeout');
    expect(reach(world, 'node2', '8.8.8.8').kind).toBe('network-unreachable');
  });
});

describe('connect', () => {
  it('needs somebody who listens on the address or on all', () => {
    const world = threeNodes();
    expect(connect(world, 'node1', '192.168.90.120', 22, 'tcp').kind).toBe('refused');
    listenOn(world, 'node2', 22);
    expect(connect(world, 'node1', '192.168.90.120', 22, 'tcp').kind).toBe('connected');
    expect(connect(world, 'node1', '192.168.90.120', 22, 'udp').kind).toBe('refused');
    listenOn(world, 'node2', 323, 'udp', '127.0.0.1');
    expect(connect(world, 'node1', '192.168.90.120', 323, 'udp').kind).toBe('refused');
    expect(connect(world, 'node2', '127.0.0.1', 323, 'udp').kind).toBe('connected');
  });

  it('is prohibited by the firewall of the destination unless a service or port lets it in', () => {
    const world = threeNodes();
    listenOn(world, 'node2', 2224);
    listenOn(world, 'node2', 5407, 'udp');
    const zone = {
      target: 'default' as const,
      interfaces: ['eth1'],
      sources: [],
      services: ['ssh'],
      ports: [] as string[],
      richRules: [] as string[],
      masquerade: false,
    };
    machine(world, 'node2').network.firewall = { defaultZone: 'public', zones: { public: zone } };
    expect(connect(world, 'node1', '192.168.90.120', 2224, 'tcp').kind).toBe('prohibited');
    expect(connect(world, 'node2', '192.168.90.120', 2224, 'tcp').kind).toBe('connected');
    expect(ping(world, 'node1', '192.168.90.120').kind).toBe('connected');
    zone.services = ['ssh', 'high-availability'];
    expect(connect(world, 'node1', '192.168.90.120', 2224, 'tcp').kind).toBe('connected');
    expect(connect(world, 'node1', '192.168.90.120', 5407, 'udp').kind).toBe('connected');
    zone.richRules = ['rule family="ipv4" source address="192.168.90.110" service name="high-availability" drop'];
    expect(connect(world, 'node1', '192.168.90.120', 2224, 'tcp').kind).toBe('timeout');
    expect(connect(world, 'node3', '192.168.90.120', 2224, 'tcp').kind).toBe('connected');
  });

  it('takes microseconds on a plain world and little more on a draft', () => {
    const world = threeNodes();
    listenOn(world, 'node2', 5405, 'udp');
    const rounds = 2000;
    let hits = 0;
    for (let round = 0; round < rounds; round++) {
      if (connect(world, 'node1', '192.168.90.120', 5405, 'udp').kind === 'connected') hits++;
    }
    create(world, (draft: World) => {
      for (let round = 0; round < rounds; round++) {
        if (connect(draft, 'node1', '192.168.90.120', 5405, 'udp').kind === 'connected') hits++;
      }
    });
    expect(hits).toBe(2 * rounds);
  });
});
