import { findSection } from '../../../pacemaker/cib/sections';
import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { IdMaker } from '../cib/ids';
import { updateSet, valueIn } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { error, warning } from '../reports';
import { BadCall } from '../router';
import { isTrue, parseBoolean } from '../text';
import { findResource, idOf, innerResources, isClone, parentResource, primitivesOf } from './find';
import { noteDevices, noteMisplaced } from './misplaced';
import { waitAndReport } from './running';
import { deduplicate } from './sets';

/** Sets meta attributes; a new set becomes the first element. */
export function setMeta(cib: Element, resource: Element, values: ReadonlyMap<string, string>): void {
  const [first] = resource.children;
  const before = first ? [first.name] : [];
  updateSet(resource, 'meta_attributes', values, new IdMaker(cib), { before, keepEmpty: true });
}

/** Resources that ids name; a tag stands for all in it. Missing ones end the command. */
function named(pcs: Pcs, cib: Element, ids: readonly string[]): Element[] {
  const found: Element[] = [];
  const tags = findSection(cib, 'tags')?.children ?? [];
  for (const id of ids) {
    const tag = tags.find((each) => each.attributes.id === id);
    const members = tag ? tag.children.map((reference) => reference.attributes.id ?? '') : [id];
    for (const member of members) {
      const resource = findResource(cib, member);
      if (resource) found.push(resource);
      else pcs.report(error(`bundle/clone/group/resource/tag '${member}' does not exist`));
    }
  }
  pcs.stopOnErrors();
  return deduplicate(found);
}

/** Ends the command where it names nothing to enable or disable. */
function demandIds(args: readonly string[], enable: boolean, stonith: boolean): void {
  if (args.length > 0) return;
  const what = stonith ? 'stonith resource(s)' : 'resource(s)';
  throw new BadCall(`You must specify ${what} to ${enable ? 'enable' : 'disable'}`);
}

/** Sets or removes the target role of the named resources in a CIB, and gives them. */
export function editRole(pcs: Pcs, cib: Element, args: string[], enable: boolean, stonith: boolean): Element[] {
  demandIds(args, enable, stonith);
  noteMisplaced(pcs, cib, args, stonith, enable ? 'enable' : 'disable');
  const resources = named(pcs, cib, args);
  const targets = enable ? deduplicate(resources.flatMap((resource) => toEnable(cib, resource))) : resources;
  const wanted = new Map([['target-role', enable ? '' : 'Stopped']]);
  for (const resource of targets) setMeta(cib, resource, wanted);
  for (const resource of resources) {
    if (isManaged(cib, resource)) continue;
    pcs.report(warning(`'${idOf(resource)}' is unmanaged`));
  }
  return resources;
}

/** `pcs resource enable` and `disable`: target-role. */
export function switchRole(enable: boolean, stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    demandIds(args, enable, stonith);
    const wait = pcs.options.wait();
    if (wait !== undefined && pcs.store.file !== null)
      throw new CommandFailure("Cannot use '-f' together with '--wait'");
    const cib = await pcs.cib();
    const resources = editRole(pcs, cib, args, enable, stonith);
    await pcs.push(cib);
    if (wait !== undefined) await waitAndReport(pcs, wait, resources.map(idOf), enable);
  };
}

/** What has to lose its target-role so that a resource may run: those around it that stand for it. */
function toEnable(cib: Element, resource: Element): Element[] {
  const list = [resource];
  if (isClone(resource)) list.push(...innerResources(resource));
  const parent = parentResource(cib, resource);
  if (resource.name === 'bundle') list.push(...innerResources(resource));
  else if (parent && (isClone(parent) || parent.name === 'bundle')) list.push(parent);
  return list;
}

/** Whether the resource and those around it are managed. */
function isManaged(cib: Element, resource: Element): boolean {
  const flags = (element: Element) => {
    const value = valueIn(childNamed(element, 'meta_attributes'), 'is-managed');
    return value === undefined || parseBoolean(value) !== false;
  };
  if (!flags(resource)) return false;
  const parent = parentResource(cib, resource);
  if (parent) {
    if (!flags(parent)) return false;
    const grand = parentResource(cib, parent);
    if (grand && !flags(grand)) return false;
  }
  const inner = isClone(resource) || resource.name === 'bundle' ? innerResources(resource) : [];
  if (inner.some((member) => !flags(member))) return false;
  const members = resource.name === 'group' ? innerResources(resource) : inner.flatMap(innerResources);
  return members.length === 0 || members.some(flags) || !members.every((member) => !flags(member));
}

/** `pcs resource unmanage`: is-managed=false on the primitives. */
export async function unmanage(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall('You must specify resource(s) to unmanage');
  const cib = await pcs.cib();
  noteDevices(pcs, cib, args);
  const resources = named(pcs, cib, args);
  const primitives = deduplicate(resources.flatMap((resource) => toUnmanage(resource)));
  for (const resource of primitives) {
    setMeta(cib, resource, new Map([['is-managed', 'false']]));
    if (pcs.options.has('--monitor')) for (const primitive of primitivesOf(resource)) switchMonitors(primitive, false);
  }
  await pcs.push(cib);
}

function toUnmanage(resource: Element): Element[] {
  if (resource.name === 'bundle') return [resource, ...innerResources(resource)];
  return primitivesOf(resource);
}

/** `pcs resource manage`: away with is-managed, on the resource and around it. */
export async function manage(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall('You must specify resource(s) to manage');
  const cib = await pcs.cib();
  noteDevices(pcs, cib, args);
  const resources = named(pcs, cib, args);
  const targets = deduplicate(resources.flatMap((resource) => toManage(cib, resource)));
  for (const resource of targets) {
    setMeta(cib, resource, new Map([['is-managed', '']]));
    if (pcs.options.has('--monitor')) {
      for (const primitive of resource.name === 'primitive' ? [resource] : []) switchMonitors(primitive, true);
    }
  }
  for (const resource of deduplicate(resources.flatMap(primitivesOf))) {
    if (pcs.options.has('--monitor')) continue;
    const monitors = operationsNamed(resource, 'monitor');
    if (monitors.length > 0 && monitors.every((op) => isFalse(op.attributes.enabled))) {
      pcs.report(
        warning(
          `Resource '${idOf(resource)}' has no enabled monitor operations. Re-run with '--monitor' to enable them.`,
        ),
      );
    }
  }
  await pcs.push(cib);
}

function toManage(cib: Element, resource: Element): Element[] {
  const list = [resource];
  const inner = innerResources(resource);
  list.push(...inner, ...inner.flatMap(innerResources));
  const parent = parentResource(cib, resource);
  if (parent) {
    list.push(parent);
    const grand = parentResource(cib, parent);
    if (grand) list.push(grand);
  }
  return list;
}

function isFalse(value: string | undefined): boolean {
  return value !== undefined && !isTrue(value);
}

function operationsNamed(resource: Element, name: string): Element[] {
  return (childNamed(resource, 'operations')?.children ?? []).filter((op) => op.attributes.name === name);
}

function switchMonitors(resource: Element, on: boolean): void {
  for (const op of operationsNamed(resource, 'monitor')) {
    if (on) delete op.attributes.enabled;
    else op.attributes.enabled = 'false';
  }
}
