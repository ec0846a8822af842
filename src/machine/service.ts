import type { Machine } from '../world/machine';
import type { Millis, World } from '../world/world';

/**
 * What a unit's main process does, for units whose program is part of the simulation. Rooms above supply these; the
 * unit file still decides dependencies, restarts and enablement. All functions change the draft they are given.
 */
export interface ServiceBehaviour {
  /**
   * The main process has been started (its process record exists under `pid`). Give how long until the unit counts as
   * active, or how the process failed. Messages to the journal are the behaviour's own.
   */
  start(world: World, machine: Machine, pid: number): ServiceStart;
  /** systemd asks it to stop. Give how long it takes; `stopped` is called at the end of that time. */
  stop(world: World, machine: Machine): Millis | 'asynchronous';
  /** The process is gone: after a stop, a signal, or an exit. Must clear all runtime state; power-off calls nothing. */
  ended(world: World, machine: Machine, how: ServiceEnd): void;
  /** `systemctl reload`. Absent: the unit can't be reloaded. */
  reload?(world: World, machine: Machine): void;
  /**
   * Command line of the main process where it isn't the expanded `ExecStart=` (an interpreter's script, a daemon that
   * renames itself).
   */
  command?(machine: Machine): string;
  /** One of the `children` was killed or ended. Absent: nothing but its process record changes. */
  childEnded?(world: World, machine: Machine, pid: number, command: string, how: ServiceEnd): void;
  /** A process of the unit was stopped (SIGSTOP) or goes on (SIGCONT). */
  suspended?(world: World, machine: Machine, pid: number, stopped: boolean): void;
  /** Further processes of the unit, as `ps` and the CGroup tree show them. */
  children?(machine: Machine): (string | ServiceChild)[];
}

/** A process beside the main one that runs under an account of its own. */
export interface ServiceChild {
  readonly command: string;
  /** Name of the account. */
  readonly user: string;
}

export type ServiceStart =
  | { kind: 'starting'; readyAfter: Millis }
  /** The behaviour calls `serviceReady` or `serviceFailed` itself, later. */
  | { kind: 'asynchronous' }
  | { kind: 'failed'; status: number; after: Millis };

export type ServiceEnd = { kind: 'stopped' } | { kind: 'exited'; status: number } | { kind: 'signal'; signal: string };

/** Behaviours by unit name with suffix, e.g. `corosync.service`. */
export type ServiceTable = Readonly<Record<string, ServiceBehaviour>>;

const table = new Map<string, ServiceBehaviour>();

/** Joins rooms' tables: called by `simulation/` when it is loaded. Code, not truth: nothing in it ever changes a world. */
export function registerServices(services: ServiceTable): void {
  for (const [unit, behaviour] of Object.entries(services)) table.set(unit, behaviour);
}

/** The behaviour of a unit; an instance's is found by its template's name too. */
export function behaviourOf(unit: string): ServiceBehaviour | undefined {
  const known = table.get(unit);
  if (known) return known;
  const at = unit.indexOf('@');
  return at < 0 ? undefined : table.get(`${unit.slice(0, at)}@${unit.slice(unit.lastIndexOf('.'))}`);
}
