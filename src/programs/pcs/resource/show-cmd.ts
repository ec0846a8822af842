import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { pairsOf } from '../cib/nvset';
import { compareText } from '../reports';
import { CONTAINER_ORDER, CONTAINERS, NETWORK_ORDER, PORT_ORDER, STORAGE_ORDER } from './bundle-attributes';
import { idOf, innerResources, isClone, isStonith } from './find';

/** A word as the shell wants it quoted. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

const pair = (name: string, value: string) => shellQuote(`${name}=${value}`);

function sortedPairs(set: Element | undefined): string {
  return pairsOf(set)
    .map(([name, value]) => pair(name, value))
    .join(' ');
}

const OP_ORDER = [
  'interval',
  'id',
  'start-delay',
  'interval-origin',
  'timeout',
  'enabled',
  'record-pending',
  'role',
  'on-fail',
];

const FLAGS = ['enabled', 'record-pending'];
const flag = (value: string) => (value === 'true' ? '1' : value === 'false' ? '0' : value);

function operationText(op: Element): string {
  const words = OP_ORDER.flatMap((key) => {
    const value = op.attributes[key];
    return value === undefined ? [] : [pair(key, FLAGS.includes(key) ? flag(value) : value)];
  });
  const level = op.children.flatMap(pairsOf).map(([name, value]) => pair(name, value));
  return [op.attributes.name ?? '', ...words, ...level].join(' ');
}

function primitiveCommand(resource: Element, bundle: string | undefined): string {
  const { id = '', class: standard = '', provider, type = '' } = resource.attributes;
  const stonith = isStonith(resource);
  const agent = stonith ? type : [standard, ...(provider === undefined ? [] : [provider]), type].join(':');
  const lines = [`pcs ${stonith ? 'stonith' : 'resource'} create --no-default-ops --force -- ${id} ${agent}`];
  const options = sortedPairs(childNamed(resource, 'instance_attributes'));
  if (options !== '') lines.push(`  ${options}`);
  const operations = childNamed(resource, 'operations')?.children.filter((child) => child.name === 'op') ?? [];
  if (operations.length > 0) lines.push('  op', ...operations.map((op) => `    ${operationText(op)}`));
  const meta = sortedPairs(childNamed(resource, 'meta_attributes'));
  if (meta !== '') lines.push(`  meta ${meta}`);
  if (bundle !== undefined) lines.push(`  bundle ${bundle}`);
  return lines.join(' \\\n');
}

function attributeWords(element: Element, order: readonly string[]): string {
  return order
    .flatMap((name) => {
      const value = element.attributes[name];
      return value === undefined ? [] : [pair(name, value)];
    })
    .join(' ');
}

function bundleCommand(bundle: Element): string {
  const container = bundle.children.find((child) => CONTAINERS.includes(child.name));
  const lines = [`pcs resource bundle create ${idOf(bundle)}`];
  if (container) lines.push(`  container ${container.name}`, `    ${attributeWords(container, CONTAINER_ORDER)}`);
  const network = childNamed(bundle, 'network');
  if (network && Object.keys(network.attributes).length > 0) {
    lines.push(`  network ${attributeWords(network, NETWORK_ORDER)}`);
  }
  for (const map of network?.children ?? []) lines.push(`  port-map ${attributeWords(map, PORT_ORDER)}`);
  for (const map of childNamed(bundle, 'storage')?.children ?? []) {
    lines.push(`  storage-map ${attributeWords(map, STORAGE_ORDER)}`);
  }
  const meta = sortedPairs(childNamed(bundle, 'meta_attributes'));
  if (meta !== '') lines.push(`  meta ${meta}`);
  return lines.join(' \\\n');
}

/** Commands that would make the resources: each bundle before what is in it, groups and clones last. */
export function commandText(all: readonly Element[]): string {
  const bundles = all.filter((element) => element.name === 'bundle');
  const primitives = new Set(all.filter((element) => element.name === 'primitive'));
  const commands: string[] = [];
  for (const bundle of bundles) {
    commands.push(bundleCommand(bundle));
    for (const inner of innerResources(bundle)) {
      if (primitives.delete(inner)) commands.push(primitiveCommand(inner, idOf(bundle)));
    }
  }
  for (const resource of primitives) commands.push(primitiveCommand(resource, undefined));
  for (const group of all.filter((element) => element.name === 'group')) {
    commands.push(`pcs resource group add ${idOf(group)} \\\n  ${innerResources(group).map(idOf).join(' ')}`);
    const meta = sortedPairs(childNamed(group, 'meta_attributes'));
    if (meta !== '') commands.push(`pcs resource meta ${idOf(group)} \\\n  ${meta}`);
  }
  for (const clone of all.filter(isClone)) commands.push(cloneCommand(clone));
  return commands.join(';\n');
}

function cloneCommand(clone: Element): string {
  const [inner] = innerResources(clone);
  const head = `pcs resource clone ${inner ? idOf(inner) : ''} ${idOf(clone)}`;
  const pairs = new Map(pairsOf(childNamed(clone, 'meta_attributes')));
  if (clone.name === 'master') pairs.set('promotable', 'true');
  const meta = [...pairs].sort(([a], [b]) => compareText(a, b)).map(([name, value]) => pair(name, value));
  return meta.length === 0 ? head : `${head} \\\n  meta ${meta.join(' ')}`;
}
