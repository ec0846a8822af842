import type { EventHandlers } from '../kernel/events';
import { Kernel } from '../kernel/kernel';
import { seedRandom } from '../kernel/random';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { handlers as daemonHandlers, idleDaemon, oneshot, services } from './daemons';
import { type ImageOptions, makeMachine } from './image';
import { handlers as powerHandlers, powerOn } from './power';
import { registerServices, type ServiceTable } from './service';
import { handlers as unitHandlers } from './units';

/** Spring 2023: the time of the test worlds of this room. */
export const TEST_EPOCH = Date.UTC(2023, 3, 3, 9, 0, 0);

/** Handlers of the machine room, and a quiet end for what the network would notice. */
export const testHandlers: EventHandlers = {
  ...powerHandlers,
  ...unitHandlers,
  ...daemonHandlers,
  'connectivity.changed': () => {},
};

/** Daemons that rooms above supply, as far as a boot needs them. */
const standIns: ServiceTable = {
  'NetworkManager.service': idleDaemon(100),
  'NetworkManager-wait-online.service': oneshot(500),
  'sshd-keygen@.service': oneshot(100),
  'sshd.service': idleDaemon(30),
};

/** A world of freshly installed machines that are switched off. */
export function imageWorld(...machines: Machine[]): World {
  return {
    format: 2,
    name: 'machine-test',
    now: 0,
    epoch: TEST_EPOCH,
    random: seedRandom(1),
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: Object.fromEntries(machines.map((machine) => [machine.name, machine])),
    networks: {},
    faults: [],
  };
}

/** A kernel with one machine `node1` that has booted. */
export function bootedKernel(options: Partial<ImageOptions> = {}): Kernel {
  registerServices({ ...services, ...standIns });
  const machine = makeMachine({ name: 'node1', time: TEST_EPOCH, ...options });
  const kernel = new Kernel(imageWorld(machine), testHandlers);
  kernel.transact((world) => powerOn(world, machine.name));
  runFor(kernel, 30_000);
  return kernel;
}

/** Handles all events of the next `ms` of simulated time. */
export function runFor(kernel: Kernel, ms: number): void {
  const until = kernel.world.now + ms;
  while ((kernel.nextEventTime ?? Number.POSITIVE_INFINITY) <= until) kernel.step();
  kernel.advance(until);
}

/** The journal's messages of a machine, newest boot only. */
export function messages(kernel: Kernel, machine = 'node1', unit?: string): string[] {
  const own = kernel.world.machines[machine];
  return (own?.log ?? [])
    .filter((entry) => entry.boot === own?.boot && (unit === undefined || entry.unit === unit))
    .map((entry) => entry.message);
}
