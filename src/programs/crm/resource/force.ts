import { findAgent } from '../../../agents/agents';
import { ocfEnvironment } from '../../../agents/ocf/script';
import { agentName } from '../../../pacemaker/display/agent-name';
import type { AgentCall, AgentResult } from '../../../pacemaker/executor/agent';
import { rcText } from '../../../pacemaker/exit-status';
import { isActive } from '../../../pacemaker/scheduler/actions';
import type { Resource } from '../../../pacemaker/scheduler/resource';
import { parametersOf } from '../../../pacemaker/scheduler/resource-meta';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';
import { exitText } from '../exit-codes';
import { EX, type Tool } from '../tool';
import { type Context, configuredId } from './context';

const ACTIONS: Readonly<Record<string, string>> = {
  'force-start': 'start',
  'force-stop': 'stop',
  'force-promote': 'promote',
  'force-demote': 'demote',
  'force-check': 'monitor',
};

const UNSAFE: readonly string[] = ['force-start', 'force-demote', 'force-promote'];

/** Parameters as an agent gets them, meta attributes among them. */
function environmentOf(ws: WorkingSet, resource: Resource, timeoutMs: number): Record<string, string> {
  const own = parametersOf(ws, resource, null);
  const meta = [...resource.meta].map(([name, value]) => [`CRM_meta_${name.replaceAll('-', '_')}`, value]);
  return { ...Object.fromEntries(meta), ...Object.fromEntries(own), CRM_meta_timeout: String(timeoutMs) };
}

/** `--force-start` and its kin: an agent's action on this machine, past the cluster. */
export async function force(context: Context, command: string): Promise<number> {
  const { tool, resource: named } = context;
  if (!named) return EX.usage;
  const clone = named.isClone || (named.parent?.isClone ?? false) ? named.top : null;
  if (clone && UNSAFE.includes(command) && !tool.args.has('force') && isActive(clone, false)) {
    tool.error(`It is not safe to ${ACTIONS[command]} ${named.id} here: the cluster claims it is already active`);
    tool.error(`Try setting target-role=Stopped first or specifying the force option`);
    tool.error('Error performing operation: Operation not safe');
    return EX.unsafe;
  }
  const resource = named.isClone ? (named.children[0] ?? named) : named;
  if (resource.variant !== 'primitive') {
    tool.error(`Sorry, the ${command} option doesn't support group resources`);
    return EX.usage;
  }
  const result = await runAgent(context, resource, ACTIONS[command] ?? 'monitor');
  const reason = result.reason ? `: ${result.reason}` : '';
  tool.print(
    `Operation ${command} for ${configuredId(resource)} (${agentName(resource)}) returned ${result.rc} (${rcText(result.rc)}${reason})\n`,
  );
  if (result.output) tool.print(`${result.output}\n`);
  if (result.rc !== 0) tool.error(`Error performing operation: ${exitText(result.rc)}`);
  return result.rc;
}

async function runAgent({ tool, ws }: Context, resource: Resource, action: string): Promise<AgentResult> {
  const { process } = tool;
  const about = { class: resource.class, provider: resource.provider, type: resource.type };
  const scratch: Record<string, string> = {};
  let said = '';
  const log = (line: string) => {
    said += line;
  };
  const parameters = environmentOf(ws, resource, TIMEOUT);
  const call = <T>(use: (call: AgentCall) => T): T =>
    process.transact((world, machine) =>
      use({
        world,
        machine,
        resource: { id: configuredId(resource), ...about },
        action,
        callId: 0,
        intervalMs: 0,
        parameters,
        scratch,
        log,
      }),
    );
  const agent = findAgent(process.machine, about);
  if (!agent) return { rc: 5, reason: 'Resource agent not found' };
  let wait = call((each) => agent.begin(each));
  for (;;) {
    if (wait === 'asynchronous') return runScript(tool, resource, action, parameters);
    await process.sleep(wait);
    const result = call((each) => agent.finish(each));
    if ('rc' in result) {
      const reason = result.reason ? `ocf-exit-reason:${result.reason}\n` : '';
      return { ...result, output: said + (result.output ?? reason) };
    }
    wait = result.again;
  }
}

/** What an operation without a timeout of its own may take. */
const TIMEOUT = 20_000;

/** An agent that is a script runs as this tool's child. */
async function runScript(
  tool: Tool,
  resource: Resource,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<AgentResult> {
  const about = { id: configuredId(resource), provider: resource.provider, type: resource.type };
  const path = `/usr/lib/ocf/resource.d/${resource.provider}/${resource.type}`;
  const env = { ...tool.process.env, ...ocfEnvironment(about, parameters) };
  const { status, stdout, stderr } = await tool.process.capture([path, action], { env });
  const reason = /ocf-exit-reason:(.*)/.exec(stderr)?.[1];
  return { rc: status, output: `${stdout}${stderr}`, ...(reason === undefined ? {} : { reason }) };
}
