import { services as corosyncServices } from '../corosync/daemon';
import { corosyncHandlers } from '../corosync/handlers';
import { clusterWorld } from '../corosync/testcluster';
import { connectivityReaction } from '../kernel/connectivity';
import { Kernel } from '../kernel/kernel';
import { addProcess } from '../machine/systemd/processes';
import { cutBetween, removeFaults } from '../network/faults';
import type { Machine } from '../world/machine';
import type { PacemakerDaemon, PacemakerState } from '../world/pacemaker';
import type { World } from '../world/world';
import type { Element } from '../world/xml';
import { shutdownScheduler } from './controller/leaving';
import type { ControllerParts } from './controller/parts';
import { membershipListener, pacemakerHandlers, services } from './handlers';

const NO_AGENTS: ControllerParts = {
  schedule: shutdownScheduler,
  findAgent: () => undefined,
  agentFacts: () => ({ restart: null, secret: [] }),
};

/** Corosync and pacemaker on some nodes, driven without systemd. */
export class PacemakerCluster {
  readonly kernel: Kernel;

  constructor(nodes: number, parts: ControllerParts = NO_AGENTS) {
    const handlers = { ...corosyncHandlers([membershipListener]), ...pacemakerHandlers(parts) };
    const world = clusterWorld(nodes);
    for (const machine of Object.values(world.machines)) machine.pacemaker = null;
    this.kernel = new Kernel(world, handlers, [connectivityReaction]);
  }

  get world(): World {
    return this.kernel.world;
  }

  machine(name: string, world: World = this.world): Machine {
    const machine = world.machines[name];
    if (!machine) throw new Error(`no machine ${name}`);
    return machine;
  }

  pacemaker(name: string): PacemakerState {
    const { pacemaker } = this.machine(name);
    if (!pacemaker) throw new Error(`pacemaker doesn't run on ${name}`);
    return pacemaker;
  }

  /** Starts both daemons on nodes that have power. */
  start(...names: string[]): this {
    this.kernel.transact((world) => {
      for (const name of names) {
        const machine = this.machine(name, world);
        machine.power = 'running';
        corosyncServices['corosync.service']?.start(world, machine, 400 + world.sequence++);
      }
    });
    this.run(400);
    this.kernel.transact((world) => {
      for (const name of names)
        services['pacemaker.service']?.start(world, this.machine(name, world), 500 + world.sequence++);
    });
    return this;
  }

  /** Starts all nodes and waits until a DC has settled. */
  up(): this {
    this.start(...Object.keys(this.world.machines));
    this.run(30_000);
    return this;
  }

  /** Stops pacemaker and then corosync, as `pcs cluster stop` does. */
  stop(name: string): void {
    this.stopPacemaker(name);
    const time = this.kernel.transact((world) =>
      corosyncServices['corosync.service']?.stop(world, this.machine(name, world)),
    );
    this.run(typeof time === 'number' ? time : 0);
    this.kernel.transact((world) =>
      corosyncServices['corosync.service']?.ended(world, this.machine(name, world), { kind: 'stopped' }),
    );
  }

  stopPacemaker(name: string): void {
    this.kernel.transact((world) => services['pacemaker.service']?.stop(world, this.machine(name, world)));
    const done = () => this.machine(name).log.some((entry) => entry.message.includes('Shutdown complete'));
    for (let waited = 0; waited < 60_000 && !done(); waited += 10) this.run(10);
    this.kernel.transact((world) =>
      services['pacemaker.service']?.ended(world, this.machine(name, world), { kind: 'stopped' }),
    );
  }

  killCorosync(name: string): void {
    const how = { kind: 'signal', signal: 'KILL' } as const;
    this.kernel.transact((world) => corosyncServices['corosync.service']?.ended(world, this.machine(name, world), how));
  }

  startCorosync(name: string): void {
    this.kernel.transact((world) =>
      corosyncServices['corosync.service']?.start(world, this.machine(name, world), 400 + world.sequence++),
    );
  }

  killDaemon(name: string, daemon: PacemakerDaemon): void {
    const how = { kind: 'signal', signal: 'KILL' } as const;
    this.kernel.transact((world) => {
      const machine = this.machine(name, world);
      const pid = 900;
      if (machine.pacemaker) machine.pacemaker.daemons[daemon] = pid;
      services['pacemaker.service']?.childEnded?.(world, machine, pid, `pacemaker-${daemon}`, how);
    });
  }

  startPacemaker(name: string): void {
    this.kernel.transact((world) => services['pacemaker.service']?.start(world, this.machine(name, world), 950));
  }

  /** Kills pacemakerd while the daemons below it have the processes 901 to 906. */
  killPacemakerd(name: string): void {
    this.kernel.transact((world) => {
      const machine = this.machine(name, world);
      const daemons = ['based', 'fenced', 'execd', 'attrd', 'schedulerd', 'controld'] as const;
      for (const [index, daemon] of daemons.entries()) {
        const pid = 901 + index;
        const command = `/usr/libexec/pacemaker/pacemaker-${daemon}`;
        addProcess(world, machine, { command, unit: 'pacemaker.service', uid: 0, ppid: 900, pid });
        if (machine.pacemaker) machine.pacemaker.daemons[daemon] = pid;
      }
      services['pacemaker.service']?.ended(world, machine, { kind: 'signal', signal: 'KILL' });
    });
  }

  powerOff(name: string): void {
    this.kernel.transact((world) => {
      const machine = this.machine(name, world);
      machine.power = 'off';
      machine.corosync = null;
      machine.pacemaker = null;
      machine.network.sockets = [];
      machine.log = [];
      world.queue = world.queue.filter((event) => event.machine !== name);
    });
  }

  /** `[['node1', 'node2'], ['node3']]`: nobody hears the other side. */
  partition(...groups: string[][]): void {
    this.kernel.transact((world) => cutBetween(world, groups, 'internal'));
  }

  heal(): void {
    this.kernel.transact((world) => removeFaults(world));
  }

  run(ms: number): void {
    const until = this.world.now + ms;
    for (let next = this.kernel.nextEventTime; next !== undefined && next <= until; next = this.kernel.nextEventTime)
      this.kernel.step();
    this.kernel.advance(until);
  }

  /** State of a node's controller, and whom it takes for the DC: `S_NOT_DC node3.example.com`. */
  state(name: string): string {
    const { pacemaker } = this.machine(name);
    if (!pacemaker) return '-';
    return `${pacemaker.controller.state} ${pacemaker.controller.dc ?? '-'}`;
  }

  cib(name: string): Element {
    const { cib } = this.pacemaker(name);
    if (!cib) throw new Error(`no CIB on ${name}`);
    return cib;
  }

  /** Journal lines of pacemaker with ms since a time. */
  journal(name: string, since = 0): string[] {
    return this.machine(name)
      .log.filter((entry) => entry.time >= since && entry.identifier.startsWith('pacemaker'))
      .map((entry) => `${entry.time - since} ${entry.identifier}:${entry.message}`);
  }
}
