import { type Agent, type AgentParameter, agentName } from '../agents';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { compareText, error, warning } from '../reports';
import { BadCall } from '../router';
import { type AgentId, agentNamed, installedAgent, missingAgent, resolveAgent } from './agent';
import { agentOperations, uniqueIntervals } from './operation';

const byCase = (first: string, second: string) => compareText(first.toLowerCase(), second.toLowerCase());

export function standards(pcs: Pcs, args: string[]): void {
  if (args.length > 0) throw new BadCall();
  for (const name of pcs.installation.agents.standards()) if (name !== 'stonith') pcs.print(name);
}

export function providers(pcs: Pcs, args: string[]): void {
  if (args.length > 0) throw new BadCall();
  for (const name of pcs.installation.agents.providers()) pcs.print(name);
}

/** Full names of agents that aren't fence agents. */
function agentIds(pcs: Pcs): AgentId[] {
  const { agents } = pcs.installation;
  return agents.standards().flatMap((standard): AgentId[] => {
    if (standard === 'stonith') return [];
    if (standard !== 'ocf') return agents.types(standard, null).map((type) => ({ standard, provider: null, type }));
    return agents
      .providers()
      .flatMap((provider) => agents.types('ocf', provider).map((type) => ({ standard, provider, type })));
  });
}

/** `pcs resource agents [standard[:provider]]`. */
export function agents(pcs: Pcs, args: string[]): void {
  if (args.length > 1) throw new BadCall();
  const [filter] = args;
  const types = agentIds(pcs)
    .filter((id) => {
      if (filter === undefined) return true;
      const [standard, provider] = filter.split(':');
      return id.standard === standard && (provider === undefined || id.provider === provider);
    })
    .map((id) => id.type);
  if (types.length === 0) throw new CommandFailure(`No agents found${filter === undefined ? '' : ` for ${filter}`}`);
  for (const type of [...types].sort(byCase)) pcs.print(type);
}

const WIDTH = 80;

/** A name and its description, wrapped with the description's own indent. */
function listLine(name: string, description: string | null): string[] {
  if (description === null || description === '') return [name];
  const head = `${name} - `;
  const lines: string[] = [];
  let line = head;
  for (const word of description.split(/\s+/)) {
    const fresh = line === head || line.trim() === '';
    if (!fresh && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = ' '.repeat(head.length) + word;
    } else line += fresh ? word : ` ${word}`;
  }
  lines.push(line);
  return lines;
}

/** `pcs resource list`. */
export function list(pcs: Pcs, args: string[]): void {
  if (args.length > 1) throw new BadCall();
  const [filter] = args;
  const matching = agentIds(pcs)
    .map((id) => ({ id, name: agentName(id) }))
    .filter(({ name }) => filter === undefined || name.toLowerCase().includes(filter.toLowerCase()));
  if (matching.length === 0) {
    throw new CommandFailure(
      filter === undefined
        ? 'No resource agents available. Do you have resource agents installed?'
        : 'No resource agents matching the filter.',
    );
  }
  matching.sort((first, second) => compareText(first.name, second.name));
  for (const { id, name } of matching) {
    const agent = pcs.installation.agents.agent(id.standard, id.provider, id.type);
    if (pcs.options.has('--nodesc')) pcs.print(name);
    else if (!agent && id.standard === 'ocf') pcs.report(warning(missingAgent(pcs, id)));
    else for (const line of listLine(name, agent?.shortdesc ?? null)) pcs.print(line);
  }
}

/** `pcs stonith list`. */
export function listFence(pcs: Pcs, args: string[]): void {
  if (args.length > 1) throw new BadCall();
  const [filter] = args;
  const types = pcs.installation.agents
    .types('stonith', null)
    .filter((type) => filter === undefined || type.toLowerCase().includes(filter.toLowerCase()))
    .filter((type) => pcs.installation.agents.agent('stonith', null, type) !== undefined);
  if (types.length === 0) {
    throw new CommandFailure(
      filter === undefined
        ? 'No stonith agents available. Do you have fence agents installed?'
        : 'No stonith agents matching the filter.',
    );
  }
  for (const type of [...types].sort(byCase)) {
    const agent = pcs.installation.agents.agent('stonith', null, type);
    if (pcs.options.has('--nodesc')) pcs.print(type);
    else for (const line of listLine(type, agent?.shortdesc ?? null)) pcs.print(line);
  }
}

/** A description in one line, however its source is broken into lines. */
const oneLine = (text: string): string => text.trim().replace(/\s*\n\s*/g, ' ');

function parameterLine(parameter: AgentParameter): string {
  const marks: string[] = [];
  if (parameter.required) marks.push('(required)');
  if (parameter.uniqueGroup !== null) {
    const own = parameter.uniqueGroup.startsWith('__pcs_unique_group_');
    marks.push(own ? '(unique)' : `(unique group: ${parameter.uniqueGroup})`);
  }
  if (parameter.deprecated) {
    marks.push(
      parameter.deprecatedBy.length > 0 ? `(deprecated by ${parameter.deprecatedBy.join(', ')})` : '(deprecated)',
    );
  }
  const title = [parameter.name, ...marks].join(' ');
  const description = oneLine(parameter.longdesc ?? parameter.shortdesc ?? '');
  return `  ${title}: ${description === '' ? 'No description available' : description}`;
}

/** The options by which the shell functions of OCF agents write down what they do. */
const TRACING = [
  '  trace_ra: 1 turns tracing on: the agent writes down every step, into trace_file if that is set',
  '  trace_file: File that the trace goes to',
];

/** Options of every fence device, which pacemaker itself reads. */
const FENCED = [
  '  pcmk_host_map: What the device calls each node, as node1:1;node2:2,3, where that is not the node name',
  '  pcmk_host_list: Nodes that the device can fence, as node1,node2',
  "  pcmk_host_check: How to learn which nodes the device can fence: dynamic-list (asks the device's list), static-list (pcmk_host_list), status (asks the device about each node), none (any node)",
  '  pcmk_delay_max: Longest random wait before fencing, for devices that must not fence two nodes at once',
  '  pcmk_delay_base: Wait before fencing, for all nodes or as node1:1s;node2:5 for each',
  '  pcmk_action_limit: How many actions the device does at the same time; -1: any number',
];

/** Default operations: the name, then their attributes. */
function operationLines(pcs: Pcs, agent: Agent, standard: string): string[] {
  const operations = uniqueIntervals(pcs, agentOperations(agent, standard, false));
  return operations.flatMap((operation) => [
    `  ${operation.get('name')}:`,
    ...[...operation]
      .filter(([key]) => key !== 'name')
      .sort(([first], [second]) => compareText(first, second))
      .map(([key, value]) => `    ${key}=${value}`),
  ]);
}

/**
 * The agent of that name. A type that none or several agents have is all that is said; a full name that is none is an
 * error like any other, with the closing line.
 */
function describedAgent(pcs: Pcs, name: string): AgentId {
  if (name.includes(':')) return resolveAgent(pcs, name);
  const answer = agentNamed(pcs, name);
  if ('id' in answer) return answer.id;
  throw new CommandFailure(answer.message);
}

/** `pcs resource describe` and `pcs stonith describe`. */
export function describeAgent(stonith: boolean) {
  return (pcs: Pcs, args: string[]): void => {
    const [name, ...rest] = args;
    if (name === undefined || rest.length > 0) throw new BadCall();
    if (!stonith && name.startsWith('stonith:')) {
      pcs.deprecated(
        "Ability of this command to accept stonith / fence agents is deprecated and will be removed in a future release. Please use 'pcs stonith describe' instead.",
      );
    }
    const id = stonith ? { standard: 'stonith', provider: null, type: name } : describedAgent(pcs, name);
    const agent = installedAgent(pcs, id);
    if (!agent) {
      pcs.report(error(missingAgent(pcs, id)));
      throw new LibraryFailure();
    }
    const title = stonith || id.standard === 'stonith' ? id.type : agentName(id);
    pcs.print(agent.shortdesc === null ? title : `${title} - ${agent.shortdesc}`);
    if (agent.longdesc !== null) {
      pcs.print('');
      pcs.print(oneLine(agent.longdesc));
    }
    const shown = agent.parameters.filter(
      (parameter) => pcs.options.has('--full') || (!parameter.advanced && !parameter.deprecated),
    );
    if (shown.length > 0) {
      pcs.print('');
      pcs.print(stonith || id.standard === 'stonith' ? 'Stonith options:' : 'Resource options:');
      for (const parameter of shown) pcs.print(parameterLine(parameter));
      if (pcs.options.has('--full') && id.standard === 'ocf') for (const line of TRACING) pcs.print(line);
      if (id.standard === 'stonith') for (const line of FENCED) pcs.print(line);
    }
    pcs.print('');
    pcs.print('Default operations:');
    for (const line of operationLines(pcs, agent, id.standard)) pcs.print(line);
  };
}
