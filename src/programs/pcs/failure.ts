import type { Report } from './reports';

/** A command gives up with one `Error: …` on stderr. */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
    this.name = 'CommandFailure';
  }
}

/** A wrong call: an optional error, then a usage screen, status 1. */
export class UsageFailure extends Error {
  constructor(
    /** Words below `pcs` whose usage is shown; none: the screen of pcs itself. */
    readonly words: readonly string[],
    readonly complaint: string | null = null,
    /** Text after the complaint, before the usage. */
    readonly hint: string | null = null,
  ) {
    super(complaint ?? 'wrong call');
    this.name = 'UsageFailure';
  }
}

/**
 * A library command found errors. Those in `reports` are still to be printed; with none, they already were, and the
 * closing line says that pcs can't continue.
 */
export class LibraryFailure extends Error {
  constructor(readonly reports: readonly Report[] = []) {
    super('errors have occurred');
    this.name = 'LibraryFailure';
  }
}
