import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { cleanId, IdMaker, idComplaint } from '../cib/ids';
import { newElement, newSet, updateSet } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { error } from '../reports';
import { BadCall } from '../router';
import { badValue } from '../validate';
import { CONTAINERS } from './bundle-attributes';
import {
  checkContainer,
  checkContainerUpdate,
  checkNetwork,
  checkPortMap,
  checkRemoved,
  checkStorageMap,
  isReachable,
  unreachable,
} from './bundle-check';
import { type BundleWords, parseBundle, parseBundleChange } from './bundle-words';
import { findResource, idOf, innerResources, notFound, resourcesOf } from './find';
import { waitAndReport } from './running';

type Options = ReadonlyMap<string, string>;

function checkWait(pcs: Pcs): number | undefined {
  const wait = pcs.options.wait();
  if (wait !== undefined && pcs.store.file !== null) throw new CommandFailure("Cannot use '-f' together with '--wait'");
  return wait;
}

const filled = (options: Options): Record<string, string> =>
  Object.fromEntries([...options].filter(([, value]) => value !== ''));

function setAttributes(element: Element, options: Options): void {
  for (const [name, value] of options) {
    if (value === '') delete element.attributes[name];
    else element.attributes[name] = value;
  }
}

/** The container's element; undefined in a bundle that has none. */
function containerOf(bundle: Element): Element | undefined {
  return bundle.children.find((child) => CONTAINERS.includes(child.name));
}

function findBundle(cib: Element, id: string): Element {
  const bundle = findResource(cib, id);
  if (bundle?.name === 'bundle') return bundle;
  throw new CommandFailure(notFound(cib, id, ['bundle']).message);
}

/** A child that is made at the end where it is missing. */
function childOf(bundle: Element, name: string): Element {
  const found = childNamed(bundle, name);
  if (found) return found;
  const made = newElement(name);
  bundle.children.push(made);
  return made;
}

/** Mappings of ports are called after the port, those of directories are numbered. */
function addMap(
  owner: Element,
  bundle: string,
  kind: 'port-map' | 'storage-map',
  options: Options,
  ids: IdMaker,
): void {
  const port = options.get('port') ?? options.get('range') ?? '';
  const wanted = kind === 'port-map' ? `${bundle}-port-map-${cleanPort(port)}` : `${bundle}-storage-map`;
  const attributes = filled(options);
  const id = options.get('id') ?? ids.make(wanted);
  owner.children.push(newElement(`${kind}ping`, { ...attributes, id }));
}

const cleanPort = (port: string) => cleanId(`p${port}`).slice(1);

function addMaps(bundle: Element, words: Pick<BundleWords, 'portMaps' | 'storageMaps'>, ids: IdMaker): void {
  for (const options of words.portMaps) addMap(childOf(bundle, 'network'), idOf(bundle), 'port-map', options, ids);
  for (const options of words.storageMaps)
    addMap(childOf(bundle, 'storage'), idOf(bundle), 'storage-map', options, ids);
}

/** Ids that the user gave to mappings can't be made for others. */
function takeChosen(ids: IdMaker, maps: readonly Options[]): void {
  for (const map of maps) {
    const id = map.get('id');
    if (id !== undefined) ids.take(id);
  }
}

/** `--disabled`: a set that is missing becomes the first element. */
function disable(bundle: Element, ids: IdMaker): void {
  const [first] = bundle.children;
  const before = first ? [first.name] : [];
  updateSet(bundle, 'meta_attributes', new Map([['target-role', 'Stopped']]), ids, { before });
}

function checkBundleWords(words: BundleWords, ids: IdMaker, force: boolean) {
  return [
    ...checkNetwork(words.network, force, false),
    ...words.portMaps.flatMap((options) => checkPortMap(options, ids, force)),
    ...words.storageMaps.flatMap((options) => checkStorageMap(options, ids, force)),
  ];
}

function checkNewId(id: string, ids: IdMaker) {
  const complaint = idComplaint(id, 'bundle name');
  if (complaint) return [error(complaint)];
  if (ids.has(id)) return [error(`'${id}' already exists`)];
  ids.take(id);
  return [];
}

/** `pcs resource bundle create`. */
export async function createBundle(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined) throw new BadCall();
  const words = parseBundle(rest, true);
  const wait = checkWait(pcs);
  const { force } = pcs.options;
  const cib = await pcs.cib();
  const checked = new IdMaker(cib);
  pcs.report(...checkNewId(id, checked));
  const type = words.type ?? '';
  if (CONTAINERS.includes(type)) pcs.report(...checkContainer(words.container, force));
  else pcs.report(badValue('container type', type, CONTAINERS));
  pcs.report(...checkBundleWords(words, checked, force));
  pcs.stopOnErrors();
  const ids = new IdMaker(cib);
  ids.take(id);
  takeChosen(ids, [...words.portMaps, ...words.storageMaps]);
  const bundle = newElement('bundle', { id }, [newElement(type, filled(words.container))]);
  if (words.network.size > 0) bundle.children.push(newElement('network', filled(words.network)));
  addMaps(bundle, words, ids);
  if (words.meta.size > 0) bundle.children.push(newSet(bundle, 'meta_attributes', words.meta, ids));
  if (pcs.options.has('--disabled')) disable(bundle, ids);
  resourcesOf(cib).children.push(bundle);
  await pcs.push(cib);
  if (wait !== undefined) await waitAndReport(pcs, wait, [id], !pcs.options.has('--disabled'));
}

/** Empties what a bundle was configured with: what is missing stays missing. */
function emptyBundle(bundle: Element): void {
  const container = containerOf(bundle);
  if (container) container.attributes = {};
  const network = childNamed(bundle, 'network');
  if (network) Object.assign(network, { attributes: {}, children: [] });
  for (const name of ['storage', 'meta_attributes']) {
    const child = childNamed(bundle, name);
    if (child) child.children = [];
  }
}

/** `pcs resource bundle reset`: configures a bundle anew; its kind of container and its resource stay. */
export async function resetBundle(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined) throw new BadCall();
  const words = parseBundle(rest, false);
  const wait = checkWait(pcs);
  const { force } = pcs.options;
  const cib = await pcs.cib();
  const bundle = findBundle(cib, id);
  const container = containerOf(bundle);
  emptyBundle(bundle);
  pcs.report(...checkContainer(words.container, force), ...checkBundleWords(words, new IdMaker(cib), force));
  pcs.stopOnErrors();
  const ids = new IdMaker(cib);
  takeChosen(ids, [...words.portMaps, ...words.storageMaps]);
  if (container) container.attributes = filled(words.container);
  if (words.network.size > 0) childOf(bundle, 'network').attributes = filled(words.network);
  addMaps(bundle, words, ids);
  updateSet(bundle, 'meta_attributes', words.meta, ids, { keepEmpty: true });
  if (pcs.options.has('--disabled')) disable(bundle, ids);
  await pcs.push(cib);
  if (wait !== undefined) await waitAndReport(pcs, wait, [id], !pcs.options.has('--disabled'));
}

/** The resource in a bundle must stay reachable when what makes it so is taken away. */
function checkReachable(bundle: Element, change: Options, force: boolean) {
  const [inner] = innerResources(bundle);
  if (!inner) return [];
  const present = new Map(Object.entries(childNamed(bundle, 'network')?.attributes ?? {}));
  const takes = ['control-port', 'ip-range-start'].some((name) => change.get(name) === '');
  if (!takes || isReachable(new Map([...present, ...change]))) return [];
  return [unreachable(idOf(inner), idOf(bundle), force)];
}

/** `pcs resource bundle update`. */
export async function updateBundle(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...rest] = args;
  if (id === undefined) throw new BadCall();
  const change = parseBundleChange(rest);
  const wait = checkWait(pcs);
  const { force } = pcs.options;
  const cib = await pcs.cib();
  const bundle = findBundle(cib, id);
  const container = containerOf(bundle);
  const checked = new IdMaker(cib);
  if (container) pcs.report(...checkContainerUpdate(change.container, container, force));
  pcs.report(
    ...checkNetwork(change.network, force, true),
    ...checkReachable(bundle, change.network, force),
    ...change.ports.added.flatMap((options) => checkPortMap(options, checked, force)),
    ...change.storages.added.flatMap((options) => checkStorageMap(options, checked, force)),
    ...checkRemoved(cib, bundle, 'port-map', change.ports.removed),
    ...checkRemoved(cib, bundle, 'storage-map', change.storages.removed),
  );
  pcs.stopOnErrors();
  if (container) setAttributes(container, change.container);
  if ([...change.network.values()].some((value) => value !== '')) childOf(bundle, 'network');
  const network = childNamed(bundle, 'network');
  if (network) setAttributes(network, change.network);
  drop(network, change.ports.removed);
  drop(childNamed(bundle, 'storage'), change.storages.removed);
  const ids = new IdMaker(cib);
  takeChosen(ids, [...change.ports.added, ...change.storages.added]);
  addMaps(bundle, { portMaps: change.ports.added, storageMaps: change.storages.added }, ids);
  const [first] = bundle.children;
  updateSet(bundle, 'meta_attributes', change.meta, ids, { keepEmpty: true, before: first ? [first.name] : [] });
  await pcs.push(cib);
  if (wait !== undefined) await waitAndReport(pcs, wait, [id], null);
}

function drop(owner: Element | undefined, removed: readonly string[]): void {
  if (!owner) return;
  owner.children = owner.children.filter((child) => !removed.includes(idOf(child)));
}
