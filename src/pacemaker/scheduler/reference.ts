import type { Resource } from './resource';
import type { WorkingSet } from './working-set';

/** A resource by the id that constraints use; of a clone's child, the first instance stands for all. */
export function findConstrained(ws: WorkingSet, id: string | undefined): Resource | null {
  if (id === undefined) return null;
  const direct = ws.resourceById.get(id);
  if (direct) return direct;
  // A child of a clone: the constraint is on the clone.
  const instance = ws.resourceById.get(`${id}:0`);
  return instance ? instance.top : null;
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
