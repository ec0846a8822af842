import { beforeEach, describe, expect, it } from 'vitest';
import { addAddress, setLink } from '../../network/links';
import { listen } from '../../network/sockets';
import { bash } from '../../shell/bash/main';
import { type CommandResult, type ProcessTable, runCommand } from '../../shell/processes';
import { programs } from './index';
import { labWorld, startLab } from './testlab';

const HOSTS =
  '127.0.0.1 localhost\n192.168.90.110 node1\n192.168.90.120 node2 node2.example.com\n192.168.90.130 node3\n';

describe('network tools', () => {
  let table: ProcessTable;

  beforeEach(() => {
    const world = labWorld({
      packages: ['nmap-ncat', 'net-tools'],
      nics: () => [{ name: 'v0', network: 'internal', address: 'none', mac: '02:e9:6e:0b:7f:bd' }],
    });
    table = startLab(world, { ...programs, bash }, {});
    table.runtime.transact((draft) => {
      for (const [name, address] of [
        ['node1', '192.168.90.110'],
        ['node2', '192.168.90.120'],
      ] as const) {
        const machine = draft.machines[name];
        if (!machine) throw new Error(name);
        setLink(draft, name, 'v0', true);
        addAddress(draft, name, 'v0', address, 24, { broadcast: null });
        machine.hostname = name;
        const etc = machine.root.entries.etc;
        const hosts = etc?.kind === 'directory' ? etc.entries.hosts : undefined;
        if (hosts?.kind === 'file') hosts.content = HOSTS;
      }
    });
  });

  function run(command: string): Promise<CommandResult> {
    return runCommand(table, { machine: 'node1', command, limit: 60_000 });
  }

  /** Round trips are made up. */
  function timeless(result: CommandResult): CommandResult {
    return {
      ...result,
      stdout: result.stdout.replace(/\d+\.\d+( ms|\/)/g, '<t>$1').replace(/time \d+ms/, 'time <t>ms'),
    };
  }

  it('pings a neighbour as recorded', async () => {
    expect(timeless(await run('ping -c 3 node2'))).toEqual({
      status: 0,
      stdout: `PING node2 (192.168.90.120) 56(84) bytes of data.
64 bytes from node2 (192.168.90.120): icmp_seq=1 ttl=64 time=<t> ms
64 bytes from node2 (192.168.90.120): icmp_seq=2 ttl=64 time=<t> ms
64 bytes from node2 (192.168.90.120): icmp_seq=3 ttl=64 time=<t> ms

--- node2 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time <t>ms
rtt min/avg/max/mdev = <t>/<t>/<t>/<t> ms
`,
      stderr: '',
    });
  });

  it('tells of an unreachable neighbour as recorded', async () => {
    expect(timeless(await run('ping -c 2 node3'))).toEqual({
      status: 1,
      stdout: `PING node3 (192.168.90.130) 56(84) bytes of data.
From node1 (192.168.90.110) icmp_seq=1 Destination Host Unreachable
From node1 (192.168.90.110) icmp_seq=2 Destination Host Unreachable

--- node3 ping statistics ---
2 packets transmitted, 0 received, +2 errors, 100% packet loss, time <t>ms
pipe 2
`,
      stderr: '',
    });
  });

  it.each([
    ['ping -c 1 nosuchhost', 2, '', 'ping: nosuchhost: Temporary failure in name resolution\n'],
    ['ping -c 1 10.9.9.9', 2, '', 'ping: connect: Network is unreachable\n'],
    ['ping', 1, '', 'ping: usage error: Destination address required\n'],
    ['ping -c 0 node2', 1, '', "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807\n"],
    [
      'ip -br a',
      0,
      'lo               UNKNOWN        127.0.0.1/8 ::1/128 \nv0               UP             192.168.90.110/24 fe80::e9:6eff:fe0b:7fbd/64 \n',
      '',
    ],
    ['ip r', 0, '192.168.90.0/24 dev v0 proto kernel scope link src 192.168.90.110 \n', ''],
    ['ip r get 192.168.90.120', 0, '192.168.90.120 dev v0 src 192.168.90.110 uid 0 \n    cache \n', ''],
    ['ip a show nosuch', 1, '', 'Device "nosuch" does not exist.\n'],
    ['ip foo', 1, '', 'Object "foo" is unknown, try "ip help".\n'],
    ['ip addr add 192.168.90.110/24 dev v0', 2, '', 'Error: ipv4: Address already assigned.\n'],
    ['ip link set nosuch up', 1, '', 'Cannot find device "nosuch"\n'],
    ['ip route add default via 10.1.1.1', 2, '', 'Error: Nexthop has invalid gateway.\n'],
    ['ip addr del 1.2.3.4/24 dev v0', 2, '', 'Error: ipv4: Address not found.\n'],
    ['getent hosts node2', 0, '192.168.90.120  node2 node2.example.com\n', ''],
    ['getent hosts nosuch', 2, '', ''],
    ['getent ahosts node2', 0, '192.168.90.120  STREAM node2\n192.168.90.120  DGRAM  \n192.168.90.120  RAW    \n', ''],
    ['curl -sS http://nosuch/', 6, '', 'curl: (6) Could not resolve host: nosuch\n'],
    ['curl -sS -m 3 http://node3/', 28, '', 'curl: (28) Connection timed out after 3001 milliseconds\n'],
    ['curl -sS http://node2/', 7, '', 'curl: (7) Failed to connect to node2 port 80: Connection refused\n'],
    ['ss -npltu', 0, 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n', ''],
    ['ss -tn', 0, 'State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n', ''],
    ['hostname -f', 0, 'node1\n', ''],
    ['hostname -I', 0, '192.168.90.110 \n', ''],
  ])('answers %s as recorded', async (command, status, stdout, stderr) => {
    expect(await run(command)).toEqual({ status, stdout, stderr });
  });

  it('shows interfaces in full', async () => {
    expect(
      (await run('ip a')).stdout,
    ).toBe(`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host 
       valid_lft forever preferred_lft forever
2: v0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 02:e9:6e:0b:7f:bd brd ff:ff:ff:ff:ff:ff
    inet 192.168.90.110/24 scope global v0
       valid_lft forever preferred_lft forever
    inet6 fe80::e9:6eff:fe0b:7fbd/64 scope link 
       valid_lft forever preferred_lft forever
`);
    expect((await run('ip link')).stdout).toContain('state UP mode DEFAULT group default qlen 1000\n');
    expect((await run('ip -c -4 a show v0')).stdout).toContain(
      '    inet \u001b[35m192.168.90.110\u001b[0m/24 scope global v0\n',
    );
  });

  it('adds and removes addresses and routes for real', async () => {
    await run('ip addr add 192.168.90.250/24 brd + dev v0');
    expect((await run('ip -4 -o addr show dev v0')).stdout).toContain(
      '2: v0    inet 192.168.90.250/24 brd 192.168.90.255 scope global secondary v0\\       valid_lft forever preferred_lft forever\n',
    );
    expect((await runCommand(table, { machine: 'node2', command: 'ping -c1 -q 192.168.90.250' })).status).toBe(0);
    await run('ip addr del 192.168.90.250/24 dev v0; ip route add default via 192.168.90.1');
    expect((await run('ip r')).stdout).toBe(
      'default via 192.168.90.1 dev v0 \n192.168.90.0/24 dev v0 proto kernel scope link src 192.168.90.110 \n',
    );
    expect((await run('ip r del default; ip r del default')).stderr).toBe('RTNETLINK answers: No such process\n');
    expect((await run('ping -c1 -q node2; ip neigh')).stdout).toMatch(
      /192\.168\.90\.120 dev v0 lladdr \S+ REACHABLE \n$/,
    );
  });

  it('lists sockets in columns as wide as their content', async () => {
    table.runtime.transact((draft) => {
      const machine = draft.machines.node1;
      if (!machine) throw new Error('node1');
      const add = (protocol: 'tcp' | 'udp', address: string, port: number, process: string, pid: number, fd: number) =>
        listen(machine, { protocol, address, port, process, pid, fd, unit: null });
      add('udp', '192.168.90.110', 5405, 'corosync', 746, 29);
      add('tcp', '0.0.0.0', 22, 'sshd', 42, 3);
      add('tcp', '::', 22, 'sshd', 42, 4);
      add('tcp', '0.0.0.0', 2224, 'pcsd', 55, 38);
      add('tcp', '::', 2224, 'pcsd', 55, 39);
    });
    expect(
      (await run('ss -npltu')).stdout,
    ).toBe(`Netid State  Recv-Q Send-Q  Local Address:Port Peer Address:PortProcess                            
udp   UNCONN 0      0      192.168.90.110:5405      0.0.0.0:*    users:(("corosync",pid=746,fd=29))
tcp   LISTEN 0      128           0.0.0.0:22        0.0.0.0:*    users:(("sshd",pid=42,fd=3))      
tcp   LISTEN 0      128           0.0.0.0:2224      0.0.0.0:*    users:(("pcsd",pid=55,fd=38))     
tcp   LISTEN 0      128              [::]:22           [::]:*    users:(("sshd",pid=42,fd=4))      
tcp   LISTEN 0      128              [::]:2224         [::]:*    users:(("pcsd",pid=55,fd=39))     
`);
    expect((await run('ss -ltn sport = :22')).stdout.split('\n')).toHaveLength(4);
    expect((await run('nc -zv node1 22')).stderr).toContain('Ncat: Connected to 192.168.90.110:22.\n');
    expect((await run('nc -z node2 22')).stderr).toBe('Ncat: Connection refused.\n');
  });

  it('finds every holder of an address by ARP', async () => {
    table.runtime.transact((draft) => addAddress(draft, 'node2', 'v0', '192.168.90.250', 24));
    const result = await run('arping -c 1 -I v0 192.168.90.250');
    expect(result.stdout).toMatch(
      /^ARPING 192\.168\.90\.250 from 192\.168\.90\.110 v0\nUnicast reply from 192\.168\.90\.250 \[[0-9A-F:]{17}\] {2}\d\.\d{3}ms\nSent 1 probes \(1 broadcast\(s\)\)\nReceived 1 response\(s\)\n$/,
    );
  });
});
