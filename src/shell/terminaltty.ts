import type { ProcessGroup } from './group';
import type { Caller, OpenFile } from './openfile';
import type { EditRequest, Tty } from './process';

/** What the shell needs of a terminal beyond what programs see. */
export interface TerminalTty extends Tty {
  /** Reads typed lines and shows what is written. */
  readonly file: OpenFile;
  /** The process group that ^C reaches and that may read. */
  foreground: ProcessGroup | null;
  /** The same terminal under another name: what a login on another machine gets. */
  named(path: string): TerminalTty;
  /** `edit` for a given caller, which it blocks. */
  editFor(caller: Caller, request: EditRequest): Promise<'closed' | null>;
  /** Puts typed text back in front of what is still to be read. */
  unread(text: string): void;
}

export function isTerminalTty(tty: Tty | null): tty is TerminalTty {
  return tty !== null && 'file' in tty && 'foreground' in tty;
}
