import { descendant } from '../../../pacemaker/cib/xml';
import type { LocationConstraint } from '../../../pacemaker/scheduler/constraint';
import { unpackConstraints } from '../../../pacemaker/scheduler/constraint-unpack';
import { scoreText } from '../../../pacemaker/scheduler/score';
import type { Element } from '../../../world/xml';
import { xml } from '../output';
import { EX, type Tool } from '../tool';
import type { Context } from './context';

interface Walk {
  tool: Tool;
  /** All constraints, in their order. */
  all: readonly Element[];
  /** Location constraints with the nodes that their rules come to. */
  locations: readonly LocationConstraint[];
  recursive: boolean;
  visited: Set<string>;
  /** What XML output collects. */
  found: Element[];
}

function line(walk: Walk, depth: number, text: string): void {
  walk.tool.print(depth === 0 ? `${text}\n` : `${'  '.repeat(depth)}* ${text}\n`);
}

/** Colocations and locations of a resource, recursively with --stack. */
export function showConstraints(context: Context, recursive: boolean): number {
  const { tool, resource, ws } = context;
  if (!resource) return EX.usage;
  const section = descendant(ws.cib, 'configuration', 'constraints');
  unpackConstraints(ws);
  const walk: Walk = {
    tool,
    all: section?.children ?? [],
    locations: ws.locations,
    recursive,
    visited: new Set(),
    found: [],
  };
  const id = tool.args.has('force') ? resource.id : resource.top.id;
  locations(walk, id, 0);
  neighbours(walk, id, 0, 'dependents');
  walk.visited.clear();
  neighbours(walk, id, 0, 'primaries');
  if (tool.isXml) tool.elements.push(xml('constraints', {}, walk.found));
  return EX.ok;
}

function locations(walk: Walk, id: string, depth: number): void {
  // The one configured last comes first.
  const own = walk.locations.filter((each) => each.resource.id === id).toReversed();
  if (own.length > 0) line(walk, depth, 'Locations:');
  for (const location of own)
    for (const { node, score } of location.nodes) {
      line(walk, depth + 1, `Node ${node.name} (score=${scoreText(score)}, id=${location.id}, rsc=${id})`);
      walk.found.push(xml('rsc_location', { node: node.name, rsc: id, id: location.id, score: scoreText(score) }));
    }
}

/** Resources that follow this one, or that it follows; each with its locations, and recursively its neighbours. */
function neighbours(walk: Walk, id: string, depth: number, direction: 'dependents' | 'primaries'): void {
  const [own, other] = direction === 'dependents' ? (['with-rsc', 'rsc'] as const) : (['rsc', 'with-rsc'] as const);
  const found = walk.all.filter((each) => each.name === 'rsc_colocation' && each.attributes[own] === id);
  if (found.length === 0) return;
  found.sort((first, second) => ((first.attributes[other] ?? '') < (second.attributes[other] ?? '') ? -1 : 1));
  line(
    walk,
    depth,
    direction === 'dependents' ? `Resources colocated with ${id}:` : `Resources ${id} is colocated with:`,
  );
  walk.visited.add(id);
  for (const { attributes } of found) {
    const name = attributes[other] ?? '';
    const score = attributes.score ?? '0';
    walk.found.push(
      xml('rsc_colocation', { id: attributes.id, rsc: attributes.rsc, 'with-rsc': attributes['with-rsc'], score }),
    );
    if (walk.visited.has(name)) {
      line(walk, depth + 1, `${name} (id=${attributes.id} - loop)`);
      continue;
    }
    const role = attributes['with-rsc-role'];
    const needs = direction === 'dependents' && role !== undefined ? ` needs role=${role},` : '';
    line(walk, depth + 1, `${name} (score=${score},${needs} id=${attributes.id})`);
    locations(walk, name, depth + 2);
    if (walk.recursive) neighbours(walk, name, depth + 2, direction);
  }
}
