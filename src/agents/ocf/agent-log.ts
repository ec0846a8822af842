import { logTo } from '../../machine/log';
import type { AgentCall } from '../../pacemaker/executor/agent';

const PRIORITIES = { INFO: 6, WARNING: 4, ERROR: 3 } as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * A line as `ocf_log` writes it: `apache(website)[4711]: INFO: text` in the journal where the executor runs the agent, else
 * `May 08 09:00:00 INFO: text` on the error stream.
 */
export function agentLog(call: AgentCall, level: keyof typeof PRIORITIES, text: string): void {
  const { world, machine, resource } = call;
  if (call.log) {
    call.log(`${stamp(world.epoch + world.now)} ${level}: ${text}\n`);
    return;
  }
  logTo(world, machine, {
    identifier: `${resource.type}(${resource.id})`,
    pid: machine.nextPid++,
    priority: PRIORITIES[level],
    message: `${level}: ${text}`,
    unit: 'pacemaker.service',
  });
}

function stamp(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${clock}`;
}
