import { ping as pingable } from '../../network/reach';
import { lookup as lookupName } from '../../network/resolve';
import { setAttribute } from '../../pacemaker/attributes/attributes';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import { agentLog } from './agent-log';
import { readState, removeState, writeState } from './state-file';

const RUN_TIME = 60;
/** Between two pings of one host, in ms. */
const PING_INTERVAL = 1000;

function parametersOf(call: AgentCall) {
  const { parameters, resource } = call;
  return {
    pidfile: parameters.pidfile ?? `/var/run/ping-${resource.id}`,
    name: parameters.name ?? 'pingd',
    hosts: (parameters.host_list ?? '').split(/\s+/).filter((host) => host !== ''),
    multiplier: Number(parameters.multiplier ?? '1'),
    attempts: Number(parameters.attempts ?? '3') || 3,
    timeout: Number(parameters.timeout ?? '2') || 2,
    failureScore: Number(parameters.failure_score ?? '0') || 0,
  };
}

/** Whether a host answers now. */
function answers(call: AgentCall, host: string): boolean {
  const found = lookupName(call.world, call.machine.name, host);
  const [address] = found.kind === 'found' ? found.addresses : [];
  return address !== undefined && pingable(call.world, call.machine.name, address).kind === 'connected';
}

/** All hosts are pinged side by side: those that answer take the attempts, others their time-outs. */
function duration(call: AgentCall): number {
  const { hosts, attempts, timeout } = parametersOf(call);
  const silent = hosts.some((host) => !answers(call, host));
  if (silent) return RUN_TIME + attempts * timeout * 1000 + (attempts - 1) * PING_INTERVAL;
  return RUN_TIME + (hosts.length > 0 ? (attempts - 1) * PING_INTERVAL : 0);
}

/** Counts the hosts that answer and tells the attribute manager. */
function update(call: AgentCall): AgentResult {
  const { hosts, multiplier, name, failureScore } = parametersOf(call);
  const reached = hosts.filter((host) => answers(call, host));
  for (const host of hosts) if (!reached.includes(host)) agentLog(call, 'WARNING', `${host} is inactive`);
  const score = reached.length * multiplier;
  publish(call, name, String(score));
  if (score < failureScore) {
    agentLog(call, 'WARNING', `${name} is less than failure_score(${failureScore})`);
    return { rc: OCF.error };
  }
  return { rc: OCF.ok };
}

function publish(call: AgentCall, name: string, value: string | null): void {
  const { pacemaker } = call.machine;
  if (pacemaker) setAttribute(call.world, call.machine.name, pacemaker.nodeName, name, value);
}

/** ocf:pacemaker:ping: how many hosts answer, as a node attribute. */
export const ping: AgentBehaviour = {
  begin(call) {
    const { pidfile } = parametersOf(call);
    const looks = call.action === 'start' || (call.action === 'monitor' && readState(call, pidfile) !== undefined);
    return looks ? duration(call) : RUN_TIME;
  },
  finish(call) {
    const { pidfile, name, hosts } = parametersOf(call);
    switch (call.action) {
      case 'start':
        if (hosts.length === 0) {
          agentLog(call, 'ERROR', 'Empty host_list.  Please specify some nodes to ping');
          return { rc: OCF.notConfigured };
        }
        writeState(call, pidfile, '');
        return update(call);
      case 'stop':
        removeState(call, pidfile);
        publish(call, name, null);
        return { rc: OCF.ok };
      case 'monitor':
      case 'status':
        return readState(call, pidfile) === undefined ? { rc: OCF.notRunning } : update(call);
      case 'reload-agent':
      case 'validate-all':
        return { rc: OCF.ok };
      default:
        return { rc: OCF.unimplemented };
    }
  },
};
