import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { compareText } from '../reports';
import { cleanId, type IdMaker } from './ids';

export function newElement(name: string, attributes: Record<string, string> = {}, children: Element[] = []): Element {
  return { name, attributes, children };
}

/** Name/value pairs of a set of nvpairs, in document order. */
export function pairsOf(set: Element | undefined): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const child of set?.children ?? []) {
    if (child.name === 'nvpair') pairs.push([child.attributes.name ?? '', child.attributes.value ?? '']);
  }
  return pairs;
}

export function valueIn(set: Element | undefined, name: string): string | undefined {
  return set?.children.find((child) => child.name === 'nvpair' && child.attributes.name === name)?.attributes.value;
}

/** Sets a value in a set, or removes it when it is empty. `part` is what a new pair's id has of the name. */
export function setPair(
  set: Element,
  name: string,
  value: string,
  ids: IdMaker,
  part = cleanId(name, '-') === '' ? name : nameInId(name),
): void {
  const present = set.children.find((child) => child.name === 'nvpair' && child.attributes.name === name);
  if (value === '') {
    set.children = set.children.filter((child) => !(child.name === 'nvpair' && child.attributes.name === name));
    return;
  }
  if (present) {
    present.attributes.value = value;
    return;
  }
  const id = ids.make(`${set.attributes.id ?? ''}-${part}`);
  set.children.push(newElement('nvpair', { id, name, value }));
}

/** The part of an nvpair's id that comes from its name. */
function nameInId(name: string): string {
  return name.replace(/[^\p{L}\p{N}_.-]/gu, '');
}

/**
 * Sets values in an element's first set of a tag, which is made where it is missing (and something is to be set).
 * Values are handled in alphabetical order, as pcs does, so that new pairs stand in it; older commands take them
 * `asGiven`.
 */
export function updateSet(
  owner: Element,
  tag: string,
  values: ReadonlyMap<string, string>,
  ids: IdMaker,
  options: { keepEmpty?: boolean; before?: readonly string[]; asGiven?: boolean } = {},
): void {
  let set = childNamed(owner, tag);
  const wanted = [...values];
  if (!options.asGiven) wanted.sort(([first], [second]) => compareText(first, second));
  if (!set) {
    if (!wanted.some(([, value]) => value !== '')) return;
    set = newElement(tag, { id: ids.make(`${owner.attributes.id ?? ''}-${tag}`) });
    insertChild(owner, set, options.before ?? []);
  }
  for (const [name, value] of wanted) setPair(set, name, value, ids);
  if (!options.keepEmpty && set.children.length === 0) owner.children = owner.children.filter((child) => child !== set);
}

/** A set for a new element, its values in alphabetical order; empty ones stay. */
export function newSet(owner: Element, tag: string, values: ReadonlyMap<string, string>, ids: IdMaker): Element {
  const set = newElement(tag, { id: ids.make(`${owner.attributes.id ?? ''}-${tag}`) });
  for (const name of [...values.keys()].sort(compareText)) {
    const id = ids.make(`${set.attributes.id}-${nameInId(name)}`);
    set.children.push(newElement('nvpair', { id, name, value: values.get(name) ?? '' }));
  }
  return set;
}

/** Puts a child before the first child of one of these names, else at the end. */
export function insertChild(owner: Element, child: Element, before: readonly string[]): void {
  const at = owner.children.findIndex((other) => before.includes(other.name));
  if (at < 0) owner.children.push(child);
  else owner.children.splice(at, 0, child);
}

/** Removes one element from wherever it is in a tree. */
export function removeElement(root: Element, target: Element): boolean {
  const at = root.children.indexOf(target);
  if (at >= 0) {
    root.children.splice(at, 1);
    return true;
  }
  return root.children.some((child) => removeElement(child, target));
}

/** The element that holds `target`, or undefined. */
export function parentOf(root: Element, target: Element): Element | undefined {
  for (const child of root.children) {
    if (child === target) return root;
    const found = parentOf(child, target);
    if (found) return found;
  }
  return undefined;
}
