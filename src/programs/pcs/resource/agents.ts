import { type AgentParameter, agentName } from '../agents';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { compareText, error, warning } from '../reports';
import { BadCall } from '../router';
import { type AgentId, installedAgent, missingAgent, resolveAgent } from './agent';
import { defaultOperations, uniqueIntervals } from './operation';

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

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (line !== indent && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  if (line !== indent) lines.push(line);
  return lines;
}

function parameterLines(parameter: AgentParameter): string[] {
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
  const description = (parameter.longdesc ?? parameter.shortdesc ?? '').replace(/\n/g, ' ').trim();
  const text = description === '' ? 'No description available' : description;
  return wrapDescription(`${title}: ${text}`);
}

function wrapDescription(text: string): string[] {
  const [first = '', ...rest] = wrap(text, '  ');
  return [first, ...rest.map((line) => `    ${line.trim()}`)];
}

/** Values and defaults of a parameter, in lines of their own. */
function parameterFacts(parameter: AgentParameter): string[] {
  const lines: string[] = [];
  if (parameter.values) lines.push(`    Allowed values: ${parameter.values.map((value) => `'${value}'`).join(', ')}`);
  if (parameter.default !== null && parameter.default !== '') lines.push(`    Default: ${parameter.default}`);
  return lines;
}

/** `pcs resource describe` and `pcs stonith describe`. */
export function describeAgent(stonith: boolean) {
  return (pcs: Pcs, args: string[]): void => {
    const [name, ...rest] = args;
    if (name === undefined || rest.length > 0) throw new BadCall();
    const id: AgentId = stonith ? { standard: 'stonith', provider: null, type: name } : resolveAgent(pcs, name);
    const agent = installedAgent(pcs, id);
    if (!agent) {
      pcs.report(error(missingAgent(pcs, id)));
      throw new LibraryFailure();
    }
    const title = stonith || id.standard === 'stonith' ? id.type : agentName(id);
    pcs.print(agent.shortdesc === null ? title : `${title} - ${agent.shortdesc}`);
    if (agent.longdesc !== null) {
      pcs.print('');
      for (const line of agent.longdesc.split('\n').flatMap((paragraph) => wrap(paragraph, ''))) pcs.print(line);
    }
    const shown = agent.parameters.filter(
      (parameter) => pcs.options.has('--full') || (!parameter.advanced && !parameter.deprecated),
    );
    if (shown.length > 0) {
      pcs.print('');
      pcs.print(stonith || id.standard === 'stonith' ? 'Stonith options:' : 'Resource options:');
      for (const parameter of shown)
        for (const line of [...parameterLines(parameter), ...parameterFacts(parameter)]) pcs.print(line);
    }
    const operations = uniqueIntervals(pcs, defaultOperations(agent, id.standard, false));
    pcs.print('');
    pcs.print('Default operations:');
    for (const operation of operations) {
      pcs.print(`  ${operation.get('name')}:`);
      for (const [key, value] of operation) if (key !== 'name') pcs.print(`    ${key}=${value}`);
    }
  };
}
