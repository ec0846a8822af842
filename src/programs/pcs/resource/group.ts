import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint } from '../cib/ids';
import { waitSilently } from '../cib/live';
import { newElement, removeElement } from '../cib/nvset';
import { constraintsOn, dropFromTags, dropReferences, tagsWith } from '../constraint/references';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { error, plural, quoteList } from '../reports';
import { BadCall } from '../router';
import { dropEmptyGroups } from './clone';
import {
  allResources,
  findResource,
  idOf,
  innerResources,
  isClone,
  parentResource,
  resourcesOf,
  typeName,
} from './find';
import { noteDevices } from './misplaced';
import { waitAndReport } from './running';

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
  checkMembers(pcs, cib, name, ids, members);
  checkNeighbour(pcs, cib, present, name, ids, before ?? after);
  checkEmptied(pcs, cib, name, ids);
  pcs.stopOnErrors();
  const resources = members.flatMap((member) => member ?? []);
  noteDevices(pcs, cib, ids, 'stonith resource');
  put(cib, present, name, resources, before, after);
  await pcs.push(cib);
  if (wait !== undefined) await waitAndReport(pcs, wait, [name], null);
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
  name: string,
  ids: readonly string[],
  members: readonly (Element | undefined)[],
): void {
  for (const [at, id] of ids.entries()) {
    const resource = members[at];
    if (!resource) {
      pcs.report(error(`'${id}' does not exist`));
      continue;
    }
    const parent = parentResource(cib, resource);
    if (resource.name !== 'primitive') {
      const kind = typeName(resource.name);
      pcs.report(error(`'${id}' is a ${kind} resource, ${kind} resources cannot be put into a group`));
    } else if (parent && parent.name !== 'group') {
      const kind = typeName(parent.name);
      pcs.report(
        error(`'${id}' cannot be put into a group because its parent '${idOf(parent)}' is a ${kind} resource`),
      );
    }
  }
  if (members.every((member) => member === undefined)) {
    pcs.report(error(`Cannot modify group '${name}', no resources to add or remove specified`));
  }
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  if (twice.length > 0) {
    pcs.report(error(`Resources to add or remove must be unique, duplicate resources: ${quoteList(new Set(twice))}`));
  }
}

function checkNeighbour(
  pcs: Pcs,
  cib: Element,
  group: Element | undefined,
  name: string,
  ids: readonly string[],
  neighbour: string | undefined,
): void {
  const present = group ? innerResources(group).map(idOf) : [];
  if (neighbour === undefined) {
    const already = ids.filter((id) => present.includes(id));
    if (already.length === 0) return;
    const what = already.length === 1 ? 'it is' : 'they are';
    const noun = plural(already, 'resource');
    pcs.report(error(`Cannot add ${noun} ${quoteList(already)}, ${what} already present in group '${name}'`));
    return;
  }
  if (!findResource(cib, neighbour)) pcs.report(error(`'${neighbour}' does not exist`));
  else if (!present.includes(neighbour)) {
    pcs.report(error(`There is no resource '${neighbour}' in the group '${name}', cannot add resources next to it`));
  }
  if (ids.includes(neighbour)) pcs.report(error(`Cannot put resource '${neighbour}' next to itself`));
}

/** A group that something refers to must not lose its last members; others go with them. */
function checkEmptied(pcs: Pcs, cib: Element, name: string, ids: readonly string[]): void {
  for (const group of allResources(cib)) {
    const members = innerResources(group).map(idOf);
    if (group.name !== 'group' || idOf(group) === name || !members.every((id) => ids.includes(id))) continue;
    const parent = parentResource(cib, group);
    const gone = [idOf(group), ...(parent ? [idOf(parent)] : [])];
    if (gone.every((id) => constraintsOn(cib, id).length === 0 && tagsWith(cib, id).length === 0)) continue;
    const noun = plural(members, 'resource');
    const text = `Unable to move ${noun} ${quoteList(members)} as it would leave group '${idOf(group)}' empty.`;
    pcs.report(error(`${text} Please, use the 'pcs resource ungroup ${idOf(group)}' command first.`));
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
    forget(pcs, cib, name);
  }
  moveOut(cib, group, leaving);
  await pcs.push(cib);
  if (wait !== undefined) await waitSilently(pcs, wait);
}

function memberOf(group: Element, id: string): Element {
  const member = innerResources(group).find((resource) => idOf(resource) === id);
  if (!member) throw new CommandFailure(`Resource '${id}' does not exist in group '${idOf(group)}'`);
  return member;
}

/** A cloned group of one: its member takes its place in the clone. */
function dissolveCloned(pcs: Pcs, cib: Element, clone: Element, group: Element): void {
  forget(pcs, cib, idOf(group));
  const [member] = innerResources(group);
  if (!member) return;
  const at = clone.children.indexOf(group);
  clone.children[at] = member;
}

/** Tags and constraints forget a group that dissolves. */
function forget(pcs: Pcs, cib: Element, id: string): void {
  for (const line of [...dropFromTags(cib, id), ...dropReferences(cib, id)]) pcs.note(line);
}

/** Members leave to the end of all resources. */
function moveOut(cib: Element, group: Element, leaving: readonly Element[]): void {
  const section = resourcesOf(cib);
  for (const member of leaving) removeElement(group, member);
  section.children.push(...new Set(leaving));
  if (innerResources(group).length === 0) removeElement(section, group);
}
