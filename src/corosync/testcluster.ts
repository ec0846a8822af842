import { connectivityReaction } from '../kernel/connectivity';
import { Kernel } from '../kernel/kernel';
import { writeFile } from '../machine/files';
import { addFault, cutBetween, removeFaults } from '../network/faults';
import { testMachine, testNic, testWorld } from '../network/testworld';
import type { CorosyncState } from '../world/corosync';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { COROSYNC_CONF, formatCorosyncConf, newSection } from './config';
import { services } from './daemon';
import { corosyncHandlers } from './handlers';
import type { MembershipChange } from './membership';
import { ringText } from './membership';
import { AUTHKEY } from './problems';
import { quorumFlags } from './quorum';

const UNIT = 'corosync.service';

/** corosync.conf as `pcs cluster setup` writes it for so many nodes. */
export function clusterConf(
  nodes: number,
  quorum: [string, string][] = [],
  totem: [string, string][] = [],
  nodeValues: (node: number) => [string, string][] = () => [],
): string {
  return formatCorosyncConf(
    newSection(
      '',
      [],
      [
        newSection('totem', [
          ['version', '2'],
          ['cluster_name', 'ha_cluster_lab'],
          ['transport', 'knet'],
          ['crypto_cipher', 'aes256'],
          ['crypto_hash', 'sha256'],
          ...totem,
        ]),
        newSection(
          'nodelist',
          [],
          Array.from({ length: nodes }, (_, index) =>
            newSection('node', [
              ['ring0_addr', `node${index + 1}.example.com`],
              ['name', `node${index + 1}.example.com`],
              ['nodeid', `${index + 1}`],
              ...nodeValues(index + 1),
            ]),
          ),
        ),
        newSection('quorum', [['provider', 'corosync_votequorum'], ...quorum]),
        newSection('logging', [
          ['to_logfile', 'yes'],
          ['logfile', '/var/log/cluster/corosync.log'],
          ['to_syslog', 'yes'],
          ['timestamp', 'on'],
        ]),
      ],
    ),
  );
}

/** Some nodes with corosync configured and not running, on one network, for tests. */
export function clusterWorld(nodes: number, conf = clusterConf(nodes, nodes === 2 ? [['two_node', '1']] : [])): World {
  const names = Array.from({ length: nodes }, (_, index) => index + 1);
  const hosts = names
    .map((node) => `192.168.90.${100 + 10 * node} node${node}.example.com node${node}\n10.0.0.${node} node${node}-b\n`)
    .join('');
  const machines = names.map((node) => {
    const nics = [
      testNic('eth1', 'internal', `52:54:00:01:90:0${node}`, `192.168.90.${100 + 10 * node}/24`),
      testNic('eth0', 'default', `52:54:00:01:00:0${node}`, `10.0.0.${node}/24`),
    ];
    const machine: Machine = {
      ...testMachine(`node${node}`, nics, hosts),
      distribution: 'debian-12',
      boot: 1,
      processes: {},
      units: {},
      log: [],
      corosync: null,
    };
    writeFile(machine, COROSYNC_CONF, conf, { time: 0, makeParents: true });
    writeFile(machine, AUTHKEY, 'key', { time: 0, mode: 0o400 });
    return machine;
  });
  return testWorld(...machines);
}

/** Drives daemons of a world without systemd. */
export class TestCluster {
  readonly kernel: Kernel;
  readonly changes: { time: number; machine: string; change: MembershipChange }[] = [];

  constructor(world: World) {
    const listen = (draft: World, machine: string, change: MembershipChange) => {
      this.changes.push({ time: draft.now, machine, change: JSON.parse(JSON.stringify(change)) as MembershipChange });
    };
    this.kernel = new Kernel(world, corosyncHandlers([listen]), [connectivityReaction]);
  }

  get world(): World {
    return this.kernel.world;
  }

  get now(): number {
    return this.world.now;
  }

  machine(name: string, world: World = this.world): Machine {
    const machine = world.machines[name];
    if (!machine) throw new Error(`no machine ${name}`);
    return machine;
  }

  corosync(name: string): CorosyncState {
    const { corosync } = this.machine(name);
    if (!corosync) throw new Error(`corosync doesn't run on ${name}`);
    return corosync;
  }

  start(...names: string[]): void {
    this.kernel.transact((world) => {
      for (const name of names) {
        const machine = this.machine(name, world);
        machine.power = 'running';
        const pid = 400 + world.sequence++;
        const result = services[UNIT]?.start(world, machine, pid);
        if (result?.kind !== 'starting') throw new Error(`corosync doesn't start on ${name}`);
      }
    });
  }

  stop(name: string): void {
    const time = this.kernel.transact((world) => services[UNIT]?.stop(world, this.machine(name, world)));
    this.run(typeof time === 'number' ? time : 0);
    this.kernel.transact((world) => services[UNIT]?.ended(world, this.machine(name, world), { kind: 'stopped' }));
  }

  kill(name: string): void {
    this.kernel.transact((world) =>
      services[UNIT]?.ended(world, this.machine(name, world), { kind: 'signal', signal: 'KILL' }),
    );
  }

  /** Stops the process by SIGSTOP, or lets it go on. */
  freeze(name: string, stopped: boolean): void {
    this.kernel.transact((world) => {
      const machine = this.machine(name, world);
      const pid = machine.corosync?.pid ?? 0;
      machine.processes[pid] = { state: stopped ? 'T' : 'S' } as Machine['processes'][string];
    });
  }

  powerOff(name: string): void {
    this.kernel.transact((world) => {
      const machine = this.machine(name, world);
      machine.power = 'off';
      machine.corosync = null;
      machine.network.sockets = [];
      world.queue = world.queue.filter((event) => event.machine !== name);
    });
  }

  /** `[['node1', 'node2'], ['node3']]`: nobody hears the other side. */
  partition(...groups: string[][]): void {
    this.kernel.transact((world) => cutBetween(world, groups, 'internal'));
  }

  cutOneWay(from: string, to: string): void {
    this.kernel.transact((world) => addFault(world, { network: 'internal', from, to, bothWays: false }));
  }

  heal(): void {
    this.kernel.transact((world) => removeFaults(world));
  }

  run(ms: number): void {
    const until = this.now + ms;
    for (let next = this.kernel.nextEventTime; next !== undefined && next <= until; next = this.kernel.nextEventTime) {
      this.kernel.step();
    }
    this.kernel.advance(until);
  }

  /** Starts all nodes and waits for them. */
  up(): this {
    this.start(...Object.keys(this.world.machines));
    this.run(8000);
    return this;
  }

  /** `1.d 1 2 3 quorate`, or `-` when the daemon doesn't run. */
  view(name: string): string {
    const { corosync } = this.machine(name);
    if (!corosync) return '-';
    const { quorum } = corosync;
    return `${ringText(quorum.ring)} ${quorum.members.join(' ')}${quorum.quorate ? ' quorate' : ''}`;
  }

  flags(name: string): string {
    const { settings, quorum } = this.corosync(name);
    return quorumFlags(settings, quorum).join(' ');
  }

  /** Journal lines of a machine since a time, with ms since then. */
  journal(name: string, since = 0): string[] {
    return this.machine(name)
      .log.filter((entry) => entry.time >= since)
      .map((entry) => `${entry.time - since}${entry.message}`);
  }
}
