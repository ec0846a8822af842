import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/**
 * A resource by the id that constraints use. The id of a clone's child means the clone, but only once an instance is known
 * from the history by that name.
 */
export function findConstrained(ws: WorkingSet, id: string | undefined): Resource | null {
  if (id === undefined) return null;
  const direct = ws.resourceById.get(id);
  if (direct) return direct;
  for (const resource of ws.resourceById.values()) if (resource.cloneName === id) return resource.top;
  return null;
}

/** What a name in a constraint stands for: a resource, or a template's or tag's resources in order. Null: nothing. */
export function expandReference(ws: WorkingSet, id: string | undefined): Resource[] | null {
  if (id === undefined) return null;
  const resource = findConstrained(ws, id);
  if (resource) return [resource];
  const members = ws.templates.get(id) ?? ws.tags.get(id);
  if (!members) return null;
  const found: Resource[] = [];
  for (const member of members) {
    const each = findConstrained(ws, member);
    if (each && !found.includes(each)) found.push(each);
  }
  return found;
}
