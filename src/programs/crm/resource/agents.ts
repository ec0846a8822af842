import { findAgent } from '../../../agents/agents';
import { isOwnScript } from '../../../agents/installed';
import { metadataText } from '../../../agents/metadata-text';
import { type AgentSource, loadAgentSource } from '../../../agents/source';
import { scriptMetadata } from '../../agents/installed';
import { EX, type Tool, ToolError } from '../tool';
import { fail } from './context';

const STANDARDS = ['lsb', 'ocf', 'service', 'systemd', 'stonith'];

/** Standards and providers as the tool lists them. */
export function listStandards(tool: Tool): number {
  for (const standard of ['ocf', ...STANDARDS.filter((each) => each !== 'ocf')]) tool.print(`${standard}\n`);
  return EX.ok;
}

/** What is installed here. Own scripts needn't be asked for their names. */
async function installed(tool: Tool): Promise<AgentSource> {
  const source = await loadAgentSource();
  return source.on({ machine: tool.process.machine, scripts: new Map() });
}

export async function listProviders(tool: Tool): Promise<number> {
  for (const provider of (await installed(tool)).providers()) tool.print(`${provider}\n`);
  return EX.ok;
}

export async function listAlternatives(tool: Tool): Promise<number> {
  const agent = tool.args.value('list-ocf-alternatives') ?? '';
  const source = await installed(tool);
  const found = source.providers().filter((provider) => source.types('ocf', provider).includes(agent));
  if (found.length === 0) throw new ToolError(`No OCF providers found for ${agent}`, EX.noSuch);
  for (const provider of found) tool.print(`${provider}\n`);
  return EX.ok;
}

export async function listAgents(tool: Tool): Promise<number> {
  const [standard = '', provider] = (tool.args.value('list-agents') ?? '').split(':');
  const source = await installed(tool);
  const names =
    standard === 'ocf'
      ? source
          .providers()
          .filter((each) => provider === undefined || each === provider)
          .flatMap((each) => source.types('ocf', each))
      : source.types(standard, null);
  if (names.length === 0)
    throw new ToolError(
      `No agents found for standard=${standard}${provider === undefined ? '' : `, provider=${provider}`}`,
      EX.noSuch,
    );
  for (const name of names) tool.print(`${name}\n`);
  return EX.ok;
}

/** Metadata as the agent itself prints it. */
export async function showMetadata(tool: Tool): Promise<number> {
  const name = tool.args.value('show-metadata') ?? '';
  const [standard = '', second = '', third] = name.split(':');
  const ocf = standard === 'ocf';
  if (!STANDARDS.includes(standard) || second === '' || (ocf && (third ?? '') === ''))
    throw new ToolError(`'${name}' is not a valid agent specification`, EX.noSuch);
  const [provider, type] = ocf ? [second, third ?? ''] : [null, second];
  const { process } = tool;
  const text =
    provider !== null && isOwnScript(process.machine, provider, type)
      ? await scriptMetadata(process, provider, type)
      : await known(tool, standard, provider, type);
  if (text === null) return fail(tool, `Metadata query for ${name} failed: No such device or address`, EX.noSuch);
  tool.print(text.endsWith('\n') ? text : `${text}\n`);
  return EX.ok;
}

async function known(tool: Tool, standard: string, provider: string | null, type: string): Promise<string | null> {
  if (standard !== 'ocf' && standard !== 'stonith') return null;
  const agent = (await installed(tool)).agent(standard, provider, type);
  return agent ? metadataText(agent) : null;
}

/** Whether an agent is there that says what it is. */
export async function isKnownAgent(
  tool: Tool,
  standard: string,
  provider: string | null,
  type: string,
): Promise<boolean> {
  if (standard === 'ocf') return findAgent(tool.process.machine, { class: standard, provider, type }) !== undefined;
  return (await installed(tool)).agent(standard, provider, type) !== undefined;
}
