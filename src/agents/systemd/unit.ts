import { requestJob, unitState } from '../../machine/units';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import { STATUS } from '../../pacemaker/executor/history';

/** After a start or a stop the executor looks at the unit so often at most, in ms; the result comes with such a look. */
const POLL_MAX = 2000;
const MONITOR_TIME = 30;

/** `nginx.service` for resource type `nginx`. */
export function unitName(type: string): string {
  return /\.(service|socket|mount|timer|target|path)$/.test(type) ? type : `${type}.service`;
}

/** Time between two looks: a tenth of the time-out, where that is less. */
function poll(call: AgentCall): number {
  const timeout = Number(call.parameters.CRM_meta_timeout ?? '0');
  return timeout > 0 ? Math.min(POLL_MAX, Math.floor(timeout / 10)) : POLL_MAX;
}

function begin(call: AgentCall): number {
  const unit = unitName(call.resource.type);
  if (call.action !== 'start' && call.action !== 'stop') return MONITOR_TIME;
  const request = requestJob(call.world, call.machine.name, unit, call.action);
  call.scratch.request = request.kind;
  return request.kind === 'error' ? MONITOR_TIME : poll(call);
}

function finish(call: AgentCall): AgentResult | { again: number } {
  const unit = unitName(call.resource.type);
  const state = unitState(call.machine, unit);
  const active = state?.active ?? 'inactive';
  if (call.action === 'start') {
    if (call.scratch.request === 'error')
      return {
        rc: OCF.notInstalled,
        status: STATUS.notInstalled,
        reason: `systemd unit ${call.resource.type} not found`,
        output: '',
      };
    if (active === 'activating' || active === 'deactivating' || active === 'reloading') return { again: poll(call) };
    return active === 'active' ? { rc: OCF.ok } : { rc: OCF.error, reason: active, output: '' };
  }
  if (call.action === 'stop') {
    if (active === 'deactivating' || active === 'activating') return { again: poll(call) };
    return active === 'active' ? { rc: OCF.error, reason: active, output: '' } : { rc: OCF.ok };
  }
  if (active === 'active' || active === 'reloading') return { rc: OCF.ok };
  if (active === 'activating' || active === 'deactivating') return { again: poll(call) };
  return { rc: OCF.notRunning };
}

/** Agents of class systemd: a unit that is started and stopped by jobs. */
export const systemdUnit: AgentBehaviour = { begin, finish };
