import { findSection } from '../../../pacemaker/cib/sections';
import type { Element } from '../../../world/xml';
import { newElement } from '../cib/nvset';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { findResource, idOf, isClone, parentResource } from '../resource/find';

/** The constraints section, made where it is missing. */
export function constraintsOf(cib: Element): Element {
  const found = findSection(cib, 'constraints');
  if (found) return found;
  const made = newElement('constraints');
  findSection(cib, 'configuration')?.children.push(made);
  return made;
}

/** The clone or bundle that stands for a resource in constraints; undefined where the resource stands for itself. */
export function representative(cib: Element, resource: Element): Element | undefined {
  for (let at = parentResource(cib, resource); at; at = parentResource(cib, at)) {
    if (isClone(at) || at.name === 'bundle') return at;
  }
  return undefined;
}

function wrongId(id: string, stand: Element): string {
  const kind = stand.name === 'bundle' ? 'bundle' : 'clone';
  return `${id} is a ${kind} resource, you should use the ${kind} id: ${idOf(stand)} when adding constraints`;
}

/** Checks a resource that an old-style constraint command names. */
export function checkResource(pcs: Pcs, cib: Element, id: string): Element {
  const resource = findResource(cib, id);
  if (!resource) throw new CommandFailure(`Resource '${id}' does not exist`);
  const stand = representative(cib, resource);
  if (stand && !pcs.options.force) throw new CommandFailure(`${wrongId(id, stand)}. Use --force to override.`);
  return resource;
}

/** The same for library commands (sets and tickets). Null: all is well. */
export function resourceComplaint(cib: Element, id: string): { message: string; forceable: boolean } | null {
  const resource = findResource(cib, id);
  if (!resource) return { message: `bundle/clone/group/resource '${id}' does not exist`, forceable: false };
  const stand = representative(cib, resource);
  return stand ? { message: wrongId(id, stand), forceable: true } : null;
}

/** Old names of roles are deprecated in words, whatever the schema. */
export function warnOldRole(pcs: Pcs, typed: string): void {
  const lower = typed.toLowerCase();
  if (lower !== 'master' && lower !== 'slave') return;
  pcs.deprecated(
    `Role value '${typed}' is deprecated and should not be used, use '${lower === 'master' ? 'Promoted' : 'Unpromoted'}' instead`,
  );
}
