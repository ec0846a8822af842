import type { Machine } from '../world/machine';
import type { Network } from '../world/network';
import type { World } from '../world/world';
import { beliefOf, nodeState } from './belief';
import { resourcesOf } from './resources';
import type { FaultView, MachineState, MachineView, NetworkView, NicView } from './view';

const NOT_RUNNING: Partial<Record<Machine['power'], MachineState>> = {
  off: 'off',
  booting: 'booting',
  stopping: 'stopping',
  paused: 'paused',
  crashed: 'crashed',
};

/** Turns worlds into what the page shows of machines, resources and networks; what hasn't changed keeps its identity. */
export class Projector {
  #machines: Record<string, MachineView> = {};
  #machinesFrom: World['machines'] | null = null;
  #resources: ReturnType<typeof resourcesOf> = { resources: {}, hold: null };
  #resourcesFrom: Record<string, MachineView> | null = null;
  #networks: Record<string, NetworkView> = {};
  #networksFrom: World['networks'] | null = null;

  machines(world: World): Record<string, MachineView> {
    if (world.machines !== this.#machinesFrom) {
      this.#machinesFrom = world.machines;
      this.#machines = mapValues(world.machines, (machine) => viewOf(world, machine));
    }
    return this.#machines;
  }

  /** Resources of the cluster, and what keeps all of them from starting. */
  resources(world: World) {
    const machines = this.machines(world);
    if (machines !== this.#resourcesFrom) {
      this.#resourcesFrom = machines;
      this.#resources = resourcesOf(world, machines);
    }
    return this.#resources;
  }

  networks(world: World): Record<string, NetworkView> {
    if (world.networks !== this.#networksFrom) {
      this.#networksFrom = world.networks;
      this.#networks = mapValues(world.networks, networkView);
    }
    return this.#networks;
  }

  faults(world: World): readonly FaultView[] {
    return world.faults;
  }
}

function mapValues<A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function viewOf(world: World, machine: Machine): MachineView {
  const cluster = machine.power === 'running' ? beliefOf(world, machine) : null;
  return {
    name: machine.name,
    kind: machine.kind,
    hostname: machine.hostname,
    power: machine.power,
    state: NOT_RUNNING[machine.power] ?? (cluster ? nodeState(machine, cluster) : 'running'),
    nics: machine.network.nics.map(nicView),
    cluster,
  };
}

function nicView(nic: Machine['network']['nics'][number]): NicView {
  const { name, network, plugged, up } = nic;
  return { name, network, plugged, up, addresses: nic.addresses.map(({ address, prefix }) => `${address}/${prefix}`) };
}

function networkView({ name, bridge, address, active }: Network): NetworkView {
  return { name, bridge, address, active };
}
