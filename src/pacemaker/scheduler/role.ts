/** Roles of a resource, in ascending order; comparisons between them are meaningful. */
export const Role = { Unknown: 0, Stopped: 1, Started: 2, Unpromoted: 3, Promoted: 4 } as const;
export type Role = (typeof Role)[keyof typeof Role];

const NAMES = ['Unknown', 'Stopped', 'Started', 'Unpromoted', 'Promoted'] as const;

export function roleName(role: Role): string {
  return NAMES[role];
}

/** Reads a role's name, the names before Pacemaker 2.1 (Master, Slave) included; Unknown for anything else. */
export function parseRole(text: string | undefined): Role {
  switch (text?.toLowerCase()) {
    case 'stopped':
      return Role.Stopped;
    case 'started':
      return Role.Started;
    case 'slave':
    case 'unpromoted':
      return Role.Unpromoted;
    case 'master':
    case 'promoted':
      return Role.Promoted;
    default:
      return Role.Unknown;
  }
}
