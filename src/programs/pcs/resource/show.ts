import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { pairsOf } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { compareText, quoteList } from '../reports';
import { quotePair } from '../text';
import { CONTAINER_ORDER, CONTAINERS, NETWORK_ORDER, PORT_ORDER, STORAGE_ORDER } from './bundle-attributes';
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

function mappingLines(parent: Element | undefined, tag: string, title: string, order: readonly string[]): string[] {
  const maps = parent?.children.filter((child) => child.name === tag) ?? [];
  if (maps.length === 0) return [];
  return [`  ${title}:`, ...maps.map((map) => `    ${orderedPairs(map, order)} (${idOf(map)})`)];
}

function bundleLines(bundle: Element): string[] {
  const lines = [`Bundle: ${idOf(bundle)}`];
  const container = bundle.children.find((child) => CONTAINERS.includes(child.name));
  if (container) {
    const name = container.name.charAt(0).toUpperCase() + container.name.slice(1);
    lines.push(`  ${name}: ${containerPairs(container)}`);
  }
  const network = childNamed(bundle, 'network');
  if (network && Object.keys(network.attributes).length > 0) lines.push(`  Network: ${networkPairs(network)}`);
  lines.push(...mappingLines(network, 'port-mapping', 'Port Mapping', PORT_ORDER));
  lines.push(...mappingLines(childNamed(bundle, 'storage'), 'storage-mapping', 'Storage Mapping', STORAGE_ORDER));
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

const KIND_ORDER = ['primitive', 'group', 'clone', 'bundle'];
const rank = (element: Element) => KIND_ORDER.indexOf(element.name === 'master' ? 'clone' : element.name);
const byKind = (elements: readonly Element[]) => elements.toSorted((first, second) => rank(first) - rank(second));

/** Top resources, or fence devices wherever they are. */
function configured(cib: Element, stonith: boolean): Element[] {
  if (stonith) return allResources(cib).filter(isStonith);
  return innerResources(resourcesOf(cib)).filter((element) => !isStonith(element));
}

/** All resources or fence devices, for `pcs config`. */
export function allLines(cib: Element, stonith: boolean): string[] {
  return byKind(configured(cib, stonith)).flatMap(resourceLines);
}

const FORMATS = ['text', 'cmd', 'json'];

/** `pcs resource config` and `pcs stonith config`. */
export function showConfig(stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const format = pcs.options.value('--output-format') ?? 'text';
    if (!FORMATS.includes(format)) {
      throw new CommandFailure(
        `Unknown value '${format}' for '--output-format' option. Supported values are: ${quoteList(FORMATS)}`,
      );
    }
    const cib = await pcs.cib();
    const what = stonith ? 'stonith device' : 'resource';
    const found = args.length === 0 ? configured(cib, stonith) : named(cib, args, stonith);
    const missing = [...new Set(args)].filter((id) => !found.some((element) => idOf(element) === id));
    for (const id of missing.sort(compareText)) pcs.warn(`Unable to find ${what} '${id}'`);
    if (args.length > 0 && found.length === 0) throw new CommandFailure(`No ${what} found`);
    print(pcs, found, format, args.length > 0);
  };
}

/** The resources of that kind that the ids name, in alphabetical order. */
function named(cib: Element, ids: readonly string[], stonith: boolean): Element[] {
  return [...new Set(ids)].sort(compareText).flatMap((id) => {
    const resource = findResource(cib, id);
    return resource && isStonith(resource) === stonith ? [resource] : [];
  });
}

/** Prints resources; as JSON and as commands with all in them, each once, sorted where they were asked for by name. */
function print(pcs: Pcs, found: readonly Element[], format: string, sorted: boolean): void {
  if (format === 'text') {
    for (const line of byKind(found).flatMap(resourceLines)) pcs.print(line);
    return;
  }
  const below = (element: Element): Element[] => [element, ...innerResources(element).flatMap(below)];
  const all = [...new Set(found.flatMap(below))];
  if (sorted) all.sort((first, second) => compareText(idOf(first), idOf(second)));
  const text = format === 'json' ? jsonText(all) : commandText(all);
  if (text !== '') pcs.print(text);
}
