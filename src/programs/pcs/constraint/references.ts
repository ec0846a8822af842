import { findSection } from '../../../pacemaker/cib/sections';
import { walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { removeElement } from '../cib/nvset';

const PLAIN = ['rsc_colocation', 'rsc_location', 'rsc_order', 'rsc_ticket'];
const REFERENCES = ['rsc', 'first', 'then', 'with-rsc'];

/** Constraints that name a resource outside of sets, kind by kind. */
export function constraintsOn(cib: Element, id: string): Element[] {
  const all = findSection(cib, 'constraints')?.children ?? [];
  return PLAIN.flatMap((kind) =>
    all.filter(
      (constraint) => constraint.name === kind && REFERENCES.some((name) => constraint.attributes[name] === id),
    ),
  );
}

/** Lets constraints (but not sets) name another resource in place of one. */
export function renameReferences(cib: Element, id: string, instead: string): void {
  for (const constraint of constraintsOn(cib, id)) {
    for (const name of REFERENCES) if (constraint.attributes[name] === id) constraint.attributes[name] = instead;
  }
}

/** Whether a set of a constraint names a resource. */
export function inSets(cib: Element, id: string): boolean {
  const constraints = findSection(cib, 'constraints');
  return (
    constraints !== undefined &&
    [...walk(constraints)].some((each) => each.name === 'resource_ref' && each.attributes.id === id)
  );
}

/** Removes the constraints that name a resource, sets aside; gives the lines that pcs prints about it. */
export function dropConstraints(cib: Element, id: string): string[] {
  const section = findSection(cib, 'constraints');
  if (!section) return [];
  return constraintsOn(cib, id).map((constraint) => {
    removeElement(section, constraint);
    return `Removing Constraint - ${constraint.attributes.id}`;
  });
}

/** Takes a resource out of all constraints and sets; gives the lines that pcs prints about it. */
export function dropReferences(cib: Element, id: string): string[] {
  const section = findSection(cib, 'constraints');
  if (!section) return [];
  const lines = dropConstraints(cib, id);
  for (const constraint of [...section.children]) {
    for (const set of constraint.children.filter((child) => child.name === 'resource_set')) {
      if (!set.children.some((reference) => reference.attributes.id === id)) continue;
      lines.push(`Removing ${id} from set ${set.attributes.id}`);
      set.children = set.children.filter((reference) => reference.attributes.id !== id);
      if (set.children.length > 0) continue;
      lines.push(`Removing set ${set.attributes.id}`);
      removeElement(constraint, set);
      if (constraint.children.some((child) => child.name === 'resource_set')) continue;
      lines.push(`Removing constraint ${constraint.attributes.id}`);
      removeElement(section, constraint);
    }
  }
  return lines;
}

/** Takes a resource out of ACL permissions and tags that would dangle. */
export function dropPermissions(cib: Element, id: string): void {
  const acls = findSection(cib, 'acls');
  if (!acls) return;
  for (const permission of [...walk(acls)].filter((element) => element.name === 'acl_permission')) {
    if (permission.attributes.reference === id) removeElement(acls, permission);
  }
}

/**
 * Takes an id out of all tags; a tag that is empty then goes, with the constraints on it. Gives the lines that pcs
 * prints about those.
 */
export function dropFromTags(cib: Element, id: string): string[] {
  const section = findSection(cib, 'tags');
  const lines: string[] = [];
  for (const tag of [...(section?.children ?? [])]) {
    const left = tag.children.filter((reference) => reference.attributes.id !== id);
    if (left.length === tag.children.length) continue;
    tag.children = left;
    if (left.length > 0 || !section) continue;
    lines.push(...dropReferences(cib, tag.attributes.id ?? ''));
    removeElement(section, tag);
  }
  return lines;
}

/** Tags that name an id. */
export function tagsWith(cib: Element, id: string): string[] {
  return (findSection(cib, 'tags')?.children ?? [])
    .filter((tag) => tag.children.some((reference) => reference.attributes.id === id))
    .map((tag) => tag.attributes.id ?? '');
}
