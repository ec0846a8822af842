import { loadAgents } from '../../../agents/metadata';
import { EX, type Tool, ToolError } from '../tool';

const STANDARDS = ['lsb', 'ocf', 'service', 'systemd', 'stonith'];

/** Standards and providers as the tool lists them. */
export function listStandards(tool: Tool): number {
  for (const standard of ['ocf', ...STANDARDS.filter((each) => each !== 'ocf')]) tool.print(`${standard}\n`);
  return EX.ok;
}

async function ocfNames(): Promise<{ provider: string; type: string }[]> {
  const catalogue = await loadAgents();
  return catalogue.names.flatMap((name) => {
    const [standard, provider, type] = name.split(':');
    return standard === 'ocf' && provider !== undefined && type !== undefined ? [{ provider, type }] : [];
  });
}

export async function listProviders(tool: Tool): Promise<number> {
  const providers = new Set((await ocfNames()).map((each) => each.provider));
  for (const provider of [...providers].sort()) tool.print(`${provider}\n`);
  return EX.ok;
}

export async function listAlternatives(tool: Tool): Promise<number> {
  const agent = tool.args.value('list-ocf-alternatives') ?? '';
  const found = (await ocfNames()).filter((each) => each.type === agent);
  if (found.length === 0) throw new ToolError(`No OCF providers found for ${agent}`, EX.noSuch);
  for (const { provider } of found) tool.print(`${provider}\n`);
  return EX.ok;
}

export async function listAgents(tool: Tool): Promise<number> {
  const [standard = '', provider] = (tool.args.value('list-agents') ?? '').split(':');
  const catalogue = await loadAgents();
  const names =
    standard === 'ocf'
      ? (await ocfNames())
          .filter((each) => provider === undefined || each.provider === provider)
          .map((each) => each.type)
      : catalogue.names
          .filter((name) => name.startsWith(`${standard}:`))
          .map((name) => name.slice(standard.length + 1));
  if (names.length === 0)
    throw new ToolError(
      `No agents found for standard=${standard}${provider === undefined ? '' : `, provider=${provider}`}`,
      EX.noSuch,
    );
  for (const name of names) tool.print(`${name}\n`);
  return EX.ok;
}
