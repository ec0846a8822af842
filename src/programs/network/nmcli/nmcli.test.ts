import { describe, expect, it } from 'vitest';
import { readFileIfThere } from '../../../machine/files';
import { type ProcessTable, runProgram } from '../../../shell/processes';
import { handlers, programs } from '../index';
import { networkManager } from '../manager/service';
import { labWorld, startDaemon, startLab } from '../testlab';
import { nmcli } from './nmcli';

async function lab(): Promise<ProcessTable> {
  const table = startLab(labWorld(), programs, handlers);
  for (const name of ['node1', 'node2']) await startDaemon(table, name, 'NetworkManager.service', networkManager);
  return table;
}

async function run(table: ProcessTable, line: string, machine = 'node1') {
  const result = await runProgram(table, nmcli, line.split(' '), { machine });
  const hidden = (text: string) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uuid>');
  return { status: result.status, stdout: hidden(result.stdout), stderr: hidden(result.stderr) };
}

const COURSE =
  'nmcli con add con-name eth1 ipv4.addresses 192.168.90.110/24 ipv4.never-default yes ipv4.method manual autoconnect yes type ethernet ifname eth1';

describe('nmcli', () => {
  it('shows eth0 connected by DHCP and eth1 disconnected on a fresh machine', async () => {
    const table = await lab();
    expect((await run(table, 'nmcli device')).stdout).toBe(
      'DEVICE  TYPE      STATE                   CONNECTION \n' +
        'eth0    ethernet  connected               eth0       \n' +
        'lo      loopback  connected (externally)  lo         \n' +
        'eth1    ethernet  disconnected            --         \n',
    );
    const address = table.runtime.world.machines.node1?.network.nics[0]?.addresses[0];
    expect(address).toMatchObject({ origin: 'dynamic', prefix: 24 });
    expect((await run(table, 'nmcli -t -f NAME,DEVICE c s')).stdout).toBe('eth0:eth0\nlo:lo\n');
  });

  it("adds the course's profile with the properties before the type, and activates it", async () => {
    const table = await lab();
    expect(await run(table, COURSE)).toEqual({
      status: 0,
      stdout: "Connection 'eth1' (<uuid>) successfully added.\n",
      stderr: '',
    });
    const up = await run(table, 'nmcli con up eth1');
    expect(up.stdout).toMatch(
      /^Connection successfully activated \(D-Bus active path: \/org\/freedesktop\/NetworkManager\/ActiveConnection\/\d+\)\n$/,
    );
    expect((await run(table, 'nmcli -g IP4.ADDRESS device show eth1')).stdout).toBe('192.168.90.110/24\n');
    const machine = table.runtime.world.machines.node1;
    if (!machine) throw new Error('node1');
    const file = readFileIfThere(machine, '/etc/NetworkManager/system-connections/eth1.nmconnection') ?? '';
    expect(file.replace(/uuid=.*/, 'uuid=<uuid>')).toBe(
      '[connection]\nid=eth1\nuuid=<uuid>\ntype=ethernet\ninterface-name=eth1\n\n[ethernet]\n\n' +
        '[ipv4]\naddress1=192.168.90.110/24\nmethod=manual\nnever-default=true\n\n' +
        '[ipv6]\naddr-gen-mode=default\nmethod=auto\n\n[proxy]\n',
    );
  });

  it('warns of a second profile of the same name', async () => {
    const table = await lab();
    await run(table, COURSE);
    expect((await run(table, COURSE)).stderr).toBe(
      "Warning: There is another connection with the name 'eth1'. Reference the connection by its uuid '<uuid>'\n",
    );
  });

  it.each([
    ['nmcli con show nosuch', 10, 'Error: nosuch - no such connection profile.\n'],
    ['nmcli con up nosuch', 10, "Error: unknown connection 'nosuch'.\n"],
    [
      'nmcli con down nosuch',
      10,
      "Error: 'nosuch' is not an active connection.\nError: no active connection provided.\n",
    ],
    ['nmcli con modify nosuch ipv4.dns 1.1.1.1', 10, "Error: unknown connection 'nosuch'.\n"],
    [
      'nmcli con modify eth0 ipv4.nosuch x',
      2,
      "Error: invalid property 'nosuch': 'nosuch' not among [method, dns, dns-search, dns-options, dns-priority, addresses, gateway, routes, route-metric, route-table, routing-rules, replace-local-rule, ignore-auto-routes, ignore-auto-dns, dhcp-client-id, dhcp-iaid, dhcp-timeout, dhcp-send-hostname, dhcp-hostname, dhcp-fqdn, dhcp-hostname-flags, never-default, may-fail, required-timeout, dad-timeout, dhcp-vendor-class-identifier, link-local, dhcp-reject-servers, auto-route-ext-gw].\n",
    ],
    [
      'nmcli con modify eth0 ipv4.addresses 300.1.1.1/24',
      2,
      "Error: failed to modify ipv4.addresses: invalid IP address: Invalid IPv4 address '300.1.1.1'.\n",
    ],
    [
      'nmcli con delete nosuch',
      10,
      "Error: unknown connection 'nosuch'.\nError: cannot delete unknown connection(s): 'nosuch'.\n",
    ],
    ['nmcli dev disconnect nosuch', 10, "Error: Device 'nosuch' not found.\nError: not all devices found.\n"],
    ['nmcli foo', 2, "Error: argument 'foo' not understood. Try passing --help instead.\n"],
    ['nmcli con foo', 2, "Error: argument 'foo' not understood. Try passing --help instead.\n"],
    [
      'nmcli con add type foo',
      2,
      "Error: bad connection type: 'foo' not among [6lowpan, 802-11-olpc-mesh (olpc-mesh), 802-11-wireless (wifi), 802-3-ethernet (ethernet), adsl, bluetooth, bond, bridge, cdma, dummy, generic, gsm, infiniband, ip-tunnel, loopback, macsec, macvlan, ovs-bridge, ovs-dpdk, ovs-interface, ovs-patch, ovs-port, pppoe, team, tun, veth, vlan, vpn, vrf, vxlan, wifi-p2p, wimax, wireguard, wpan, bond-slave, bridge-slave, team-slave]\n",
    ],
  ])('answers %s as recorded', async (line, status, stderr) => {
    expect(await run(await lab(), line)).toEqual({ status, stdout: '', stderr });
  });

  it('says when NetworkManager does not run', async () => {
    const table = startLab(labWorld(), programs, handlers);
    expect(await run(table, 'nmcli con show')).toEqual({
      status: 8,
      stdout: '',
      stderr: 'Error: NetworkManager is not running.\n',
    });
  });
});
