import { logTo } from '../../machine/log';
import type { AgentCall } from '../../pacemaker/executor/agent';

const PRIORITIES = { INFO: 6, WARNING: 4, ERROR: 3 } as const;

/** A line of the journal as `ocf_log` writes it: `apache(website)[4711]: INFO: text`. */
export function agentLog(call: AgentCall, level: keyof typeof PRIORITIES, text: string): void {
  logTo(call.world, call.machine, {
    identifier: `${call.resource.type}(${call.resource.id})`,
    pid: call.machine.nextPid++,
    priority: PRIORITIES[level],
    message: `${level}: ${text}`,
    unit: 'pacemaker.service',
  });
}
