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
  /** Home directory of whoever types. */
  readonly home: string;
}

/**
 * Proposes words for the argument being typed; those that don't begin with it are dropped. A word that ends with `=`,
 * `:` or `/` gets no space behind it. `orFiles`: these and file names; `directories`: names of directories; undefined:
 * file names, as for commands without a completer.
 */
export type Completer = (
  context: CompletionContext,
) => readonly string[] | { readonly orFiles: readonly string[] } | 'directories' | undefined;

/** A completer, or how to get it when Tab is first pressed behind its command. */
export type CompleterEntry = Completer | { readonly load: () => Promise<Completer> };

/** Completers by command name. A family of programs exports its own; `simulation/` joins them. */
export type CompletionTable = Readonly<Record<string, CompleterEntry>>;

/** The completers of a simulation, each loaded once. */
export class Completers {
  readonly #table: CompletionTable;
  readonly #loaded = new Map<string, Completer>();

  constructor(table: CompletionTable) {
    this.#table = table;
  }

  /** What is there at once; undefined for commands without a completer, and before `prepare`. */
  get(command: string): Completer | undefined {
    const entry = Object.hasOwn(this.#table, command) ? this.#table[command] : undefined;
    return typeof entry === 'function' ? entry : this.#loaded.get(command);
  }

  /** Loads the completer of a command, if it has one. */
  async prepare(command: string): Promise<void> {
    const entry = Object.hasOwn(this.#table, command) ? this.#table[command] : undefined;
    if (entry === undefined || typeof entry === 'function' || this.#loaded.has(command)) return;
    try {
      this.#loaded.set(command, await entry.load());
    } catch {
      // The chunk can't be fetched now: Tab completes file names, and the next one tries again.
    }
  }
}

/** Words between the command and the one being typed that aren't options. */
export function operandsBefore({ words }: CompletionContext): string[] {
  return words.slice(1, -1).filter((word) => !word.startsWith('-'));
}
