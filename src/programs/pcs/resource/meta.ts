import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { IdMaker } from '../cib/ids';
import { pairsOf, updateSet } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { compareText, overridable } from '../reports';
import { BadCall } from '../router';
import { groupByKeywords, looseOptions, parseOptions, quotePair, wordsOf } from '../text';
import { checkInstance, installedAgent, missingAgent } from './agent';
import { requireCloneable } from './clone-options';
import { uniqueness } from './create';
import { allResources, findResource, idOf, innerResources, isClone } from './find';
import { checkGuestMeta } from './guest';
import { noteDevices, noteMisplaced } from './misplaced';
import { updateOperations } from './op';
import { waitAndTell } from './running';
import { validateUpdate } from './self-validation';

function checkWait(pcs: Pcs): number | undefined {
  const wait = pcs.options.wait();
  if (wait !== undefined && pcs.store.file !== null) throw new CommandFailure("Cannot use '-f' together with '--wait'");
  return wait;
}

/** `pcs resource meta`. */
export function metaCommand(stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id, ...rest] = args;
    if (id === undefined || rest.length === 0) throw new BadCall();
    const wait = checkWait(pcs);
    const options = parseOptions(rest);
    const cib = await pcs.cib();
    const resource = findResource(cib, id);
    if (!resource || resource.name === 'bundle') {
      throw new CommandFailure(`unable to find a resource/clone/group: ${id}`);
    }
    noteMisplaced(pcs, cib, [id], stonith, 'meta');
    if (isClone(resource)) {
      const [inner] = innerResources(resource);
      if (inner) requireCloneable(pcs, inner, options, false);
    }
    pcs.report(...checkGuestMeta(pcs, cib, resource, options));
    pcs.stopOnErrors();
    modernize(cib, resource);
    updateSet(resource, 'meta_attributes', options, new IdMaker(cib), { keepEmpty: true, asGiven: true });
    await pcs.pushOld(cib);
    if (wait !== undefined) await waitAndTell(pcs, wait, id);
  };
}

/** `pcs resource update` and `pcs stonith update`. */
export function updateCommand(stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const [id, ...rest] = args;
    if (id === undefined || rest.length === 0) throw new BadCall();
    const wait = checkWait(pcs);
    const groups = groupByKeywords(rest, ['op', 'meta']);
    const options = looseOptions(wordsOf(groups, ''));
    const meta = looseOptions(wordsOf(groups, 'meta'));
    const cib = await pcs.cib();
    const resource = findResource(cib, id);
    if (!resource) throw new CommandFailure(`Unable to find resource: ${id}`);
    noteMisplaced(pcs, cib, [id], stonith, 'update');
    if (isClone(resource)) {
      if (groups.has('op')) throw new CommandFailure('op settings must be changed on base resource, not the clone');
      await updateClone(pcs, cib, resource, options, meta);
      return;
    }
    if (resource.name !== 'primitive') throw new CommandFailure(`Unable to find resource: ${id}`);
    await checkOptions(pcs, cib, resource, options);
    pcs.report(...checkGuestMeta(pcs, cib, resource, meta));
    pcs.stopOnErrors();
    updateSet(resource, 'instance_attributes', options, new IdMaker(cib), {
      keepEmpty: true,
      asGiven: true,
    });
    dropIfEmpty(resource, 'instance_attributes');
    if (meta.size > 0)
      updateSet(resource, 'meta_attributes', meta, new IdMaker(cib), { keepEmpty: true, asGiven: true });
    const words = groups.get('op') ?? [];
    for (const group of words) updateOperations(pcs, cib, resource, group);
    await pcs.pushOld(cib);
    if (wait !== undefined) await waitAndTell(pcs, wait, id);
  };
}

function dropIfEmpty(resource: Element, tag: string): void {
  resource.children = resource.children.filter((child) => child.name !== tag || child.children.length > 0);
}

/** A `master` of old becomes a promotable clone when it is changed. */
function modernize(cib: Element, clone: Element): void {
  if (clone.name !== 'master') return;
  clone.name = 'clone';
  updateSet(clone, 'meta_attributes', new Map([['promotable', 'true']]), new IdMaker(cib));
}

async function updateClone(
  pcs: Pcs,
  cib: Element,
  clone: Element,
  options: ReadonlyMap<string, string>,
  meta: ReadonlyMap<string, string>,
): Promise<void> {
  const [inner] = innerResources(clone);
  const all = new Map([...options, ...meta]);
  if (inner) requireCloneable(pcs, inner, all, false);
  modernize(cib, clone);
  updateSet(clone, 'meta_attributes', all, new IdMaker(cib), { keepEmpty: true, asGiven: true });
  await pcs.pushOld(cib);
}

async function checkOptions(
  pcs: Pcs,
  cib: Element,
  resource: Element,
  options: ReadonlyMap<string, string>,
): Promise<void> {
  const { force } = pcs.options;
  const { class: standard = '', provider = null, type = '' } = resource.attributes;
  const id = { standard, provider, type };
  const agent = installedAgent(pcs, id);
  if (!agent) {
    const report = overridable(missingAgent(pcs, id), force);
    if (!force) throw new LibraryFailure([report]);
    pcs.report(report);
    return;
  }
  const present = new Map(pairsOf(childNamed(resource, 'instance_attributes')));
  const reports = checkInstance(agent, id, options, force, present);
  if ([...options.values()].some((value) => value !== '')) {
    const after = new Map([...present, ...options]);
    reports.push(...uniqueness(cib, agent, id, after, idOf(resource), force));
  }
  const isWrong = () => reports.some(({ severity }) => severity === 'error');
  if (!isWrong()) reports.push(...(await validateUpdate(pcs, id, present, options)));
  if (isWrong()) throw new LibraryFailure(reports);
  pcs.report(...reports);
}

/** `pcs resource utilization`. */
export async function utilization(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  const cib = await pcs.cib();
  if (id !== undefined) {
    const resource = findResource(cib, id);
    if (resource?.name !== 'primitive') throw new CommandFailure(`Unable to find a resource: ${id}`);
    noteDevices(pcs, cib, [id]);
    if (rest.length > 0) {
      await setUtilization(pcs, cib, resource, parseOptions(rest));
      return;
    }
  }
  pcs.print('Resource Utilization:');
  for (const resource of allResources(cib)) {
    if (resource.name !== 'primitive' || (id !== undefined && idOf(resource) !== id)) continue;
    const pairs = pairsOf(childNamed(resource, 'utilization')).sort(([a], [b]) => compareText(a, b));
    if (pairs.length === 0 && id === undefined) continue;
    pcs.print(` ${idOf(resource)}: ${pairs.map(([name, value]) => quotePair(name, value)).join(' ')}`);
  }
}

async function setUtilization(
  pcs: Pcs,
  cib: Element,
  resource: Element,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [name, value] of values) {
    if (value !== '' && !/^[+-]?\d+$/.test(value)) {
      throw new CommandFailure(`Value of utilization attribute must be integer: '${name}=${value}'`);
    }
  }
  updateSet(resource, 'utilization', values, new IdMaker(cib), { keepEmpty: true, asGiven: true });
  await pcs.pushOld(cib);
}
