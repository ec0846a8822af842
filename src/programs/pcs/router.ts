import type { Pcs } from './context';
import { UsageFailure } from './failure';
import { usageText } from './usage/print';

/**
 * The call doesn't fit the command: its usage is shown, or (with a message) the message alone, unless `both`.
 */
export class BadCall extends Error {
  constructor(
    readonly complaint: string | null = null,
    readonly hint: string | null = null,
    readonly both = false,
    /** Words below the command that the usage is about. */
    readonly words: readonly string[] = [],
  ) {
    super(complaint ?? 'wrong call');
    this.name = 'BadCall';
  }
}

/** Gives the exit status; nothing means 0. */
export type Run = (pcs: Pcs, args: string[]) => Promise<number | void> | number | void;

/** A command and the options it knows. */
export interface Command {
  readonly run: Run;
  readonly options: readonly string[];
}

export interface Router {
  readonly commands: Readonly<Record<string, Command | Router>>;
  /** Command that runs when no word is given. */
  readonly otherwise?: string;
  /** Command that takes all words when the first of them is an assignment. */
  readonly assignment?: Command;
}

/** A command with its options, separated by spaces. */
export function command(options: string, run: Run): Command {
  return { run, options: options === '' ? [] : options.split(' ') };
}

function isRouter(route: Command | Router): route is Router {
  return 'commands' in route;
}

/** Runs a verb that a command tells apart itself: a wrong call shows the verb's usage. */
export async function below<T>(word: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (failure) {
    if (!(failure instanceof BadCall)) throw failure;
    throw new BadCall(failure.complaint, failure.hint, failure.both, [word, ...failure.words]);
  }
}

/** Finds the command that the words name and runs it. `prefix` are the words that led here, the section first. */
export async function route(pcs: Pcs, router: Router, prefix: readonly string[], words: string[]): Promise<number> {
  const [word, ...rest] = words.length === 0 && router.otherwise !== undefined ? [router.otherwise] : words;
  if (word === undefined) throw new UsageFailure(prefix);
  if (word === 'help') {
    pcs.raw(usageText(prefix[0], [...prefix.slice(1), ...rest]));
    return 0;
  }
  if (router.assignment && word.includes('=')) return runCommand(pcs, router.assignment, prefix, words);
  const next = Object.hasOwn(router.commands, word) ? router.commands[word] : undefined;
  if (next === undefined) throw new UsageFailure([...prefix, '']);
  if (isRouter(next)) return route(pcs, next, [...prefix, word], rest);
  return runCommand(pcs, next, [...prefix, word], rest);
}

async function runCommand(
  pcs: Pcs,
  { run, options }: Command,
  prefix: readonly string[],
  words: string[],
): Promise<number> {
  try {
    pcs.options.allow(...options);
    return (await run(pcs, words)) ?? 0;
  } catch (failure) {
    if (!(failure instanceof BadCall)) throw failure;
    await explain(pcs, failure, [...prefix, ...failure.words]);
    return 1;
  }
}

async function explain(pcs: Pcs, failure: BadCall, words: readonly string[]): Promise<void> {
  if (failure.complaint !== null) pcs.note(`Error: ${failure.complaint}`);
  if (failure.hint !== null) pcs.note(`Hint: ${failure.hint}`);
  if (failure.complaint === null || failure.both) pcs.rawNote(usageText(words[0], words.slice(1)));
}
