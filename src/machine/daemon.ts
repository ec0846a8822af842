import type { Machine } from '../world/machine';
import type { World } from '../world/world';

/**
 * A simulated server that runs without a unit of its own: a resource agent or somebody at a terminal has started it. Its
 * processes carry `daemon`.
 */
export interface DaemonBehaviour {
  /** A process of it gets a signal. What that does to the others is the server's own. */
  signal(world: World, machine: Machine, pid: number, signal: string): void;
}

const table = new Map<string, DaemonBehaviour>();

/** Joins a room's servers: called by `simulation/` when it is loaded. Code, not truth. */
export function registerDaemons(daemons: Readonly<Record<string, DaemonBehaviour>>): void {
  for (const [kind, behaviour] of Object.entries(daemons)) table.set(kind, behaviour);
}

export function daemonOf(kind: string): DaemonBehaviour | undefined {
  return table.get(kind);
}
