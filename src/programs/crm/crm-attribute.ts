import { setAttribute } from '../../pacemaker/attributes/attributes';
import { CibError } from '../../pacemaker/cib/errors';
import type { Program } from '../../shell/process';
import type { Element } from '../../world/xml';
import {
  type AttributeFilter,
  type AttributeScope,
  dropAttribute,
  type FoundAttribute,
  findAttributes,
  storeAttribute,
} from './attribute-store';
import type { GlibOption } from './glib';
import { localNode, nodeUuid } from './local-node';
import { xml } from './output';
import { defineTool, EX, type Tool, ToolError } from './tool';

const OPTIONS: readonly GlibOption[] = [
  { name: 'id', letter: 'i', value: 'required', placeholder: 'XML_ID', help: 'The nvpair with this id' },
  { name: 'name', letter: 'n', value: 'required', placeholder: 'NAME', help: 'Name of the attribute or option' },
  { name: 'attr-name', value: 'required', alias: 'name' },
  { name: 'attr-id', value: 'required', alias: 'id' },
  { name: 'attr-value', value: 'required', alias: 'update' },
  { name: 'pattern', letter: 'P', value: 'required', placeholder: 'PATTERN', help: 'All names that match' },
  { name: 'promotion', letter: 'p', value: 'optional', placeholder: 'RESOURCE', help: 'Promotion score of a resource' },
  { name: 'set-name', letter: 's', value: 'required', placeholder: 'NAME', help: 'Id of the set' },
  { name: 'delete', letter: 'D', help: 'Remove it' },
  { name: 'query', letter: 'G', help: 'Print it' },
  { name: 'get-value', alias: 'query' },
  { name: 'update', letter: 'v', value: 'required', placeholder: 'VALUE', help: 'Set it' },
  { name: 'default', letter: 'd', value: 'required', placeholder: 'VALUE', help: 'Printed if it is not set' },
  { name: 'lifetime', letter: 'l', value: 'required', placeholder: 'LIFETIME', help: 'reboot or forever' },
  { name: 'node', letter: 'N', value: 'required', placeholder: 'NODE', help: "A node's attribute" },
  { name: 'node-uname', letter: 'U', value: 'required', alias: 'node' },
  { name: 'type', letter: 't', value: 'required', placeholder: 'SECTION', help: 'Section of the CIB' },
  { name: 'utilization', letter: 'z', help: "A node's utilization" },
  { name: 'quiet', letter: 'q', help: 'The value only' },
  { name: 'inhibit-policy-engine', letter: '!' },
];

/** The section that type, lifetime and node amount to. */
function scopeOf(tool: Tool): string {
  const { args } = tool;
  const type = args.value('type');
  const lifetime = args.value('lifetime');
  if (args.given.some((option) => option.name === 'promotion')) return 'status';
  if (type !== undefined) return type === 'nodes' && lifetime === 'reboot' ? 'status' : type;
  if (lifetime !== undefined) return lifetime === 'reboot' || lifetime === 'status' ? 'status' : 'nodes';
  return args.has('node') || args.has('utilization') ? 'nodes' : 'crm_config';
}

/** The name that is asked for; a promotion score is called after its resource. */
function nameOf(tool: Tool): string | undefined {
  const promotion = tool.args.given.findLast((option) => option.name === 'promotion');
  if (!promotion) return tool.args.value('name');
  const resource = promotion.value ?? tool.process.env.OCF_RESOURCE_INSTANCE;
  if (resource === undefined || resource === '')
    throw new ToolError(
      '-p/--promotion must be called from an OCF resource agent or with a resource ID specified',
      EX.usage,
    );
  return `master-${resource}`;
}

interface Request {
  command: 'query' | 'update' | 'delete';
  where: AttributeScope;
  filter: AttributeFilter;
  node: string | null;
  /** Goes through the attribute manager. */
  throughManager: boolean;
}

function readRequest(tool: Tool, cib: Element): Request {
  const { args } = tool;
  const command = args.has('update') ? 'update' : args.has('delete') ? 'delete' : 'query';
  const scope = scopeOf(tool);
  const name = nameOf(tool);
  const pattern = args.value('pattern');
  if (command === 'delete' && name === undefined && pattern === undefined)
    throw new ToolError('Error: must specify attribute name or pattern to delete', EX.usage);
  if (command === 'update' && name === undefined && pattern === undefined)
    throw new ToolError('Error: must specify attribute name or pattern to update', EX.usage);
  if (pattern !== undefined && command !== 'query' && scope !== 'status')
    throw new ToolError('Error: pattern can only be used with query, or with till-reboot update or delete', EX.usage);
  const isClusterWide = scope === 'crm_config' || scope === 'tickets';
  const node = isClusterWide ? null : (args.value('node') ?? localNode(tool));
  const uuid = node === null ? null : nodeUuid(cib, node);
  return {
    command,
    where: { scope, uuid, utilization: args.has('utilization') },
    filter: { name, id: args.value('id'), set: args.value('set-name') },
    node,
    throughManager: tool.isLive && scope === 'status' && command !== 'query',
  };
}

function show(tool: Tool, scope: string, attribute: { name: string; value: string }): void {
  if (tool.args.has('quiet') && !tool.isXml) tool.print(`${attribute.value}\n`);
  else
    tool.item(`scope=${scope}  name=${attribute.name} value=${attribute.value}`, () =>
      xml('attribute', { name: attribute.name, value: attribute.value, scope }),
    );
}

function query(tool: Tool, cib: Element, request: Request): number {
  const { where, filter } = request;
  const pattern = tool.args.value('pattern');
  const found = findAttributes(cib, where, pattern === undefined ? filter : { ...filter, name: undefined });
  // A pattern stands in for the name; it may match nothing, as long as there is anything to match.
  const name = pattern ?? filter.name;
  if (found.length === 0) {
    const otherwise = tool.args.value('default');
    if (otherwise === undefined || name === undefined) throw new CibError('ENXIO');
    show(tool, where.scope, { name, value: otherwise });
    return EX.ok;
  }
  if (pattern !== undefined) {
    const expression = new RegExp(pattern);
    for (const attribute of found) if (expression.test(attribute.name)) show(tool, where.scope, attribute);
    return EX.ok;
  }
  if (found.length > 1 && name !== undefined) return ambiguous(tool, name, found);
  for (const attribute of found) show(tool, where.scope, attribute);
  return EX.ok;
}

/** Several sets have the name: the user must say which one. */
function ambiguous(tool: Tool, name: string, found: readonly FoundAttribute[]): number {
  tool.print(`Multiple attributes match name=${name}\n`);
  for (const each of found) tool.print(`  Value: ${each.value} \t(id=${each.id})\n`);
  tool.error("Please choose from one of the matches below and supply the 'id' with --attr-id");
  return EX.multiple;
}

function matching(tool: Tool, cib: Element, request: Request): FoundAttribute[] {
  const pattern = tool.args.value('pattern');
  if (pattern === undefined) return findAttributes(cib, request.where, request.filter);
  const all = findAttributes(cib, request.where, { ...request.filter, name: undefined });
  return all.filter((attribute) => new RegExp(pattern).test(attribute.name));
}

/** Changes of a running cluster's transient attributes. */
function manage(tool: Tool, cib: Element, request: Request, value: string | null): number {
  const { process } = tool;
  const names = tool.args.has('pattern')
    ? matching(tool, cib, request).map((attribute) => attribute.name)
    : [request.filter.name ?? ''];
  process.transact((world) => {
    for (const name of names) setAttribute(world, process.machineName, request.node ?? '', name, value);
  });
  return EX.ok;
}

function update(tool: Tool, cib: Element, request: Request): number {
  const value = tool.args.value('update') ?? '';
  if (request.throughManager) return manage(tool, cib, request, value);
  const found = matching(tool, cib, request);
  const { name = '' } = request.filter;
  if (tool.args.has('pattern')) {
    if (found.length === 0) throw new CibError('ENXIO');
    for (const each of found) storeAttribute(tool, request.where, each.name, value, {}, each);
    return EX.ok;
  }
  if (found.length > 1) return ambiguous(tool, name, found);
  try {
    storeAttribute(tool, request.where, name, value, request.filter, found[0]);
  } catch (error) {
    if (error instanceof CibError) {
      const set = request.filter.set ?? '<null>';
      tool.complain(`Error setting ${name}=${value} (section=${request.where.scope}, set=${set}): ${error.message}\n`);
    }
    throw error;
  }
  return EX.ok;
}

function remove(tool: Tool, cib: Element, request: Request): number {
  if (request.throughManager) return manage(tool, cib, request, null);
  const found = matching(tool, cib, request);
  const { name = '' } = request.filter;
  if (found.length > 1 && !tool.args.has('pattern')) return ambiguous(tool, name, found);
  for (const each of found) {
    dropAttribute(tool, request.where, each);
    const kind = request.where.scope === 'crm_config' ? 'option' : 'attribute';
    const id = tool.args.has('id') ? '(null)' : each.id;
    tool.print(`Deleted ${request.where.scope} ${kind}: id=${id} name=${each.name}\n`);
  }
  return EX.ok;
}

/** `crm_attribute`: cluster options and node attributes. */
export const crmAttribute: Program = defineTool({
  name: 'crm_attribute',
  purpose: 'Queries and changes cluster options and node attributes.',
  formatted: true,
  options: OPTIONS,
  run(tool) {
    const lifetime = tool.args.value('lifetime');
    if (lifetime !== undefined && !['reboot', 'forever', 'nodes', 'status'].includes(lifetime)) {
      tool.error('Error performing operation: No message of desired type');
      return 76;
    }
    let cib: Element;
    try {
      cib = tool.readCib();
    } catch (error) {
      if (!(error instanceof CibError) || error.code === 'EACCES') throw error;
      throw new ToolError(`Could not connect to the CIB: ${error.message}`, error.status);
    }
    const request = readRequest(tool, cib);
    if (request.command === 'query') return query(tool, cib, request);
    return request.command === 'update' ? update(tool, cib, request) : remove(tool, cib, request);
  },
});
