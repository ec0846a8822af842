import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { pairsOf } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { compareText, quoteList } from '../reports';
import { quotePair } from '../text';
import { allResources, findResource, idOf, innerResources, isClone, isStonith, resourcesOf, roleToShow } from './find';
import { commandText } from './show-cmd';
import { jsonText } from './show-json';

const indent = (lines: readonly string[], by = '  ') => lines.map((line) => `${by}${line}`);

/** A set of nvpairs: its title with the id, then the values in alphabetical order. */
export function setLines(title: string, set: Element | undefined): string[] {
  if (!set) return [];
  const pairs = pairsOf(set).sort(([first], [second]) => compareText(first, second));
  if (pairs.length === 0) return [];
  return [`${title}: ${idOf(set)}`, ...pairs.map(([name, value]) => `  ${quotePair(name, value)}`)];
}

function setsLines(resource: Element): string[] {
  return [
    ...setLines('Attributes', childNamed(resource, 'instance_attributes')),
    ...setLines('Meta Attributes', childNamed(resource, 'meta_attributes')),
    ...setLines('Utilization', childNamed(resource, 'utilization')),
  ];
}

const OP_ORDER = [
  'interval',
  'start-delay',
  'interval-origin',
  'timeout',
  'enabled',
  'record-pending',
  'role',
  'on-fail',
];

function operationLines(op: Element): string[] {
  const { id = '', name = '' } = op.attributes;
  const lines = [`${name}: ${id}`];
  for (const key of OP_ORDER) {
    const value = op.attributes[key];
    if (value !== undefined) lines.push(`  ${quotePair(key, key === 'role' ? roleToShow(value) : value)}`);
  }
  for (const set of op.children) for (const [key, value] of pairsOf(set)) lines.push(`  ${quotePair(key, value)}`);
  return lines;
}

function primitiveLines(resource: Element): string[] {
  const { id = '', class: standard = '', provider, type = '' } = resource.attributes;
  const agent = [`class=${standard}`, ...(provider === undefined ? [] : [`provider=${provider}`]), `type=${type}`];
  const lines = [`Resource: ${id} (${agent.join(' ')})`];
  if (resource.attributes.description) lines.push(`  Description: ${resource.attributes.description}`);
  lines.push(...indent(setsLines(resource)));
  const operations = childNamed(resource, 'operations')?.children.filter((child) => child.name === 'op') ?? [];
  if (operations.length > 0) lines.push('  Operations:', ...indent(operations.flatMap(operationLines), '    '));
  return lines;
}

function cloneLines(clone: Element): string[] {
  const lines = [`Clone: ${idOf(clone)}`];
  if (clone.attributes.description) lines.push(`  Description: ${clone.attributes.description}`);
  const meta = childNamed(clone, 'meta_attributes');
  if (clone.name === 'master') {
    const pairs = new Map(pairsOf(meta));
    pairs.set('promotable', 'true');
    const shown = [...pairs].sort(([first], [second]) => compareText(first, second));
    const id = meta && pairsOf(meta).length > 0 ? ` ${idOf(meta)}` : '';
    lines.push(`  Meta Attributes:${id}`, ...shown.map(([name, value]) => `    ${quotePair(name, value)}`));
  } else lines.push(...indent(setsLines(clone)));
  return [...lines, ...indent(innerResources(clone).flatMap(resourceLines))];
}

const attributePairs = (element: Element, without: readonly string[] = []) =>
  Object.entries(element.attributes)
    .filter(([name]) => !without.includes(name))
    .sort(([first], [second]) => compareText(first, second))
    .map(([name, value]) => quotePair(name, value))
    .join(' ');

function mappingLines(parent: Element | undefined, tag: string, title: string): string[] {
  const maps = parent?.children.filter((child) => child.name === tag) ?? [];
  if (maps.length === 0) return [];
  return [`  ${title}:`, ...maps.map((map) => `    ${attributePairs(map, ['id'])} (${idOf(map)})`)];
}

export const CONTAINERS = ['docker', 'podman', 'rkt'];

function bundleLines(bundle: Element): string[] {
  const lines = [`Bundle: ${idOf(bundle)}`];
  const container = bundle.children.find((child) => CONTAINERS.includes(child.name));
  if (container) {
    const name = container.name.charAt(0).toUpperCase() + container.name.slice(1);
    lines.push(`  ${name}: ${containerPairs(container)}`);
  }
  const network = childNamed(bundle, 'network');
  if (network && Object.keys(network.attributes).length > 0) lines.push(`  Network: ${networkPairs(network)}`);
  lines.push(...mappingLines(network, 'port-mapping', 'Port Mapping'));
  lines.push(...mappingLines(childNamed(bundle, 'storage'), 'storage-mapping', 'Storage Mapping'));
  lines.push(...indent(setLines('Meta Attributes', childNamed(bundle, 'meta_attributes'))));
  return [...lines, ...indent(innerResources(bundle).flatMap(resourceLines))];
}

/** Attributes in an order of their own, the rest left out. */
function orderedPairs(element: Element, order: readonly string[]): string {
  return order
    .flatMap((name) => {
      const value = element.attributes[name];
      return value === undefined ? [] : [quotePair(name, value)];
    })
    .join(' ');
}

export const CONTAINER_ORDER = [
  'image',
  'replicas',
  'replicas-per-host',
  'promoted-max',
  'masters',
  'run-command',
  'network',
  'options',
];
export const NETWORK_ORDER = ['ip-range-start', 'control-port', 'host-interface', 'host-netmask', 'add-host'];
const containerPairs = (element: Element) => orderedPairs(element, CONTAINER_ORDER);
const networkPairs = (element: Element) => orderedPairs(element, NETWORK_ORDER);

/** The configuration of a resource with all in it. */
export function resourceLines(resource: Element): string[] {
  if (resource.name === 'primitive') return primitiveLines(resource);
  if (isClone(resource)) return cloneLines(resource);
  if (resource.name === 'bundle') return bundleLines(resource);
  const lines = [`Group: ${idOf(resource)}`];
  if (resource.attributes.description) lines.push(`  Description: ${resource.attributes.description}`);
  return [...lines, ...indent(setsLines(resource)), ...indent(innerResources(resource).flatMap(resourceLines))];
}

const KIND_ORDER = ['primitive', 'group', 'clone', 'master', 'bundle'];

/** Top resources in the order in which pcs shows them: by kind. */
export function topResources(cib: Element, stonith: boolean): Element[] {
  const top = innerResources(resourcesOf(cib));
  const rank = (element: Element) => KIND_ORDER.indexOf(element.name === 'master' ? 'clone' : element.name);
  return top
    .filter((element) => isStonith(element) === stonith)
    .map((element, at) => ({ element, at }))
    .sort((first, second) => rank(first.element) - rank(second.element) || first.at - second.at)
    .map(({ element }) => element);
}

/** All resources or fence devices, for `pcs config`. */
export function allLines(cib: Element, stonith: boolean): string[] {
  const elements = stonith ? allResources(cib).filter(isStonith) : topResources(cib, false);
  return elements.flatMap(resourceLines);
}

/** `pcs resource config` and `pcs stonith config`. */
export function showConfig(stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const format = pcs.options.value('--output-format') ?? 'text';
    if (!['text', 'cmd', 'json'].includes(format)) {
      throw new CommandFailure(
        `Unknown value '${format}' for '--output-format' option. Supported values are: ${quoteList(['text', 'cmd', 'json'])}`,
      );
    }
    const cib = await pcs.cib();
    const { found, missing } = select(cib, args, stonith);
    if (found.length > 0 || args.length === 0) printAll(pcs, cib, found, format, args.length === 0, stonith);
    for (const id of missing) {
      pcs.note(
        `${format === 'text' ? 'Warning' : 'Warning'}: Unable to find ${stonith ? 'stonith device' : 'resource'} '${id}'`,
      );
    }
    if (missing.length > 0) throw new CommandFailure(`No ${stonith ? 'stonith device' : 'resource'} found`);
  };
}

function select(cib: Element, args: readonly string[], stonith: boolean): { found: Element[]; missing: string[] } {
  if (args.length === 0) {
    return { found: stonith ? allResources(cib).filter(isStonith) : topResources(cib, false), missing: [] };
  }
  const found: Element[] = [];
  const missing: string[] = [];
  for (const id of args) {
    const resource = findResource(cib, id);
    if (resource && isStonith(resource) === stonith) found.push(resource);
    else missing.push(id);
  }
  return { found, missing };
}

function printAll(
  pcs: Pcs,
  cib: Element,
  found: readonly Element[],
  format: string,
  all: boolean,
  stonith: boolean,
): void {
  if (format === 'json') {
    pcs.print(jsonText(cib, found, all, stonith));
    return;
  }
  if (format === 'cmd') {
    const text = commandText(found);
    if (text !== '') pcs.print(text);
    return;
  }
  const rank = (element: Element) => KIND_ORDER.indexOf(element.name === 'master' ? 'clone' : element.name);
  const sorted = [...found].sort((first, second) => rank(first) - rank(second));
  for (const line of sorted.flatMap(resourceLines)) pcs.print(line);
}
