import { type AgentBehaviour, type AgentCall, OCF } from '../../pacemaker/executor/agent';
import { readState, removeState, writeState } from './state-file';

function seconds(call: AgentCall, name: string, otherwise: number): number {
  const value = Number.parseInt(call.parameters[name] ?? '', 10);
  return Number.isNaN(value) ? otherwise : value;
}

function statePath(call: AgentCall): string {
  return `/run/resource-agents/Delay-${call.resource.id}.state`;
}

/** ocf:heartbeat:Delay: everything takes its time. */
export const delay: AgentBehaviour = {
  begin(call) {
    const start = seconds(call, 'startdelay', 20);
    if (call.action === 'start') return start * 1000 + 20;
    if (call.action === 'stop') return seconds(call, 'stopdelay', 30) * 1000 + 20;
    const isUp = readState(call, statePath(call)) !== undefined;
    if (call.action === 'monitor' && isUp) return seconds(call, 'mondelay', 30) * 1000 + 20;
    return 20;
  },
  finish(call) {
    switch (call.action) {
      case 'start':
        return { rc: writeState(call, statePath(call), '') ? OCF.ok : OCF.error };
      case 'stop':
        removeState(call, statePath(call));
        return { rc: OCF.ok };
      case 'monitor':
      case 'status':
        return { rc: readState(call, statePath(call)) === undefined ? OCF.notRunning : OCF.ok };
      case 'validate-all':
        return { rc: OCF.ok };
      default:
        return { rc: OCF.unimplemented };
    }
  },
};
