/** One option of an agent. */
export interface AgentParameter {
  readonly name: string;
  readonly type: string;
  readonly default: string | null;
  /** Allowed values of a `select`. */
  readonly values: readonly string[] | null;
  readonly required: boolean;
  readonly unique: boolean;
  readonly deprecated: boolean;
  /** Options that took its place. */
  readonly deprecatedBy: readonly string[];
  readonly uniqueGroup: string | null;
  readonly reloadable: boolean;
}

/** One action with the attributes that the metadata has for it: name, timeout, interval, role, depth … */
export type AgentAction = Readonly<Record<string, string>>;

export interface AgentMetadata {
  readonly standard: string;
  readonly provider: string | null;
  readonly type: string;
  readonly parameters: readonly AgentParameter[];
  readonly actions: readonly AgentAction[];
}

/** Rows of the data: name, type, default, flags, unique group, what it took the place of, values. */
type ParameterRow = [string, string, (string | null)?, string?, (string | null)?, (string | null)?, (string[] | null)?];
type AgentRow = [ParameterRow[], AgentAction[]];

/** Our own words on an agent: in a line, in a paragraph, and on its parameters. */
export type AgentDescriptions = readonly [short?: string, long?: string, parameters?: Readonly<Record<string, string>>];

/** Facts of all known agents, once loaded. */
export class AgentCatalogue {
  readonly #rows: Readonly<Record<string, AgentRow>>;
  readonly #descriptions: Readonly<Record<string, AgentDescriptions>>;

  constructor(rows: Readonly<Record<string, AgentRow>>, descriptions: Readonly<Record<string, AgentDescriptions>>) {
    this.#rows = rows;
    this.#descriptions = descriptions;
  }

  /** Facts of one agent; undefined if nothing is known of it. */
  agent(standard: string, provider: string | null, type: string): AgentMetadata | undefined {
    const name = nameOf(standard, provider, type);
    const row = Object.hasOwn(this.#rows, name) ? this.#rows[name] : undefined;
    if (!row) return undefined;
    const [parameters, actions] = row;
    return {
      standard,
      provider,
      type,
      actions,
      parameters: parameters.map((parameter) => readParameter(parameter, parameters)),
    };
  }

  /** What we say of an agent; nothing where nobody has written anything. Fence agents share most of their parameters. */
  descriptions(standard: string, provider: string | null, type: string): AgentDescriptions {
    const own = this.#described(nameOf(standard, provider, type));
    if (standard !== 'stonith') return own;
    const [short, long, parameters] = own;
    return [short, long, { ...this.#described('stonith:*')[2], ...parameters }];
  }

  #described(name: string): AgentDescriptions {
    return (Object.hasOwn(this.#descriptions, name) ? this.#descriptions[name] : undefined) ?? [];
  }

  /** Full names (`ocf:heartbeat:IPaddr2`) in their order. */
  get names(): readonly string[] {
    return Object.keys(this.#rows);
  }
}

function nameOf(standard: string, provider: string | null, type: string): string {
  return provider === null ? `${standard}:${type}` : `${standard}:${provider}:${type}`;
}

function readParameter(row: ParameterRow, all: readonly ParameterRow[]): AgentParameter {
  const [name, type, value, flags = '', group, , values] = row;
  const replacements = all.filter((other) => other[5] === name).map((other) => other[0]);
  return {
    name,
    type,
    default: value ?? null,
    values: values ?? null,
    required: flags.includes('r'),
    unique: flags.includes('u'),
    deprecated: flags.includes('d') || replacements.length > 0,
    deprecatedBy: replacements,
    uniqueGroup: group ?? null,
    reloadable: flags.includes('l'),
  };
}

/** Loads the facts of all agents, and our words on them: chunks of their own. */
export async function loadAgents(): Promise<AgentCatalogue> {
  const { default: rows } = await import('./facts/agents.json');
  const { default: descriptions } = await import('./facts/descriptions.json');
  return new AgentCatalogue(
    rows as unknown as Record<string, AgentRow>,
    descriptions as unknown as Record<string, AgentDescriptions>,
  );
}
