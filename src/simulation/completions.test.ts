import { beforeAll, describe, expect, it, test } from 'vitest';
import { COROSYNC_CONF } from '../corosync/config';
import { clusterConf } from '../corosync/testcluster';
import { seedRandom } from '../kernel/random';
import { writeFile } from '../machine/files';
import { makeMachine } from '../machine/image';
import { powerOn } from '../machine/power';
import { TerminalSession } from '../shell/terminal';
import type { World } from '../world/world';
import { completions, families } from './completions';
import { Simulation } from './simulation';

const EPOCH = Date.UTC(2023, 4, 8);

function world(): World {
  const node = makeMachine({
    name: 'node1',
    nics: [{ name: 'eth0', network: null, address: '192.168.90.11/24' }],
    packages: ['pcs', 'pacemaker', 'corosync', 'resource-agents', 'fence-agents-all', 'firewalld'],
    time: EPOCH,
  });
  const host = makeMachine({ name: 'host', kind: 'hypervisor', distribution: 'debian-12', time: EPOCH });
  writeFile(
    node,
    '/etc/hosts',
    '127.0.0.1 localhost\n192.168.90.11 node1.example.com\n192.168.90.12 node2.example.com\n',
    {
      time: EPOCH,
    },
  );
  writeFile(node, '/root/.ssh/config', 'Host storage web*\n  User root\n', { time: EPOCH, makeParents: true });
  writeFile(node, COROSYNC_CONF, clusterConf(2), { time: EPOCH, makeParents: true });
  return {
    format: 2,
    name: 'completion',
    now: 0,
    epoch: EPOCH,
    random: seedRandom(1),
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: { node1: node, host },
    networks: {},
    faults: [],
  };
}

async function open(machine: string, columns = 80) {
  const simulation = new Simulation(world());
  simulation.runtime.transact((draft) => {
    powerOn(draft, machine);
  });
  await simulation.runtime.run(60_000);
  let screen = '';
  const session = new TerminalSession(simulation.processes, {
    machine,
    columns,
    rows: 24,
    output: (data) => {
      screen += data;
    },
  });
  const type = async (keys: string): Promise<string> => {
    screen = '';
    session.input(keys);
    await simulation.runtime.run(simulation.world.now + 500);
    return screen.replace(/\x1b\[\?2004[hl]\r?/g, '');
  };
  await type('');
  await type("PS1='$ '\r");
  return {
    type,
    /** What a line becomes when Tab is pressed at its end; the line is dropped afterwards. */
    async tab(line: string, keys = '\t'): Promise<string> {
      const shown = await type(line + keys);
      await type('\x15');
      return shown;
    },
  };
}

test('the families have exactly the completers that are named for them', async () => {
  for (const { names, load } of families) {
    expect(Object.keys((await load()).completions).sort()).toEqual([...names].sort());
  }
  expect(Object.keys(completions)).toContain('pcs');
}, 30_000);

describe('Tab on a node', () => {
  let terminal: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    terminal = await open('node1');
  });

  it.each([
    ['pcs clu', 'pcs cluster '],
    ['pcs cluster se', 'pcs cluster setup '],
    ['pcs node standby node2', 'pcs node standby node2.example.com '],
    ['pcs resource create web ocf:heartbeat:apac', 'pcs resource create web ocf:heartbeat:apache '],
    [
      'pcs resource create vip ocf:heartbeat:IPaddr2 cidr',
      'pcs resource create vip ocf:heartbeat:IPaddr2 cidr_netmask=',
    ],
    ['pcs stonith create f fence_wa', 'pcs stonith create f fence_watchdog '],
    ['pcs property set no-quorum-p', 'pcs property set no-quorum-policy='],
    ['systemctl start corosync.', 'systemctl start corosync.service '],
    ['systemctl daemon-rel', 'systemctl daemon-reload '],
    ['systemctl stop sshd.', 'systemctl stop sshd.service '],
    ['sudo systemctl enable pcsd.', 'sudo systemctl enable pcsd.service '],
    ['journalctl -u pacem', 'journalctl -u pacemaker.service '],
    ['nmcli conn', 'nmcli connection '],
    ['nmcli con up et', 'nmcli con up eth0 '],
    ['firewall-cmd --add-service=high', 'firewall-cmd --add-service=high-availability '],
    ['dnf repol', 'dnf repolist '],
    ['dnf remove pacemaker-cl', 'dnf remove pacemaker-cl'],
    ['ssh node2', 'ssh node2.example.com '],
    ['ssh root@node2', 'ssh root@node2.example.com '],
    ['ssh sto', 'ssh storage '],
    ['scp node2', 'scp node2.example.com:'],
    ['scp /etc/hostn', 'scp /etc/hostname '],
    ['ping node1', 'ping node1.example.com '],
    ['cd /etc/coros', 'cd /etc/corosync/'],
    ['cat < /etc/hostn', 'cat < /etc/hostname '],
    ['passwd ro', 'passwd root '],
  ])('%s', async (line, completed) => {
    expect((await terminal.tab(line)).replaceAll('\x07', '')).toBe(completed);
  });

  it('completes what many have in common, rings, and lists at the second Tab', async () => {
    expect(await terminal.tab('pcs cl')).toBe('pcs cl\x07');
    expect(await terminal.tab('pcs cl', '\t\t')).toContain('\r\nclient   cluster  \r\n');
    const listed = await terminal.tab('pcs cluster ', '\t\t');
    expect(listed).toMatch(/\r\nauth +cib-upgrade +disable +link +setup +sync\r\n/);
    expect(listed).toContain('$ pcs cluster ');
    expect(await terminal.tab('systemctl start pc')).toBe('systemctl start pc\x07sd');
  });

  it('asks before it lists more than a hundred names', async () => {
    expect(await terminal.type('dnf install \t\t')).toMatch(/Display all \d+ possibilities\? \(y or n\)/);
    expect(await terminal.type('n')).toContain('$ dnf install ');
    await terminal.type('\x15');
  });

  it('lists the values behind an option without the option', async () => {
    const listed = await terminal.tab('firewall-cmd --zone=d', '\t\t');
    expect(listed).toMatch(/\r\ndmz +drop/);
  });

  it('completes file names where a completer knows nothing', async () => {
    expect(await terminal.tab('pcs cluster cib /etc/hostn')).toBe('pcs cluster cib /etc/hostname ');
    expect(await terminal.tab('pcs -f /etc/hostn')).toBe('pcs -f /etc/hostname ');
  });
});

it('completes domains on the hypervisor', async () => {
  const terminal = await open('host');
  expect(await terminal.tab('virsh sta')).toBe('virsh start ');
  expect(await terminal.tab('virsh start no')).toBe('virsh start node1 ');
});
