import type { Agent, AgentParameter } from '../agents';
import { agentName } from '../agents';
import type { Pcs } from '../context';
import { LibraryFailure } from '../failure';
import {
  compareText,
  error,
  info,
  overridable,
  plural,
  quoteInOrder,
  quoteList,
  type Report,
  warning,
} from '../reports';

export interface AgentId {
  readonly standard: string;
  readonly provider: string | null;
  readonly type: string;
}

const STANDARDS = ['lsb', 'ocf', 'service', 'stonith', 'systemd', 'heartbeat', 'nagios', 'upstart'];

/** Splits a full name; null where it isn't one. */
export function parseAgentName(name: string): AgentId | null {
  const unit = /^(systemd|service):([^:@]+@.*)$/.exec(name);
  if (unit) return { standard: unit[1] as string, provider: null, type: unit[2] as string };
  const parts = name.split(':');
  const [standard = '', second = '', third] = parts;
  if (!STANDARDS.includes(standard) || parts.length > 3 || parts.some((part) => part === '')) return null;
  if (standard === 'ocf') return third === undefined ? null : { standard, provider: second, type: third };
  return third === undefined ? { standard, provider: null, type: second } : null;
}

function invalidName(name: string): Report {
  return error(
    `Invalid resource agent name '${name}'. Use standard:provider:type when standard is 'ocf' or standard:type otherwise. List of standards and providers can be obtained by using commands 'pcs resource standards' and 'pcs resource providers'.`,
  );
}

/** Finds an agent by its full name, or by its type alone, whatever the case. Reports and ends where it can't. */
export function resolveAgent(pcs: Pcs, name: string): AgentId {
  const answer = agentNamed(pcs, name);
  if ('id' in answer) return answer.id;
  pcs.report(answer);
  throw new LibraryFailure();
}

/** The agent, or what is wrong with its name; an agent that had to be guessed is told. */
export function agentNamed(pcs: Pcs, name: string): { id: AgentId } | Report {
  if (name.includes(':')) {
    const id = parseAgentName(name);
    return id ? { id } : invalidName(name);
  }
  const found = deduce(pcs, name);
  if (found.length === 1) {
    const [id] = found as [AgentId];
    pcs.report(info(`Assumed agent name '${agentName(id)}' (deduced from '${name}')`));
    return { id };
  }
  if (found.length === 0) return error(`Unable to find agent '${name}', try specifying its full name`);
  const names = found
    .map(agentName)
    .sort(compareText)
    .map((full) => `'${full}'`);
  const last = names.pop();
  return error(`Multiple agents match '${name}', please specify full name: ${names.join(', ')} or ${last}`);
}

/** OCF agents of that type. */
function deduce(pcs: Pcs, name: string): AgentId[] {
  const { agents } = pcs.installation;
  const wanted = name.toLowerCase();
  return agents.providers().flatMap((provider) =>
    agents
      .types('ocf', provider)
      .filter((type) => type.toLowerCase() === wanted && agents.agent('ocf', provider, type) !== undefined)
      .map((type) => ({ standard: 'ocf', provider, type })),
  );
}

/** The report of an agent that isn't there. */
export function missingAgent(pcs: Pcs, id: AgentId): string {
  const full = agentName(id);
  const problem = pcs.installation.agents.problem?.(id.standard, id.provider, id.type);
  if (problem?.whole) return problem.reason;
  const reason =
    problem?.reason ??
    pcs.installation.agents.absence?.(id.standard, id.provider, id.type) ??
    `crm_resource: Metadata query for ${full} failed: No such device or address, Error performing operation: No such object`;
  return `Agent '${full}' is not installed or does not provide valid metadata: ${reason}`;
}

/** An installed agent as pcs sees it: pacemaker fills in some options of fence agents itself. */
export function installedAgent(pcs: Pcs, id: AgentId): Agent | undefined {
  const agent = pcs.installation.agents.agent(id.standard, id.provider, id.type);
  if (!agent || id.standard !== 'stonith') return agent;
  const parameters = agent.parameters
    .filter(({ name }) => name !== 'help' && name !== 'version')
    .map((parameter): AgentParameter => {
      const { name } = parameter;
      if (name === 'action') {
        const deprecatedBy = ['pcmk_off_action', 'pcmk_reboot_action'];
        return { ...parameter, required: false, advanced: true, deprecated: true, deprecatedBy };
      }
      if (name === 'plug' || name === 'port') return { ...parameter, required: false };
      return parameter;
    });
  return { ...agent, parameters };
}

/** The agent; a missing one is an error, or with force a warning and nothing known. */
export function loadAgent(pcs: Pcs, id: AgentId, force: boolean): Agent | undefined {
  const agent = installedAgent(pcs, id);
  if (agent) return agent;
  pcs.report(overridable(missingAgent(pcs, id), force));
  if (!force) throw new LibraryFailure();
  return undefined;
}

/** Options that every OCF agent understands because its shell functions do. */
const TRACE: readonly string[] = ['trace_file', 'trace_ra'];

/** Fence device options that pacemaker itself knows. */
const FENCED: readonly string[] = [
  'pcmk_action_limit',
  'pcmk_delay_base',
  'pcmk_delay_max',
  'pcmk_host_argument',
  'pcmk_host_check',
  'pcmk_host_list',
  'pcmk_host_map',
  ...['list', 'monitor', 'off', 'on', 'reboot', 'status'].flatMap((action) => [
    `pcmk_${action}_action`,
    `pcmk_${action}_retries`,
    `pcmk_${action}_timeout`,
  ]),
];

/** Names of options that an agent's resources may have. */
export function allowedOptions(agent: Agent, id: AgentId): string[] {
  const own = agent.parameters.map((parameter) => parameter.name);
  if (id.standard === 'stonith')
    return [...new Set([...own, ...FENCED])].filter((name) => name !== 'action' || own.includes(name));
  return id.standard === 'ocf' ? [...new Set([...own, ...TRACE])] : own;
}

/**
 * Checks option names and required options. `present`: what a resource to be updated has already. `forcible`: whether
 * unknown names can be forced.
 */
export function checkInstance(
  agent: Agent,
  id: AgentId,
  options: ReadonlyMap<string, string>,
  force: boolean,
  present: ReadonlyMap<string, string> | null = null,
  forcible = true,
): Report[] {
  const kind = id.standard === 'stonith' ? 'stonith' : 'resource';
  const names = allowedOptions(agent, id).sort(compareText);
  const unknown = [...options]
    .filter(([name]) => !names.includes(name) && present?.has(name) !== true)
    .map(([name]) => name);
  const empty = present === null ? [...options].filter(([, value]) => value === '') : [];
  const reports: Report[] = empty.map(([name]) => error(`${name} cannot be empty`));
  if (unknown.length > 0) {
    const list = unknown.length === 1 ? ` ${quoteList(unknown)}` : `s: ${quoteList(unknown)}`;
    const choice =
      names.length === 0
        ? 'there are no options allowed'
        : `allowed ${plural(names, 'option is', 'options are:')} ${quoteInOrder(names)}`;
    const text = `invalid ${kind} option${list}, ${choice}`;
    reports.push(forcible ? overridable(text, force) : error(text));
  }
  reports.push(...requiredMissing(agent, options, kind, force, present));
  const given = present === null ? options : new Map([...options].filter(([, value]) => value !== ''));
  return [...reports, ...deprecated(agent, given, kind, force)];
}

/** Deprecated options in the agent's order; the action of fence devices, which pacemaker sets itself, last. */
function deprecated(agent: Agent, options: ReadonlyMap<string, string>, kind: string, force: boolean): Report[] {
  const isAction = (name: string) => kind === 'stonith' && name === 'action';
  const reports: Report[] = [];
  for (const { name, deprecated: old, deprecatedBy } of agent.parameters) {
    if (!old || isAction(name) || !options.has(name)) continue;
    const instead = deprecatedBy.length > 0 ? `, use ${quoteList(deprecatedBy)} instead` : '';
    reports.push(warning(`${kind} option '${name}' is deprecated and should not be used${instead}`));
  }
  if (options.get('action') && isAction('action')) reports.push(overridable(FENCE_ACTION, force));
  return reports;
}

/** Pacemaker sets the action itself. */
const FENCE_ACTION =
  "stonith option 'action' is deprecated and should not be used, use 'pcmk_off_action', 'pcmk_reboot_action' instead";

/** Names that mean one parameter: its own, then the older ones. */
function family(agent: Agent, parameter: AgentParameter): string[] {
  const older = agent.parameters.filter((other) => other.deprecatedBy.includes(parameter.name));
  return [parameter.name, ...older.flatMap((other) => family(agent, other))];
}

/** Required options that are missing. In an update only those count that the update takes away. */
function requiredMissing(
  agent: Agent,
  options: ReadonlyMap<string, string>,
  kind: string,
  force: boolean,
  present: ReadonlyMap<string, string> | null,
): Report[] {
  const has = (name: string) => {
    const value = options.get(name);
    if (present === null) return value !== undefined;
    return value !== undefined ? value !== '' : present.has(name);
  };
  const missing = agent.parameters
    .filter((parameter) => parameter.required && !(parameter.deprecated && parameter.deprecatedBy.length > 0))
    .map((parameter) => family(agent, parameter))
    .filter((names) => !names.some(has))
    .filter((names) => present === null || names.some((name) => options.has(name)));
  const reports: Report[] = [];
  const plain = missing.filter((names) => names.length === 1).flat();
  if (plain.length > 0) {
    const noun = `${plural(plain, 'option')} ${quoteList(plain)} ${plural(plain, 'is', 'are')} missing`;
    reports.push(overridable(`required ${kind} ${noun}`, force));
  }
  for (const [name, ...older] of missing) {
    if (older.length === 0) continue;
    const list = [`'${name}'`, ...older.map((old) => `'${old}' (deprecated)`)];
    const last = list.pop();
    reports.push(overridable(`${kind} option ${list.join(', ')} or ${last} has to be specified`, force));
  }
  return reports;
}
