import { type AgentAction, type AgentCatalogue, type AgentMetadata, type AgentParameter, loadAgents } from './metadata';

/** A parameter as configuration tools want it: with descriptions, where there are any. */
export interface DescribedParameter extends Omit<AgentParameter, 'unique'> {
  readonly shortdesc: string | null;
  readonly longdesc: string | null;
  readonly advanced: boolean;
}

export interface DescribedAgent extends Omit<AgentMetadata, 'parameters'> {
  readonly shortdesc: string | null;
  readonly longdesc: string | null;
  readonly parameters: readonly DescribedParameter[];
}

/** Actions that the executor itself offers for units; all of them take up to 100 s. */
const UNIT_ACTIONS: readonly AgentAction[] = [
  { name: 'start', timeout: '100s' },
  { name: 'stop', timeout: '100s' },
  { name: 'status', timeout: '100s' },
  { name: 'monitor', timeout: '100s', interval: '60s' },
  { name: 'meta-data', timeout: '5s' },
];

function withDescriptions(agent: AgentMetadata): DescribedAgent {
  return {
    ...agent,
    shortdesc: null,
    longdesc: null,
    parameters: agent.parameters.map(({ unique, ...parameter }) => ({
      ...parameter,
      uniqueGroup: parameter.uniqueGroup ?? (unique ? `__pcs_unique_group_${parameter.name}` : null),
      shortdesc: null,
      longdesc: null,
      advanced: false,
    })),
  };
}

/** The installed agents, as configuration tools ask for them. */
export class AgentSource {
  readonly #catalogue: AgentCatalogue;

  constructor(catalogue: AgentCatalogue) {
    this.#catalogue = catalogue;
  }

  /** Undefined: not installed. Any name may be a systemd unit. */
  agent(standard: string, provider: string | null, type: string): DescribedAgent | undefined {
    if (standard === 'systemd' || standard === 'service')
      return { standard, provider, type, shortdesc: null, longdesc: null, parameters: [], actions: UNIT_ACTIONS };
    const found = this.#catalogue.agent(standard, provider, type);
    return found && withDescriptions(found);
  }

  standards(): readonly string[] {
    return ['lsb', 'ocf', 'service', 'stonith', 'systemd'];
  }

  providers(): readonly string[] {
    return ['heartbeat', 'openstack', 'pacemaker'].filter((name) =>
      this.#catalogue.names.some((agent) => agent.startsWith(`ocf:${name}:`)),
    );
  }

  types(standard: string, provider: string | null): readonly string[] {
    const prefix = provider === null ? `${standard}:` : `${standard}:${provider}:`;
    return this.#catalogue.names
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(name.lastIndexOf(':') + 1));
  }
}

export async function loadAgentSource(): Promise<AgentSource> {
  return new AgentSource(await loadAgents());
}
