import { findSection } from '../../pacemaker/cib/sections';
import type { Element } from '../../world/xml';
import { IdMaker, idComplaint } from './cib/ids';
import { newElement, removeElement } from './cib/nvset';
import { sectionOf } from './cib/section';
import { constraintsOn } from './constraint/references';
import type { Pcs } from './context';
import { CommandFailure } from './failure';
import { error, quoteList } from './reports';
import { findResource } from './resource/find';
import { BadCall, command, type Router } from './router';
import { groupByKeywords, wordsOf } from './text';

const tags = (cib: Element): Element[] =>
  (findSection(cib, 'tags')?.children ?? []).filter((child) => child.name === 'tag');

const find = (cib: Element, id: string) => tags(cib).find((tag) => tag.attributes.id === id);
const members = (tag: Element): string[] => tag.children.map((reference) => reference.attributes.id ?? '');

const duplicatesIn = (ids: readonly string[]) => new Set(ids.filter((id, at) => ids.indexOf(id) !== at));

/** Every id must be a resource. */
function checkResources(pcs: Pcs, cib: Element, ids: readonly string[]): void {
  const known = new IdMaker(cib);
  for (const id of new Set(ids)) {
    if (findResource(cib, id)) continue;
    pcs.report(
      error(
        known.has(id)
          ? `'${id}' is not a bundle/clone/group/resource`
          : `bundle/clone/group/resource '${id}' does not exist`,
      ),
    );
  }
}

function checkUnique(pcs: Pcs, ids: readonly string[], verb: 'add' | 'remove'): void {
  const twice = duplicatesIn(ids);
  if (twice.size > 0) pcs.report(error(`Ids to ${verb} must be unique, duplicate ids: ${quoteList(twice)}`));
}

async function create(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...ids] = args;
  if (id === undefined || ids.length === 0) throw new BadCall();
  const cib = await pcs.cib();
  const complaint = idComplaint(id);
  if (complaint) pcs.report(error(complaint));
  else if (new IdMaker(cib).has(id)) pcs.report(error(`'${id}' already exists`));
  if (ids.includes(id)) pcs.report(error('Tag cannot contain itself'));
  checkResources(
    pcs,
    cib,
    ids.filter((each) => each !== id || findResource(cib, each) === undefined),
  );
  checkUnique(pcs, ids, 'add');
  pcs.stopOnErrors();
  const references = ids.map((each) => newElement('obj_ref', { id: each }));
  sectionOf(cib, 'tags').children.push(newElement('tag', { id }, references));
  await pcs.push(cib);
}

async function remove(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const cib = await pcs.cib();
  checkUnique(pcs, args, 'remove');
  for (const id of new Set(args)) {
    const tag = find(cib, id);
    if (!tag) {
      pcs.report(error(`tag '${id}' does not exist`));
      continue;
    }
    const used = constraintsOn(cib, id).map((constraint) => constraint.attributes.id ?? '');
    if (used.length > 0) {
      pcs.report(
        error(
          `Tag '${id}' cannot be removed because it is referenced in ${used.length === 1 ? 'constraint' : 'constraints'} ${quoteList(used)}`,
        ),
      );
    }
  }
  pcs.stopOnErrors();
  const section = sectionOf(cib, 'tags');
  for (const id of args) {
    const tag = find(cib, id);
    if (tag) removeElement(section, tag);
  }
  await pcs.push(cib);
}

async function update(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined) throw new BadCall();
  const groups = groupByKeywords(rest, ['add', 'remove']);
  if (wordsOf(groups, '').length > 0) throw new BadCall();
  for (const keyword of ['add', 'remove']) {
    if ((groups.get(keyword)?.length ?? 0) > 1) throw new BadCall(`'${keyword}' cannot be used more than once`);
  }
  const adding = wordsOf(groups, 'add');
  const removing = wordsOf(groups, 'remove');
  if (adding.length + removing.length === 0) {
    throw new BadCall(null, "Specify at least one id for 'add' or 'remove' arguments.", true);
  }
  const before = pcs.options.value('--before');
  const after = pcs.options.value('--after');
  if (before !== undefined && after !== undefined) {
    throw new CommandFailure('Cannot specify both --before and --after');
  }
  const neighbour = before ?? after;
  if (neighbour !== undefined && adding.length === 0) {
    throw new CommandFailure(`Cannot specify '--${before === undefined ? 'after' : 'before'}' without 'add' arguments`);
  }
  const cib = await pcs.cib();
  const tag = find(cib, id);
  checkUpdate(pcs, cib, id, tag, adding, removing, neighbour);
  pcs.stopOnErrors();
  if (tag) change(tag, adding, removing, before, after);
  await pcs.push(cib);
}

function checkUpdate(
  pcs: Pcs,
  cib: Element,
  id: string,
  tag: Element | undefined,
  adding: readonly string[],
  removing: readonly string[],
  neighbour: string | undefined,
): void {
  if (!tag) pcs.report(error(new IdMaker(cib).has(id) ? `'${id}' is not a tag` : `tag '${id}' does not exist`));
  const both = [...new Set(adding)].filter((each) => removing.includes(each));
  if (both.length > 0) pcs.report(error(`Ids cannot be added and removed at the same time: ${quoteList(both)}`));
  checkResources(pcs, cib, adding);
  checkUnique(pcs, adding, 'add');
  checkUnique(pcs, removing, 'remove');
  if (!tag) return;
  const present = members(tag);
  const already = [...new Set(adding)].filter((each) => present.includes(each));
  if (already.length > 0 && neighbour === undefined) {
    pcs.report(
      error(
        `Cannot add reference ${already.length === 1 ? 'id' : 'ids'} already in the tag '${id}': ${quoteList(already)}`,
      ),
    );
  }
  const absent = [...new Set(removing)].filter((each) => !present.includes(each));
  if (absent.length > 0) {
    pcs.report(error(`Tag '${id}' does not contain ${absent.length === 1 ? 'id' : 'ids'}: ${quoteList(absent)}`));
  }
  if (neighbour !== undefined) checkNeighbour(pcs, id, present, adding, removing, neighbour);
  const left = present.filter((each) => !removing.includes(each));
  if (left.length === 0 && adding.length === 0) {
    pcs.report(
      error(
        `There would be no references left in the tag '${id}', please remove the whole tag using the 'pcs tag remove ${id}' command`,
      ),
    );
  }
}

function checkNeighbour(
  pcs: Pcs,
  id: string,
  present: readonly string[],
  adding: readonly string[],
  removing: readonly string[],
  neighbour: string,
): void {
  if (adding.includes(neighbour)) pcs.report(error(`Cannot put id '${neighbour}' next to itself.`));
  if (removing.includes(neighbour))
    pcs.report(error(`Cannot remove id '${neighbour}' next to which ids are being added`));
  if (!present.includes(neighbour)) {
    pcs.report(
      error(
        `There is no reference id '${neighbour}' in the tag '${id}', cannot put reference ids next to it in the tag`,
      ),
    );
  }
}

function change(
  tag: Element,
  adding: readonly string[],
  removing: readonly string[],
  before: string | undefined,
  after: string | undefined,
): void {
  const moved = new Set([...adding, ...removing]);
  tag.children = tag.children.filter((reference) => !moved.has(reference.attributes.id ?? ''));
  const references = adding.map((each) => newElement('obj_ref', { id: each }));
  const neighbour = before ?? after;
  const at = tag.children.findIndex((reference) => reference.attributes.id === neighbour);
  if (at < 0) tag.children.push(...references);
  else tag.children.splice(before === undefined ? at + 1 : at, 0, ...references);
}

/** Lines of tags: a name, then its ids. */
export function tagLines(cib: Element): string[] {
  return tags(cib).flatMap((tag) => [tag.attributes.id ?? '', ...members(tag).map((id) => `  ${id}`)]);
}

async function config(pcs: Pcs, args: string[]): Promise<void> {
  const cib = await pcs.cib();
  for (const id of args) if (!find(cib, id)) pcs.report(error(`tag '${id}' does not exist`));
  pcs.stopOnErrors();
  const wanted = args.length === 0 ? tags(cib) : args.flatMap((id) => find(cib, id) ?? []);
  if (wanted.length === 0) pcs.note(' No tags defined');
  for (const tag of wanted) {
    pcs.print(tag.attributes.id ?? '');
    for (const id of members(tag)) pcs.print(`  ${id}`);
  }
}

export const tag: Router = {
  otherwise: 'config',
  commands: {
    config: command('-f', config),
    list: command('-f', async (pcs, args) => {
      pcs.deprecated("This command is deprecated and will be removed. Please use 'pcs tag config' instead.");
      await config(pcs, args);
    }),
    create: command('-f', create),
    delete: command('-f', remove),
    remove: command('-f', remove),
    update: command('--after --before -f', update),
  },
};
