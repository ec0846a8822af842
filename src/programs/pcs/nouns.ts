import { fullName } from '../../agents/agents';
import { type AgentSource, loadAgentSource } from '../../agents/source';
import { COROSYNC_CONF, ConfigSyntaxError, lastValue, parseCorosyncConf, sectionsOf } from '../../corosync/config';
import { readFileIfThere } from '../../machine/files';
import { parseHosts } from '../../network/resolve';
import { readStoredCib } from '../../pacemaker/cib/disk';
import { liveCib } from '../../pacemaker/cib/live';
import { findSection } from '../../pacemaker/cib/sections';
import { byId, walk } from '../../pacemaker/cib/xml';
import type { Completer } from '../../shell/completion';
import type { Machine } from '../../world/machine';
import type { Element } from '../../world/xml';
import { clusterNodes } from './cib/nodes';
import { completePcs, pcsSubcommands } from './completion';
import { properties } from './property';

/** What a pcs command's operand may be. */
type Noun =
  | 'preference'
  | 'node'
  | 'host'
  | 'resource'
  | 'stonith'
  | 'agent'
  | 'fence-agent'
  | 'constraint'
  | 'property'
  | 'tag'
  | 'alert';

/** What stands at each operand of a command; the last one repeats. */
const NOUNS: Readonly<Record<string, readonly (Noun | null)[]>> = {
  ...every('cluster start|cluster stop|cluster enable|cluster disable|cluster node remove|cluster node delete', 'node'),
  ...every('cluster node clear|node standby|node unstandby|node maintenance|node unmaintenance', 'node'),
  ...every('node attribute|node utilization|stonith fence|stonith confirm|pcsd deauth', 'node'),
  ...every('host auth|host deauth|cluster node add', 'host'),
  'cluster setup': [null, 'host'],
  ...every(
    'resource config|resource delete|resource remove|resource enable|resource disable|resource manage',
    'resource',
  ),
  ...every('resource unmanage|resource safe-disable|resource cleanup|resource refresh|resource relations', 'resource'),
  ...every('resource debug-start|resource debug-stop|resource debug-monitor|resource debug-promote', 'resource'),
  ...every(
    'resource debug-demote|resource clone|resource unclone|resource promotable|resource utilization',
    'resource',
  ),
  ...every('resource meta|resource failcount show|resource ungroup|resource op add|resource op remove', 'resource'),
  ...every('resource group remove|resource group delete|resource update', 'resource'),
  'resource group add': [null, 'resource'],
  ...every('constraint order|constraint colocation add|constraint ref', 'resource'),
  'constraint location': ['resource', 'preference', 'node'],
  ...every('constraint remove|constraint delete', 'constraint'),
  ...every('constraint location remove|constraint location delete', 'constraint'),
  'resource move': ['resource', 'node'],
  'resource move-with-constraint': ['resource', 'node'],
  'resource ban': ['resource', 'node'],
  'resource clear': ['resource', 'node'],
  'resource restart': ['resource', 'node'],
  'resource create': [null, 'agent', null],
  'resource describe': ['agent', null],
  ...every('stonith config|stonith delete|stonith remove|stonith enable|stonith disable|stonith cleanup', 'stonith'),
  ...every('stonith refresh|stonith update|stonith meta|stonith failcount show', 'stonith'),
  'stonith create': [null, 'fence-agent', null],
  'stonith describe': ['fence-agent', null],
  'stonith level add': [null, 'node', 'stonith'],
  'stonith history': ['node'],
  ...every('property set|property unset|property config|property describe', 'property'),
  'tag create': [null, 'resource'],
  ...every('tag remove|tag delete|tag config', 'tag'),
  'tag update': ['tag', null],
  ...every('alert remove|alert delete', 'alert'),
  'alert update': ['alert', null],
};

function every(commands: string, noun: Noun): Record<string, readonly Noun[]> {
  return Object.fromEntries(commands.split('|').map((command) => [command, [noun]]));
}

/** The running cluster's configuration, else the one on this machine's disk. */
function configuration(machine: Machine): Element {
  return liveCib(machine) ?? readStoredCib(machine).cib;
}

function nodeNames(machine: Machine): string[] {
  const names = clusterNodes(configuration(machine)).map((node) => node.name);
  try {
    const conf = parseCorosyncConf(readFileIfThere(machine, COROSYNC_CONF) ?? '');
    for (const node of sectionsOf(sectionsOf(conf, 'nodelist')[0], 'node')) {
      names.push(lastValue(node, 'name') ?? lastValue(node, 'ring0_addr') ?? '');
    }
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
  }
  return [...new Set(names)].filter((name) => name !== '');
}

function hostNames(machine: Machine): string[] {
  const hosts = parseHosts(readFileIfThere(machine, '/etc/hosts') ?? '').flatMap((line) => line.names);
  return [...new Set([...nodeNames(machine), ...hosts.filter((name) => !name.startsWith('localhost'))])];
}

/** Ids below a section of the configuration, of elements that `fits` takes. */
function idsIn(machine: Machine, section: string, fits: (element: Element) => boolean): string[] {
  const found = findSection(configuration(machine), section);
  if (!found) return [];
  return [...walk(found)].filter(fits).flatMap((element) => element.attributes.id ?? []);
}

const RESOURCE = /^(primitive|group|clone|master|bundle)$/;
const isFence = (element: Element) => element.name === 'primitive' && element.attributes.class === 'stonith';

function agentNames(source: AgentSource): string[] {
  const provided = source
    .providers()
    .flatMap((provider) => source.types('ocf', provider).map((type) => fullName({ class: 'ocf', provider, type })));
  return [
    ...provided,
    ...['systemd', 'lsb'].flatMap((standard) => source.types(standard, null).map((type) => `${standard}:${type}`)),
  ];
}

function namesOf(noun: Noun, machine: Machine, source: AgentSource): readonly string[] {
  switch (noun) {
    case 'preference':
      return ['avoids', 'prefers', 'rule'];
    case 'node':
      return nodeNames(machine);
    case 'host':
      return hostNames(machine);
    case 'resource':
      return idsIn(machine, 'resources', (element) => RESOURCE.test(element.name) && !isFence(element));
    case 'stonith':
      return idsIn(machine, 'resources', isFence);
    case 'agent':
      return agentNames(source);
    case 'fence-agent':
      return source.types('stonith', null);
    case 'constraint':
      return idsIn(machine, 'constraints', (element) => element.name.startsWith('rsc_'));
    case 'property':
      return properties.map((property) => property.name);
    case 'tag':
      return idsIn(machine, 'tags', (element) => element.name === 'tag');
    case 'alert':
      return idsIn(machine, 'alerts', (element) => element.name === 'alert');
  }
}

/** Parameters of the agent that a command names, or that the resource it names has. */
function parametersOf(path: string, operands: readonly string[], machine: Machine, source: AgentSource): string[] {
  const [standard, provider, type] = agentOf(path, operands, machine);
  const agent = type === '' ? undefined : source.agent(standard, provider, type);
  return (agent?.parameters ?? []).map((parameter) => `${parameter.name}=`);
}

function agentOf(path: string, operands: readonly string[], machine: Machine): [string, string | null, string] {
  if (path.endsWith('update')) {
    const element = byId(configuration(machine), operands[0] ?? '');
    const { class: standard = '', provider = null, type = '' } = element?.attributes ?? {};
    return [standard, provider, type];
  }
  const name = operands[1] ?? '';
  if (path === 'stonith create') return ['stonith', null, name];
  const parts = name.split(':');
  return parts.length === 3 ? [parts[0] ?? '', parts[1] ?? '', parts[2] ?? ''] : ['ocf', 'heartbeat', name];
}

/** The command that the words name, and its operands. */
function commandOf(words: readonly string[]): { path: string; operands: readonly string[] } | null {
  for (let length = Math.min(words.length, 4); length > 0; length--) {
    const path = words.slice(0, length).join(' ');
    if (Object.hasOwn(NOUNS, path)) return { path, operands: words.slice(length) };
  }
  return null;
}

/** Parameters come after the agent, or after the resource that is updated. */
const PARAMETERS: Readonly<Record<string, number>> = {
  'resource create': 2,
  'stonith create': 2,
  'resource update': 1,
  'stonith update': 1,
};

/**
 * Tab behind pcs: its subcommands, as its own completion has them; where that one is at its end and would complete file
 * names, the names that the cluster's configuration and the installed agents know.
 */
function pcsCompleter(known: AgentSource): Completer {
  return (context) => {
    const source = known.on({ machine: context.machine, scripts: new Map() });
    const words = context.words.slice(1, -1).filter((word) => !word.startsWith('-'));
    const command = commandOf(words);
    if (command === null) return completePcs(context);
    const { path, operands } = command;
    const from = PARAMETERS[path];
    const nouns = NOUNS[path] ?? [];
    const noun = nouns[Math.min(operands.length, nouns.length - 1)] ?? null;
    let found: readonly string[] = noun === null ? [] : namesOf(noun, context.machine, source);
    if (noun === 'property' && path === 'property set') found = found.map((name) => `${name}=`);
    if (from !== undefined && operands.length >= from) found = parametersOf(path, operands, context.machine, source);
    const fitting = [...found, ...(pcsSubcommands(words) ?? [])].filter((word) => word.startsWith(context.current));
    return fitting.length > 0 ? fitting : completePcs(context);
  };
}

/** The completer with the facts of all agents. */
export async function loadPcsCompleter(): Promise<Completer> {
  return pcsCompleter(await loadAgentSource());
}
