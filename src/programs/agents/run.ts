import { findAgent } from '../../agents/agents';
import { metadataText } from '../../agents/metadata-text';
import { loadAgentSource } from '../../agents/source';
import { type AgentCall, OCF } from '../../pacemaker/executor/agent';
import type { Process, Program } from '../../shell/process';

/** Instance parameters from the environment. */
function parametersOf(env: Readonly<Record<string, string>>): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (name.startsWith('OCF_RESKEY_')) parameters[name.slice('OCF_RESKEY_'.length)] = value;
  return parameters;
}

/**
 * A packaged agent typed at a prompt or called by a script, with its parameters in the environment: does what the executor
 * would have it do, prints its exit reason, and exits with its result.
 */
export const ocfAgent: Program = async (process) => {
  const path = process.argv[0] ?? '';
  const [provider = '', type = ''] = path.split('/').slice(-2);
  const action = process.argv[1] ?? '';
  if (action === 'meta-data') return showMetadata(process, provider, type);
  const agent = findAgent(process.machine, { class: 'ocf', provider, type });
  if (!agent || action === '' || action === 'usage' || action === 'help') {
    await process.stdout.write(`usage: ${path} {start|stop|monitor|validate-all|meta-data}\n`);
    return action === '' ? OCF.unimplemented : OCF.ok;
  }
  const parameters = parametersOf(process.env);
  const scratch: Record<string, string> = {};
  let said = '';
  const log = (line: string) => {
    said += line;
  };
  const call = <T>(use: (call: AgentCall) => T): T =>
    process.transact((world, machine) =>
      use({
        world,
        machine,
        resource: { id: process.env.OCF_RESOURCE_INSTANCE ?? 'default', class: 'ocf', provider, type },
        action,
        callId: 0,
        intervalMs: Number(parameters.CRM_meta_interval ?? '0') || 0,
        parameters,
        scratch,
        log,
      }),
    );
  const wait = call((each) => agent.begin(each));
  await process.sleep(wait === 'asynchronous' ? 0 : wait);
  for (;;) {
    const result = call((each) => agent.finish(each));
    if ('again' in result) {
      await process.sleep(result.again);
      continue;
    }
    const reason = result.reason ? `ocf-exit-reason:${result.reason}\n` : '';
    const output = said + (result.output ?? reason);
    if (output !== '') await process.stderr.write(output);
    return result.rc;
  }
};

async function showMetadata(process: Process, provider: string, type: string): Promise<number> {
  const agent = (await loadAgentSource()).agent('ocf', provider, type);
  if (!agent) return OCF.error;
  await process.stdout.write(metadataText(agent));
  return OCF.ok;
}
