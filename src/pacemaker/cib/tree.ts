import type { Element } from '../../world/xml';

/**
 * Changing CIB trees as values: a CIB is never changed in place, so that members of a partition, snapshots and
 * queries can share one. A path is the indexes of children from the root.
 */
export type TreePath = readonly number[];

export function elementAt(root: Element, path: TreePath): Element {
  let at = root;
  for (const index of path) {
    const child = at.children[index];
    if (!child) throw new RangeError(`no element at ${path.join('/')}`);
    at = child;
  }
  return at;
}

/** The tree with the element at `path` replaced; null removes it. Everything else is shared. */
export function replaceAt(root: Element, path: TreePath, replacement: Element | null): Element {
  const [index, ...rest] = path;
  if (index === undefined) {
    if (replacement === null) throw new RangeError("the root can't be removed");
    return replacement;
  }
  const children = root.children.slice();
  if (rest.length === 0) {
    if (replacement === null) children.splice(index, 1);
    else children[index] = replacement;
  } else children[index] = replaceAt(root.children[index] as Element, rest, replacement);
  return { ...root, children };
}

/** The tree with the element at `path` changed by a function. */
export function updateAt(root: Element, path: TreePath, change: (element: Element) => Element): Element {
  return replaceAt(root, path, change(elementAt(root, path)));
}

/** Path of the first element, in document order, that fits. */
export function findPath(root: Element, fits: (element: Element) => boolean): TreePath | null {
  if (fits(root)) return [];
  for (const [index, child] of root.children.entries()) {
    const below = findPath(child, fits);
    if (below) return [index, ...below];
  }
  return null;
}

/** Path to a descendant by names, first match at each level. */
export function pathTo(root: Element, ...names: string[]): TreePath | null {
  const path: number[] = [];
  let at = root;
  for (const name of names) {
    const index = at.children.findIndex((child) => child.name === name);
    if (index < 0) return null;
    path.push(index);
    at = at.children[index] as Element;
  }
  return path;
}

/** The tree with a chain of descendants, made where missing, and the path to the last of them. */
export function ensurePath(root: Element, names: readonly string[]): { root: Element; path: TreePath } {
  let tree = root;
  const path: number[] = [];
  for (const name of names) {
    const parent = elementAt(tree, path);
    let index = parent.children.findIndex((child) => child.name === name);
    if (index < 0) {
      index = parent.children.length;
      tree = replaceAt(tree, path, {
        ...parent,
        children: [...parent.children, { name, attributes: {}, children: [] }],
      });
    }
    path.push(index);
  }
  return { root: tree, path };
}

export function withAttributes(element: Element, attributes: Record<string, string>): Element {
  return { ...element, attributes: { ...element.attributes, ...attributes } };
}

/** Whether two trees are equal: names, attributes whatever their order, text, children in order. */
export function sameTree(first: Element, second: Element): boolean {
  if (first === second) return true;
  if (first.name !== second.name || first.text !== second.text) return false;
  if (first.children.length !== second.children.length) return false;
  const names = Object.keys(first.attributes);
  if (names.length !== Object.keys(second.attributes).length) return false;
  if (names.some((name) => first.attributes[name] !== second.attributes[name])) return false;
  return first.children.every((child, index) => sameTree(child, second.children[index] as Element));
}
