import { current, isDraft } from 'mutative';
import { cancelMachineEvents } from '../kernel/events';
import { record } from '../kernel/history';
import type { Machine, MachineSnapshot } from '../world/machine';
import type { World } from '../world/world';
import { powerOff, powerOn, thaw } from './power';

function machineOf(world: World, name: string): Machine {
  const machine = world.machines[name];
  if (!machine) throw new Error(`no machine ${name}`);
  return machine;
}

/** Saves a guest as it is: its disk, and when it runs its memory and what is about to happen in it. */
export function takeSnapshot(world: World, name: string, snapshot: string, description: string): void {
  const machine = machineOf(world, name);
  const plain = isDraft(machine) ? current(machine) : machine;
  const { snapshots: _own, ...state } = plain;
  const running = machine.power !== 'off';
  const frozen = running
    ? (machine.frozen ??
      world.queue
        .filter((event) => event.machine === name)
        .map((event) => ({ ...event, time: event.time - world.now })))
    : undefined;
  const parent = machine.snapshots.find((entry) => entry.current)?.name ?? null;
  for (const entry of machine.snapshots) entry.current = false;
  machine.snapshots.push({
    name: snapshot,
    createdAt: world.now,
    parent,
    current: true,
    description,
    state: frozen ? { ...state, frozen } : state,
  });
  record(world, 'machine.snapshot', name, { snapshot });
}

/** Puts a guest back to a saved state. `start`: `running` boots it when the state is off, `paused` holds it. */
export function revertSnapshot(
  world: World,
  name: string,
  snapshot: string,
  start: 'as saved' | 'running' | 'paused',
): void {
  const machine = machineOf(world, name);
  const saved = machine.snapshots.find((entry) => entry.name === snapshot);
  if (!saved) throw new Error(`no snapshot ${snapshot}`);
  const state = isDraft(saved) ? current(saved).state : saved.state;
  const snapshots: MachineSnapshot[] = (isDraft(machine) ? current(machine) : machine).snapshots.map((entry) => ({
    ...entry,
    current: entry.name === snapshot,
  }));
  const wasOn = machine.domainId;
  if (machine.power !== 'off') powerOff(world, name);
  cancelMachineEvents(world, name);
  const processes = Object.fromEntries(Object.entries(state.processes).filter(([, process]) => !process.session));
  const next: Machine = { ...state, processes, snapshots };
  delete next.domainId;
  world.machines[name] = next;
  const restored = machineOf(world, name);
  record(world, 'machine.reverted', name, { snapshot });
  if (restored.power === 'off') {
    restored.offReason = 'from snapshot';
    if (start !== 'as saved') powerOn(world, name);
    return;
  }
  const host = Object.values(world.machines).find((other) => other.kind === 'hypervisor');
  if (wasOn !== undefined) restored.domainId = wasOn;
  else if (host) {
    host.lastDomainId = (host.lastDomainId ?? 0) + 1;
    restored.domainId = host.lastDomainId;
  }
  if (start === 'paused') restored.power = 'paused';
  else if (restored.power === 'paused' && start === 'running') restored.power = 'running';
  if (restored.power !== 'paused') thaw(world, restored);
}

/** Forgets a saved state; its children become its parent's. */
export function deleteSnapshot(world: World, name: string, snapshot: string): void {
  const machine = machineOf(world, name);
  const gone = machine.snapshots.find((entry) => entry.name === snapshot);
  if (!gone) return;
  const { parent } = gone;
  const wasCurrent = gone.current;
  machine.snapshots = machine.snapshots.filter((entry) => entry.name !== snapshot);
  for (const entry of machine.snapshots) {
    if (entry.parent === snapshot) entry.parent = parent;
    if (wasCurrent && entry.name === parent) entry.current = true;
  }
}
