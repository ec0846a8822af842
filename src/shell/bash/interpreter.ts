import type {
  Assignment,
  Command,
  CommandExpansionPart,
  CommandNode,
  Pipeline,
  ProcessSubstitutionPart,
  Statement,
  Word,
} from 'unbash';
import type { Shell } from './shell';
import type { WordContext } from './words';

/** Assignments in front of a command, and its words: what a builtin is given. */
export interface Invocation {
  readonly argv: readonly string[];
  readonly assignments: readonly Assignment[];
  /** Arguments of declaration builtins that are assignments, by their place in `argv`. */
  readonly declared: ReadonlyMap<number, DeclaredArgument>;
}

/** `name=value` as an argument; `text` is the expanded value, null for `(…)`. */
export interface DeclaredArgument {
  readonly assignment: Assignment;
  readonly text: string | null;
}

/** A builtin command; gives its exit status. */
export type Builtin = (shell: Shell, args: readonly string[], invocation: Invocation) => Promise<number>;
export type BuiltinTable = Readonly<Record<string, Builtin>>;

export interface SimpleOptions {
  /** The last command of a subshell: a program replaces the subshell. */
  readonly inPlace?: boolean;
  /** Leave functions out (`command`). */
  readonly noFunctions?: boolean;
}

/** The parts of the interpreter that call each other in circles; `main.ts` joins them. */
export interface Interpreter {
  readonly builtins: BuiltinTable;
  expandText(shell: Shell, word: Word, context?: Partial<WordContext>): Promise<string>;
  expandPattern(shell: Shell, word: Word, context?: Partial<WordContext>): Promise<string>;
  runSubstitution(shell: Shell, part: CommandExpansionPart): Promise<string>;
  startProcessSubstitution(shell: Shell, part: ProcessSubstitutionPart): Promise<string>;
  runSimple(shell: Shell, node: Command, options?: SimpleOptions): Promise<void>;
  runCompound(shell: Shell, node: Exclude<CommandNode, { type: 'Command' }>): Promise<void>;
  runPipeline(shell: Shell, node: Pipeline): Promise<void>;
  startBackground(shell: Shell, statement: Statement): Promise<void>;
}
