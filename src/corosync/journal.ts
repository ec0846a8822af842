import { logTo } from '../machine/log';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { appendToLogfile } from './logfile';

/** Part of corosync that a line is from, as the journal shows it in brackets. */
export type Subsystem = 'MAIN' | 'TOTEM' | 'KNET' | 'SERV' | 'QB' | 'WD' | 'QUORUM' | 'VOTEQ' | 'CFG' | 'CMAP';

/** syslog priorities that corosync uses. */
export const PRIORITY = { error: 3, warning: 4, notice: 5, info: 6 } as const;

/** Logs a line of the daemon: `  [QUORUM] Members[2]: 1 2`. */
export function say(
  world: World,
  machine: Machine,
  subsystem: Subsystem,
  text: string,
  priority: keyof typeof PRIORITY = 'notice',
): void {
  const corosync = machine.corosync;
  const line = `[${subsystem.padEnd(6)}] ${text}`;
  const message = `  ${line}`;
  if (corosync !== null) appendToLogfile(world, machine, corosync, priority, line);
  if (corosync !== null && !corosync.settings.logging.toSyslog) return;
  sayPlain(world, machine, message, corosync?.pid ?? null, priority);
}

/** A line without a subsystem: what the daemon prints before its logging is set up. */
export function sayPlain(
  world: World,
  machine: Machine,
  message: string,
  pid: number | null,
  priority: keyof typeof PRIORITY = 'error',
): void {
  logTo(world, machine, {
    identifier: 'corosync',
    pid,
    unit: 'corosync.service',
    priority: PRIORITY[priority],
    message,
  });
}
