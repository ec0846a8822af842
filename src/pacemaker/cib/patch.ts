/**
 * Differences between two CIBs as `crm_diff` writes them and `cibadmin --patch` takes them: format 2, a list of changes
 * with paths; what is deleted comes first, positions are those in the new tree.
 */
import type { Element } from '../../world/xml';
import { CibError } from './errors';
import { element } from './new';
import { elementAt, replaceAt, sameTree, type TreePath, updateAt } from './tree';
import { cibVersion, compareVersions } from './version';
import { childNamed } from './xml';
import { selectPaths } from './xpath';

const VERSION = ['admin_epoch', 'epoch', 'num_updates'] as const;

export interface PatchOptions {
  /** Leaves the CIBs' versions out. */
  withoutVersions?: boolean;
  /** Goes into the patch, for whoever applies it to check the result. */
  digest?: string;
}

/** What leads from one tree to the other; null where they are equal. */
export function createPatch(before: Element, after: Element, options: PatchOptions = {}): Element | null {
  const bare = (cib: Element): Element => {
    if (!options.withoutVersions) return cib;
    const attributes = { ...cib.attributes };
    for (const name of VERSION) delete attributes[name];
    return { ...cib, attributes };
  };
  const [old, made] = [bare(before), bare(after)];
  if (sameTree(old, made)) return null;
  const deletions: Element[] = [];
  const changes: Element[] = [];
  compare(old, made, `/${made.name}`, deletions, changes);
  const version = element('version', {}, [element('source', versionOf(before)), element('target', versionOf(after))]);
  const digest: Record<string, string> = options.digest === undefined ? {} : { digest: options.digest };
  return element('diff', { format: '2', ...digest }, [
    ...(options.withoutVersions ? [] : [version]),
    ...deletions,
    ...changes,
  ]);
}

function versionOf(cib: Element): Record<string, string> {
  return Object.fromEntries(VERSION.map((name) => [name, cib.attributes[name] ?? '0']));
}

function step(child: Element): string {
  const { id } = child.attributes;
  return id === undefined ? child.name : `${child.name}[@id='${id}']`;
}

const isSame = (first: Element, second: Element): boolean =>
  first.name === second.name && first.attributes.id === second.attributes.id;

function compare(before: Element, after: Element, path: string, deletions: Element[], changes: Element[]): void {
  for (const child of before.children)
    if (!after.children.some((each) => isSame(each, child)))
      deletions.push(element('change', { operation: 'delete', path: `${path}/${step(child)}` }));
  const list = attributeChanges(before, after);
  if (list.length > 0) {
    const result = element('change-result', {}, [element(after.name, after.attributes)]);
    changes.push(element('change', { operation: 'modify', path }, [element('change-list', {}, list), result]));
  }
  const moved = movedChildren(before, after);
  after.children.forEach((child, position) => {
    const present = before.children.find((each) => isSame(each, child));
    if (!present) {
      changes.push(element('change', { operation: 'create', path, position: String(position) }, [child]));
      return;
    }
    const below = `${path}/${step(child)}`;
    const own: Element[] = [];
    compare(present, child, below, deletions, own);
    // A move stands behind the change of the element itself.
    const at = own[0]?.attributes.operation === 'modify' && own[0].attributes.path === below ? 1 : 0;
    if (moved.has(child))
      own.splice(at, 0, element('change', { operation: 'move', path: below, position: String(position) }));
    changes.push(...own);
  });
}

/**
 * Children whose place among those that stay is another. One that comes forward no longer counts among the old ones,
 * one that goes back no longer among the new ones, so that what it passed doesn't seem to have moved.
 */
function movedChildren(before: Element, after: Element): ReadonlySet<Element> {
  const old = before.children.filter((child) => after.children.some((each) => isSame(each, child)));
  const made = after.children.filter((child) => before.children.some((each) => isSame(each, child)));
  const moved = new Set<Element>();
  for (const child of [...made]) {
    const from = old.findIndex((each) => isSame(each, child));
    const to = made.indexOf(child);
    if (from === to) continue;
    moved.add(child);
    if (from > to) old.splice(from, 1);
    else made.splice(to, 1);
  }
  return moved;
}

function attributeChanges(before: Element, after: Element): Element[] {
  const list: Element[] = [];
  for (const [name, value] of Object.entries(after.attributes))
    if (before.attributes[name] !== value) list.push(element('change-attr', { name, operation: 'set', value }));
  for (const name of Object.keys(before.attributes))
    if (!(name in after.attributes)) list.push(element('change-attr', { name, operation: 'unset' }));
  return list;
}

/** The tree with a patch applied. Throws CibError `diff` where the patch is for another tree. */
export function applyPatch(cib: Element, patch: Element): Element {
  const changes = patch.children.filter((child) => child.name === 'change');
  const placing = (change: Element) => ['create', 'move'].includes(change.attributes.operation ?? '');
  const position = (change: Element) => Number.parseInt(change.attributes.position ?? '0', 10) || 0;
  let tree = cib;
  for (const change of changes) if (!placing(change)) tree = applyChange(tree, change);
  const waiting = new Set(
    changes.flatMap(({ attributes }) => (attributes.operation === 'move' ? (attributes.path ?? '') : [])),
  );
  for (const change of changes.filter(placing).sort((first, second) => position(first) - position(second)))
    tree = place(tree, change, position(change), waiting);
  return tree;
}

/** The place that a path names. */
function find(tree: Element, change: Element): TreePath {
  const [path] = selectPaths(tree, change.attributes.path ?? '');
  if (!path) throw new CibError('diff');
  return path;
}

function applyChange(tree: Element, change: Element): Element {
  const path = find(tree, change);
  if (change.attributes.operation === 'delete') return replaceAt(tree, path, null);
  const attributes = childNamed(change, 'change-result')?.children[0]?.attributes;
  if (!attributes) throw new CibError('diff');
  return updateAt(tree, path, (present) => ({ ...present, attributes: { ...attributes } }));
}

function place(tree: Element, change: Element, position: number, waiting: Set<string>): Element {
  const name = change.attributes.path ?? '';
  const path = find(tree, change);
  if (change.attributes.operation === 'create') {
    const [made] = change.children;
    return made ? updateAt(tree, path, (parent) => inserted(parent, made, position, name, waiting)) : tree;
  }
  const moved = elementAt(tree, path);
  waiting.delete(name);
  const holder = name.slice(0, name.lastIndexOf('/'));
  return updateAt(replaceAt(tree, path, null), path.slice(0, -1), (parent) =>
    inserted(parent, moved, position, holder, waiting),
  );
}

/** Puts a child at a position; those that are still to be moved away don't count. */
function inserted(
  parent: Element,
  child: Element,
  position: number,
  path: string,
  waiting: ReadonlySet<string>,
): Element {
  const children = parent.children.slice();
  let at = 0;
  for (let passed = 0; at < children.length && passed < position; at++)
    if (!waiting.has(`${path}/${step(children[at] as Element)}`)) passed++;
  children.splice(at, 0, child);
  return { ...parent, children };
}

/** Throws CibError where a patch doesn't lead on from this CIB: `old` or `diff`. */
export function checkPatchVersion(cib: Element, patch: Element): void {
  const versions = childNamed(patch, 'version');
  const source = versions && childNamed(versions, 'source');
  const target = versions && childNamed(versions, 'target');
  if (!source || !target) return;
  const order = compareVersions(cibVersion(cib), cibVersion(source));
  if (order < 0) throw new CibError('diff');
  if (order > 0 || compareVersions(cibVersion(target), cibVersion(source)) <= 0) throw new CibError('old');
}
