import { findSection } from '../../../pacemaker/cib/sections';
import { compareDotted } from '../../../pacemaker/cib/version';
import { walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { parentOf } from '../cib/nvset';
import { CommandFailure } from '../failure';
import { compareText, error, type Report } from '../reports';

export const RESOURCE_TAGS: readonly string[] = ['primitive', 'group', 'clone', 'master', 'bundle'];

/** The resources section. */
export function resourcesOf(cib: Element): Element {
  const section = findSection(cib, 'resources');
  if (!section) throw new CommandFailure('unable to get cib');
  return section;
}

/** All resources, members of groups, clones and bundles included, in document order. */
export function allResources(cib: Element): Element[] {
  return [...walk(resourcesOf(cib))].filter((element) => RESOURCE_TAGS.includes(element.name));
}

export function findResource(cib: Element, id: string): Element | undefined {
  return allResources(cib).find((resource) => resource.attributes.id === id);
}

export const idOf = (element: Element): string => element.attributes.id ?? '';
export const isClone = (element: Element): boolean => element.name === 'clone' || element.name === 'master';
export const isStonith = (element: Element): boolean =>
  element.name === 'primitive' && element.attributes.class === 'stonith';

/** Resources directly below a group, clone or bundle. */
export function innerResources(element: Element): Element[] {
  return element.children.filter((child) => RESOURCE_TAGS.includes(child.name));
}

/** The primitives of a resource, itself if it is one. */
export function primitivesOf(element: Element): Element[] {
  if (element.name === 'primitive') return [element];
  return innerResources(element).flatMap(primitivesOf);
}

/** The group, clone or bundle that a resource is in; undefined at the top. */
export function parentResource(cib: Element, resource: Element): Element | undefined {
  const parent = parentOf(resourcesOf(cib), resource);
  return parent && RESOURCE_TAGS.includes(parent.name) ? parent : undefined;
}

/** What the user calls a kind of element. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  primitive: 'resource',
  master: 'clone',
  acl_target: 'user',
  acl_group: 'ACL group',
  acl_role: 'ACL role',
};

export function typeName(tag: string): string {
  return TYPE_NAMES[tag] ?? tag;
}

/** `resource 'x' does not exist`, or that the id belongs to something else. */
export function notFound(cib: Element, id: string, expected: readonly string[]): Report {
  const types = [...new Set(expected.map(typeName))].sort(compareText);
  const what = types.join('/');
  const other = [...walk(cib)].find((element) => element.attributes.id === id && element.name !== 'status');
  if (other && !expected.includes(other.name)) {
    return error(`'${id}' is not ${types.length === 1 ? article(what) : ''}${what}`);
  }
  return error(`${what} '${id}' does not exist`);
}

function article(word: string): string {
  return /^[aeiou]/i.test(word) ? 'an ' : 'a ';
}

/** Whether the CIB's schema is at least this version, e.g. `3.7`. */
export function schemaAtLeast(cib: Element, version: string): boolean {
  const schema = (cib.attributes['validate-with'] ?? '').replace(/^pacemaker-/, '');
  return compareDotted(schema, version) >= 0;
}

const OLD_ROLES: Readonly<Record<string, string>> = { Promoted: 'Master', Unpromoted: 'Slave' };
const NEW_ROLES: Readonly<Record<string, string>> = { Master: 'Promoted', Slave: 'Unpromoted' };

/** A role as this CIB's schema writes it: Promoted and Unpromoted came with 3.7. */
export function roleForCib(cib: Element, role: string): string {
  const map = schemaAtLeast(cib, '3.7') ? NEW_ROLES : OLD_ROLES;
  return map[role] ?? role;
}

/** A role as pcs shows it. */
export function roleToShow(role: string): string {
  return NEW_ROLES[role] ?? role;
}

/** First letter big, the others small. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

export const ROLES: readonly string[] = ['Master', 'Promoted', 'Slave', 'Started', 'Stopped', 'Unpromoted'];
