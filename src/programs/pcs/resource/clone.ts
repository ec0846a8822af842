import type { Element } from '../../../world/xml';
import { agentName } from '../agents';
import { IdMaker, idComplaint } from '../cib/ids';
import { waitForIdle } from '../cib/live';
import { newElement, removeElement, updateSet } from '../cib/nvset';
import { dropReferences, renameReferences } from '../constraint/references';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { overridable } from '../reports';
import { BadCall } from '../router';
import { isTrue, parseOptions } from '../text';
import {
  findResource,
  idOf,
  innerResources,
  isClone,
  isStonith,
  parentResource,
  primitivesOf,
  resourcesOf,
} from './find';

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
    if (rest[0] === 'meta') rest.shift();
    const named = rest[0] !== undefined && !rest[0].includes('=') ? rest.shift() : undefined;
    if (rest[0] === 'meta') rest.shift();
    const options = parseOptions(rest);
    if (promotable) {
      if (options.has('promotable')) {
        throw new CommandFailure('you cannot specify both promotable option and promotable keyword');
      }
      options.set('promotable', 'true');
    }
    const cib = await pcs.cib();
    makeClone(pcs, cib, id, named, options);
    await pcs.push(cib);
    if (wait !== undefined) await waitForIdle(pcs, wait);
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
    if (grand && isClone(grand))
      throw new CommandFailure(
        'cannot clone a group that has already been cloned'.replace(
          'cannot clone a group that has already been cloned',
          `${id} is already a clone resource`,
        ),
      );
  } else if (parent && isClone(parent)) throw new CommandFailure('cannot clone a group that has already been cloned');
  return element;
}

/** Promotable clones need agents that can be promoted; OCF agents may be forced. */
export function checkPromotable(pcs: Pcs, element: Element, options: ReadonlyMap<string, string>): void {
  if (!isTrue(options.get('promotable'))) return;
  const problems: string[] = [];
  for (const primitive of primitivesOf(element)) {
    const { class: standard = '', provider = null, type = '' } = primitive.attributes;
    const agent = pcs.installation.agents.agent(standard, provider, type);
    const able =
      standard === 'ocf' &&
      ['promote', 'demote'].every((name) => agent?.actions.some((action) => action.name === name));
    if (able || (standard === 'ocf' && !agent)) continue;
    const name = agentName({ standard, provider, type });
    const where = element.name === 'group' ? ` in group '${idOf(element)}'` : '';
    const text = `Clone option 'promotable' is not compatible with '${name}' resource agent of resource '${idOf(primitive)}'${where}`;
    if (standard !== 'ocf') problems.push(text);
    else if (pcs.options.force) pcs.warn(text);
    else problems.push(`${text}, use --force to override`);
  }
  if (problems.length > 0) throw new CommandFailure(problems.join('\nError: '));
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
  const devices = primitivesOf(element).filter(isStonith);
  if (devices.length > 0) {
    pcs.deprecated(
      'Ability of this command to accept stonith resources is deprecated and will be removed in a future release.',
    );
    const many = devices.length > 1 || element.name === 'group';
    const list = devices.map((device) => `'${idOf(device)}'`).join(', ');
    const what =
      many && element.name === 'group' ? `stonith resources ${list} in group '${id}'` : `stonith resource ${list}`;
    const text = `No need to clone ${what}, any node can use a stonith resource (unless specifically banned) regardless of whether the stonith resource is running on that node or not`;
    const report = overridable(text, pcs.options.force);
    if (report.severity === 'error') throw new CommandFailure(`${text}, use --force to override`);
    pcs.report(report);
  }
  checkPromotable(pcs, element, options);
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
  const section = resourcesOf(cib);
  const at = section.children.indexOf(clone);
  if (grand === clone && element.name === 'primitive' && inner.name === 'group' && innerResources(inner).length > 1) {
    removeElement(inner, element);
    section.children.push(element);
  } else {
    for (const line of dropReferences(cib, idOf(clone))) pcs.note(line);
    section.children.splice(at, 1);
    section.children.push(inner);
  }
  await pcs.push(cib);
  if (wait !== undefined) await waitForIdle(pcs, wait);
}
