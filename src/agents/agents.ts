import { lookup } from '../machine/files';
import type { AgentBehaviour, AgentFacts, AgentFinder } from '../pacemaker/executor/agent';
import type { Machine } from '../world/machine';
import { RESTART_PARAMETERS, SECRET_PARAMETERS } from './facts/digest-facts';
import { isOwnScript } from './installed';
import { absent } from './ocf/absent';
import { apache } from './ocf/apache';
import { delay } from './ocf/delay';
import { dummy } from './ocf/dummy';
import { filesystem } from './ocf/filesystem';
import { ipaddr2 } from './ocf/ipaddr2';
import { attribute, healthCpu, healthIoWait, sysInfo } from './ocf/node-attributes';
import { ping } from './ocf/ping';
import { script, scriptPath } from './ocf/script';
import { stateful } from './ocf/stateful';
import { fenceDevice } from './stonith/device';
import { systemdUnit } from './systemd/unit';

/** Agents whose actions are simulated, by `class:provider:type`. */
const AGENTS: Readonly<Record<string, AgentBehaviour>> = {
  'ocf:heartbeat:Dummy': dummy,
  'ocf:pacemaker:Dummy': dummy,
  'ocf:pacemaker:Stateful': stateful,
  'ocf:heartbeat:Stateful': stateful,
  'ocf:heartbeat:Delay': delay,
  'ocf:heartbeat:IPaddr2': ipaddr2,
  'ocf:heartbeat:apache': apache,
  'ocf:heartbeat:Filesystem': filesystem,
  'ocf:pacemaker:HealthCPU': healthCpu,
  'ocf:pacemaker:HealthIOWait': healthIoWait,
  'ocf:pacemaker:SysInfo': sysInfo,
  'ocf:heartbeat:SysInfo': sysInfo,
  'ocf:pacemaker:attribute': attribute,
  'ocf:pacemaker:ping': ping,
};

export function fullName(agent: { class: string; provider: string | null; type: string }): string {
  return agent.provider === null ? `${agent.class}:${agent.type}` : `${agent.class}:${agent.provider}:${agent.type}`;
}

/**
 * An OCF agent is an executable file in its provider's folder. Behaviours in code stand for the packaged ones; any other
 * file, or a packaged one that was changed, is run as the script that it is.
 */
function ocfAgent(machine: Machine, provider: string, type: string): AgentBehaviour | undefined {
  const file = lookup(machine, scriptPath(provider, type));
  if (file?.kind !== 'file' || (file.mode & 0o111) === 0) return undefined;
  if (isOwnScript(machine, provider, type)) return script;
  const name = `ocf:${provider}:${type}`;
  return Object.hasOwn(AGENTS, name) ? AGENTS[name] : absent;
}

export const findAgent: AgentFinder = (machine, agent) => {
  if (agent.class === 'systemd' || agent.class === 'service') return systemdUnit;
  if (agent.class === 'stonith') return fenceDevice;
  return agent.class === 'ocf' && agent.provider !== null ? ocfAgent(machine, agent.provider, agent.type) : undefined;
};

export const agentFacts: AgentFacts = (agent) => {
  const name = fullName(agent);
  return {
    restart: Object.hasOwn(RESTART_PARAMETERS, name) ? (RESTART_PARAMETERS[name] ?? null) : null,
    secret: Object.hasOwn(SECRET_PARAMETERS, name) ? (SECRET_PARAMETERS[name] ?? []) : [],
  };
};
