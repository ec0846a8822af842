import { findAgent } from '../../../agents/agents';
import { ocfEnvironment, scriptPath } from '../../../agents/ocf/script';
import { agentName } from '../../../pacemaker/display/agent-name';
import type { AgentCall, AgentResult } from '../../../pacemaker/executor/agent';
import { rcText } from '../../../pacemaker/exit-status';
import { isActive } from '../../../pacemaker/scheduler/actions';
import type { Resource } from '../../../pacemaker/scheduler/resource';
import { parametersOf } from '../../../pacemaker/scheduler/resource-meta';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';
import { exitText } from '../exit-codes';
import { xml, xmlText } from '../output';
import { EX, type Tool, ToolError } from '../tool';
import { isKnownAgent } from './agents';
import { type Context, configuredId } from './context';

const ACTIONS: Readonly<Record<string, string>> = {
  'force-start': 'start',
  'force-stop': 'stop',
  'force-promote': 'promote',
  'force-demote': 'demote',
  'force-check': 'monitor',
  validate: 'validate-all',
};

/** Commands that run an agent past the cluster. */
export const FORCED: readonly string[] = Object.keys(ACTIONS);

const UNSAFE: readonly string[] = ['force-start', 'force-demote', 'force-promote'];

/** What is run: a resource's agent, or one that --class and its kin name. */
interface Subject {
  /** As it was named; null where only the agent was. */
  named: string | null;
  /** As the agent hears it. */
  id: string;
  class: string;
  provider: string | null;
  type: string;
  parameters: Record<string, string>;
}

/** Parameters as an agent gets them, meta attributes among them. */
function environmentOf(ws: WorkingSet, resource: Resource): Record<string, string> {
  const own = parametersOf(ws, resource, null);
  const meta = [...resource.meta].map(([name, value]) => [`CRM_meta_${name.replaceAll('-', '_')}`, value]);
  return { ...Object.fromEntries(meta), ...Object.fromEntries(own) };
}

/** `NAME=VALUE` behind the options counts instead of what is configured. */
function overridesOf(tool: Tool): [string, string][] {
  return tool.args.operands.map((operand) => {
    const [name = '', ...value] = operand.split('=');
    return [name, value.join('=')];
  });
}

/** `--validate`, `--force-start` and their kin: an agent's action on this machine, past the cluster. */
export async function force(context: Context, command: string): Promise<number> {
  const { tool, resource: named, ws } = context;
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
  const { class: standard, provider, type } = resource;
  return execute(tool, command, {
    named: context.id,
    id: configuredId(resource),
    class: standard,
    provider,
    type,
    parameters: environmentOf(ws, resource),
  });
}

/** The same for an agent that no resource stands for. */
export async function forceAgent(tool: Tool, command: string): Promise<number> {
  const { args } = tool;
  const parameters: Record<string, string> = {};
  for (const option of args.values('option')) {
    const [name = '', ...value] = option.split('=');
    if (value.length === 0) throw new ToolError('Error parsing option --option', EX.usage);
    parameters[name] = value.join('=');
  }
  const standard = args.value('class') ?? '';
  const provider = args.value('provider') ?? null;
  const type = args.value('agent') ?? '';
  if (!(await isKnownAgent(tool, standard, provider, type))) {
    const unknown =
      standard === 'stonith'
        ? `${type} is not a known stonith agent`
        : `${standard}:${provider ?? ''}:${type} is not a known resource`;
    throw new ToolError(unknown, EX.usage);
  }
  return execute(tool, command, { named: null, id: 'test', class: standard, provider, type, parameters });
}

/** Unimplemented, as exit status and as OCF code. */
const UNIMPLEMENTED = 3;

/** Runs the action and tells its result, which is the exit status too. */
async function execute(tool: Tool, command: string, subject: Subject): Promise<number> {
  const level = tool.args.value(command);
  if (level !== undefined && !/^\d+$/.test(level))
    throw new ToolError(`Invalid check level setting: ${level}`, EX.usage);
  const overrides = overridesOf(tool);
  const of = subject.named === null ? '' : ` for '${subject.named}'`;
  for (const [name, value] of overrides)
    tool.print(`Overriding the cluster configuration${of} with '${name}' = '${value}'\n`);
  const parameters = {
    ...subject.parameters,
    ...Object.fromEntries(overrides),
    CRM_meta_timeout: String(TIMEOUT),
  };
  // Only OCF agents (and init scripts) can be run by hand: units and fence devices have daemons of their own.
  const isManual = subject.class === 'ocf' || subject.class === 'lsb';
  const result: AgentResult = isManual
    ? await runAgent(tool, { ...subject, parameters }, ACTIONS[command] ?? 'monitor', level)
    : { rc: UNIMPLEMENTED, reason: `Manual execution of the ${subject.class} standard is unsupported` };
  if (tool.isXml) addElement(tool, command, subject, overrides, result, isManual);
  else printResult(tool, command, subject, result, isManual);
  if (result.rc !== 0) tool.error(`Error performing operation: ${exitText(result.rc)}`);
  return result.rc;
}

function printResult(tool: Tool, command: string, subject: Subject, result: AgentResult, isManual: boolean): void {
  const whose = subject.named === null ? '' : ` for ${subject.named}`;
  const operation = `Operation ${command}${whose} (${agentName(subject)})`;
  if (!isManual) {
    tool.complain(`${operation} could not be executed (Error: ${result.reason})\n`);
    return;
  }
  const reason = result.reason ? `: ${result.reason}` : '';
  tool.print(`${operation} returned ${result.rc} (${rcText(result.rc)}${reason})\n`);
  if (result.output) tool.print(`${result.output}\n`);
}

function addElement(
  tool: Tool,
  command: string,
  subject: Subject,
  overrides: readonly [string, string][],
  result: AgentResult,
  isManual: boolean,
): void {
  const rsc = subject.named ?? undefined;
  const status = xml('agent-status', {
    code: String(result.rc),
    message: rcText(result.rc),
    execution_code: isManual ? '0' : '4',
    execution_message: isManual ? 'complete' : 'Error',
    reason: result.reason,
  });
  const replaced = overrides.map(([name, value]) => xml('override', { name, value, rsc }));
  const output = result.output
    ? [xml('command', { code: String(result.rc) }, [xmlText('output', result.output, { source: 'stderr' })])]
    : [];
  const facts = { class: subject.class, type: subject.type, rsc, provider: subject.provider ?? undefined };
  const children = [xml('overrides', {}, replaced), status, ...output];
  tool.elements.push(xml('resource-agent-action', { action: command, ...facts }, children));
}

async function runAgent(tool: Tool, subject: Subject, action: string, level?: string): Promise<AgentResult> {
  const { process } = tool;
  const { parameters, id } = subject;
  const about = { class: subject.class, provider: subject.provider, type: subject.type };
  const scratch: Record<string, string> = {};
  let said = '';
  const log = (line: string) => {
    said += line;
  };
  const call = <T>(use: (call: AgentCall) => T): T =>
    process.transact((world, machine) =>
      use({ world, machine, resource: { id, ...about }, action, callId: 0, intervalMs: 0, parameters, scratch, log }),
    );
  const agent = findAgent(process.machine, about);
  if (!agent) return { rc: 5, reason: 'Resource agent not found' };
  let wait = call((each) => agent.begin(each));
  for (;;) {
    if (wait === 'asynchronous') return runScript(tool, subject, action, level);
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
async function runScript(tool: Tool, subject: Subject, action: string, level?: string): Promise<AgentResult> {
  const path = scriptPath(subject.provider ?? '', subject.type);
  const check: Record<string, string> = level === undefined ? {} : { OCF_CHECK_LEVEL: level };
  const env = { ...tool.process.env, ...ocfEnvironment(subject, subject.parameters), ...check };
  const { status, stdout, stderr } = await tool.process.capture([path, action], { env });
  const reason = /ocf-exit-reason:(.*)/.exec(stderr)?.[1];
  return { rc: status, output: `${stdout}${stderr}`, ...(reason === undefined ? {} : { reason }) };
}
