import { Kernel } from '../kernel/kernel';
import { Runtime } from '../kernel/runtime';
import type { Machine } from '../world/machine';
import type { Network } from '../world/network';
import type { World } from '../world/world';
import type {
  LabCatalogue,
  SimulationFactory,
  SimulationPort,
  TerminalEvents,
  TerminalPort,
  TerminalState,
} from './ports';

/** A small world and a toy shell for the engine's own tests. Nothing else may use it. */

function fakeMachine(name: string, kind: Machine['kind']): Machine {
  const index = name.replace(/\D/g, '');
  return {
    name,
    kind,
    power: 'running',
    hostname: `${name}.example.com`,
    network: {
      nics:
        kind === 'hypervisor'
          ? []
          : [
              {
                name: 'eth1',
                mac: `52:54:00:00:00:0${index}`,
                network: 'internal',
                plugged: true,
                up: true,
                mtu: 1500,
                addresses: [
                  { address: `192.168.90.1${index}0`, prefix: 24, origin: 'static', label: null, secondary: false },
                ],
              },
            ],
      routes: [],
      sockets: [],
      firewall: null,
      activeConnections: {},
    },
    processes: {},
    units: {},
    log: [],
    root: { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, entries: {} },
    packages: {},
    corosync: null,
    pacemaker: null,
  } as unknown as Machine;
}

export function fakeWorld(): World {
  const machines = ['host', 'node1', 'node2'].map((name) =>
    fakeMachine(name, name === 'host' ? 'hypervisor' : 'guest'),
  );
  const internal: Network = {
    name: 'internal',
    bridge: 'virbr1',
    address: null,
    forward: 'none',
    dhcp: null,
    active: true,
    autostart: true,
  };
  return {
    format: 2,
    name: 'fake',
    now: 0,
    epoch: Date.UTC(2023, 4, 8),
    random: [1, 2, 3, 4],
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: Object.fromEntries(machines.map((machine) => [machine.name, machine])),
    networks: { internal },
    faults: [],
  };
}

/** A shell that knows `sleep MS`, `yes`, `loop`, `ping` and `name TEXT` (sets the host name). */
class FakeTerminal implements TerminalPort {
  state: TerminalState = 'prompt';
  command = '';
  #line = '';
  #paused = false;
  #stopped = false;
  #wake: (() => void) | null = null;

  constructor(
    readonly machine: string,
    readonly runtime: Runtime,
    private readonly events: TerminalEvents,
  ) {
    runtime.spawn('shell', async (task) => {
      this.events.output('$ ');
      for (;;) {
        const line = await task.park<string>((wake) => {
          this.#wake = () => wake(this.#take());
        });
        this.#stopped = false;
        this.command = line;
        const [name, argument = ''] = line.split(' ');
        this.state = name === 'ping' ? 'realtime' : 'work';
        const goOn = () => !this.#stopped;
        if (name === 'sleep') await task.sleep(Number(argument));
        else if (name === 'ping') while (goOn()) await this.#print(task, 'pong\r\n', 1000);
        else if (name === 'yes') while (goOn()) await this.#print(task, 'y\r\n'.repeat(100), 0);
        else if (name === 'loop') while (goOn()) await task.pass();
        else if (name === 'name')
          runtime.transact((world) => {
            const machine = world.machines[this.machine];
            if (machine) machine.hostname = argument;
          });
        this.state = 'prompt';
        this.command = '';
        this.events.output('$ ');
      }
    });
  }

  async #print(task: Parameters<Parameters<Runtime['spawn']>[1]>[0], text: string, wait: number): Promise<void> {
    if (this.#paused) {
      await task.park<void>((wake) => {
        this.#wake = () => wake();
      });
      return;
    }
    this.events.output(text);
    if (wait > 0) await task.sleep(wait);
    else await task.pass();
  }

  #take(): string {
    const line = this.#line;
    this.#line = '';
    return line;
  }

  input(data: string): void {
    if (data.includes('\x03')) {
      this.#stopped = true;
      this.#wake?.();
      return;
    }
    const end = data.indexOf('\r');
    this.#line += end < 0 ? data : data.slice(0, end);
    this.events.output(data.replace('\r', '\r\n'));
    if (end >= 0 && this.state === 'prompt') this.#wake?.();
  }

  resize(): void {}

  pauseOutput(paused: boolean): void {
    this.#paused = paused;
    if (!paused && this.state === 'work') this.#wake?.();
  }

  close(): void {
    this.state = 'closed';
  }
}

class FakeSimulation implements SimulationPort {
  readonly runtime: Runtime;

  constructor(world: World) {
    this.runtime = new Runtime(new Kernel(world, {} as ConstructorParameters<typeof Kernel>[1]));
  }

  openTerminal(machine: string, _columns: number, _rows: number, events: TerminalEvents): TerminalPort {
    return new FakeTerminal(machine, this.runtime, events);
  }

  save(): string {
    return JSON.stringify(this.runtime.world);
  }
}

export const fakeFactory: SimulationFactory = {
  fresh: async () => fakeWorld(),
  labStart: async () => null,
  run: (world) => new FakeSimulation(world),
  parse: (saved) => {
    const world = JSON.parse(saved) as World;
    if (world.format !== 2) throw new Error(`its format is ${String(world.format)}, this program reads 2`);
    return world;
  },
};

/** One lab: give node1 the host name `right`. */
export const fakeLabs: LabCatalogue = {
  labs: [{ id: 'names', title: { ko: '이름', en: 'Names' }, world: 'fake', prepared: false }],
  load: async () => ({
    id: 'names',
    machines: ['node1'],
    goals: [{ id: 'g1', level: 'required', text: { ko: '이름', en: 'Name' }, latched: false }],
    text: (language) => `# ${language}`,
    start: async () => fakeWorld(),
    judge: async (world) => {
      const met = world.machines.node1?.hostname === 'right';
      return [
        { goal: 'g1', verdict: met ? 'met' : 'unmet', reason: { ko: met ? '' : '틀림', en: met ? '' : 'wrong' } },
      ];
    },
    glimpse: () => [],
    note: () => {},
    hint: async (_world, goal, step) => ({
      goal: goal ?? 'g1',
      step,
      steps: 3,
      text: { ko: '힌트', en: 'hint' },
      type: null,
    }),
    exam: async (_world, progress) => {
      await progress(1, 1);
      return { passed: true, faults: [] };
    },
  }),
};
