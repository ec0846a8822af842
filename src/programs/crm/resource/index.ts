import { element } from '../../../pacemaker/cib/new';
import type { Program } from '../../../shell/process';
import { defineTool, EX, type Tool } from '../tool';
import { listAgents, listAlternatives, listProviders, listStandards, showMetadata } from './agents';
import { cleanUp } from './cleanup';
import { showConstraints } from './constraints';
import { type Context, openContext } from './context';
import { showDigests } from './digests';
import { failResource } from './fail';
import { FORCED, force, forceAgent } from './force';
import { list, listOperations, listRaw, locate, queryXml, why } from './lists';
import { ban, clear, move } from './move';
import { COMMANDS, OPTIONS } from './options';
import { deleteParameter, getParameter, setParameter } from './parameters';
import { restart } from './restart';
import { waitForCluster } from './wait';

/** Commands that don't look at the CIB. */
async function withoutCib(tool: Tool, command: string): Promise<number | null> {
  switch (command) {
    case 'list-standards':
      return listStandards(tool);
    case 'list-ocf-providers':
      return listProviders(tool);
    case 'list-ocf-alternatives':
      return listAlternatives(tool);
    case 'list-agents':
      return listAgents(tool);
    case 'show-metadata':
      return showMetadata(tool);
    case 'wait':
      return waitForCluster(tool);
    default:
      return null;
  }
}

function deleteResource(context: Context): number {
  const { tool, id } = context;
  const type = tool.args.value('resource-type');
  if (type === undefined) {
    tool.error('You need to specify a resource type with -t');
    return EX.usage;
  }
  tool.change({ kind: 'delete', section: 'resources', input: element(type, { id }) });
  return EX.ok;
}

const OPTIONAL_RESOURCE = ['list', 'list-raw', 'list-operations', 'list-all-operations', 'why', 'cleanup', 'refresh'];

/** Where a unique instance must be named with its number. */
const EXACT = ['why', 'constraints', 'stack', 'locate', 'ban', 'move', 'clear', 'digests'];

async function withCib(tool: Tool, command: string): Promise<number> {
  const optional = OPTIONAL_RESOURCE.includes(command) || (command === 'clear' && tool.args.has('expired'));
  const context = openContext(tool, !optional, EXACT.includes(command));
  switch (command) {
    case 'list':
      return list(context);
    case 'list-raw':
      return listRaw(context);
    case 'list-operations':
    case 'list-all-operations':
      return listOperations(context);
    case 'locate':
      return locate(context);
    case 'query-xml':
    case 'query-xml-raw':
      return queryXml(context, command === 'query-xml-raw');
    case 'get-parameter':
      return getParameter(context);
    case 'set-parameter':
      return setParameter(context);
    case 'delete-parameter':
      return deleteParameter(context);
    case 'constraints':
    case 'stack':
      return showConstraints(context, command === 'stack' || tool.args.has('recursive'));
    case 'why':
      return why(context);
    case 'move':
      return move(context);
    case 'ban':
      return ban(context);
    case 'clear':
      return clear(context);
    case 'cleanup':
    case 'refresh':
      return cleanUp(context, command === 'refresh');
    case 'restart':
      return restart(context);
    case 'force-start':
    case 'force-stop':
    case 'force-promote':
    case 'force-demote':
    case 'force-check':
    case 'validate':
      return force(context, command);
    case 'fail':
      return failResource(context);
    case 'digests':
      return showDigests(context);
    case 'delete':
      return deleteResource(context);
    default:
      tool.error(`--${command} isn't available here`);
      return EX.usage;
  }
}

/** `crm_resource`: everything about resources. */
export const crmResource: Program = defineTool({
  name: 'crm_resource',
  purpose: 'Queries and changes resources.',
  formatted: true,
  options: OPTIONS,
  async run(tool) {
    const { args } = tool;
    const command = args.given.findLast((option) => COMMANDS.includes(option.name))?.name ?? 'list';
    const byAgent = ['class', 'agent', 'provider'].some((name) => args.has(name));
    if (byAgent && args.has('resource')) {
      tool.error('--resource cannot be used with --class, --agent, and --provider');
      return EX.usage;
    }
    if (byAgent && !FORCED.includes(command)) {
      tool.error('--class, --agent, and --provider can only be used with --validate and --force-*');
      return EX.usage;
    }
    if (byAgent) return forceAgent(tool, command);
    return (await withoutCib(tool, command)) ?? withCib(tool, command);
  },
});
