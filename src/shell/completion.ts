import type { Machine } from '../world/machine';
import type { World } from '../world/world';

/** What is known when Tab is pressed within a command's arguments. */
export interface CompletionContext {
  readonly world: World;
  readonly machine: Machine;
  /** Words of the command so far, the command first; the last one is being typed (may be empty). */
  readonly words: readonly string[];
  /** The word being typed. */
  readonly current: string;
}

/**
 * Proposes words for the argument being typed; those that don't begin with it are dropped. Undefined: file names, as
 * for commands without a completer.
 */
export type Completer = (context: CompletionContext) => readonly string[] | undefined;

/** Completers by command name. A family of programs exports its own; `simulation/` joins them. */
export type CompletionTable = Readonly<Record<string, Completer>>;
