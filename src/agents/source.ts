import type { Machine } from '../world/machine';
import type { DescribedAgent, MetadataProblem } from './describe';
import { fenceTypes, isOwnScript, ocfProviders, ocfTypes, unitPurpose, unitTypes } from './installed';
import {
  type AgentAction,
  type AgentCatalogue,
  type AgentDescriptions,
  type AgentMetadata,
  loadAgents,
} from './metadata';

/** Actions that the executor itself offers for units; all of them take up to 100 s. */
const UNIT_ACTIONS: readonly AgentAction[] = [
  { name: 'start', timeout: '100s' },
  { name: 'stop', timeout: '100s' },
  { name: 'status', timeout: '100s' },
  { name: 'monitor', timeout: '100s', interval: '60s' },
  { name: 'meta-data', timeout: '5s' },
];

function withDescriptions(agent: AgentMetadata, [short, long, parameters]: AgentDescriptions): DescribedAgent {
  return {
    ...agent,
    shortdesc: short ?? null,
    longdesc: long ?? null,
    parameters: agent.parameters.map(({ unique, ...parameter }) => ({
      ...parameter,
      uniqueGroup: parameter.uniqueGroup ?? (unique ? `__pcs_unique_group_${parameter.name}` : null),
      shortdesc: null,
      longdesc: parameters?.[parameter.name] ?? null,
      advanced: false,
    })),
  };
}

function isAgent(found: DescribedAgent | MetadataProblem | undefined): found is DescribedAgent {
  return found !== undefined && 'parameters' in found;
}

/** The agents of one machine: what is installed there, and what its own scripts said of themselves. */
export interface Installed {
  readonly machine: Machine;
  /** By full name. */
  readonly scripts: ReadonlyMap<string, DescribedAgent | MetadataProblem>;
}

/** The installed agents, as configuration tools ask for them. Without a machine: all that are known. */
export class AgentSource {
  readonly #catalogue: AgentCatalogue;
  readonly #installed: Installed | null;

  constructor(catalogue: AgentCatalogue, installed: Installed | null = null) {
    this.#catalogue = catalogue;
    this.#installed = installed;
  }

  /** The same facts for what is installed on a machine. */
  on(installed: Installed): AgentSource {
    return new AgentSource(this.#catalogue, installed);
  }

  /** Undefined: not installed, or it doesn't describe itself. */
  agent(standard: string, provider: string | null, type: string): DescribedAgent | undefined {
    if (standard === 'systemd' || standard === 'service') return this.#unit(standard, type);
    const machine = this.#installed?.machine;
    if (machine && standard === 'ocf' && provider !== null) {
      if (!ocfTypes(machine, provider).includes(type)) return undefined;
      if (isOwnScript(machine, provider, type)) {
        const said = this.#installed?.scripts.get(`ocf:${provider}:${type}`);
        return isAgent(said) ? said : undefined;
      }
    }
    if (machine && standard === 'stonith' && !this.types(standard, null).includes(type)) return undefined;
    const found = this.#catalogue.agent(standard, provider, type);
    return found && withDescriptions(found, this.#catalogue.descriptions(standard, provider, type));
  }

  /** Any name may be a unit where no machine can be asked. */
  #unit(standard: string, type: string): DescribedAgent {
    const unit = { standard, provider: null, type, parameters: [], actions: UNIT_ACTIONS };
    const machine = this.#installed?.machine;
    if (!machine) return { ...unit, shortdesc: null, longdesc: null };
    return { ...unit, shortdesc: `systemd unit file for ${type}`, longdesc: unitPurpose(machine, type) ?? null };
  }

  /** Why a script's own metadata can't be used. */
  problem(standard: string, provider: string | null, type: string): MetadataProblem | undefined {
    const said = this.#installed?.scripts.get(`${standard}:${provider}:${type}`);
    return said === undefined || isAgent(said) ? undefined : said;
  }

  standards(): readonly string[] {
    return ['lsb', 'ocf', 'service', 'stonith', 'systemd'];
  }

  providers(): readonly string[] {
    if (this.#installed) return ocfProviders(this.#installed.machine);
    return ['heartbeat', 'openstack', 'pacemaker'].filter((name) =>
      this.#catalogue.names.some((agent) => agent.startsWith(`ocf:${name}:`)),
    );
  }

  types(standard: string, provider: string | null): readonly string[] {
    const machine = this.#installed?.machine;
    if (machine && standard === 'ocf' && provider !== null) return ocfTypes(machine, provider);
    if (machine && (standard === 'systemd' || standard === 'service')) return unitTypes(machine);
    const prefix = provider === null ? `${standard}:` : `${standard}:${provider}:`;
    const known = this.#catalogue.names
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
    if (!machine || standard !== 'stonith') return known;
    // Debian brings the plug-ins of the old cluster-glue along; elsewhere fence agents are programs.
    const present = fenceTypes(machine);
    return known.filter(
      (type) => present.includes(type) || (machine.distribution === 'debian-12' && !type.startsWith('fence_')),
    );
  }
}

export async function loadAgentSource(): Promise<AgentSource> {
  return new AgentSource(await loadAgents());
}
