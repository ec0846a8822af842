import { element } from '../../../pacemaker/cib/new';
import type { Resource } from '../../../pacemaker/scheduler/resource';
import type { Element } from '../../../world/xml';
import { xml } from '../output';
import { EX, type Tool } from '../tool';
import { type Context, fail, isConfigured } from './context';

/** Kind of attribute set that -m and -z choose. */
function setName(tool: Tool): string {
  if (tool.args.has('meta')) return 'meta_attributes';
  return tool.args.has('utilization') ? 'utilization' : 'instance_attributes';
}

interface FoundPair {
  owner: string;
  pair: Element;
}

/** Pairs of that name in an element's own sets, and with `deep` in those of what it holds. */
function findPairs(owner: Element, set: string, name: string, deep: boolean): FoundPair[] {
  const found: FoundPair[] = [];
  if (deep)
    for (const child of owner.children)
      if (['primitive', 'group', 'clone'].includes(child.name)) found.push(...findPairs(child, set, name, true));
  for (const child of owner.children) {
    if (child.name !== set) continue;
    for (const pair of child.children)
      if (pair.attributes.name === name) found.push({ owner: owner.attributes.id ?? '', pair });
  }
  return found;
}

/** The topmost configured resource (clone, group) of a resource. */
function cloneAbove(resource: Resource): Resource | null {
  for (let at = resource.parent; at; at = at.parent) if (at.isClone) return at;
  return null;
}

export function getParameter(context: Context): number {
  const { tool, resource } = context;
  const name = tool.args.value('get-parameter') ?? '';
  if (!resource) return EX.usage;
  const value = tool.args.has('meta')
    ? resource.meta.get(name)
    : tool.args.has('utilization')
      ? numberText(resource.utilization?.get(name))
      : parameter(resource, name);
  if (value === undefined) {
    if (tool.isXml) tool.elements.push(xml('item', { name }));
    tool.complain(`Attribute '${name}' not found for '${resource.id}'\n`);
    return EX.ok;
  }
  tool.item(value, () => xml('item', { name, value }));
  return EX.ok;
}

function numberText(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function parameter(resource: Resource, name: string): string | undefined {
  const sets = resource.xml.children.filter((child) => child.name === 'instance_attributes');
  for (const set of sets)
    for (const pair of set.children) if (pair.attributes.name === name) return pair.attributes.value ?? '';
  return undefined;
}

/** Tells which pairs have the name, when several have. */
function listAmbiguous(tool: Tool, name: string, found: readonly FoundPair[]): void {
  tool.print(`Multiple attributes match name=${name}\n`);
  for (const { pair } of found)
    tool.print(`  Value: ${pair.attributes.value ?? ''} \t(id=${pair.attributes.id ?? ''})\n`);
  tool.print('\n');
}

/** The resource whose meta attribute is meant: a clone's for its only child, unless forced or set there already. */
function targetOf(
  context: Context,
  name: string,
  verb: 'update' | 'delete',
): { target: Resource; found: FoundPair | null } {
  const { tool, resource } = context;
  const own = resource as Resource;
  const set = setName(tool);
  const clone = cloneAbove(own);
  const top = clone ?? own;
  const all = findPairs(top.originalXml, set, name, true);
  const ownId = own.originalXml.attributes.id;
  const mine = all.find((each) => each.owner === ownId) ?? null;
  if (tool.args.has('force') || !tool.args.has('meta')) return { target: own, found: mine };
  if (all.length > 1) listAmbiguous(tool, name, all);
  if (own.isClone) {
    const child = all.find((each) => each.owner !== ownId);
    const holder = child && own.children.find((each) => each.originalXml.attributes.id === child.owner);
    if (child && holder) {
      tool.print(
        `A value for '${name}' already exists in child '${child.owner}', performing ${verb} on that instead of '${ownId}'\n`,
      );
      return { target: holder, found: child };
    }
    return { target: own, found: mine };
  }
  if (clone && !mine) {
    const cloneId = clone.originalXml.attributes.id;
    tool.print(`Performing ${verb} of '${name}' on '${cloneId}', the parent of '${ownId}'\n`);
    return { target: clone, found: all.find((each) => each.owner === cloneId) ?? null };
  }
  return { target: own, found: mine };
}

function store(context: Context, target: Resource, name: string, value: string, found: FoundPair | null): void {
  const { tool } = context;
  const owner = target.originalXml;
  const ownerId = owner.attributes.id ?? '';
  if (found) {
    const pairId = found.pair.attributes.id ?? '';
    const input = element('nvpair', { id: pairId, name, value });
    tool.change({ kind: 'modify', section: 'resources', input, allowCreate: true });
    tool.print(`Set '${found.owner}' option: id=${pairId} name=${name} value=${value}\n`);
    return;
  }
  const setId = tool.args.value('set-name') ?? `${ownerId}-${setName(tool)}`;
  const pairId = tool.args.value('nvpair') ?? `${setId}-${name}`;
  const pair = element('nvpair', { id: pairId, name, value });
  const input = element(owner.name, { id: ownerId }, [element(setName(tool), { id: setId }, [pair])]);
  tool.change({ kind: 'modify', section: 'resources', input, allowCreate: true });
  tool.print(`Set '${ownerId}' option: id=${pairId} set=${setId} name=${name} value=${value}\n`);
}

export function setParameter(context: Context): number {
  const { tool, resource } = context;
  const name = tool.args.value('set-parameter') ?? '';
  const value = tool.args.value('parameter-value');
  if (value === undefined) {
    tool.error('You need to supply a value with the -v option');
    return EX.usage;
  }
  if (!resource) return EX.usage;
  if (!isConfigured(tool, resource)) return fail(tool, '', EX.noSuch);
  if (resource.variant === 'group' && !tool.args.has('force') && tool.args.has('meta'))
    setInMembers(context, name, value);
  const { target, found } = targetOf(context, name, 'update');
  store(context, target, name, value, found);
  return EX.ok;
}

/** Members of a group that have a value of their own get the new one too. */
function setInMembers(context: Context, name: string, value: string): void {
  const { tool, resource } = context;
  for (const child of resource?.children ?? []) {
    const found = findPairs(child.originalXml, setName(tool), name, false)[0];
    if (found) store(context, child, name, value, found);
  }
}

export function deleteParameter(context: Context): number {
  const { tool, resource } = context;
  const name = tool.args.value('delete-parameter') ?? '';
  if (!resource) return EX.usage;
  const { found } = targetOf(context, name, 'delete');
  if (!found) return EX.ok;
  const pairId = found.pair.attributes.id ?? '';
  tool.change({ kind: 'delete', section: 'resources', input: element('nvpair', { id: pairId, name }) });
  tool.print(`Deleted '${found.owner}' option: id=${pairId} name=${name}\n`);
  return EX.ok;
}
