/** `break` and `continue` on their way to the loop they mean. */
export class LoopJump {
  constructor(
    readonly kind: 'break' | 'continue',
    /** Loops still to leave, this one included. */
    public levels: number,
  ) {}
}

/** `return` on its way out of a function or a sourced file. */
export class ReturnJump {
  constructor(readonly status: number) {}
}

/** The shell ends: `exit`, `set -e`, end of an `exec`ed program. */
export class ShellExit {
  constructor(readonly status: number) {}
}

/**
 * The rest of the complete command is thrown away, its message has been printed. A shell that isn't interactive ends
 * where the error is `fatal`.
 */
export class Discard {
  constructor(
    readonly status: number,
    readonly fatal: boolean,
  ) {}
}

/** An error while words are expanded, before its message is printed. */
export class ExpansionError extends Error {
  constructor(
    message: string,
    readonly fatal: boolean,
    readonly status = 1,
  ) {
    super(message);
    this.name = 'ExpansionError';
  }
}

/** ^C while the interactive shell itself runs a command. */
export const INTERRUPT = 'shell interrupted';
