import { logTo } from '../machine/log';
import type { Machine } from '../world/machine';
import type { PacemakerDaemon } from '../world/pacemaker';
import type { World } from '../world/world';
import { appendToLogfile } from './logfile';

const PRIORITIES = { crit: 2, error: 3, warning: 4, notice: 5 } as const;

/** A line of a pacemaker daemon in the journal, as `journalctl -u pacemaker` shows it. */
export function say(
  world: World,
  machine: Machine,
  daemon: PacemakerDaemon | 'pacemakerd',
  level: keyof typeof PRIORITIES,
  message: string,
): void {
  const state = machine.pacemaker;
  const pid = daemon === 'pacemakerd' ? state?.pid : state?.daemons[daemon];
  const identifier = daemon === 'pacemakerd' ? 'pacemakerd' : `pacemaker-${daemon}`;
  appendToLogfile(world, machine, { identifier, pid: pid ?? 0, level, message });
  logTo(world, machine, {
    identifier,
    priority: PRIORITIES[level],
    message: ` ${level}: ${message}`,
    unit: 'pacemaker.service',
    pid: pid ?? null,
  });
}
