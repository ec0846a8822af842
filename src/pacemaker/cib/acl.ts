import type { Element } from '../../world/xml';
import { elementAt, type TreePath } from './tree';
import { descendant } from './xml';
import { selectPaths, XPathError } from './xpath';

type Kind = 'read' | 'write' | 'deny';

interface Permission {
  readonly kind: Kind;
  readonly xpath: string;
}

/** Users that ACLs never hold back. */
const PRIVILEGED: readonly string[] = ['', 'root', 'hacluster'];

/** What the ACL section says of a user; null where it has no word on the user, who may then do nothing at all. */
export type Rights = readonly Permission[] | null;

/** The user's rights, or `all` where ACLs are off or don't hold for the user. */
export function rightsOf(cib: Element, user: string): Rights | 'all' {
  if (PRIVILEGED.includes(user) || !aclsEnabled(cib)) return 'all';
  const acls = descendant(cib, 'configuration', 'acls');
  const target = acls?.children.find(
    ({ name, attributes }) =>
      (name === 'acl_target' || name === 'acl_user') && (attributes.name ?? attributes.id) === user,
  );
  if (!acls || !target) return null;
  const found: Permission[] = [];
  for (const child of target.children) {
    if (child.name !== 'role' && child.name !== 'role_ref') found.push(...permissionOf(child));
    const role = acls.children.find(
      ({ name, attributes }) => name === 'acl_role' && attributes.id === child.attributes.id,
    );
    if (child.name === 'role' || child.name === 'role_ref')
      for (const entry of role?.children ?? []) found.push(...permissionOf(entry));
  }
  return found.length === 0 ? null : found;
}

function aclsEnabled(cib: Element): boolean {
  for (const set of descendant(cib, 'configuration', 'crm_config')?.children ?? [])
    for (const { attributes } of set.children)
      if (attributes.name === 'enable-acl') return /^(true|on|yes|y|1)$/i.test(attributes.value ?? '');
  return false;
}

/** `<acl_permission kind=…>`, or `<read>`, `<write>`, `<deny>` of schemas before 2.0. */
function permissionOf(entry: Element): Permission[] {
  const { attributes } = entry;
  const kind = entry.name === 'acl_permission' ? attributes.kind : entry.name;
  if (kind !== 'read' && kind !== 'write' && kind !== 'deny') return [];
  if (attributes.xpath !== undefined) return [{ kind, xpath: attributes.xpath }];
  const tag = attributes['object-type'] ?? attributes.tag ?? '*';
  const reference = attributes.reference ?? attributes.ref;
  const tests = [
    reference === undefined ? '' : `[@id='${reference}']`,
    attributes.attribute === undefined ? '' : `[@${attributes.attribute}]`,
  ];
  return [{ kind, xpath: `//${tag}${tests.join('')}` }];
}

/** What is said of each element itself. */
function marks(cib: Element, rights: readonly Permission[]): Map<Element, Set<Kind>> {
  const found = new Map<Element, Set<Kind>>();
  for (const { kind, xpath } of rights) {
    for (const path of paths(cib, xpath)) {
      const element = elementAt(cib, path);
      const kinds = found.get(element) ?? new Set();
      kinds.add(kind);
      found.set(element, kinds);
    }
  }
  return found;
}

function paths(cib: Element, xpath: string): TreePath[] {
  try {
    return selectPaths(cib, xpath);
  } catch (error) {
    if (error instanceof XPathError) return [];
    throw error;
  }
}

/** Whether an element with these marks may be used, when the element above it may or may not. */
function allowed(kinds: ReadonlySet<Kind> | undefined, above: boolean, mode: 'read' | 'write'): boolean {
  if (kinds?.has('deny')) return false;
  if (kinds?.has('write') || (mode === 'read' && kinds?.has('read'))) return true;
  return above;
}

/**
 * What the user may read of a CIB. Elements that may not be read are left as bare tags with their ids where something
 * below them may. Null when nothing is left.
 */
export function readablePart(cib: Element, rights: Rights | 'all'): Element | null {
  if (rights === 'all') return cib;
  if (rights === null) return null;
  const marked = marks(cib, rights);
  const filter = (element: Element, above: boolean): Element | null => {
    const readable = allowed(marked.get(element), above, 'read');
    const children = element.children.flatMap((child) => filter(child, readable) ?? []);
    if (readable) return { ...element, children };
    if (children.length === 0) return null;
    const { id } = element.attributes;
    return { name: element.name, attributes: id === undefined ? {} : { id }, children };
  };
  return filter(cib, false);
}

/**
 * Whether the user may make this change. Deleted elements and changed attributes need the right to write in the old
 * tree, new elements in the new one; an element with nothing but an id is scaffolding that anybody with rights may
 * put up.
 */
export function mayChange(before: Element, after: Element, rights: Rights | 'all'): boolean {
  if (rights === 'all') return true;
  if (rights === null) return false;
  const [old, made] = [marks(before, rights), marks(after, rights)];
  const compare = (first: Element, second: Element, aboveOld: boolean, aboveNew: boolean): boolean => {
    if (first === second) return true;
    const writableOld = allowed(old.get(first), aboveOld, 'write');
    const writableNew = allowed(made.get(second), aboveNew, 'write');
    if (!writableOld && !sameAttributes(first, second)) return false;
    const rest = [...first.children];
    for (const child of second.children) {
      const at = rest.findIndex((each) => each.name === child.name && each.attributes.id === child.attributes.id);
      const [present] = at < 0 ? [] : rest.splice(at, 1);
      const fine = present
        ? compare(present, child, writableOld, writableNew)
        : mayCreate(child, writableNew, (each, above) => allowed(made.get(each), above, 'write'));
      if (!fine) return false;
    }
    return rest.every((gone) => allowed(old.get(gone), writableOld, 'write'));
  };
  return compare(before, after, false, false);
}

function mayCreate(element: Element, above: boolean, writable: (each: Element, above: boolean) => boolean): boolean {
  const mine = writable(element, above);
  const scaffolding = Object.keys(element.attributes).every((name) => name === 'id');
  if (!mine && !scaffolding) return false;
  return element.children.every((child) => mayCreate(child, mine, writable));
}

function sameAttributes(first: Element, second: Element): boolean {
  const names = Object.keys(second.attributes);
  return (
    names.length === Object.keys(first.attributes).length &&
    names.every((name) => first.attributes[name] === second.attributes[name])
  );
}
