/** One option of an agent. */
export interface AgentParameter {
  readonly name: string;
  readonly shortdesc: string | null;
  readonly longdesc: string | null;
  readonly type: string;
  readonly default: string | null;
  readonly values: readonly string[] | null;
  readonly required: boolean;
  readonly advanced: boolean;
  readonly deprecated: boolean;
  readonly deprecatedBy: readonly string[];
  /** Name of the group of options that must be unique together; null: none. */
  readonly uniqueGroup: string | null;
  readonly reloadable: boolean;
}

/** One action of an agent with the attributes its metadata has: name, timeout, interval, role, start-delay, depth … */
export type AgentAction = Readonly<Record<string, string>>;

/** What an agent's metadata says. */
export interface Agent {
  readonly standard: string;
  readonly provider: string | null;
  readonly type: string;
  readonly shortdesc: string | null;
  readonly longdesc: string | null;
  readonly parameters: readonly AgentParameter[];
  readonly actions: readonly AgentAction[];
  /** Version of the OCF standard that its metadata names; missing where the facts don't say. */
  readonly ocfVersion?: string;
}

/** The agents that are installed on a machine. */
export interface AgentSource {
  /** Undefined: not installed or without valid metadata. */
  agent(standard: string, provider: string | null, type: string): Agent | undefined;
  /** Why an agent can't be used, where pacemaker says something of its own. */
  absence?(standard: string, provider: string | null, type: string): string;
  /** What is wrong with an agent's own metadata; `whole`: the reason is all that pcs says. */
  problem?(standard: string, provider: string | null, type: string): { reason: string; whole: boolean } | undefined;
  standards(): readonly string[];
  /** Providers of OCF agents. */
  providers(): readonly string[];
  /** Types of a standard (for `ocf` of a provider), in the order in which pacemaker lists them. */
  types(standard: string, provider: string | null): readonly string[];
}

/** Whether an agent's metadata follows OCF 1.1, as pacemaker's own agents do: only then it says whether it promotes. */
export function followsOcf11(agent: Agent): boolean {
  return (agent.ocfVersion ?? (agent.provider === 'pacemaker' ? '1.1' : '1.0')) === '1.1';
}

/** `ocf:heartbeat:IPaddr2`, `systemd:httpd`, `stonith:fence_xvm`. */
export function agentName(agent: { standard: string; provider: string | null; type: string }): string {
  return agent.provider === null
    ? `${agent.standard}:${agent.type}`
    : `${agent.standard}:${agent.provider}:${agent.type}`;
}
