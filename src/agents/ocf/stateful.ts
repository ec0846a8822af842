import { setAttribute } from '../../pacemaker/attributes/attributes';
import { type AgentBehaviour, type AgentCall, type AgentResult, OCF } from '../../pacemaker/executor/agent';
import { readState, removeState, writeState } from './state-file';

const RUN_TIME = 50;
/** Promotion scores that the agent sets as it goes. */
const UNPROMOTED_SCORE = '5';
const PROMOTED_SCORE = '10';

function statePath(call: AgentCall): string {
  return call.parameters.state ?? `/run/Stateful-${call.resource.id}.state`;
}

function become(call: AgentCall, role: 'promoted' | 'unpromoted'): AgentResult {
  if (!writeState(call, statePath(call), `${role}\n`)) return { rc: OCF.error };
  prefer(call, role === 'promoted' ? PROMOTED_SCORE : UNPROMOTED_SCORE);
  return { rc: OCF.ok };
}

/** What `crm_attribute --promotion` does: the score under which this instance would like to be promoted. */
function prefer(call: AgentCall, score: string | null): void {
  const { pacemaker } = call.machine;
  if (!pacemaker) return;
  setAttribute(call.world, call.machine.name, pacemaker.nodeName, `master-${call.resource.id}`, score);
}

function status(call: AgentCall): number {
  const role = readState(call, statePath(call))?.trim();
  if (role === 'promoted') return OCF.promoted;
  return role === undefined ? OCF.notRunning : OCF.ok;
}

/** ocf:pacemaker:Stateful: a promotable file. */
export const stateful: AgentBehaviour = {
  begin: () => RUN_TIME,
  finish(call) {
    switch (call.action) {
      case 'start':
      case 'demote':
        return become(call, 'unpromoted');
      case 'promote':
        return become(call, 'promoted');
      case 'stop':
        prefer(call, null);
        removeState(call, statePath(call));
        return { rc: OCF.ok };
      case 'monitor':
      case 'status':
        return { rc: status(call) };
      case 'notify':
      case 'reload-agent':
      case 'validate-all':
        return { rc: OCF.ok };
      default:
        return { rc: OCF.unimplemented };
    }
  },
};
