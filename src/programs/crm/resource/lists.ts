import { formatXml } from '../../../pacemaker/cib/format';
import { agentName } from '../../../pacemaker/display/agent-name';
import { primitiveLine, resourceLines } from '../../../pacemaker/display/resource-text';
import { isActive } from '../../../pacemaker/scheduler/actions';
import { activeSpan } from '../../../pacemaker/scheduler/history-order';
import type { Node } from '../../../pacemaker/scheduler/node';
import { primitivesOf, type Resource } from '../../../pacemaker/scheduler/resource';
import { Role } from '../../../pacemaker/scheduler/role';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';
import { ctime } from '../../../pacemaker/time';
import type { Element } from '../../../world/xml';
import type { StatusView } from '../mon/facts';
import { statusText } from '../mon/failures';
import { resourceXml } from '../mon/xml';
import { xml, xmlText } from '../output';
import { EX } from '../tool';
import { isUnmanaged } from './check';
import { type Context, fail } from './context';

function viewOf(context: Context): StatusView {
  return {
    ws: context.ws,
    now: context.tool.now,
    sections: new Set(),
    launcher: null,
    fencing: null,
    inactive: true,
    byNode: false,
    internal: true,
    brief: false,
    detail: false,
    timing: false,
    onlyNodes: null,
    onlyResources: null,
  };
}

function shown(context: Context): Resource[] {
  return context.ws.resources.filter(
    (resource) => resource.meta.get('internal_rsc') !== 'true' && (!resource.orphan || isActive(resource, false)),
  );
}

/** Lines without the node's name or the list of several, as `crm_resource --list` has them. */
function withoutNode(line: string, resource: Resource): string {
  if (!line.includes('\t(')) return line;
  if (resource.running.length > 1) return line.replace(/ \[ .* \]/, '');
  if (resource.running.length !== 1) return line;
  const name = resource.running[0]?.name ?? '';
  return line.replace(new RegExp(`^(.*\\):\\t .*?) ${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`), '$1');
}

export function list(context: Context): number {
  const { tool, ws } = context;
  if (tool.isXml) {
    const view = viewOf(context);
    tool.elements.push(
      xml(
        'resources',
        {},
        shown(context).map((resource) => resourceXml(view, resource)),
      ),
    );
    return EX.ok;
  }
  tool.print('Full List of Resources:\n');
  const resources = shown(context);
  if (resources.length === 0) tool.print('  * No resources\n');
  for (const resource of resources)
    for (const [depth, line] of resourceLines(ws, resource, { inactive: true })) {
      const primitive = resource.variant === 'primitive' ? resource : memberOf(resource, line);
      tool.print(`${'  '.repeat(depth + 1)}* ${primitive ? withoutNode(line, primitive) : line}\n`);
    }
  return EX.ok;
}

/** The primitive that a line of a group or bundle is about. */
function memberOf(resource: Resource, line: string): Resource | undefined {
  const name = line.split('\t')[0];
  for (const replica of resource.bundle?.replicas ?? []) {
    if (name?.startsWith(replica.remote?.id ?? replica.container.id)) return replica.container;
  }
  return [...primitivesOf(resource)].find((each) => each.id === name || each.id.replace(/:\d+$/, '') === name);
}

/** `--list-raw`: every primitive's name, orphans' too. */
export function listRaw(context: Context): number {
  const { tool, ws } = context;
  const ids: string[] = [];
  for (const top of ws.resources) {
    const instances = top.bundle ? top.bundle.child : top;
    const primitives = [...bundleParts(top), ...(instances ? primitivesOf(instances) : [])];
    for (const primitive of primitives) ids.push(primitive.id);
  }
  if (ids.length > 0) {
    const count = String(ids.length);
    if (tool.isXml) {
      const items = ids.map((id) => xmlText('item', id, { name: 'resource' }));
      tool.elements.push(xml('list', { name: 'resource names', count }, items));
    } else tool.print(ids.map((id) => `${id}\n`).join(''));
    return EX.ok;
  }
  tool.complain('NO resources configured\n\n');
  tool.error('Error performing operation: No such object');
  return EX.noSuch;
}

/** What a bundle implies besides the instances. */
function bundleParts(bundle: Resource): Resource[] {
  return (bundle.bundle?.replicas ?? []).flatMap((replica) =>
    [replica.container, replica.ip, replica.remote].filter((part) => part !== null),
  );
}

export function locate(context: Context): number {
  const { tool, resource, id } = context;
  if (!resource) return EX.usage;
  const places: { node: string; promoted: boolean }[] = [];
  const whole =
    resource.isClone || id !== resource.id ? (resource.isClone ? resource : (resource.parent ?? resource)) : resource;
  for (const primitive of primitivesOf(whole)) {
    if (whole !== resource && !resource.isClone && primitive.id.replace(/:\d+$/, '') !== id) continue;
    for (const node of primitive.running)
      if (!places.some((place) => place.node === node.name))
        places.push({ node: node.name, promoted: primitive.role === Role.Promoted });
  }
  places.sort((first, second) => (first.node < second.node ? -1 : 1));
  if (tool.isXml) {
    const nodes = places.map(({ node, promoted }) =>
      xmlText('node', node, { state: promoted ? 'promoted' : undefined }),
    );
    tool.elements.push(xml('nodes', { resource: id }, nodes));
    return EX.ok;
  }
  if (places.length === 0) tool.complain(`resource ${id} is NOT running\n`);
  for (const { node, promoted } of places)
    tool.print(`resource ${id} is running on: ${node}${promoted ? ' Promoted' : ''}\n`);
  return EX.ok;
}

/** The state in a line, then the configuration. */
export function queryXml(context: Context, raw: boolean): number {
  const { tool, ws, resource } = context;
  if (!resource) return EX.usage;
  const source = raw ? resource.originalXml : resource.xml;
  // An instance's own configuration says which one it is.
  const number: Record<string, string> = resource.instance === null ? {} : { clone: String(resource.instance) };
  const text = formatXml({ ...source, attributes: { ...source.attributes, ...number } });
  if (tool.isXml) {
    const config = xml('resource_config', {}, [resourceXml(viewOf(context), resource), { ...xml('xml'), text }]);
    tool.elements.push(config);
    return EX.ok;
  }
  const lines = resourceLines(ws, resource, { inactive: true });
  const state = resource.isClone ? lines.slice(1) : lines;
  for (const [, line] of state) tool.print(`${line}\n`);
  tool.print(`Resource XML:\n${text}`);
  return EX.ok;
}

/** History entries as `--list-operations` has them. */
export function listOperations(context: Context): number {
  const { tool, ws, resource } = context;
  const node = tool.args.value('node');
  const status = ws.cib.children.find((child) => child.name === 'status');
  const found: Element[] = [];
  for (const state of status?.children ?? []) {
    if (node !== undefined && state.attributes.uname !== node) continue;
    const resources = state.children.find((child) => child.name === 'lrm')?.children[0]?.children ?? [];
    for (const history of resources) {
      const owner =
        ws.resourceById.get(history.attributes.id ?? '') ?? anyInstance(context, history.attributes.id ?? '');
      if (
        !owner ||
        (resource && owner !== resource && owner.id.replace(/:\d+$/, '') !== context.id && owner.id !== context.id)
      )
        continue;
      const entries = history.children
        .filter((each) => !each.attributes.id?.endsWith('_last_failure_0'))
        .sort((first, second) => Number(first.attributes['call-id'] ?? 0) - Number(second.attributes['call-id'] ?? 0));
      const shown = tool.args.has('list-operations') ? activeEntries(entries) : entries;
      for (const entry of shown)
        if (tool.isXml) found.push(operationXml(owner, entry.attributes, state.attributes.uname ?? ''));
        else tool.print(`${operationLine(ws, owner, entry.attributes, state.attributes.uname ?? '')}\n`);
    }
  }
  if (found.length > 0) tool.elements.push(xml('operations', {}, found));
  return EX.ok;
}

function operationXml(resource: Resource, facts: Readonly<Record<string, string>>, node: string): Element {
  const changed = Number.parseInt(facts['last-rc-change'] ?? '0', 10);
  return xml('operation', {
    op: facts.operation_key ?? facts.id,
    node,
    call: facts['call-id'],
    rc: facts['rc-code'],
    status: statusText(facts['op-status'] ?? '0'),
    rsc: resource.id.replace(/:\d+$/, ''),
    agent: agentName(resource),
    'last-rc-change': changed > 0 ? ctime(changed * 1000) : undefined,
    'exec-time': changed > 0 ? (facts['exec-time'] ?? '0') : undefined,
  });
}

/** What is in force: of a resource that was started and not stopped since, what was recorded from then on. */
function activeEntries(entries: readonly Element[]): Element[] {
  const { start, stop } = activeSpan(entries);
  return entries.filter((_, index) => !(start < stop && index <= stop) && index >= start);
}

function anyInstance(context: Context, id: string): Resource | undefined {
  for (const [key, resource] of context.ws.resourceById) if (key.replace(/:\d+$/, '') === id) return resource;
  return undefined;
}

function operationLine(
  ws: WorkingSet,
  resource: Resource,
  facts: Readonly<Record<string, string>>,
  node: string,
): string {
  const changed = Number.parseInt(facts['last-rc-change'] ?? '0', 10);
  const when = changed > 0 ? `, last-rc-change='${ctime(changed * 1000)}', exec=${facts['exec-time'] ?? '0'}ms` : '';
  const op = `${facts.operation_key ?? facts.id} (node=${node}, call=${facts['call-id']}, rc=${facts['rc-code']}${when})`;
  const state = primitiveLine(ws, resource, resource.id.replace(/:\d+$/, ''), 'here');
  return `${state}: ${op}: ${statusText(facts['op-status'] ?? '0')}`;
}

/** Why resources run or don't: one with -r, those of a node with -N, or all. */
export function why(context: Context): number {
  const { tool, resource, id, ws } = context;
  const name = tool.args.value('node');
  const node = name === undefined ? null : (ws.nodeByName.get(name) ?? null);
  if (name !== undefined && !node) fail(tool, `Node '${name}' not found`, EX.noSuch);
  if (resource) {
    const running = node ? resource.running.includes(node) : isActive(resource, false);
    if (tool.isXml) {
      const facts = node ? { running_on: running ? node.name : undefined } : { running: String(running) };
      tool.elements.push(xml('reason', facts, [checkXml(resource)]));
    } else tool.print(reasonText(resource, id, running, node));
    return EX.ok;
  }
  const listed = node ? node.running : ws.resources.filter((top) => top.meta.get('internal_rsc') !== 'true');
  if (tool.isXml) {
    const elements = listed.map((each) => {
      const running = node !== null || isActive(each, false);
      return xml('resource', { id: each.id, running: String(running), host: node?.name }, [checkXml(each)]);
    });
    tool.elements.push(xml('reason', {}, [xml('resources', {}, elements)]));
    return EX.ok;
  }
  for (const each of listed) tool.print(reasonText(each, each.id, node !== null || isActive(each, false), node));
  return EX.ok;
}

/** Whether the outermost of what holds the resource is told to stay stopped, isn't managed, or waits for a node. */
function reasonsOf(resource: Resource): { id: string; stopped: boolean; unmanaged: boolean; lock: string | null } {
  const { top } = resource;
  return {
    id: top.id,
    stopped: top.meta.get('target-role')?.toLowerCase() === 'stopped',
    unmanaged: isUnmanaged(top),
    lock: top.lockNode?.name ?? null,
  };
}

function checkXml(resource: Resource): Element {
  const { id, stopped, unmanaged, lock } = reasonsOf(resource);
  return xml('check', {
    id,
    remain_stopped: stopped ? 'true' : undefined,
    unmanaged: unmanaged ? 'true' : undefined,
    'locked-to': lock ?? undefined,
  });
}

function reasonText(resource: Resource, id: string, running: boolean, node: Node | null): string {
  const reasons = reasonsOf(resource);
  const shown =
    resource.top === resource
      ? resource.id
      : resource.unique
        ? resource.id
        : resource.instance === null
          ? id
          : resource.id;
  let text = `Resource ${shown} is ${running ? '' : 'not '}running${node ? ` on host ${node.name}` : ''}\n`;
  if (reasons.stopped) text += `Configuration specifies '${reasons.id}' should remain stopped\n`;
  if (reasons.unmanaged) text += `Configuration prevents cluster from stopping or starting unmanaged '${reasons.id}'\n`;
  if (reasons.lock !== null) text += `'${reasons.id}' is locked to node ${reasons.lock} due to shutdown\n`;
  return text;
}
