import { lookup, parentPath } from '../../machine/files';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import { readState, removeState, writeState } from './state-file';

/** An agent's run takes so long on an idle node, in ms. */
const RUN_TIME = 40;

function statePath(call: AgentCall): string {
  const { state } = call.parameters;
  if (state) return state;
  return call.resource.provider === 'pacemaker'
    ? `/run/Dummy-${call.resource.id}.state`
    : `/run/resource-agents/Dummy-${call.resource.id}.state`;
}

function running(call: AgentCall): AgentResult {
  if (readState(call, statePath(call)) !== undefined) return { rc: OCF.ok };
  // The probe's "not running" needs no explanation, a monitor's does (ocf:heartbeat:Dummy only).
  const explains = call.intervalMs > 0 && call.resource.provider === 'heartbeat';
  return explains ? { rc: OCF.notRunning, reason: 'No process state file found' } : { rc: OCF.notRunning };
}

function start(call: AgentCall): AgentResult {
  const { fail_start_on: failing } = call.parameters;
  if (failing && failing === call.machine.hostname) return { rc: OCF.error };
  return writeState(call, statePath(call), '') ? { rc: OCF.ok } : { rc: OCF.error };
}

/** Folder of state files that is there from boot. */
const DEFAULT_FOLDER = '/run/resource-agents';

/** The agent of heartbeat tries whether it can make a file beside its state file, that of pacemaker doesn't. */
function validate(call: AgentCall): AgentResult {
  const path = statePath(call);
  const folder = parentPath(path);
  if (call.resource.provider !== 'heartbeat' || folder === DEFAULT_FOLDER) return { rc: OCF.ok };
  if (lookup(call.machine, folder)?.kind === 'directory') return { rc: OCF.ok };
  call.log?.(`touch: cannot touch '${folder}/${call.machine.nextPid++}': No such file or directory\n`);
  return { rc: OCF.invalidParameter, reason: `State file "${path}" is not writable` };
}

/** ocf:heartbeat:Dummy and ocf:pacemaker:Dummy: a file that is there or isn't. */
export const dummy: AgentBehaviour = {
  begin(call) {
    const sleep = Number.parseFloat(call.parameters.op_sleep ?? '0');
    const slow = ['start', 'monitor', 'promote', 'demote'].includes(call.action) && sleep > 0;
    return RUN_TIME + (slow ? Math.round(sleep * 1000) : 0);
  },
  finish(call) {
    switch (call.action) {
      case 'start':
      case 'migrate_from':
        return start(call);
      case 'stop':
      case 'migrate_to':
        removeState(call, statePath(call));
        return { rc: OCF.ok };
      case 'monitor':
      case 'status':
        return running(call);
      case 'reload':
      case 'reload-agent':
        return { rc: OCF.ok };
      case 'validate-all':
        return validate(call);
      default:
        return { rc: OCF.unimplemented };
    }
  },
};
