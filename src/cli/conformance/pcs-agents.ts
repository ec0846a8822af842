import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseXml } from '../../pacemaker/cib/parse';
import { childNamed } from '../../pacemaker/cib/xml';
import type { Agent, AgentAction, AgentParameter, AgentSource } from '../../programs/pcs/agents';
import type { Element } from '../../world/xml';

/** How `agents/agents.json` holds an agent. */
interface RecordedParameter {
  name: string;
  type?: string;
  default?: string;
  required?: boolean;
  advanced?: boolean;
  deprecated?: boolean;
  obsoletes?: string;
  unique?: string;
  'unique-group'?: string;
  reloadable?: string;
  shortdesc?: string;
  options?: string[];
}
interface RecordedAgent {
  shortdesc?: string;
  ocf_version?: string;
  parameters: RecordedParameter[];
  actions: AgentAction[];
}
interface RecordedAgents {
  lists: { standards: string[]; ocf_providers: string[] };
  agents: Record<string, RecordedAgent>;
}

function parameterFrom(recorded: RecordedParameter, all: readonly RecordedParameter[]): AgentParameter {
  const replacements = all.filter((other) => other.obsoletes === recorded.name).map((other) => other.name);
  return {
    name: recorded.name,
    shortdesc: recorded.shortdesc ?? null,
    longdesc: null,
    type: recorded.type ?? 'string',
    default: recorded.default ?? null,
    values: recorded.options ?? null,
    required: recorded.required === true,
    advanced: recorded.advanced === true,
    deprecated: recorded.deprecated === true || replacements.length > 0,
    deprecatedBy: replacements,
    uniqueGroup: recorded['unique-group'] ?? (recorded.unique === '1' ? `__pcs_unique_group_${recorded.name}` : null),
    reloadable: recorded.reloadable === '1',
  };
}

function splitName(name: string): { standard: string; provider: string | null; type: string } {
  const parts = name.split(':');
  const [standard = '', second = '', ...rest] = parts;
  if (standard === 'ocf') return { standard, provider: second, type: rest.join(':') };
  return { standard, provider: null, type: parts.slice(1).join(':') };
}

/** The agents of the recording machine, from the recorded facts. */
export function recordedAgents(dataDirectory: string): AgentSource {
  const text = readFileSync(join(dataDirectory, 'agents', 'agents.json'), 'utf8');
  const recorded = JSON.parse(text) as RecordedAgents;
  const agents = new Map<string, Agent>();
  for (const [name, agent] of Object.entries(recorded.agents)) {
    agents.set(name, {
      ...splitName(name),
      shortdesc: agent.shortdesc ?? null,
      longdesc: null,
      parameters: agent.parameters.map((parameter) => parameterFrom(parameter, agent.parameters)),
      actions: agent.actions,
      ...(agent.ocf_version === undefined ? {} : { ocfVersion: agent.ocf_version }),
    });
  }
  return {
    agent: (standard, provider, type) => agents.get(fullName(standard, provider, type)),
    standards: () => recorded.lists.standards,
    providers: () => recorded.lists.ocf_providers,
    types: (standard, provider) =>
      [...agents.values()]
        .filter((agent) => agent.standard === standard && (provider === null || agent.provider === provider))
        .map((agent) => agent.type),
  };
}

function fullName(standard: string, provider: string | null, type: string): string {
  return provider === null ? `${standard}:${type}` : `${standard}:${provider}:${type}`;
}

/** The mocked agents of pcs' own tests, from their metadata files. */
export function mockAgents(dataDirectory: string): AgentSource {
  const folder = join(dataDirectory, 'pcs', 'mock-agents');
  const list = (name: string): string[] => {
    const path = join(folder, name);
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  };
  const known = new Map<string, Agent | undefined>();
  const load = (standard: string, provider: string | null, type: string): Agent | undefined => {
    const path = join(folder, `${fullName(standard, provider, type).replaceAll(':', '__')}_metadata.xml`);
    if (!existsSync(path)) return undefined;
    return agentFromMetadata(standard, provider, type, parseXml(readFileSync(path, 'utf8')));
  };
  return {
    agent: (standard, provider, type) => {
      const name = fullName(standard, provider, type);
      if (!known.has(name)) known.set(name, load(standard, provider, type));
      return known.get(name);
    },
    absence: (standard, provider, type) => {
      const reason = `Metadata query for ${fullName(standard, provider, type)} failed: Input/output error`;
      if (standard !== 'stonith') return reason;
      return `Agent ${type} not found or does not support meta-data: Invalid argument (22), ${reason}`;
    },
    standards: () => list('list_standards'),
    providers: () => list('list_ocf_providers'),
    types: (standard, provider) => list(`list_agents_${standard}${provider === null ? '' : `__${provider}`}`),
  };
}

function textOf(element: Element | undefined): string | null {
  const text = element?.text?.trim();
  return text === undefined || text === '' ? null : text;
}

/** Reads an agent's metadata as pcs does. */
export function agentFromMetadata(standard: string, provider: string | null, type: string, root: Element): Agent {
  const ocf11 = childNamed(root, 'version')?.text?.startsWith('1.1') === true;
  const elements = childNamed(root, 'parameters')?.children.filter((child) => child.name === 'parameter') ?? [];
  return {
    standard,
    provider,
    type,
    shortdesc: textOf(childNamed(root, 'shortdesc')) ?? root.attributes.shortdesc ?? null,
    longdesc: textOf(childNamed(root, 'longdesc')),
    parameters: elements.map((element) => parameterFromMetadata(element, elements, ocf11)),
    actions: childNamed(root, 'actions')?.children.map((action) => ({ ...action.attributes })) ?? [],
    ocfVersion: ocf11 ? '1.1' : '1.0',
  };
}

function parameterFromMetadata(element: Element, all: readonly Element[], ocf11: boolean): AgentParameter {
  const { name = '', attributes } = { name: element.attributes.name, attributes: element.attributes };
  const content = childNamed(element, 'content');
  const yes = (value: string | undefined) => value === '1';
  const deprecatedElement = childNamed(element, 'deprecated');
  const replacements = all.filter((other) => other.attributes.obsoletes === name).map((o) => o.attributes.name ?? '');
  const replaced = deprecatedElement?.children.map((child) => child.attributes.name ?? '') ?? [];
  const options = content?.children.filter((child) => child.name === 'option').map((o) => o.attributes.value ?? '');
  const unique = attributes['unique-group'] ?? (yes(attributes.unique) ? `__pcs_unique_group_${name}` : null);
  return {
    name,
    shortdesc: textOf(childNamed(element, 'shortdesc')),
    longdesc: textOf(childNamed(element, 'longdesc')),
    type: content?.attributes.type ?? 'string',
    default: content?.attributes.default ?? null,
    values: content?.attributes.type === 'select' ? (options ?? []) : null,
    required: yes(attributes.required),
    advanced: yes(attributes.advanced),
    deprecated: yes(attributes.deprecated) || deprecatedElement !== undefined || replacements.length > 0,
    deprecatedBy: [...replacements, ...replaced],
    uniqueGroup: unique,
    reloadable: ocf11 ? yes(attributes.reloadable) : yes(attributes.unique),
  };
}
