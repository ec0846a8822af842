import { findSection } from '../../../pacemaker/cib/sections';
import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { IdMaker } from '../cib/ids';
import { removeElement, updateSet, valueIn } from '../cib/nvset';
import { dropConstraints, dropPermissions, dropReferences, inSets, tagsWith } from '../constraint/references';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { plural, quoteList } from '../reports';
import { BadCall } from '../router';
import { findResource, idOf, innerResources, isClone, parentResource, primitivesOf, resourcesOf } from './find';
import { noteMisplaced } from './misplaced';
import { whereRunning } from './running';

/** How long pcs waits for a resource to stop before it deletes it, in s. */
const STOP_WAIT_S = 60;

/** `pcs resource delete` and `pcs stonith delete`. */
export function deleteCommand(stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id, ...rest] = args;
    if (id === undefined || rest.length > 0) throw new BadCall();
    const cib = await pcs.cib();
    noteMisplaced(pcs, cib, [id], stonith, 'delete');
    await deleteResource(pcs, id);
  };
}

/** Deletes a resource with all in it, stopping it first where a cluster runs. */
export async function deleteResource(pcs: Pcs, id: string): Promise<void> {
  const cib = await pcs.cib();
  const resource = findResource(cib, id);
  if (!resource) throw new CommandFailure(`Resource '${id}' does not exist.`);
  checkTags(cib, resource);
  if (resource.name === 'group') await deleteGroup(pcs, id);
  else if (isClone(resource)) await deleteClone(pcs, id);
  else if (resource.name === 'bundle') await deleteBundle(pcs, id);
  else await deletePrimitive(pcs, id);
}

/** What a tag names can't be deleted; the clone around a primitive goes with it. */
function checkTags(cib: Element, resource: Element): void {
  const parent = parentResource(cib, resource);
  const ids = [idOf(resource), ...(parent && isClone(parent) ? [idOf(parent)] : [])];
  const tags = [...new Set(ids.flatMap((id) => tagsWith(cib, id)))];
  if (tags.length === 0) return;
  const noun = plural(tags, 'the tag', 'tags');
  throw new CommandFailure(
    `Unable to remove resource '${idOf(resource)}' because it is referenced in ${noun}: ${quoteList(tags)}`,
  );
}

async function deleteClone(pcs: Pcs, id: string): Promise<void> {
  const cib = await pcs.cib();
  const clone = findResource(cib, id) as Element;
  const [inner] = innerResources(clone);
  if (!inner) return;
  if (inner.name === 'group') {
    await deleteGroup(pcs, idOf(inner));
    return;
  }
  for (const line of dropConstraints(cib, id)) pcs.note(line);
  await pcs.push(cib);
  await deletePrimitive(pcs, idOf(inner));
}

async function deleteGroup(pcs: Pcs, id: string): Promise<void> {
  const cib = await pcs.cib();
  const group = findResource(cib, id) as Element;
  pcs.note(`Removing group: ${id} (and all resources within group)`);
  pcs.note(`Stopping all resources in group: ${id}...`);
  await stopFirst(pcs, [id]);
  for (const member of innerResources(group)) await deletePrimitive(pcs, idOf(member), true);
}

async function deleteBundle(pcs: Pcs, id: string): Promise<void> {
  let cib = await pcs.cib();
  const bundle = findResource(cib, id) as Element;
  const [inner] = innerResources(bundle);
  if (inner) {
    pcs.note(`Deleting bundle '${id}' and its inner resource '${idOf(inner)}'`);
    await deletePrimitive(pcs, idOf(inner), true);
    cib = await pcs.cib();
  } else pcs.note(`Deleting bundle '${id}'`);
  const now = findResource(cib, id);
  if (!now) return;
  for (const line of dropReferences(cib, id)) pcs.note(line);
  dropPermissions(cib, id);
  removeElement(resourcesOf(cib), now);
  await pcs.push(cib);
}

/** Deletes one primitive, and what becomes empty without it. Of one that had to be stopped first no more is said. */
async function deletePrimitive(pcs: Pcs, id: string, stopped = false): Promise<void> {
  const silent = !stopped && (await stopFirst(pcs, [id]));
  const tell = (...lines: string[]) => {
    if (!silent) for (const line of lines) pcs.note(line);
  };
  const cib = await pcs.cib();
  const resource = findResource(cib, id);
  if (!resource) return;
  tell(...dropReferences(cib, id), ...dropNode(cib, nodeMadeBy(resource)));
  const parent = parentResource(cib, resource);
  const grand = parent && parentResource(cib, parent);
  const lastOfGroup = parent?.name === 'group' && innerResources(parent).length === 1;
  let victim: Element = resource;
  let what = 'Resource';
  if (lastOfGroup && parent) {
    tell(...dropReferences(cib, idOf(parent)));
    victim = parent;
    what = 'Resource (and group)';
    if (grand) {
      tell(...dropReferences(cib, idOf(grand)));
      victim = grand;
      what = `Resource (and group and ${grand.name === 'master' ? 'M/S' : 'clone'})`;
    }
  } else if (parent && isClone(parent)) {
    tell(...dropConstraints(cib, idOf(parent)));
    victim = parent;
  }
  tell(`Deleting ${what} - ${id}`);
  if (victim === parent && isClone(parent) && inSets(cib, idOf(parent))) await refuse(pcs, cib, id);
  for (const gone of [victim, resource]) dropPermissions(cib, idOf(gone));
  dropLevels(cib, id);
  removeElement(resourcesOf(cib), victim);
  await pcs.push(cib);
}

/**
 * Out of sets pcs takes the primitive and groups, but not the clone around a primitive: the cluster refuses the change
 * that would leave the set with a name that nothing has. The constraints are gone by then.
 */
async function refuse(pcs: Pcs, cib: Element, id: string): Promise<never> {
  await pcs.push(cib);
  throw new CommandFailure(`unable to remove resource: ${id}, it may still be referenced in constraints.`);
}

/** The remote or guest node that a resource makes. */
function nodeMadeBy(resource: Element): string | undefined {
  const { class: standard, provider, type } = resource.attributes;
  if (standard === 'ocf' && provider === 'pacemaker' && type === 'remote') return idOf(resource);
  return valueIn(childNamed(resource, 'meta_attributes'), 'remote-node');
}

/** Location constraints on a node that goes. */
function dropNode(cib: Element, node: string | undefined): string[] {
  const section = findSection(cib, 'constraints');
  if (!section || !node) return [];
  const gone = section.children.filter((constraint) => constraint.attributes.node === node);
  for (const constraint of gone) removeElement(section, constraint);
  return gone.map((constraint) => `Removing Constraint - ${idOf(constraint)}`);
}

/** A deleted fence device leaves its levels. */
function dropLevels(cib: Element, id: string): void {
  const topology = findSection(cib, 'fencing-topology');
  if (!topology) return;
  for (const level of [...topology.children]) {
    const devices = (level.attributes.devices ?? '').split(',');
    if (!devices.includes(id)) continue;
    const rest = devices.filter((device) => device !== id);
    if (rest.length > 0) level.attributes.devices = rest.join(',');
    else removeElement(topology, level);
  }
}

/** In a running cluster a resource is stopped before its configuration goes. Gives whether it ran. */
async function stopFirst(pcs: Pcs, ids: readonly string[]): Promise<boolean> {
  if (pcs.store.file !== null || pcs.options.force) return false;
  const cib = await pcs.cib();
  const running = await runningResources(pcs, cib, ids);
  if (running.length === 0) return false;
  const ids_ = new IdMaker(cib);
  for (const id of ids) {
    const resource = findResource(cib, id);
    if (resource)
      updateSet(resource, 'meta_attributes', new Map([['target-role', 'Stopped']]), ids_, { before: ['operations'] });
  }
  const name = ids.join(', ');
  pcs.rawNote(`Attempting to stop: ${name}... `);
  await pcs.push(cib);
  await pcs.flush();
  const end = pcs.process.world.now + STOP_WAIT_S * 1000;
  while (pcs.process.world.now < end) {
    await pcs.sleep(1000);
    if ((await runningResources(pcs, await pcs.cib(), ids)).length > 0) continue;
    pcs.note('Stopped');
    return true;
  }
  throw new CommandFailure(`Unable to stop: ${name} before deleting (re-run with --force to force deletion)`);
}

async function runningResources(pcs: Pcs, cib: Element, ids: readonly string[]): Promise<string[]> {
  const primitives = ids.flatMap((id) => {
    const resource = findResource(cib, id);
    return resource ? primitivesOf(resource).map(idOf) : [];
  });
  const running: string[] = [];
  for (const id of primitives) {
    if ((await whereRunning(pcs, id)).size > 0) running.push(id);
  }
  return running;
}
