/** Exit statuses of firewalld's errors. */
export const codes = {
  ALREADY_ENABLED: 11,
  NOT_ENABLED: 12,
  ZONE_ALREADY_SET: 16,
  UNKNOWN_INTERFACE: 17,
  ZONE_CONFLICT: 18,
  BUILTIN_ZONE: 21,
  NAME_CONFLICT: 26,
  INVALID_SERVICE: 101,
  INVALID_PORT: 102,
  INVALID_PROTOCOL: 103,
  INVALID_INTERFACE: 104,
  INVALID_ADDR: 105,
  INVALID_ICMPTYPE: 107,
  INVALID_ZONE: 112,
  INVALID_TARGET: 115,
  INVALID_NAME: 116,
  INVALID_RULE: 122,
  NOT_RUNNING: 252,
  NOT_AUTHORIZED: 253,
} as const;

export type ErrorName = keyof typeof codes;

/** firewalld refuses something. `ALREADY_ENABLED` and `NOT_ENABLED` are warnings only. */
export class FirewallError extends Error {
  constructor(
    readonly code: ErrorName,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
  get isWarning(): boolean {
    return this.code === 'ALREADY_ENABLED' || this.code === 'NOT_ENABLED' || this.code === 'ZONE_ALREADY_SET';
  }
}

/** The command line asks for something that doesn't go together: message to stderr, exit status 2. */
export class UsageFailure extends Error {}
