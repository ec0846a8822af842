import { create } from 'mutative';
import type { EventHandlers } from '../../kernel/events';
import { Kernel } from '../../kernel/kernel';
import { seedRandom } from '../../kernel/random';
import { Runtime } from '../../kernel/runtime';
import { type ImageNic, makeMachine } from '../../machine/image';
import type { ServiceBehaviour } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { ProcessTable } from '../../shell/processes';
import type { Distribution, Machine } from '../../world/machine';
import type { Network } from '../../world/network';
import type { World } from '../../world/world';

/** Spring 2023, the course's time. */
const EPOCH = Date.UTC(2023, 3, 3, 9, 0, 0);

export interface LabOptions {
  nodes?: number;
  packages?: readonly string[];
  distribution?: Distribution;
  /** Addressing of a node's NICs by its number. */
  nics?: (node: number) => readonly ImageNic[];
}

function network(name: string, bridge: string, address: string, forward: Network['forward']): Network {
  const base = address.replace(/\.1\/24$/, '');
  const dhcp = forward === 'nat' ? { first: `${base}.2`, last: `${base}.254` } : null;
  return { name, bridge, address, forward, dhcp, active: true, autostart: true };
}

/** A world of `host` and nodes with eth0 on `default` and eth1 on `internal`, all running without any service. */
export function labWorld(options: LabOptions = {}): World {
  const nics =
    options.nics ??
    (() => [
      { name: 'eth0', network: 'default', address: 'dhcp' },
      { name: 'eth1', network: 'internal', address: 'none' },
    ]);
  const machines: Machine[] = [makeMachine({ name: 'host', kind: 'hypervisor', time: EPOCH })];
  for (let node = 1; node <= (options.nodes ?? 2); node++) {
    machines.push(
      makeMachine({
        name: `node${node}`,
        nics: nics(node),
        time: EPOCH,
        ...(options.packages ? { packages: options.packages } : {}),
        ...(options.distribution ? { distribution: options.distribution } : {}),
      }),
    );
  }
  for (const machine of machines) machine.power = 'running';
  return {
    format: 2,
    name: 'network-test',
    now: 0,
    epoch: EPOCH,
    random: seedRandom(1),
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: Object.fromEntries(machines.map((machine) => [machine.name, machine])),
    networks: {
      default: network('default', 'virbr0', '192.168.122.1/24', 'nat'),
      internal: network('internal', 'virbr1', '192.168.90.1/24', 'none'),
    },
    faults: [],
  };
}

/** A world with programs and daemons that a test starts itself, without systemd. */
export function startLab(world: World, programs: ProgramTable, handlers: EventHandlers): ProcessTable {
  const quiet: EventHandlers = { ...handlers, 'connectivity.changed': () => undefined };
  return new ProcessTable(
    new Runtime(
      new Kernel(
        create(world, () => undefined),
        quiet,
      ),
    ),
    programs,
  );
}

/** Starts a daemon's behaviour on a machine, as systemd would, and lets it become ready. */
export async function startDaemon(
  table: ProcessTable,
  machine: string,
  unit: string,
  behaviour: ServiceBehaviour,
): Promise<void> {
  const pid = table.runtime.transact((world) => {
    const found = world.machines[machine];
    if (!found) throw new Error(machine);
    const number = found.nextPid++;
    behaviour.start(world, found, number);
    found.processes[number] = {
      pid: number,
      ppid: 1,
      uid: 0,
      command: unit,
      tty: null,
      startedAt: world.now,
      state: 'S',
      unit,
      session: false,
    };
    return number;
  });
  void pid;
  await table.runtime.run(table.runtime.world.now + 1000);
}
