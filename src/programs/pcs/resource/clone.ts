import type { Element } from '../../../world/xml';
import { IdMaker, idComplaint } from '../cib/ids';
import { newElement, removeElement, updateSet } from '../cib/nvset';
import { dropFromTags, dropReferences, renameReferences } from '../constraint/references';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { BadCall } from '../router';
import { parseOptions } from '../text';
import { requireCloneable } from './clone-options';
import { findResource, idOf, innerResources, isClone, isStonith, parentResource, resourcesOf } from './find';
import { noteDevices } from './misplaced';
import { waitAndTell } from './running';

function checkWait(pcs: Pcs): number | undefined {
  const wait = pcs.options.wait();
  if (wait !== undefined && pcs.store.file !== null) throw new CommandFailure("Cannot use '-f' together with '--wait'");
  return wait;
}

/** `pcs resource clone` and `promotable`. */
export function cloneCommand(promotable: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id, ...rest] = args;
    if (id === undefined) throw new BadCall();
    const wait = checkWait(pcs);
    const first = rest[0];
    const named = first !== undefined && first !== 'meta' && !first.includes('=') ? rest.shift() : undefined;
    const options = parseOptions(rest.filter((word) => word !== 'meta'));
    if (promotable) {
      if (options.has('promotable')) {
        throw new CommandFailure('you cannot specify both promotable option and promotable keyword');
      }
      options.set('promotable', 'true');
    }
    const cib = await pcs.cib();
    makeClone(pcs, cib, id, named, options);
    await pcs.push(cib);
    if (wait === undefined) return;
    const clone = parentResource(cib, findResource(cib, id) as Element);
    await waitAndTell(pcs, wait, clone ? idOf(clone) : id);
  };
}

function checkCloneable(cib: Element, id: string): Element {
  const element = findResource(cib, id);
  if (!element || (element.name !== 'primitive' && element.name !== 'group')) {
    throw new CommandFailure(`unable to find group or resource: ${id}`);
  }
  const parent = parentResource(cib, element);
  const grand = parent && parentResource(cib, parent);
  if (element.name === 'primitive') {
    if (parent?.name === 'bundle') throw new CommandFailure('cannot clone bundle resource');
    if (parent && isClone(parent)) throw new CommandFailure(`${id} is already a clone resource`);
    if (grand && isClone(grand)) throw new CommandFailure(`${id} is already a clone resource`);
  } else if (parent && isClone(parent)) throw new CommandFailure('cannot clone a group that has already been cloned');
  return element;
}

function makeClone(
  pcs: Pcs,
  cib: Element,
  id: string,
  wanted: string | undefined,
  options: ReadonlyMap<string, string>,
): void {
  const element = checkCloneable(cib, id);
  const ids = new IdMaker(cib);
  if (wanted !== undefined) {
    if (idComplaint(wanted)) throw new CommandFailure(`invalid id '${wanted}'`);
    if (ids.has(wanted)) throw new CommandFailure(`id '${wanted}' already exists`);
  }
  if (isStonith(element)) {
    noteDevices(pcs, cib, [id]);
    const text = `No need to clone stonith resource '${id}', any node can use a stonith resource (unless specifically banned) regardless of whether the stonith resource is running on that node or not`;
    if (!pcs.options.force) throw new CommandFailure(`${text}, use --force to override`);
    pcs.warn(text);
  }
  requireCloneable(pcs, element, options, pcs.options.force);
  const section = resourcesOf(cib);
  const clone = newElement('clone', { id: wanted ?? ids.make(`${id}-clone`) }, [element]);
  const at = section.children.indexOf(element);
  if (at >= 0) section.children.splice(at, 1);
  else removeElement(section, element);
  dropEmptyGroups(section);
  updateSet(clone, 'meta_attributes', options, ids);
  section.children.push(clone);
  renameReferences(cib, id, idOf(clone));
}

/** A group that lost its last member goes. */
export function dropEmptyGroups(section: Element): void {
  for (const element of [...section.children]) {
    if (element.name === 'group' && innerResources(element).length === 0) removeElement(section, element);
    else if (isClone(element)) {
      const [inner] = innerResources(element);
      if (inner?.name === 'group' && innerResources(inner).length === 0) removeElement(section, element);
    }
  }
}

/** `pcs resource unclone`. */
export async function unclone(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined || rest.length > 0) throw new BadCall();
  const wait = checkWait(pcs);
  const cib = await pcs.cib();
  const element = findResource(cib, id);
  if (!element || element.name === 'bundle') throw new CommandFailure(`could not find resource: ${id}`);
  const parent = parentResource(cib, element);
  const grand = parent && parentResource(cib, parent);
  const clone = isClone(element)
    ? element
    : parent && isClone(parent)
      ? parent
      : grand && isClone(grand)
        ? grand
        : undefined;
  if (!clone) throw new CommandFailure(`'${id}' is not a clone resource`);
  const [inner] = innerResources(clone);
  if (!inner) throw new CommandFailure(`could not find resource: ${id}`);
  takeOut(cib, clone, inner, element);
  await pcs.push(cib);
  if (wait !== undefined) await waitAndTell(pcs, wait, idOf(inner));
}

/**
 * What leaves a clone comes last of all resources. A member of a cloned group leaves the group too: the others stay
 * cloned, and the last one takes group and clone along. Constraints and tags forget what is gone.
 */
function takeOut(cib: Element, clone: Element, inner: Element, element: Element): void {
  const section = resourcesOf(cib);
  const member = inner.name === 'group' && element.name === 'primitive';
  if (member && innerResources(inner).length > 1) {
    removeElement(inner, element);
    section.children.push(element);
    return;
  }
  for (const gone of member ? [clone, inner] : [clone]) {
    dropReferences(cib, idOf(gone));
    dropFromTags(cib, idOf(gone));
  }
  removeElement(section, clone);
  section.children.push(member ? element : inner);
}
