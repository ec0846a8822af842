import { walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { type IdMaker, idComplaint } from '../cib/ids';
import { error, overridable, type Report } from '../reports';
import { badOptions, badValue, isNonNegativeInteger, isPositiveInteger, missingOptions } from '../validate';
import { idOf } from './find';

type Options = ReadonlyMap<string, string>;

const CONTAINER = [
  'image',
  'masters',
  'network',
  'options',
  'promoted-max',
  'replicas',
  'replicas-per-host',
  'run-command',
];
const NETWORK = ['control-port', 'host-interface', 'host-netmask', 'ip-range-start'];
const PORT_MAP = ['id', 'internal-port', 'port', 'range'];
const STORAGE_MAP = ['id', 'options', 'source-dir', 'source-dir-root', 'target-dir'];

const MAX_PORT = 65_535;
const isPort = (text: string) => isPositiveInteger(text) && Number(text) <= MAX_PORT;
const isMask = (text: string) => isPositiveInteger(text) && Number(text) <= 32;
const PORT = `a port number (1..${MAX_PORT})`;
const MASK = 'a number of bits of the mask (1..32)';

/** Names that aren't known; in an update an unknown name may be emptied. */
function unknownNames(
  options: Options,
  allowed: readonly string[],
  kind: string,
  force: boolean,
  update = false,
): Report[] {
  const bad = [...options].filter(([name, value]) => !allowed.includes(name) && !(update && value === ''));
  return bad.length === 0
    ? []
    : [
        badOptions(
          bad.map(([name]) => name),
          allowed,
          kind,
          force,
        ),
      ];
}

interface ValueCheck {
  readonly name: string;
  readonly allowed: string;
  readonly fits: (text: string) => boolean;
  /** Whether --force lets other values through. */
  readonly forcible?: boolean;
}

function checkValue(options: Options, check: ValueCheck, force: boolean, update: boolean): Report[] {
  const value = options.get(check.name);
  if (value === undefined || check.fits(value) || (update && value === '')) return [];
  return [badValue(check.name, value, check.allowed, check.forcible ? force : undefined)];
}

const PROMOTED: readonly ValueCheck[] = ['masters', 'promoted-max'].map((name) => ({
  name,
  allowed: 'a non-negative integer',
  fits: isNonNegativeInteger,
}));
const REPLICAS: readonly ValueCheck[] = ['replicas', 'replicas-per-host'].map((name) => ({
  name,
  allowed: 'a positive integer',
  fits: isPositiveInteger,
}));

function emptyImage(options: Options): Report[] {
  return options.get('image') === '' ? [error('image cannot be empty, use image name')] : [];
}

const bothPromoted = (options: Options) =>
  options.has('masters') && options.has('promoted-max')
    ? [error("Only one of container options 'masters' and 'promoted-max' can be used")]
    : [];

function oldMasters(options: Options): Report[] {
  const message = "container option 'masters' is deprecated and should not be used, use 'promoted-max' instead";
  return options.get('masters') ? [{ severity: 'deprecation', message }] : [];
}

/** The options of a new container. */
export function checkContainer(options: Options, force: boolean): Report[] {
  const values = (checks: readonly ValueCheck[]) => checks.flatMap((check) => checkValue(options, check, force, false));
  return [
    ...unknownNames(options, CONTAINER, 'container', force),
    ...(options.has('image') ? [] : [missingOptions(['image'], 'container')]),
    ...emptyImage(options),
    ...values(PROMOTED),
    ...bothPromoted(options),
    ...values(REPLICAS),
    ...oldMasters(options),
  ];
}

/** Changed options of a container. `masters` and `promoted-max` mean the same: one of them at a time. */
export function checkContainerUpdate(options: Options, container: Element, force: boolean): Report[] {
  const set = new Map([...options].filter(([, value]) => value !== ''));
  const taken = (name: string, other: string) =>
    set.has(name) && container.attributes[other] !== undefined && options.get(other) !== '' && !set.has(other)
      ? [error(`Cannot set container option '${name}' because container option '${other}' is already set`)]
      : [];
  return [
    ...unknownNames(options, CONTAINER, 'container', force, true),
    ...emptyImage(options),
    ...[...PROMOTED, ...REPLICAS].flatMap((check) => checkValue(options, check, force, true)),
    ...bothPromoted(set),
    ...oldMasters(options),
    ...taken('masters', 'promoted-max'),
    ...taken('promoted-max', 'masters'),
  ];
}

export function checkNetwork(options: Options, force: boolean, update: boolean): Report[] {
  const port = { name: 'control-port', allowed: PORT, fits: isPort };
  const mask = { name: 'host-netmask', allowed: MASK, fits: isMask, forcible: true };
  return [
    ...unknownNames(options, NETWORK, 'network', force, update),
    ...checkValue(options, port, force, update),
    ...checkValue(options, mask, force, update),
  ];
}

/** An id that the user chose for a mapping; it is taken from then on. */
function checkMapId(options: Options, kind: string, ids: IdMaker): Report[] {
  const id = options.get('id');
  if (id === undefined) return [];
  const complaint = idComplaint(id, `${kind} id`);
  if (complaint) return [error(complaint)];
  if (ids.has(id)) return [error(`'${id}' already exists`)];
  ids.take(id);
  return [];
}

function oneOf(options: Options, names: readonly [string, string], kind: string): Report[] {
  const present = names.filter((name) => options.has(name));
  if (present.length === 2)
    return [error(`Only one of ${kind} options ${names.map((name) => `'${name}'`).join(' and ')} can be used`)];
  if (present.length === 1) return [];
  return [error(`${kind} option ${names.map((name) => `'${name}'`).join(' or ')} has to be specified`)];
}

function isRange(text: string): boolean {
  const [first = '', last = '', ...more] = text.split('-');
  return more.length === 0 && isPort(first) && isPort(last);
}

export function checkPortMap(options: Options, ids: IdMaker, force: boolean): Report[] {
  const kind = 'port-map';
  const lonely =
    options.has('internal-port') && !options.has('port')
      ? [error("If port-map option 'internal-port' is specified, port-map option 'port' must be specified as well")]
      : [];
  const ports = ['port', 'internal-port'].map((name) => ({ name, allowed: PORT, fits: isPort }));
  const range = { name: 'range', allowed: 'port-port', fits: isRange, forcible: true };
  return [
    ...unknownNames(options, PORT_MAP, kind, force),
    ...checkMapId(options, kind, ids),
    ...lonely,
    ...oneOf(options, ['port', 'range'], kind),
    ...[...ports, range].flatMap((check) => checkValue(options, check, force, false)),
  ];
}

export function checkStorageMap(options: Options, ids: IdMaker, force: boolean): Report[] {
  const kind = 'storage-map';
  return [
    ...unknownNames(options, STORAGE_MAP, kind, force),
    ...checkMapId(options, kind, ids),
    ...oneOf(options, ['source-dir', 'source-dir-root'], kind),
    ...(options.has('target-dir') ? [] : [missingOptions(['target-dir'], kind)]),
  ];
}

/** Mappings that are to go must be of this bundle. */
export function checkRemoved(
  cib: Element,
  bundle: Element,
  kind: 'port-map' | 'storage-map',
  removed: readonly string[],
): Report[] {
  const tag = `${kind}ping`;
  const named = (root: Element, id: string) => [...walk(root)].find((element) => element.attributes.id === id);
  return removed.flatMap((id) => {
    if (named(bundle, id)?.name === tag) return [];
    const other = named(cib, id);
    if (!other) return [error(`there is no ${kind} '${id}' in the bundle '${idOf(bundle)}'`)];
    if (other.name !== tag) return [error(`'${id}' is not a ${kind}`)];
    return [error(`${tag} '${id}' exists but does not belong to bundle '${idOf(bundle)}'`)];
  });
}

/** Whether pacemaker can reach what runs inside a bundle. */
export function isReachable(network: Options): boolean {
  return Boolean(network.get('control-port') || network.get('ip-range-start'));
}

/** The report about a resource in a bundle that pacemaker can't reach. */
export function unreachable(resource: string, bundle: string, force: boolean): Report {
  return overridable(
    `Resource '${resource}' will not be accessible by the cluster inside bundle '${bundle}', at least one of bundle options 'control-port' or 'ip-range-start' has to be specified`,
    force,
  );
}
