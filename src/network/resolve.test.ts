import { describe, expect, it } from 'vitest';
import {
  formatIpv6,
  inPrefix,
  linkLocalOf,
  netmaskOf,
  parseCidr,
  parseIpv4,
  parseIpv6,
  prefixOfNetmask,
} from './addresses';
import { requestLease } from './dhcp';
import { lookup, resolveHost, reverseLookup } from './resolve';
import { routingTable } from './routes';
import { threeNodes } from './testworld';

describe('addresses', () => {
  it('takes dotted quads only', () => {
    expect(parseIpv4('192.168.90.110')).toBe(0xc0a85a6e);
    for (const bad of ['300.1.1.1', '1.2.3', '1.2.3.4.5', '1..2.3', '01.2.3.4', 'node1', '']) {
      expect(parseIpv4(bad)).toBeNull();
    }
  });

  it('reads and prints IPv6', () => {
    for (const text of ['::1', '::', 'fe80::5054:ff:fe01:906e', '2001:db8::1:0:0:1', '1:2:3:4:5:6:7:8']) {
      expect(formatIpv6(parseIpv6(text) ?? [])).toBe(text);
    }
    expect(parseIpv6('1::2::3')).toBeNull();
    expect(linkLocalOf('52:54:00:01:90:6e')).toBe('fe80::5054:ff:fe01:906e');
  });

  it('does prefix arithmetic', () => {
    expect(inPrefix('192.168.90.120', '192.168.90.1', 24)).toBe(true);
    expect(inPrefix('192.168.91.120', '192.168.90.1', 24)).toBe(false);
    expect(netmaskOf(20)).toBe('255.255.240.0');
    expect(prefixOfNetmask('255.255.255.0')).toBe(24);
    expect(prefixOfNetmask('255.0.255.0')).toBeNull();
    expect(parseCidr('10.0.0.1/33')).toBeNull();
  });
});

describe('lookup', () => {
  it('reads the hosts file, full and short names', () => {
    const world = threeNodes();
    expect(resolveHost(world, 'node1', 'node2')).toEqual(['192.168.90.120']);
    expect(lookup(world, 'node1', 'NODE2.example.com')).toMatchObject({ canonical: 'node2.example.com' });
    expect(reverseLookup(world, 'node1', '192.168.90.120')).toBe('node2.example.com');
  });

  it('fails for now without a name server', () => {
    expect(lookup(threeNodes(), 'node1', 'nosuch')).toEqual({ kind: 'temporary-failure' });
  });

  it("gives the machine's own name its addresses", () => {
    expect(resolveHost(threeNodes(), 'node3', 'node3')).toEqual(['192.168.90.130']);
    expect(resolveHost(threeNodes(), 'node3', 'localhost')).toEqual(['127.0.0.1']);
  });
});

describe('requestLease', () => {
  it('gives the same MAC the same address, others another one, and none without a server', () => {
    const world = threeNodes();
    const first = requestLease(world, 'default', '52:54:00:00:00:01', 'node1');
    const second = requestLease(world, 'default', '52:54:00:00:00:02', 'localhost');
    expect(first).toMatchObject({ prefix: 24, gateway: '192.168.122.1' });
    expect(second?.address).not.toBe(first?.address);
    expect(requestLease(world, 'default', '52:54:00:00:00:01', 'node1')).toEqual(first);
    expect(requestLease(world, 'internal', '52:54:00:00:00:01', 'node1')).toBeNull();
    expect(world.networks.default?.leases?.map((lease) => lease.hostname)).toEqual([null, 'node1']);
  });
});

describe('routingTable', () => {
  it('has the route of each address', () => {
    const world = threeNodes();
    const node = world.machines.node1;
    if (!node) throw new Error('node1');
    expect(routingTable(world, node)).toMatchObject([
      { destination: '192.168.90.0/24', device: 'eth1', source: '192.168.90.110', metric: 100 },
    ]);
  });
});
