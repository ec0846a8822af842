import type { Node } from './node';
import { primitivesOf, type Resource } from './resource';

/** Notes that a node's history tells about a resource, and with it about the anonymous clone it is an instance of. */
export function markKnown(resource: Resource, node: Node): void {
  for (let at: Resource | null = resource; at; at = at.parent) {
    at.known.add(node);
    if (at.unique) return;
  }
}

/**
 * Of an anonymous clone's instances one is enough. Of a cloned group that isn't so: a node may know a part of it only.
 */
export function isKnownOn(resource: Resource, node: Node): boolean {
  if (resource.known.has(node)) return true;
  const clone = resource.parent;
  if (!clone?.isClone || clone.unique) return false;
  return clone.known.has(node);
}

/** As above, a member of an anonymously cloned group being known by any instance of it. */
export function needsNoProbe(resource: Resource, node: Node): boolean {
  if (isKnownOn(resource, node)) return true;
  const clone = resource.parent?.parent;
  if (!clone?.isClone || clone.unique) return false;
  const name = resource.xml.attributes.id;
  for (const primitive of primitivesOf(clone))
    if (primitive.xml.attributes.id === name && primitive.known.has(node)) return true;
  return false;
}
