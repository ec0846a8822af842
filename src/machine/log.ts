import type { Machine } from '../world/machine';
import type { World } from '../world/world';

/** Entries kept per machine; beyond it the oldest fifth is dropped, so that appending stays cheap. */
export const LOG_LIMIT = 4000;

export interface LogMessage {
  /** syslog identifier. */
  identifier: string;
  /** 0 emergency … 7 debug; default 6 (info). */
  priority?: number;
  message: string;
  unit?: string | null;
  pid?: number | null;
}

/** Appends to the machine's journal. A text of several lines becomes one entry, as journald keeps it. */
export function log(world: World, machineName: string, entry: LogMessage): void {
  const machine = world.machines[machineName];
  if (machine) logTo(world, machine, entry);
}

/** `log` for who has the machine's draft in hand. */
export function logTo(world: World, machine: Machine, entry: LogMessage): void {
  machine.log.push({
    time: world.now,
    priority: entry.priority ?? 6,
    identifier: entry.identifier,
    pid: entry.pid ?? null,
    unit: entry.unit ?? null,
    message: entry.message,
    hostname: machine.hostname,
    boot: machine.boot,
  });
  if (machine.log.length > LOG_LIMIT) machine.log.splice(0, LOG_LIMIT / 5);
}

/** A line of the kernel's ring buffer, which the journal has too. */
export function kernelLog(world: World, machineName: string, message: string, priority = 6): void {
  log(world, machineName, { identifier: 'kernel', priority, message });
}

/** A line by systemd about a unit. */
export function systemdLog(world: World, machine: Machine, unit: string | null, message: string, priority = 6): void {
  logTo(world, machine, { identifier: 'systemd', pid: 1, unit, message, priority });
}
