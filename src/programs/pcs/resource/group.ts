import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint } from '../cib/ids';
import { waitForIdle } from '../cib/live';
import { newElement, removeElement } from '../cib/nvset';
import { dropReferences } from '../constraint/references';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { error, quoteList } from '../reports';
import { BadCall } from '../router';
import { dropEmptyGroups } from './clone';
import {
  allResources,
  findResource,
  idOf,
  innerResources,
  isClone,
  isStonith,
  parentResource,
  resourcesOf,
  typeName,
} from './find';

function checkWait(pcs: Pcs): number | undefined {
  const wait = pcs.options.wait();
  if (wait !== undefined && pcs.store.file !== null) throw new CommandFailure("Cannot use '-f' together with '--wait'");
  return wait;
}

/** `pcs resource group list`. */
export async function list(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  for (const group of allResources(cib)) {
    if (group.name === 'group') pcs.print(`${idOf(group)}: ${innerResources(group).map(idOf).join(' ')}`);
  }
}

/** `pcs resource group add`. */
export async function add(pcs: Pcs, args: string[]): Promise<void> {
  const [name, ...ids] = args;
  const before = pcs.options.value('--before');
  const after = pcs.options.value('--after');
  if (before !== undefined && after !== undefined)
    throw new CommandFailure('you cannot specify both --before and --after');
  if (name === undefined || ids.length === 0) throw new BadCall();
  const wait = checkWait(pcs);
  const cib = await pcs.cib();
  const present = checkGroupName(pcs, cib, name, ids);
  const members = ids.map((id) => findResource(cib, id));
  checkMembers(pcs, cib, present, ids, members);
  checkNeighbour(pcs, present, name, ids, before ?? after, before !== undefined);
  pcs.stopOnErrors();
  const resources = members.flatMap((member) => member ?? []);
  if (resources.some(isStonith)) {
    pcs.deprecated(
      'Ability of this command to accept stonith resources is deprecated and will be removed in a future release.',
    );
  }
  put(cib, present, name, resources, before, after);
  await pcs.push(cib);
  if (wait !== undefined) await waitForIdle(pcs, wait);
}

function checkGroupName(pcs: Pcs, cib: Element, name: string, ids: readonly string[]): Element | undefined {
  const present = findResource(cib, name);
  if (present?.name === 'group') return present;
  if (present) pcs.report(error(`'${name}' is not a group`));
  else {
    const complaint = idComplaint(name, 'group name');
    if (complaint) pcs.report(error(complaint));
    else if (new IdMaker(cib).has(name)) pcs.report(error(`'${name}' is not a group`));
  }
  void ids;
  return undefined;
}

function checkMembers(
  pcs: Pcs,
  cib: Element,
  group: Element | undefined,
  ids: readonly string[],
  members: readonly (Element | undefined)[],
): void {
  const missing: string[] = [];
  for (const [at, id] of ids.entries()) {
    const resource = members[at];
    if (!resource) {
      missing.push(id);
      continue;
    }
    const parent = parentResource(cib, resource);
    if (resource.name !== 'primitive') {
      pcs.report(
        error(
          `'${id}' is a ${typeName(resource.name)} resource, ${typeName(resource.name)} resources cannot be put into a group`,
        ),
      );
    } else if (parent?.name === 'bundle') {
      pcs.report(error(`'${id}' cannot be put into a group because its parent '${idOf(parent)}' is a bundle resource`));
    } else if (parent && isClone(parent)) {
      pcs.report(error(`'${id}' cannot be put into a group because its parent '${idOf(parent)}' is a clone resource`));
    }
  }
  for (const id of missing) pcs.report(error(`resource '${id}' does not exist`));
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length > 0) pcs.report(error(`Resources specified more than once: ${quoteList(new Set(twice))}`));
  void group;
}

function checkNeighbour(
  pcs: Pcs,
  group: Element | undefined,
  name: string,
  ids: readonly string[],
  neighbour: string | undefined,
  before: boolean,
): void {
  const already = ids.filter((id) => group && innerResources(group).some((member) => idOf(member) === id));
  if (neighbour === undefined) {
    if (already.length > 0) {
      pcs.report(error(`${quoteList(already)} already ${already.length === 1 ? 'exists' : 'exist'} in '${name}'`));
    }
    return;
  }
  if (ids.includes(neighbour)) {
    pcs.report(error(`Cannot put resource '${neighbour}' ${before ? 'before' : 'after'} itself in a group`));
  } else if (!group || !innerResources(group).some((member) => idOf(member) === neighbour)) {
    pcs.report(error(`there is no resource '${neighbour}' in the group '${name}'`));
  }
}

function put(
  cib: Element,
  present: Element | undefined,
  name: string,
  resources: readonly Element[],
  before: string | undefined,
  after: string | undefined,
): void {
  const section = resourcesOf(cib);
  const oldParents = resources.map((resource) => parentResource(cib, resource));
  for (const resource of resources) removeElement(section, resource);
  let group = present;
  if (!group) {
    group = newElement('group', { id: name });
    section.children.push(group);
  }
  const neighbour = before ?? after;
  const target = group.children.findIndex((child) => idOf(child) === neighbour && child.name === 'primitive');
  const lastPrimitive = group.children.findLastIndex((child) => child.name === 'primitive');
  const at = target >= 0 ? (before === undefined ? target + 1 : target) : lastPrimitive + 1;
  group.children.splice(at, 0, ...resources);
  for (const old of new Set(oldParents)) {
    if (old && old !== group && old.name === 'group' && innerResources(old).length === 0) dropGroup(cib, old);
  }
}

/** Removes an empty group, and the clone around it. */
function dropGroup(cib: Element, group: Element): void {
  dropReferences(cib, idOf(group));
  dropEmptyGroups(resourcesOf(cib));
}

/** `pcs resource group delete`, `remove` and `pcs resource ungroup`. */
export async function ungroup(pcs: Pcs, args: string[]): Promise<void> {
  const [name, ...ids] = args;
  if (name === undefined) throw new BadCall();
  const wait = checkWait(pcs);
  const cib = await pcs.cib();
  const group = findResource(cib, name);
  if (group?.name !== 'group') throw new CommandFailure(`Group '${name}' does not exist`);
  const members = innerResources(group);
  const leaving = ids.length === 0 ? members : ids.map((id) => memberOf(group, id));
  const parent = parentResource(cib, group);
  if (leaving.length === members.length) {
    if (parent && isClone(parent)) {
      if (members.length > 1) throw new CommandFailure('Cannot remove all resources from a cloned group');
      dissolveCloned(pcs, cib, parent, group);
      await pcs.push(cib);
      return;
    }
    for (const line of dropReferences(cib, name)) pcs.note(line);
  }
  moveOut(cib, group, leaving);
  await pcs.push(cib);
  if (wait !== undefined) await waitForIdle(pcs, wait);
}

function memberOf(group: Element, id: string): Element {
  const member = innerResources(group).find((resource) => idOf(resource) === id);
  if (!member) throw new CommandFailure(`Resource '${id}' does not exist in group '${idOf(group)}'`);
  return member;
}

/** A cloned group of one: its member takes its place in the clone. */
function dissolveCloned(pcs: Pcs, cib: Element, clone: Element, group: Element): void {
  for (const line of dropReferences(cib, idOf(group))) pcs.note(line);
  const [member] = innerResources(group);
  if (!member) return;
  const at = clone.children.indexOf(group);
  clone.children[at] = member;
}

/** Members leave to a place right behind the group (or behind the clone around it). */
function moveOut(cib: Element, group: Element, leaving: readonly Element[]): void {
  const section = resourcesOf(cib);
  const parent = parentResource(cib, group) ?? group;
  for (const member of leaving) removeElement(group, member);
  const at = section.children.indexOf(parent);
  section.children.splice(at + 1, 0, ...leaving);
  if (innerResources(group).length === 0) section.children.splice(at, 1);
}
