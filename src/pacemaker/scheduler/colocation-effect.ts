import type { Colocation } from './constraint';
import type { Resource } from './resource';
import { Role } from './role';

/** What a colocation bears on: where the dependent will be, or whether it is promoted there. */
type Effect = 'nothing' | 'location' | 'role';

/** What a colocation does to its dependent now. */
export function effectOf(dependent: Resource, primary: Resource, colocation: Colocation): Effect {
  // Nothing is known of the primary yet.
  if (primary.provisional) return 'nothing';
  if (isAboutRole(dependent, colocation)) return 'role';
  return dependent.provisional && rolesMatter(dependent, primary, colocation) ? 'location' : 'nothing';
}

/** Whether it would bear on the dependent's place, whatever has been assigned so far. */
export function mayAffectPlace(dependent: Resource, primary: Resource, colocation: Colocation): boolean {
  return !isAboutRole(dependent, colocation) && rolesMatter(dependent, primary, colocation);
}

/** Both have their nodes; the question is which instance is promoted. */
function isAboutRole(dependent: Resource, colocation: Colocation): boolean {
  if (dependent.provisional || colocation.dependentRole < Role.Unpromoted) return false;
  return dependent.parent !== null && dependent.top.promotable;
}

/**
 * A colocation of certain roles counts only for resources that will have them; a negative one only for those that won't
 * (that is how the real scheduler does it).
 */
function rolesMatter(dependent: Resource, primary: Resource, colocation: Colocation): boolean {
  const { dependentRole, primaryRole, score } = colocation;
  if (dependentRole !== Role.Unknown && (dependentRole === dependent.nextRole) === score < 0) return false;
  return primaryRole === Role.Unknown || (primaryRole === primary.nextRole) === score > 0;
}
