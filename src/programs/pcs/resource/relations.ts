import { findSection } from '../../../pacemaker/cib/sections';
import type { Element } from '../../../world/xml';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { compareText } from '../reports';
import { BadCall } from '../router';
import { findResource, idOf, innerResources, parentResource } from './find';

/** What ties a resource to others. */
interface Relation {
  /** Names it in the tree: the same relation is shown once. */
  readonly key: string;
  readonly title: string;
  readonly id: string;
  readonly details: readonly string[];
  readonly members: readonly string[];
}

/** A resource or a relation in the tree that is printed. */
interface Item {
  readonly title: string;
  readonly details: readonly string[];
  readonly children: Item[];
}

/** An item whose surroundings are still to be looked at. */
type Open =
  | {
      readonly kind: 'resource';
      readonly item: Item;
      readonly id: string;
      readonly path: readonly string[];
      readonly from: string;
    }
  | { readonly kind: 'relation'; readonly item: Item; readonly relation: Relation; readonly path: readonly string[] };

const optionText = (attributes: Readonly<Record<string, string>>, without: readonly string[]): string =>
  Object.entries(attributes)
    .filter(([name]) => !without.includes(name))
    .sort(([first], [second]) => compareText(first, second))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

const PLAIN = ['id', 'first', 'then', 'first-action', 'then-action'];

function orderOf({ attributes }: Element): Relation {
  const { first = '', then = '', id = '' } = attributes;
  const firstAction = attributes['first-action'] ?? 'start';
  const thenAction = attributes['then-action'] ?? firstAction;
  const options = optionText(attributes, PLAIN);
  const details = [`${firstAction} ${first} then ${thenAction} ${then}`, ...(options === '' ? [] : [options])];
  return { key: `order ${id}`, title: 'order', id, details, members: [first, then] };
}

function orderSetOf(constraint: Element): Relation {
  const sets = constraint.children.filter((child) => child.name === 'resource_set');
  const options = optionText(constraint.attributes, ['id']);
  const lines = sets.map((set) => {
    const own = optionText(set.attributes, ['id']);
    return `   set ${set.children.map(idOf).join(' ')}${own === '' ? '' : ` (${own})`}`;
  });
  const details = [...(options === '' ? [] : [options]), ...lines];
  const id = idOf(constraint);
  return { key: `set ${id}`, title: 'order set', id, details, members: sets.flatMap((set) => set.children.map(idOf)) };
}

/** Relations of a resource: what is in it, what it is in, orderings, ordered sets. */
function relationsOf(cib: Element, resource: Element): Relation[] {
  const found: Relation[] = [];
  const id = idOf(resource);
  const members = innerResources(resource).map(idOf);
  if (members.length > 0) {
    const details = resource.name === 'group' ? [`members: ${members.join(' ')}`] : [];
    found.push({ key: `inner ${id}`, title: 'inner resource(s)', id, details, members });
  }
  const parent = parentResource(cib, resource);
  if (parent) {
    const outer = idOf(parent);
    found.push({ key: `outer ${outer}`, title: 'outer resource', id: outer, details: [], members: [outer] });
  }
  const orders = (findSection(cib, 'constraints')?.children ?? []).filter((each) => each.name === 'rsc_order');
  const isSet = (order: Element) => order.attributes.first === undefined;
  const relations = [...orders.filter((each) => !isSet(each)).map(orderOf), ...orders.filter(isSet).map(orderSetOf)];
  return [...found, ...relations.filter((relation) => relation.members.includes(id))];
}

/** Grows the tree breadth first; what stands in it already is named again, but not followed again. */
class Tree {
  readonly #seen = new Set<string>();
  readonly #open: Open[] = [];

  constructor(
    readonly cib: Element,
    readonly full: boolean,
  ) {}

  grow(id: string): Item {
    const root = this.#resource(id, [], '');
    for (let next = this.#open.shift(); next; next = this.#open.shift()) {
      if (next.kind === 'relation') {
        const { relation, path, item } = next;
        for (const member of [...new Set(relation.members)].sort(compareText))
          if (!path.includes(member)) item.children.push(this.#resource(member, path, relation.key));
      } else this.#expand(next);
    }
    return root;
  }

  #expand({ item, id, path, from }: Extract<Open, { kind: 'resource' }>): void {
    const resource = findResource(this.cib, id);
    if (!resource) return;
    // Followed in the order in which the CIB has them, shown by their ids.
    const sets: { readonly id: string; readonly child: Item }[] = [];
    const show = (relation: Relation, child: Item) => {
      if (relation.key.startsWith('set ')) sets.push({ id: relation.id, child });
      else item.children.push(child);
    };
    for (const relation of relationsOf(this.cib, resource)) {
      if (relation.key === from || relation.members.every((member) => path.includes(member))) continue;
      const title = this.full ? `${relation.title} (${relation.id})` : relation.title;
      if (this.#seen.has(relation.key)) {
        show(relation, elsewhere(title));
        continue;
      }
      this.#seen.add(relation.key);
      const child: Item = { title, details: relation.details, children: [] };
      show(relation, child);
      this.#open.push({ kind: 'relation', item: child, relation, path });
    }
    item.children.push(...sets.sort((a, b) => compareText(a.id, b.id)).map(({ child }) => child));
  }

  #resource(id: string, path: readonly string[], from: string): Item {
    const title = this.full ? `${id} (resource: ${this.#type(id)})` : id;
    if (this.#seen.has(`resource ${id}`)) return elsewhere(title);
    this.#seen.add(`resource ${id}`);
    const item: Item = { title, details: [], children: [] };
    this.#open.push({ kind: 'resource', item, id, path: [...path, id], from });
    return item;
  }

  #type(id: string): string {
    const resource = findResource(this.cib, id);
    if (resource?.name !== 'primitive') return resource?.name ?? '';
    const { class: standard = '', provider, type = '' } = resource.attributes;
    return [standard, ...(provider === undefined ? [] : [provider]), type].join(':');
  }
}

function elsewhere(title: string): Item {
  return { title: `${title} [displayed elsewhere]`, details: [], children: [] };
}

function lines({ title, details, children }: Item): string[] {
  const text = [title, ...details.map((detail) => `|  ${detail}`)];
  children.forEach((child, index) => {
    const isLast = index === children.length - 1;
    const [first = '', ...rest] = lines(child);
    text.push(`${isLast ? '`- ' : '|- '}${first}`, ...rest.map((line) => `${isLast ? '   ' : '|  '}${line}`));
  });
  return text;
}

/** `pcs resource relations`: what a resource is tied to, as a tree. */
export async function relations(pcs: Pcs, args: string[]): Promise<void> {
  const [id, ...more] = args;
  if (id === undefined || more.length > 0) throw new BadCall();
  const cib = await pcs.cib();
  if (!findResource(cib, id)) throw new CommandFailure(`resource '${id}' does not exist`);
  for (const line of lines(new Tree(cib, pcs.options.has('--full')).grow(id))) pcs.print(line);
}
