import { beforeAll, describe, expect, it } from 'vitest';
import { powerOff } from '../machine/power';
import { parseWorld, Simulation } from '../simulation/simulation';
import type { World } from '../world/world';
import { startWorld } from './worlds';

const NODES = ['node1', 'node2', 'node3'];
const names = NODES.map((name) => `${name}.example.com`).join(' ');

/** A script as a student writes it: the resource is a file, and files in /tmp make it slow or make it fail. */
const SCRIPT = `#!/bin/sh
: \${OCF_FUNCTIONS_DIR=\${OCF_ROOT}/lib/heartbeat}
. \${OCF_FUNCTIONS_DIR}/ocf-shellfuncs
state=\${HA_RSCTMP}/mine-\${OCF_RESOURCE_INSTANCE}
meta_data() {
cat <<END
<?xml version="1.0"?>
<resource-agent name="Mine" version="0.1">
<version>1.0</version>
<longdesc lang="en">What it is, at length.</longdesc>
<shortdesc lang="en">An agent of my own</shortdesc>
<parameters>
<parameter name="color" required="1">
<longdesc lang="en">A colour</longdesc>
<shortdesc lang="en">Colour</shortdesc>
<content type="string"/>
</parameter>
</parameters>
<actions>
<action name="start" timeout="20s"/>
<action name="stop" timeout="20s"/>
<action name="monitor" timeout="20s" interval="10s"/>
<action name="meta-data" timeout="5s"/>
</actions>
</resource-agent>
END
}
mine_start() {
  [ -f /tmp/slow ] && sleep 60
  [ -f /tmp/fail ] && { ocf_exit_reason "%s says no" /tmp/fail; return $OCF_ERR_GENERIC; }
  ocf_log info "starting in $OCF_RESKEY_color"
  touch $state
}
mine_monitor() {
  [ -f $state ] || return $OCF_NOT_RUNNING
}
case $1 in
meta-data) meta_data;;
start) mine_start;;
stop) rm -f $state;;
monitor) mine_monitor;;
*) exit $OCF_ERR_UNIMPLEMENTED;;
esac
`;

let cluster: World;

/** A running cluster of three nodes without fencing, on all of which the script and a web server are installed. */
async function makeCluster(): Promise<World> {
  const simulation = new Simulation(startWorld('ready', 1));
  for (const node of NODES) {
    await simulation.command(node, 'dnf -y install httpd');
    await simulation.command(node, 'firewall-cmd --add-service=http; hostname > /var/www/html/index.html');
    await simulation.command(node, 'cat > /etc/httpd/conf.d/server-status.conf', {
      stdin: '<Location /server-status>\nSetHandler server-status\nRequire local\n</Location>\n',
    });
    await simulation.command(
      node,
      'mkdir /usr/lib/ocf/resource.d/student; cat > /usr/lib/ocf/resource.d/student/Mine',
      {
        stdin: SCRIPT,
      },
    );
    await simulation.command(node, 'chmod 755 /usr/lib/ocf/resource.d/student/Mine');
  }
  await simulation.command('node1', `pcs host auth -u hacluster -p centos ${names}`);
  await simulation.command('node1', `pcs cluster setup lab ${names} --start --wait=90`);
  await simulation.command('node1', 'pcs property set stonith-enabled=false');
  await simulation.runtime.run(simulation.world.now + 5000);
  return simulation.world;
}

/** The node that a resource runs on, as `crm_resource --locate` tells. */
async function whereIs(simulation: Simulation, resource: string): Promise<string> {
  const { stdout } = await simulation.command('node1', `crm_resource --locate --resource ${resource} 2>/dev/null`);
  return /is running on: (node\d)/.exec(stdout)?.[1] ?? '';
}

/** Nodes on which the script's resource is there. */
async function started(simulation: Simulation): Promise<string[]> {
  const nodes: string[] = [];
  for (const node of NODES)
    if ((await simulation.command(node, 'ls /run/resource-agents/mine-mine')).status === 0) nodes.push(node);
  return nodes;
}

async function wait(simulation: Simulation, seconds: number): Promise<void> {
  await simulation.runtime.run(simulation.world.now + seconds * 1000);
}

beforeAll(async () => {
  cluster = await makeCluster();
}, 120_000);

describe('an OCF script of a student', () => {
  it('is listed and described by what it says of itself, and its required parameters are asked for', async () => {
    const simulation = Simulation.ofFork(cluster);
    const type = async (command: string) => simulation.command('node1', command);
    expect((await type('pcs resource list ocf:student')).stdout).toBe('ocf:student:Mine - An agent of my own\n');
    expect((await type('pcs resource describe ocf:student:Mine')).stdout).toContain('  color (required): A colour\n');
    expect((await type('crm_resource --show-metadata ocf:student:Mine')).stdout).toContain(
      '<resource-agent name="Mine"',
    );
    const refused = await type('pcs resource create mine ocf:student:Mine');
    expect(refused.stderr).toContain("Error: required resource option 'color' is missing, use --force to override\n");
    await type('chmod 644 /usr/lib/ocf/resource.d/student/Mine');
    expect((await type('pcs resource list ocf:student')).status).toBe(1);
  });

  it('is run by the shell: it starts, is monitored, and is started again where its resource is gone', async () => {
    const simulation = Simulation.ofFork(cluster);
    await simulation.command('node1', 'pcs resource create mine ocf:student:Mine color=red');
    await wait(simulation, 5);
    const node = await whereIs(simulation, 'mine');
    expect(node).not.toBe('');
    const log = await simulation.command(node, "journalctl -t 'Mine(mine)' -o cat");
    expect(log.stdout).toBe('INFO: starting in red\n');
    await simulation.command(node, 'rm /run/resource-agents/mine-mine');
    await wait(simulation, 15);
    const { stdout } = await simulation.command('node1', 'crm_mon -1f');
    expect(stdout).toContain("monitor on node1.example.com returned 'not running'".replace('node1', node));
    expect((await simulation.command(node, 'ls /run/resource-agents')).stdout).toContain('mine-mine');
  });

  it('fails with the reason that it gives, and is killed when its time is up', async () => {
    const simulation = Simulation.ofFork(cluster);
    for (const node of NODES) await simulation.command(node, 'touch /tmp/fail');
    await simulation.command('node1', 'pcs resource create mine ocf:student:Mine color=red');
    await wait(simulation, 5);
    const failed = await simulation.command('node1', 'pcs status');
    expect(failed.stdout).toContain("returned 'error' (/tmp/fail says no)");
    for (const node of NODES) await simulation.command(node, 'rm /tmp/fail; touch /tmp/slow');
    await simulation.command('node1', 'pcs resource cleanup mine');
    await wait(simulation, 25);
    const late = await simulation.command('node1', 'pcs status');
    expect(late.stdout).toContain('Timed Out: Resource agent did not complete within 20s');
    const node = /start on (node\d)\S* could not be executed/.exec(late.stdout)?.[1] ?? '';
    expect((await simulation.command(node, 'pgrep -c sleep')).stdout).toBe('0\n');
  });

  it('is run anew from its beginning where a fork or a saved world leaves its process behind', async () => {
    const simulation = Simulation.ofFork(cluster);
    for (const node of NODES) await simulation.command(node, 'touch /tmp/slow');
    await simulation.command('node1', 'pcs resource create mine ocf:student:Mine color=red op start timeout=100s');
    await wait(simulation, 10);
    for (const copy of [Simulation.ofFork(simulation.world), new Simulation(parseWorld(simulation.save()))]) {
      expect(await started(copy)).toEqual([]);
      await wait(copy, 65);
      expect(await started(copy)).toHaveLength(1);
    }
  });

  it('dies with its machine', async () => {
    const simulation = Simulation.ofFork(cluster);
    for (const node of NODES) await simulation.command(node, 'touch /tmp/slow');
    await simulation.command('node1', 'pcs resource create mine ocf:student:Mine color=red op start timeout=100s');
    await wait(simulation, 5);
    const starter = NODES.find((name) =>
      Object.values(simulation.world.machines[name]?.processes ?? {}).some(({ command }) =>
        command.includes('Mine start'),
      ),
    );
    expect(starter).toBeDefined();
    simulation.runtime.transact((world) => powerOff(world, starter ?? ''));
    await wait(simulation, 1);
    expect([...simulation.processes.processes].filter((each) => each.machineName === starter)).toEqual([]);
  });

  it('may be a copy of a packaged agent', async () => {
    const simulation = Simulation.ofFork(cluster);
    for (const node of NODES) {
      await simulation.command(
        node,
        'sed -e "s/name=\\"Dummy\\"/name=\\"Copy\\"/" -e "s/^dummy_start() {/dummy_start() { touch \\/tmp\\/was-here;/" /usr/lib/ocf/resource.d/heartbeat/Dummy > /usr/lib/ocf/resource.d/student/Copy; chmod 755 /usr/lib/ocf/resource.d/student/Copy',
      );
    }
    await simulation.command('node1', 'pcs resource create copy ocf:student:Copy');
    await wait(simulation, 5);
    const node = await whereIs(simulation, 'copy');
    expect((await simulation.command(node, 'ls /tmp/was-here /run/resource-agents/Dummy-copy.state')).status).toBe(0);
  });
});

describe('a web server in the cluster', () => {
  async function webCluster(): Promise<Simulation> {
    const simulation = Simulation.ofFork(cluster);
    const create = 'pcs resource create';
    await simulation.command(
      'node1',
      `${create} vip ocf:heartbeat:IPaddr2 ip=192.168.90.210 cidr_netmask=24 --group web`,
    );
    await simulation.command(
      'node1',
      `${create} site ocf:heartbeat:apache statusurl=http://127.0.0.1/server-status op monitor interval=10s --group web`,
    );
    await wait(simulation, 6);
    return simulation;
  }
  const page = async (simulation: Simulation) =>
    (await simulation.command('node4', 'curl -sS http://192.168.90.210/')).stdout.trim();

  it('answers at the address from wherever the group runs', async () => {
    const simulation = await webCluster();
    const first = await whereIs(simulation, 'site');
    expect(await page(simulation)).toBe(`${first}.example.com`);
    await simulation.command('node1', `pcs node standby ${first}.example.com`);
    await wait(simulation, 8);
    const second = await whereIs(simulation, 'site');
    expect(second).not.toBe(first);
    expect(await page(simulation)).toBe(`${second}.example.com`);
  });

  it('is started past the cluster with its own parameters', async () => {
    const simulation = await webCluster();
    const elsewhere = (await whereIs(simulation, 'vip')) === 'node1' ? 'node2' : 'node1';
    const check = async () => (await simulation.command(elsewhere, 'crm_resource -r vip --force-check')).status;
    expect(await check()).toBe(7);
    const begun = (await simulation.command(elsewhere, 'pcs resource debug-start vip')).stdout;
    expect(begun).toContain('Operation force-start for vip (ocf:heartbeat:IPaddr2) returned 0 (ok)\n');
    expect(begun).toContain('INFO: Adding inet address 192.168.90.210/24 with broadcast address 192.168.90.255');
    expect(await check()).toBe(0);
    expect((await simulation.command(elsewhere, 'ip addr')).stdout).toContain('192.168.90.210/24');
  });

  it('is found dead by the next monitor after kill, and started again', async () => {
    const simulation = await webCluster();
    const node = await whereIs(simulation, 'site');
    expect((await simulation.command(node, 'pkill httpd')).status).toBe(0);
    await wait(simulation, 1);
    const refused = await simulation.command('node4', 'curl -sS http://192.168.90.210/');
    expect(refused.stderr).toContain('Connection refused');
    await wait(simulation, 13);
    const status = await simulation.command('node1', 'pcs status; pcs resource failcount show site');
    expect(status.stdout).toContain(`site 10s-interval monitor on ${node}.example.com returned 'not running'`);
    expect(status.stdout).toContain(`${node}.example.com: 1`);
    expect(await page(simulation)).toBe(`${node}.example.com`);
  });

  it("doesn't start without its status page, nor while another one has the port", async () => {
    const simulation = Simulation.ofFork(cluster);
    for (const node of NODES) await simulation.command(node, 'rm /etc/httpd/conf.d/server-status.conf');
    await simulation.command('node1', 'pcs resource create site ocf:heartbeat:apache');
    await wait(simulation, 10);
    const status = await simulation.command('node1', 'pcs status');
    expect(status.stdout).toContain("returned 'error' (Failed to access httpd status page.)");
    await simulation.command('node1', 'systemctl start httpd');
    const second = await simulation.command('node1', 'httpd');
    expect(second.status).toBe(0);
    expect(second.stdout).toMatch(/^httpd \(pid \d+\) already running\n$/);
  });

  it('may be a unit of systemd', async () => {
    const simulation = Simulation.ofFork(cluster);
    await simulation.command('node1', 'pcs resource create site systemd:httpd op monitor interval=10s');
    await wait(simulation, 6);
    const node = await whereIs(simulation, 'site');
    await simulation.command(node, 'systemctl stop httpd');
    await wait(simulation, 16);
    const status = await simulation.command('node1', 'pcs status');
    expect(status.stdout).toContain(`site 10s-interval monitor on ${node}.example.com returned 'not running'`);
    expect((await simulation.command(node, 'curl -s http://127.0.0.1/')).stdout).toBe(`${node}.example.com\n`);
  });
});

describe('a file system in the cluster', () => {
  it('is a directory bound elsewhere: what is written at one place is seen at the other', async () => {
    const simulation = Simulation.ofFork(cluster);
    for (const node of NODES) await simulation.command(node, 'mkdir /data');
    await simulation.command(
      'node1',
      'pcs resource create fs ocf:heartbeat:Filesystem device=/data directory=/srv/web fstype=none options=bind',
    );
    await wait(simulation, 5);
    const node = await whereIs(simulation, 'fs');
    const seen = await simulation.command(node, 'echo hello > /srv/web/a; cat /data/a; findmnt -n -o TARGET /srv/web');
    expect(seen.stdout).toBe('hello\n/srv/web\n');
    await simulation.command('node1', 'pcs resource disable fs --wait=20');
    expect((await simulation.command(node, 'ls /srv/web; ls /data')).stdout).toBe('a\n');
  });

  it("can't be mounted from a device that isn't there", async () => {
    const simulation = Simulation.ofFork(cluster);
    await simulation.command('node1', 'pcs resource create fs Filesystem device=/dev/sdz1 directory=/mnt fstype=ext4');
    await wait(simulation, 8);
    const { stdout } = await simulation.command('node1', 'pcs status');
    expect(stdout).toContain("'not installed' (Couldn't find device [/dev/sdz1]. Expected /dev/??? to exist)");
  });

  it('ends who still works in it when it is stopped', async () => {
    const simulation = Simulation.ofFork(cluster);
    await simulation.command('node1', 'pcs resource create fs Filesystem device=tmpfs directory=/mnt fstype=tmpfs');
    await wait(simulation, 5);
    const node = await whereIs(simulation, 'fs');
    const busy = await simulation.command(node, '(cd /mnt; exec sleep 500) & sleep 1; umount /mnt');
    expect(busy.stderr).toBe('umount: /mnt: target is busy.\n');
    await simulation.command('node1', 'pcs resource disable fs --wait=30');
    expect((await simulation.command(node, 'pgrep -c sleep; findmnt /mnt')).stdout).toBe('0\n');
  });
});

describe('ocf:pacemaker:ping', () => {
  it('counts the hosts that answer in a node attribute', async () => {
    const simulation = Simulation.ofFork(cluster);
    const hosts = '192.168.90.1 192.168.122.1';
    await simulation.command(
      'node1',
      `pcs resource create conn ocf:pacemaker:ping host_list="${hosts}" multiplier=1000 op monitor interval=10s clone`,
    );
    await wait(simulation, 10);
    const value = async () =>
      (await simulation.command('node1', 'attrd_updater -Q -n pingd -N node1.example.com')).stdout;
    expect(await value()).toContain('value="2000"');
    await simulation.command('node1', 'ip link set eth0 down');
    await wait(simulation, 30);
    expect(await value()).toContain('value="1000"');
  });
});

describe('a disk of a guest', () => {
  it('keeps what was made on it when it moves to another guest, and over a reboot', async () => {
    const simulation = Simulation.ofFork(cluster);
    const image = '/var/lib/libvirt/images/data.qcow2';
    await simulation.command('host', `qemu-img create -f qcow2 ${image} 1G; virsh attach-disk node1 ${image} vdb`);
    await simulation.command('node1', 'mkfs.xfs /dev/vdb && mount /dev/vdb /mnt && echo kept > /mnt/f');
    const twice = await simulation.command('host', `virsh attach-disk node2 ${image} vdb`);
    expect(twice.stderr).toContain('Failed to get "write" lock');
    await simulation.command('node1', 'umount /mnt');
    await simulation.command('host', `virsh detach-disk node1 vdb; virsh attach-disk node2 ${image} vdb`);
    expect((await simulation.command('node2', 'mount /dev/vdb /mnt; cat /mnt/f')).stdout).toBe('kept\n');
    await simulation.command('host', 'virsh reset node2');
    await wait(simulation, 60);
    expect((await simulation.command('node2', 'ls /mnt; mount /dev/vdb /mnt; cat /mnt/f')).stdout).toBe('kept\n');
  });
});

describe('ocf:heartbeat:IPaddr2', () => {
  it("fails where its network's interface is down, and goes to another node", async () => {
    const simulation = Simulation.ofFork(cluster);
    await simulation.command('node1', 'pcs resource create vip IPaddr2 ip=192.168.122.222 op monitor interval=10s');
    await wait(simulation, 5);
    const first = await whereIs(simulation, 'vip');
    await simulation.command(first, 'ip link set eth0 down');
    await wait(simulation, 15);
    const status = await simulation.command('node1', 'pcs status');
    // The failed start has taken the place of the failed monitor.
    expect(status.stdout).toContain(`vip start on ${first}.example.com returned 'error' ([findif] failed)`);
    expect(await whereIs(simulation, 'vip')).not.toBe(first);
  });

  it("doesn't know where an address of no network belongs, unless interface and netmask are given", async () => {
    const simulation = Simulation.ofFork(cluster);
    const script = '/usr/lib/ocf/resource.d/heartbeat/IPaddr2';
    const start = async (parameters: string) => simulation.command('node1', `${parameters} ${script} start`);
    expect(await start('OCF_RESKEY_ip=10.9.9.9')).toMatchObject({ status: 1 });
    expect(await start('OCF_RESKEY_ip=10.9.9.9 OCF_RESKEY_nic=eth9')).toMatchObject({ status: 6 });
    expect(await start('OCF_RESKEY_ip=10.9.9.9 OCF_RESKEY_nic=eth1')).toMatchObject({ status: 1 });
    expect(await start('OCF_RESKEY_ip=10.9.9.9 OCF_RESKEY_nic=eth1 OCF_RESKEY_cidr_netmask=24')).toMatchObject({
      status: 0,
    });
    expect((await simulation.command('node1', 'ip -br addr show eth1')).stdout).toContain('10.9.9.9/24');
  });
});
