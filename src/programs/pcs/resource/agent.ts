import type { Agent, AgentParameter } from '../agents';
import { agentName } from '../agents';
import type { Pcs } from '../context';
import { LibraryFailure } from '../failure';
import {
  compareText,
  deprecation,
  error,
  info,
  overridable,
  plural,
  quoteInOrder,
  quoteList,
  type Report,
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
  if (name.includes(':')) {
    const id = parseAgentName(name);
    if (id) return id;
    pcs.report(invalidName(name));
    throw new LibraryFailure();
  }
  const found = deduce(pcs, name);
  if (found.length === 1) {
    const [id] = found as [AgentId];
    pcs.report(info(`Assumed agent name '${agentName(id)}' (deduced from '${name}')`));
    return id;
  }
  if (found.length === 0) pcs.report(error(`Unable to find agent '${name}', try specifying its full name`));
  else {
    const names = found
      .map(agentName)
      .sort(compareText)
      .map((full) => `'${full}'`);
    const last = names.pop();
    pcs.report(error(`Multiple agents match '${name}', please specify full name: ${names.join(', ')} or ${last}`));
  }
  throw new LibraryFailure();
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

/** What crm_resource says of an agent that isn't there. */
export function missingAgent(id: AgentId): string {
  const full = agentName(id);
  return `Agent '${full}' is not installed or does not provide valid metadata: crm_resource: Metadata query for ${full} failed: No such device or address, Error performing operation: No such object`;
}

/** The agent; a missing one is an error, or with force a warning and nothing known. */
export function loadAgent(pcs: Pcs, id: AgentId, force: boolean): Agent | undefined {
  const agent = pcs.installation.agents.agent(id.standard, id.provider, id.type);
  if (agent) return agent;
  pcs.report(overridable(missingAgent(id), force));
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
    return [...new Set([...own, 'priority', ...FENCED])].filter((name) => name !== 'action' || own.includes(name));
  return id.standard === 'ocf' ? [...new Set([...own, ...TRACE])] : own;
}

/** Checks option names and required options. `present`: what a resource to be updated has already. */
export function checkInstance(
  agent: Agent,
  id: AgentId,
  options: ReadonlyMap<string, string>,
  force: boolean,
  present: ReadonlyMap<string, string> | null = null,
): Report[] {
  const kind = id.standard === 'stonith' ? 'stonith' : 'resource';
  const names = allowedOptions(agent, id).sort(compareText);
  const unknown = [...options].filter(([name, value]) => value !== '' && !names.includes(name)).map(([name]) => name);
  const reports: Report[] = [];
  reports.push(...deprecated(agent, options, kind));
  if (unknown.length > 0) {
    const list = unknown.length === 1 ? ` ${quoteList(unknown)}` : `s: ${quoteList(unknown)}`;
    const choice =
      names.length === 0
        ? 'there are no options allowed'
        : `allowed ${plural(names, 'option is', 'options are:')} ${quoteInOrder(names)}`;
    reports.push(overridable(`invalid ${kind} option${list}, ${choice}`, force));
  }
  return [...reports, ...requiredMissing(agent, options, kind, force, present)];
}

function deprecated(agent: Agent, options: ReadonlyMap<string, string>, kind: string): Report[] {
  const reports: Report[] = [];
  for (const parameter of agent.parameters) {
    if (!parameter.deprecated || !options.has(parameter.name) || options.get(parameter.name) === '') continue;
    const instead = parameter.deprecatedBy.length > 0 ? `, use ${quoteList(parameter.deprecatedBy)} instead` : '';
    reports.push(deprecation(`${kind} option '${parameter.name}' is deprecated and should not be used${instead}`));
  }
  return reports;
}

/** Whether a parameter, or one that replaces it or that it replaces, is given. */
function given(agent: Agent, parameter: AgentParameter, has: (name: string) => boolean): boolean {
  if (has(parameter.name)) return true;
  if (parameter.deprecatedBy.some(has)) return true;
  return agent.parameters.some((other) => other.deprecatedBy.includes(parameter.name) && has(other.name));
}

function requiredMissing(
  agent: Agent,
  options: ReadonlyMap<string, string>,
  kind: string,
  force: boolean,
  present: ReadonlyMap<string, string> | null,
): Report[] {
  const has = (name: string) => {
    const value = options.get(name);
    return value !== undefined ? value !== '' : present?.has(name) === true;
  };
  const missing = agent.parameters
    .filter((parameter) => parameter.required && !(parameter.deprecated && parameter.deprecatedBy.length > 0))
    .filter((parameter) => !given(agent, parameter, has))
    .filter((parameter) => present === null || options.has(parameter.name))
    .map((parameter) => parameter.name);
  if (missing.length === 0) return [];
  const noun = `${plural(missing, 'option')} ${quoteList(missing)} ${plural(missing, 'is', 'are')} missing`;
  return [overridable(`required ${kind} ${noun}`, force)];
}
