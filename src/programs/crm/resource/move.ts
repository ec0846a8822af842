import { element } from '../../../pacemaker/cib/new';
import { descendant } from '../../../pacemaker/cib/xml';
import type { Node } from '../../../pacemaker/scheduler/node';
import { primitivesOf, type Resource } from '../../../pacemaker/scheduler/resource';
import { Role } from '../../../pacemaker/scheduler/role';
import { isoTime } from '../../../pacemaker/time';
import type { Element } from '../../../world/xml';
import { addDuration, DateError, parseDuration } from '../duration';
import { EX, type Tool, ToolError } from '../tool';
import { type Context, fail } from './context';

function nodeNamed(context: Context, name: string): Node {
  const node = context.ws.nodeByName.get(name);
  if (!node) fail(context.tool, `Node '${name}' not found`, EX.noSuch);
  return node;
}

/** Where a resource is active; for promotable clones where it is promoted, when that is asked for. */
function places(resource: Resource, promotedOnly: boolean): Node[] {
  const nodes: Node[] = [];
  for (const primitive of primitivesOf(resource)) {
    if (promotedOnly && primitive.role !== Role.Promoted) continue;
    for (const node of primitive.running) if (!nodes.includes(node)) nodes.push(node);
  }
  return nodes;
}

/** Unix seconds of the end of an ISO 8601 duration that begins now. */
function afterLifetime(tool: Tool, lifetime: string): number {
  try {
    return addDuration(Math.floor(tool.now / 1000), parseDuration(lifetime), 1);
  } catch (error) {
    if (!(error instanceof DateError)) throw error;
    tool.complain(
      `Invalid duration specified: ${lifetime}\nPlease refer to https://en.wikipedia.org/wiki/ISO_8601#Durations for examples of valid durations\n`,
    );
    throw new ToolError('', EX.usage);
  }
}

/** End of a constraint's life, told to the user; null without --lifetime. */
function endOfLife(tool: Tool): string | null {
  const lifetime = tool.args.value('lifetime');
  if (lifetime === undefined) return null;
  const end = isoTime(afterLifetime(tool, lifetime) * 1000);
  tool.print(`Migration will take effect until: ${end}\n`);
  return end;
}

/** A constraint on the resource that was named (not on the group or clone that holds it) for a node with a score, limited in time where there is an end. */
function constraint(kind: 'ban' | 'prefer', name: string, node: Node, promoted: boolean, end: string | null): Element {
  const id = kind === 'ban' ? `cli-ban-${name}-on-${node.name}` : `cli-prefer-${name}`;
  const score = kind === 'ban' ? '-INFINITY' : 'INFINITY';
  const base = { id, rsc: name, role: promoted ? 'Promoted' : 'Started' };
  if (end === null) return element('rsc_location', { ...base, node: node.name, score });
  const parts =
    kind === 'ban'
      ? { rule: `${id}-rule`, expression: `${id}-expr`, lifetime: `${id}-lifetime` }
      : {
          rule: `cli-prefer-rule-${name}`,
          expression: `cli-prefer-expr-${name}`,
          lifetime: `cli-prefer-lifetime-end-${name}`,
        };
  const expression = element('expression', {
    id: parts.expression,
    attribute: '#uname',
    operation: 'eq',
    value: node.name,
    type: 'string',
  });
  const date = element('date_expression', { id: parts.lifetime, operation: 'lt', end });
  return element('rsc_location', base, [
    element('rule', { id: parts.rule, score, 'boolean-op': 'and' }, [expression, date]),
  ]);
}

function warn(tool: Tool, name: string, node: Node, promoted: boolean): void {
  const what = promoted ? `being promoted` : 'running';
  tool.print(
    `WARNING: Creating rsc_location constraint 'cli-ban-${name}-on-${node.name}' with a score of -INFINITY for resource ${name} on ${node.name}.\n` +
      `\tThis will prevent ${name} from ${what} on ${node.name} until the constraint is removed using the clear option or by editing the CIB with an appropriate tool\n` +
      `\tThis will be the case even if ${node.name} is the last node in the cluster\n`,
  );
}

function put(tool: Tool, input: Element): void {
  tool.change({ kind: 'modify', section: 'constraints', input, allowCreate: true });
}

export function ban(context: Context): number {
  const { tool } = context;
  const resource = context.resource as Resource;
  const promoted = tool.args.has('promoted');
  const name = tool.args.value('node');
  if (name === undefined) return banHere(context, resource);
  const node = nodeNamed(context, name);
  const end = endOfLife(tool);
  warn(tool, context.id, node, promoted);
  put(tool, constraint('ban', context.id, node, promoted, end));
  return EX.ok;
}

/** Without a node: away from the only one where it is active. */
function banHere(context: Context, resource: Resource): number {
  const { tool } = context;
  let promoted = tool.args.has('promoted');
  let nodes = places(resource, promoted);
  if (nodes.length !== 1 && resource.promotable && !promoted) {
    const promotedNodes = places(resource, true);
    if (promotedNodes.length === 1) {
      nodes = promotedNodes;
      promoted = true;
    }
  }
  const [node] = nodes;
  if (!node || nodes.length !== 1) {
    const count = nodes.length;
    const more = resource.promotable ? ` (promoted in ${places(resource, true).length})` : '';
    throw new ToolError(
      `Resource '${context.id}' not moved: active in ${count} locations${more}.\nTo prevent '${context.id}' from running on a specific location, specify a node.${resource.promotable ? `\nTo prevent '${context.id}' from being promoted at a specific location, specify a node and the --promoted option.` : ''}`,
      EX.usage,
    );
  }
  const end = endOfLife(tool);
  warn(tool, context.id, node, promoted);
  put(tool, constraint('ban', context.id, node, promoted, end));
  return EX.ok;
}

export function move(context: Context): number {
  const { tool, id } = context;
  if (/:\d+$/.test(id) && context.resource?.top.isClone && !context.resource.unique)
    fail(tool, `Cannot operate on clone resource instance '${id}'`, 2);
  const resource = context.resource as Resource;
  const name = tool.args.value('node');
  if (name === undefined) return banHere(context, resource);
  const node = nodeNamed(context, name);
  const promoted = tool.args.has('promoted');
  const present = places(resource, promoted);
  if (present.length === 1 && present[0] === node && !tool.args.has('force')) {
    if (!resource.promotable || promoted)
      throw new ToolError('Error performing operation: Requested item already exists', EX.exists);
  }
  const end = endOfLife(tool);
  clearConstraints(context, context.id, node.name, true);
  put(tool, constraint('prefer', context.id, node, promoted, end));
  return EX.ok;
}

/** Removes constraints made by --move (all) and --ban (on the node, or everywhere). Gives how many. */
function clearConstraints(context: Context, resource: string, node: string | null, silent: boolean): number {
  const { tool } = context;
  const section = descendant(tool.readCib(), 'configuration', 'constraints');
  let removed = 0;
  for (const each of section?.children ?? []) {
    const id = each.attributes.id ?? '';
    const isBan = node === null ? id.startsWith(`cli-ban-${resource}-on-`) : id === `cli-ban-${resource}-on-${node}`;
    const isPreference =
      id === `cli-prefer-${resource}` &&
      (silent || node === null || tool.args.has('force') || preferredNode(each) === node);
    if (each.name !== 'rsc_location' || (!isBan && !isPreference)) continue;
    tool.change({ kind: 'delete', section: 'constraints', input: element('rsc_location', { id }) });
    if (!silent) tool.item(`Removing constraint: ${id}`, () => element('constraint', { id }));
    removed++;
  }
  return removed;
}

function preferredNode(constraintXml: Element): string | undefined {
  if (constraintXml.attributes.node !== undefined) return constraintXml.attributes.node;
  const rule = constraintXml.children.find((child) => child.name === 'rule');
  return rule?.children.find((child) => child.attributes.attribute === '#uname')?.attributes.value;
}

/** Whether a constraint made with --lifetime is past its end. */
function isExpired(constraintXml: Element, now: number): boolean {
  const rule = constraintXml.children.find((child) => child.name === 'rule');
  const date = rule?.children.find((child) => child.name === 'date_expression' && child.attributes.operation === 'lt');
  const end = date?.attributes.end;
  if (end === undefined) return false;
  const time = Date.parse(end.replace(/^(\d{4}-\d\d-\d\d) /, '$1T'));
  return !Number.isNaN(time) && time <= now;
}

export function clear(context: Context): number {
  const { tool } = context;
  const node = tool.args.value('node') ?? null;
  if (node !== null) nodeNamed(context, node);
  if (tool.args.has('expired')) return clearExpired(context, node);
  clearConstraints(context, context.id, node, false);
  return EX.ok;
}

function clearExpired(context: Context, node: string | null): number {
  const { tool, resource } = context;
  const section = descendant(tool.readCib(), 'configuration', 'constraints');
  for (const each of section?.children ?? []) {
    const id = each.attributes.id ?? '';
    if (!/^cli-(ban|prefer)-/.test(id) || !isExpired(each, tool.now)) continue;
    if (resource && each.attributes.rsc !== context.id) continue;
    // A node is looked for in the constraint's own attribute, which those with an end don't have.
    if (node !== null && each.attributes.node !== node) continue;
    tool.change({ kind: 'delete', section: 'constraints', input: element('rsc_location', { id }) });
    tool.item(`Removing constraint: ${id}`, () => element('constraint', { id }));
  }
  return EX.ok;
}
