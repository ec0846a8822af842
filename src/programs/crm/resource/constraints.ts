import { descendant } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { EX } from '../tool';
import type { Context } from './context';

interface Walk {
  context: Context;
  sections: readonly Element[];
  recursive: boolean;
  visited: Set<string>;
}

const bullet = (depth: number, text: string): string =>
  depth === 0 ? `${text}\n` : `${'  '.repeat(depth)}* ${text}\n`;

/** Colocations and locations of a resource, recursively with --stack. */
export function showConstraints(context: Context, recursive: boolean): number {
  const { tool, resource } = context;
  if (!resource) return EX.usage;
  const section = descendant(context.ws.cib, 'configuration', 'constraints');
  const walk: Walk = { context, sections: section?.children ?? [], recursive, visited: new Set() };
  const top = resource.top.id;
  if (tool.isXml) {
    const found: Element[] = [];
    collect(walk, top, found, recursive);
    tool.elements.push({ name: 'constraints', attributes: {}, children: found });
    return EX.ok;
  }
  dependents(walk, top, 0, true);
  locations(walk, top, 0);
  primaries(walk, top, 0, true);
  return EX.ok;
}

function colocations(walk: Walk, attribute: 'rsc' | 'with-rsc', id: string): Element[] {
  return walk.sections.filter((each) => each.name === 'rsc_colocation' && each.attributes[attribute] === id);
}

function scoreOf(constraint: Element): string {
  return constraint.attributes.score ?? '0';
}

function locations(walk: Walk, id: string, depth: number): void {
  const { tool } = walk.context;
  const own = walk.sections.filter((each) => each.name === 'rsc_location' && each.attributes.rsc === id);
  const lines = own.flatMap((each) => {
    const node = each.attributes.node;
    if (node === undefined) return [];
    return [`Node ${node} (score=${scoreOf(each)}, id=${each.attributes.id}, rsc=${id})`];
  });
  if (lines.length === 0) return;
  tool.print(bullet(depth, 'Locations:'));
  for (const line of lines) tool.print(bullet(depth + 1, line));
}

/** Resources that follow this one. */
function dependents(walk: Walk, id: string, depth: number, first: boolean): void {
  const { tool } = walk.context;
  const found = colocations(walk, 'with-rsc', id);
  if (found.length === 0) return;
  tool.print(bullet(depth, `Resources colocated with ${id}:`));
  walk.visited.add(id);
  for (const each of found) {
    const other = each.attributes.rsc ?? '';
    if (walk.visited.has(other)) {
      tool.print(bullet(depth + 1, `${other} (id=${each.attributes.id} - loop)`));
      continue;
    }
    tool.print(bullet(depth + 1, `${other} (score=${scoreOf(each)}, id=${each.attributes.id})`));
    if (walk.recursive || first) locationsBelow(walk, other, depth + 2);
    if (walk.recursive) dependents(walk, other, depth + 2, false);
  }
}

/** Resources that this one follows. */
function primaries(walk: Walk, id: string, depth: number, first: boolean): void {
  const { tool } = walk.context;
  const found = colocations(walk, 'rsc', id);
  if (found.length === 0) return;
  tool.print(bullet(depth, `Resources ${id} is colocated with:`));
  walk.visited.add(id);
  for (const each of found) {
    const other = each.attributes['with-rsc'] ?? '';
    if (walk.visited.has(other)) {
      tool.print(bullet(depth + 1, `${other} (id=${each.attributes.id} - loop)`));
      continue;
    }
    tool.print(bullet(depth + 1, `${other} (score=${scoreOf(each)}, id=${each.attributes.id})`));
    if (walk.recursive || first) locationsBelow(walk, other, depth + 2);
    if (walk.recursive) primaries(walk, other, depth + 2, false);
  }
}

function locationsBelow(walk: Walk, id: string, depth: number): void {
  locations(walk, id, depth);
}

function collect(walk: Walk, id: string, found: Element[], recursive: boolean): void {
  walk.visited.add(id);
  for (const each of walk.sections) {
    if (each.name !== 'rsc_location' || each.attributes.rsc !== id || each.attributes.node === undefined) continue;
    const { node, score } = each.attributes;
    found.push({
      name: 'rsc_location',
      attributes: { node, rsc: id, id: each.attributes.id ?? '', score: score ?? '0' },
      children: [],
    });
  }
  for (const each of colocations(walk, 'rsc', id)) {
    found.push(colocationXml(each));
    const other = each.attributes['with-rsc'] ?? '';
    if (recursive && !walk.visited.has(other)) collect(walk, other, found, true);
  }
}

function colocationXml(each: Element): Element {
  const { id = '', rsc = '', score } = each.attributes;
  return {
    name: 'rsc_colocation',
    attributes: { id, rsc, 'with-rsc': each.attributes['with-rsc'] ?? '', score: score ?? '0' },
    children: [],
  };
}
