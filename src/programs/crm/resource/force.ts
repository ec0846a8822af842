import { findAgent } from '../../../agents/agents';
import { ocfEnvironment, scriptPath } from '../../../agents/ocf/script';
import { element } from '../../../pacemaker/cib/new';
import { agentName } from '../../../pacemaker/display/agent-name';
import type { AgentCall, AgentResult } from '../../../pacemaker/executor/agent';
import { rcText } from '../../../pacemaker/exit-status';
import { isActive } from '../../../pacemaker/scheduler/actions';
import type { Resource } from '../../../pacemaker/scheduler/resource';
import { parametersOf } from '../../../pacemaker/scheduler/resource-meta';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';
import type { Element } from '../../../world/xml';
import { exitText } from '../exit-codes';
import { EX, type Tool } from '../tool';
import { installed } from './agents';
import { type Context, configuredId } from './context';

const ACTIONS: Readonly<Record<string, string>> = {
  'force-start': 'start',
  'force-stop': 'stop',
  'force-promote': 'promote',
  'force-demote': 'demote',
  'force-check': 'monitor',
  validate: 'validate-all',
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
    tool.report(`Sorry, the ${command} option doesn't support group resources`);
    tool.error(`Error performing operation: ${exitText(UNIMPLEMENTED)}`);
    return UNIMPLEMENTED;
  }
  const about = aboutOf(resource);
  const parameters = environmentOf(context.ws, resource, TIMEOUT);
  const result = await runAgent(tool, about, ACTIONS[command] ?? 'monitor', parameters);
  return tell(tool, command, about, result);
}

const UNIMPLEMENTED = 3;

/** What an agent is run for: a resource, or (without an id) nothing but itself. */
interface About {
  readonly id: string | null;
  readonly class: string;
  readonly provider: string | null;
  readonly type: string;
}

const aboutOf = (resource: Resource): About => ({
  id: configuredId(resource),
  class: resource.class,
  provider: resource.provider,
  type: resource.type,
});

/** `--validate` of an agent with parameters as they are given, whatever resources there are. */
export async function validateAgent(tool: Tool): Promise<number> {
  const [standard = '', provider, type = ''] = ['class', 'provider', 'agent'].map((name) => tool.args.value(name));
  const about = { id: null, class: standard, provider: provider ?? null, type };
  const isKnown =
    standard === 'stonith'
      ? (await installed(tool)).types('stonith', null).includes(type)
      : findAgent(tool.process.machine, about) !== undefined;
  if (!isKnown) {
    const name = standard === 'systemd' || provider !== undefined ? (provider ?? '') : '';
    tool.error(`${standard}:${name}:${type} is not a known resource`);
    return EX.usage;
  }
  if (standard === 'stonith') {
    tool.report(
      `Operation validate (${standard}:${type}) could not be executed (Error: Manual execution of the stonith standard is unsupported)`,
    );
    tool.error(`Error performing operation: ${exitText(UNIMPLEMENTED)}`);
    return UNIMPLEMENTED;
  }
  const options = tool.args.values('option').map((word): [string, string] => {
    const equals = word.indexOf('=');
    return equals < 0 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
  });
  const parameters = { ...Object.fromEntries(options), CRM_meta_timeout: String(TIMEOUT) };
  return tell(tool, 'validate', about, await runAgent(tool, about, 'validate-all', parameters));
}

/** Tells how an agent's run ended; gives the tool's status, which is the agent's. */
function tell(tool: Tool, command: string, about: About, result: AgentResult): number {
  const reason = result.reason ? `: ${result.reason}` : '';
  const who = about.id === null ? '' : ` for ${about.id}`;
  const text = `Operation ${command}${who} (${agentName(about)}) returned ${result.rc} (${rcText(result.rc)}${reason})`;
  tool.item(result.output ? `${text}\n${result.output}` : text, () => resultElement(command, about, result));
  if (result.rc !== 0) tool.error(`Error performing operation: ${exitText(result.rc)}`);
  return result.rc;
}

function resultElement(command: string, about: About, result: AgentResult): Element {
  const status: Record<string, string> = { code: String(result.rc), message: rcText(result.rc) };
  Object.assign(status, { execution_code: '0', execution_message: 'complete' });
  if (result.reason) status.reason = result.reason;
  const attributes: Record<string, string> = { action: command, class: about.class, type: about.type };
  if (about.id !== null) attributes.rsc = about.id;
  if (about.provider !== null) attributes.provider = about.provider;
  const children = [element('overrides'), element('agent-status', status)];
  if (result.output) {
    const output = { ...element('output', { source: 'stderr' }), text: result.output };
    children.push(element('command', { code: String(result.rc) }, [output]));
  }
  return element('resource-agent-action', attributes, children);
}

async function runAgent(
  tool: Tool,
  about: About,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<AgentResult> {
  const { process } = tool;
  const scratch: Record<string, string> = {};
  let said = '';
  const log = (line: string) => {
    said += line;
  };
  const resource = { ...about, id: about.id ?? 'test' };
  const call = <T>(use: (call: AgentCall) => T): T =>
    process.transact((world, machine) =>
      use({ world, machine, resource, action, callId: 0, intervalMs: 0, parameters, scratch, log }),
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
  about: About & { readonly id: string },
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<AgentResult> {
  const path = scriptPath(about.provider ?? '', about.type);
  const env = { ...tool.process.env, ...ocfEnvironment(about, parameters) };
  const { status, stdout, stderr } = await tool.process.capture([path, action], { env });
  const reason = /ocf-exit-reason:(.*)/.exec(stderr)?.[1];
  return { rc: status, output: `${stdout}${stderr}`, ...(reason === undefined ? {} : { reason }) };
}
