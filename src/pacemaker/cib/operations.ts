import type { Element } from '../../world/xml';
import { CibError } from './errors';
import { formatXml } from './format';
import { newCib } from './new';
import { applyPatch, checkPatchVersion } from './patch';
import { sectionPath } from './sections';
import { elementAt, ensurePath, findPath, pathTo, replaceAt, type TreePath, updateAt } from './tree';
import { cibVersion, compareVersions, NEWEST_SCHEMA } from './version';
import { selectPaths } from './xpath';

/** One change of a CIB, as `cibadmin` and the daemons ask for it. */
export type CibOperation =
  | { kind: 'create'; section?: string; input: Element }
  | { kind: 'modify'; section?: string; input: Element; allowCreate?: boolean; xpath?: string }
  | { kind: 'replace'; section?: string; input: Element; xpath?: string }
  | { kind: 'delete'; section?: string; input?: Element; xpath?: string; all?: boolean }
  | { kind: 'erase' }
  | { kind: 'patch'; input: Element }
  | { kind: 'bump' }
  | { kind: 'upgrade' };

/** Applies an operation. The version counters stay as they are, but for the operations that set them. */
export function applyOperation(cib: Element, operation: CibOperation): Element {
  switch (operation.kind) {
    case 'create':
      return create(cib, operation.section, operation.input);
    case 'modify':
      return modify(cib, operation);
    case 'replace':
      return replace(cib, operation);
    case 'delete':
      return remove(cib, operation);
    case 'erase':
      return erase(cib);
    case 'patch':
      checkPatchVersion(cib, operation.input);
      return applyPatch(cib, operation.input);
    case 'bump':
      return cib;
    case 'upgrade':
      return upgrade(cib);
  }
}

/** Whether an element is the one that `pattern` names: same tag, and same id where the pattern has one. */
function matches(element: Element, pattern: Element): boolean {
  if (element.name !== pattern.name) return false;
  const id = pattern.attributes.id;
  return id === undefined || element.attributes.id === id;
}

/** A counter's new value for `name++` and `name+=n`, else the value itself. */
function expandIncrement(name: string, value: string, present: string | undefined): string {
  const found = new RegExp(`^${name.replace(/[^\w-]/g, '')}(\\+\\+|\\+=(-?\\d+))$`).exec(value);
  if (!found) return value;
  const base = Number.parseInt(present ?? '0', 10);
  return String((Number.isNaN(base) ? 0 : base) + (found[2] === undefined ? 1 : Number.parseInt(found[2], 10)));
}

/** `target` with the attributes of `update` set, its children merged by tag and id, and unknown ones added. */
export function mergeElement(target: Element, update: Element): Element {
  const attributes = { ...target.attributes };
  for (const [name, value] of Object.entries(update.attributes)) {
    if (name === '__delete__') continue;
    attributes[name] = expandIncrement(name, value, attributes[name]);
  }
  const children = target.children.slice();
  for (const child of update.children) {
    const at = children.findIndex((present) => matches(present, child));
    if (at < 0) children.push(child);
    else children[at] = mergeElement(children[at] as Element, child);
  }
  return { ...target, attributes, children };
}

/** A `<failed>` report as the CIB manager answers it. */
function failure(input: Element, code: 'EEXIST' | 'ENXIO' | 'EACCES', reason: string): CibError {
  const failed: Element = {
    name: 'failed',
    attributes: {},
    children: [
      {
        name: 'failed_update',
        attributes: {
          ...(input.attributes.id === undefined ? {} : { id: input.attributes.id }),
          object_type: input.name,
          operation: 'cib_create',
          reason,
        },
        children: [input],
      },
    ],
  };
  return new CibError(code, { stdout: formatXml(failed) });
}

/** The answer to somebody who may not create anything. */
export function refusedCreation(input: Element): CibError {
  return failure(input, 'EACCES', 'Permission denied');
}

function create(cib: Element, section: string | undefined, input: Element): Element {
  const named = section ?? input.name;
  const names = sectionPath(named);
  const path = pathTo(cib, ...names);
  if (!path) throw new CibError(section === undefined ? 'ENXIO' : 'EINVAL');
  const parent = elementAt(cib, path);
  const objects = input.name === parent.name ? input.children : [input];
  let changed = parent;
  for (const object of objects) {
    if (changed.children.some((child) => matches(child, object))) {
      if (section === 'configuration' || object.attributes.id === undefined) throw new CibError('EEXIST');
      throw failure(object, 'EEXIST', 'File exists');
    }
    changed = { ...changed, children: [...changed.children, object] };
  }
  return replaceAt(cib, path, changed);
}

function modify(cib: Element, operation: Extract<CibOperation, { kind: 'modify' }>): Element {
  const { input } = operation;
  if (operation.xpath !== undefined) {
    const path = selectPaths(cib, operation.xpath)[0];
    if (!path || elementAt(cib, path).name !== input.name) throw new CibError('ENXIO');
    return updateAt(cib, path, (element) => mergeElement(element, input));
  }
  const names = sectionPath(operation.section);
  let base = pathTo(cib, ...names);
  let tree = cib;
  if (!base) {
    if (!operation.allowCreate) throw new CibError('ENXIO');
    const made = ensurePath(cib, names);
    tree = made.root;
    base = made.path;
  }
  const found = findPath(elementAt(tree, base), (element) => matches(element, input));
  if (found) return updateAt(tree, [...base, ...found], (element) => mergeElement(element, input));
  if (!operation.allowCreate) throw new CibError('ENXIO');
  return updateAt(tree, base, (element) => ({ ...element, children: [...element.children, input] }));
}

function replace(cib: Element, operation: Extract<CibOperation, { kind: 'replace' }>): Element {
  const { input, section } = operation;
  if (operation.xpath !== undefined) {
    const path = selectPaths(cib, operation.xpath)[0];
    if (!path) throw new CibError('ENXIO');
    return replaceAt(cib, path, input);
  }
  if (input.name === 'cib' && sectionPath(section).length === 0) return replaceWhole(cib, input);
  const names = sectionPath(section);
  let base = pathTo(cib, ...names);
  let tree = cib;
  let content = input;
  const last = names.at(-1);
  if (last !== undefined && input.name === 'cib') {
    const inside = pathTo(input, ...names);
    if (!inside) throw new CibError('EINVAL');
    content = elementAt(input, inside);
  }
  if (!base) {
    if (content.name !== last) throw new CibError('ENXIO');
    const made = ensurePath(cib, names);
    tree = made.root;
    base = made.path;
  }
  const found = findPath(elementAt(tree, base), (element) => matches(element, content));
  if (!found) throw new CibError('ENXIO');
  return replaceAt(tree, [...base, ...found], content);
}

/** A whole new CIB must not be older. A missing status section is kept from the old one. */
function replaceWhole(cib: Element, input: Element): Element {
  if (compareVersions(cibVersion(input), cibVersion(cib)) < 0) throw new CibError('old');
  return input;
}

/** Tag and all attributes must match for `cibadmin --delete`. */
function fullyMatches(element: Element, pattern: Element): boolean {
  return (
    element.name === pattern.name &&
    Object.entries(pattern.attributes).every(([name, value]) => element.attributes[name] === value)
  );
}

function remove(cib: Element, operation: Extract<CibOperation, { kind: 'delete' }>): Element {
  if (operation.xpath !== undefined) {
    const paths = selectPaths(cib, operation.xpath);
    return removePaths(cib, operation.all ? paths : paths.slice(0, 1));
  }
  const { input } = operation;
  if (!input) throw new CibError('EINVAL');
  const base = pathTo(cib, ...sectionPath(operation.section));
  if (!base) return cib;
  const found = findPath(elementAt(cib, base), (element) => fullyMatches(element, input));
  if (!found || base.length + found.length === 0) return cib;
  return replaceAt(cib, [...base, ...found], null);
}

/** Removes elements from the last to the first, so that the paths stay true. */
function removePaths(cib: Element, paths: readonly TreePath[]): Element {
  let tree = cib;
  for (const path of paths.toReversed()) if (path.length > 0) tree = replaceAt(tree, path, null);
  return tree;
}

function erase(cib: Element): Element {
  const empty = newCib();
  return {
    ...empty,
    attributes: {
      ...cib.attributes,
      'validate-with': cib.attributes['validate-with'] ?? NEWEST_SCHEMA,
      admin_epoch: String(cibVersion(cib).adminEpoch + 1),
    },
  };
}

/** Schemas of the 3 series only add to each other, so an upgrade between them changes just the name. */
function upgrade(cib: Element): Element {
  const present = cib.attributes['validate-with'] ?? '';
  if (present === NEWEST_SCHEMA || present === 'none') throw new CibError('schema-unchanged');
  return { ...cib, attributes: { ...cib.attributes, 'validate-with': NEWEST_SCHEMA } };
}
