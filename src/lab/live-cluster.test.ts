import { beforeAll, describe, expect, it } from 'vitest';
import { powerOn } from '../machine/power';
import { Simulation } from '../simulation/simulation';
import type { World } from '../world/world';
import { startWorld } from './worlds';

const NODES = ['node1', 'node2', 'node3'];
const FULL = NODES.map((name) => `${name}.example.com`).join(' ');
let ready: World;

/** Three nodes with a cluster that does without fencing, as a lab would have them. */
beforeAll(async () => {
  const simulation = new Simulation(startWorld('recording', 1));
  simulation.runtime.transact((world) => {
    for (const name of NODES) powerOn(world, name);
  });
  const listens = (name: string) => simulation.world.machines[name]?.units['pcsd.service']?.active === 'active';
  await simulation.runtime.run(60_000, () => NODES.every(listens));
  await simulation.command('node1', `pcs host auth -u hacluster -p centos ${FULL}`);
  await simulation.command('node1', `pcs cluster setup lab ${FULL} --start --wait=60`);
  await simulation.runtime.run(simulation.world.now + 30_000);
  await simulation.command('node1', 'pcs property set stonith-enabled=false');
  ready = simulation.world;
}, 60_000);

/** Runs lines on node1 of a fork (`N:` waits so many s) and gives what the last one printed. */
async function play(...lines: string[]): Promise<string> {
  const simulation = Simulation.ofFork(ready);
  let said = '';
  for (const line of lines) {
    const wait = /^(\d+):$/.exec(line);
    if (wait) await simulation.runtime.run(simulation.world.now + Number(wait[1]) * 1000);
    else {
      const { stdout, stderr } = await simulation.command('node1', line, { limit: 120_000 });
      said = stdout + stderr;
    }
  }
  return said;
}

const create = (id: string, more = '') => `pcs resource create ${id} ocf:pacemaker:Dummy ${more}`;

describe('a live cluster', () => {
  it('forgets what a deleted resource did, without asking its agent', async () => {
    const status = await play(create('a'), '5:', 'pcs resource delete a', '5:', 'crm_mon -1rf; cibadmin -Q');
    expect(status).not.toContain('a delete');
    expect(status).not.toContain('lrm_resource id="a"');
    expect(status).not.toContain('fail-count');
  });

  it('says where a resource runs after a pcs command that waits', async () => {
    expect(await play(`${create('a')} --wait`, 'pcs resource clone a --wait')).toBe(
      `Resource 'a-clone' is running on nodes ${FULL.replaceAll(' ', ', ')}.\n`,
    );
    const banned = await play(`${create('a')} --wait`, 'pcs resource ban a node1.example.com --wait');
    expect(banned).toMatch(/\nresource 'a' is running on node 'node[23].example.com'\n$/);
    const stopped = await play(
      `${create('a')} --wait`,
      'pcs resource disable a',
      '3:',
      'pcs resource ban a node1.example.com --wait',
    );
    expect(stopped).toContain("\nError: resource 'a' is not running on any node\n");
  });

  it('writes nodes and options again where a configuration without them replaces the one before', async () => {
    const status = await play(create('a'), '5:', 'pcs config checkpoint restore 1', '10:', 'crm_mon -1; pcs property');
    expect(status).toContain('Stack: corosync');
    expect(status).toContain('3 nodes configured');
    expect(status).toMatch(/Online: \[ node1.example.com node2.example.com node3.example.com \]/);
    expect(status).toContain('cluster-name: lab');
  });

  it('deletes fail counts with crm_failcount as a cleanup does', async () => {
    const fail = 'crm_resource --fail -r a -N node1.example.com';
    const count = 'crm_failcount -G -r a -N node1.example.com';
    expect(await play(create('a'), '5:', fail, '5:', count)).toBe('scope=status  name=fail-count-a value=1\n');
    const deleted = await play(
      create('a'),
      '5:',
      fail,
      '5:',
      'crm_failcount -D -r a -N node1.example.com',
      '1:',
      count,
    );
    expect(deleted).toBe('scope=status  name=fail-count-a value=0\n');
  });

  it('stops a resource with the parameters it was started with', async () => {
    const addresses = await play(
      'pcs resource create vip ocf:heartbeat:IPaddr2 ip=192.168.90.250 cidr_netmask=24',
      '5:',
      'pcs resource update vip ip=192.168.90.251',
      '5:',
      'for n in 1 2 3; do ssh -o BatchMode=yes node$n true 2>/dev/null; done; ping -c1 -W1 192.168.90.250; ping -c1 -W1 192.168.90.251',
    );
    expect(addresses).toMatch(/192\.168\.90\.250[\s\S]*100% packet loss/);
    expect(addresses).toMatch(/bytes from 192\.168\.90\.251/);
  });

  it('runs an alert agent with what happened in its CRM_alert_ variables', async () => {
    const log = await play(
      `printf '#!/bin/bash\\necho "$CRM_alert_kind $CRM_alert_task $CRM_alert_rsc $CRM_alert_desc" >> $CRM_alert_recipient\\n' > /var/lib/pacemaker/own.sh`,
      'chmod 755 /var/lib/pacemaker/own.sh; touch /tmp/alerts; chmod 666 /tmp/alerts',
      'pcs alert create id=own path=/var/lib/pacemaker/own.sh; pcs alert recipient add own value=/tmp/alerts',
      create('a'),
      'pcs constraint location a prefers node1.example.com',
      '5:',
      'cat /tmp/alerts',
    );
    expect(log.split('\n').filter((line) => line !== '')).toEqual(['resource start a ok', 'resource monitor a ok']);
  });

  it('starts a fence device whose agent can monitor it, and fails one whose agent can not', async () => {
    const agent = (rc: number) =>
      `printf '#!/bin/bash\\nexit ${rc}\\n' > /usr/sbin/fence_own; chmod 755 /usr/sbin/fence_own`;
    const other = 'pcs constraint location f avoids node2.example.com node3.example.com';
    const device = 'pcs stonith create f fence_own --force --disabled; pcs stonith enable f';
    expect(await play(agent(0), device, other, '8:', 'pcs stonith')).toContain('Started node1.example.com');
    const broken = await play(agent(1), device, other, '8:', 'crm_mon -1rf');
    expect(broken).toContain("f start on node1.example.com returned 'error'");
    expect(broken).toMatch(/\* f\s+\(stonith:fence_own\):\s+Stopped/);
  });

  it('counts failed starts one by one where they are not fatal', async () => {
    const script = `printf '#!/bin/bash\\n[ "$1" = monitor ] && exit 7\\n[ "$1" = start ] && exit 1\\nexit 0\\n'`;
    const path = '/usr/lib/ocf/resource.d/heartbeat/Broken';
    const made = `${script} > ${path}; chmod 755 ${path}`;
    const cib = `<primitive id="b" class="ocf" provider="heartbeat" type="Broken"><meta_attributes id="b-m"><nvpair id="b-t" name="migration-threshold" value="3"/></meta_attributes></primitive>`;
    const add = `cibadmin -C -o resources -X '${cib}'`;
    const here = 'pcs constraint location b avoids node2.example.com node3.example.com';
    const wait = ['10:', 'pcs resource failcount show b'];
    expect(await play(made, here, add, ...wait)).toContain('INFINITY');
    const option = 'pcs property set start-failure-is-fatal=false';
    expect(await play(made, option, add, here, ...wait)).toMatch(/node1\.example\.com: [1-9]\d*\n/);
  });

  it('takes a move for one that lasts only if nothing moves back afterwards', async () => {
    const group = [create('a', '--group g'), create('b', '--group g'), '5:'];
    const refused = await play(
      ...group,
      'pcs constraint location g prefers node2.example.com',
      '5:',
      'pcs resource move g',
    );
    expect(refused).toContain("Unable to ensure that moved resource 'g' will stay on the same node");
  });
});
