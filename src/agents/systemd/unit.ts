import { isActive, requestJob, unitState } from '../../machine/units';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';

/** The executor looks at a unit's job so often, in ms; the result comes at the first look after the job's end. */
const POLL = 500;
const MONITOR_TIME = 30;

/** `nginx.service` for resource type `nginx`. */
export function unitName(type: string): string {
  return /\.(service|socket|mount|timer|target|path)$/.test(type) ? type : `${type}.service`;
}

function begin(call: AgentCall): number {
  const unit = unitName(call.resource.type);
  if (call.action !== 'start' && call.action !== 'stop') return MONITOR_TIME;
  if (call.action === 'stop' && !isActive(call.machine, unit)) return MONITOR_TIME;
  const request = requestJob(call.world, call.machine.name, unit, call.action);
  call.scratch.request = request.kind;
  return POLL;
}

function finish(call: AgentCall): AgentResult | { again: number } {
  const unit = unitName(call.resource.type);
  const state = unitState(call.machine, unit);
  const active = state?.active ?? 'inactive';
  if (call.action === 'start') {
    if (call.scratch.request === 'error')
      return { rc: OCF.notInstalled, reason: `systemd unit ${call.resource.type} not found` };
    if (active === 'activating' || active === 'deactivating' || active === 'reloading') return { again: POLL };
    return active === 'active' ? { rc: OCF.ok } : { rc: OCF.error, reason: active };
  }
  if (call.action === 'stop') {
    if (active === 'deactivating' || active === 'activating') return { again: POLL };
    return active === 'active' ? { rc: OCF.error, reason: active } : { rc: OCF.ok };
  }
  if (active === 'active' || active === 'reloading') return { rc: OCF.ok };
  if (active === 'activating' || active === 'deactivating') return { again: POLL };
  return { rc: OCF.notRunning };
}

/** Agents of class systemd: a unit that is started and stopped by jobs. */
export const systemdUnit: AgentBehaviour = { begin, finish };
