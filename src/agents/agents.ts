import { lookup } from '../machine/files';
import type { AgentBehaviour, AgentFacts, AgentFinder } from '../pacemaker/executor/agent';
import type { Machine } from '../world/machine';
import { RESTART_PARAMETERS, SECRET_PARAMETERS } from './facts/digest-facts';
import { delay } from './ocf/delay';
import { dummy } from './ocf/dummy';
import { ipaddr2 } from './ocf/ipaddr2';
import { stateful } from './ocf/stateful';
import { systemdUnit } from './systemd/unit';

/** Agents whose actions are simulated, by `class:provider:type`. */
const AGENTS: Readonly<Record<string, AgentBehaviour>> = {
  'ocf:heartbeat:Dummy': dummy,
  'ocf:pacemaker:Dummy': dummy,
  'ocf:pacemaker:Stateful': stateful,
  'ocf:heartbeat:Stateful': stateful,
  'ocf:heartbeat:Delay': delay,
  'ocf:heartbeat:IPaddr2': ipaddr2,
};

export function fullName(agent: { class: string; provider: string | null; type: string }): string {
  return agent.provider === null ? `${agent.class}:${agent.type}` : `${agent.class}:${agent.provider}:${agent.type}`;
}

/** Agents of provider `pacemaker` come with pacemaker; others need the package that brings their provider's folder. */
function isInstalled(machine: Machine, agent: { class: string; provider: string | null; type: string }): boolean {
  if (agent.class !== 'ocf' || agent.provider === null || agent.provider === 'pacemaker') return true;
  return lookup(machine, `/usr/lib/ocf/resource.d/${agent.provider}`) !== undefined;
}

export const findAgent: AgentFinder = (machine, agent) => {
  if (!isInstalled(machine, agent)) return undefined;
  if (agent.class === 'systemd' || agent.class === 'service') return systemdUnit;
  const name = fullName(agent);
  return Object.hasOwn(AGENTS, name) ? AGENTS[name] : undefined;
};

export const agentFacts: AgentFacts = (agent) => {
  const name = fullName(agent);
  return {
    restart: Object.hasOwn(RESTART_PARAMETERS, name) ? (RESTART_PARAMETERS[name] ?? null) : null,
    secret: Object.hasOwn(SECRET_PARAMETERS, name) ? (SECRET_PARAMETERS[name] ?? []) : [],
  };
};
