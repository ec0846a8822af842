import { addColocation } from './colocation-unpack';
import type { Colocation } from './constraint';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** Stands for a constraint's id where a group is the reason. */
export const GROUP_COLOCATION = 'group:internal_colocation';

/** Each member of a colocated group goes with the one before it. */
export function colocateMembers(ws: WorkingSet, resource: Resource): void {
  for (const child of resource.children) colocateMembers(ws, child);
  for (const replica of resource.bundle?.replicas ?? []) {
    if (replica.child) colocateMembers(ws, replica.child);
  }
  if (resource.variant !== 'group' || !resource.groupColocated) return;
  let previous: Resource | null = null;
  for (const member of resource.children) {
    if (previous) {
      addColocation(ws, {
        id: GROUP_COLOCATION,
        dependent: member,
        primary: previous,
        dependentRole: Role.Unknown,
        primaryRole: Role.Unknown,
        nodeAttribute: null,
        score: INFINITY,
        influence: member.critical,
      });
    }
    previous = member;
  }
}

/**
 * A group's own colocations are those of its first member (as dependent; mandatory ones of all members, which matters where
 * the first isn't moved since nobody manages it) and of its last one (as primary).
 */
export function handDownColocations(
  group: Resource,
  insert: (list: Colocation[], colocation: Colocation, side: 'dependent' | 'primary') => void,
): void {
  const first = group.children[0];
  const last = group.children[group.children.length - 1];
  if (!first || !last || group.colocationsSorted) return;
  group.colocationsSorted = true;
  for (const colocation of group.thisWith)
    for (const member of dependentMembers(group, colocation)) insert(member.thisWith, colocation, 'dependent');
  for (const colocation of group.withThis) insert(last.withThis, colocation, 'primary');
}

/** The members of a group that a colocation with the group as dependent bears on. */
export function dependentMembers(group: Resource, colocation: Colocation): readonly Resource[] {
  return colocation.score >= INFINITY ? group.children : group.children.slice(0, 1);
}
