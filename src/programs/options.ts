import type { Process } from '../shell/process';
import { helpText, versionText } from './synopsis';

/**
 * A GNU-style option description: letters and long names to one key. A value is `none`, `required`, or `optional`
 * (only attached: `-n5`, `--color=auto`).
 */
export interface OptionSpec {
  readonly key: string;
  /** Single letters, e.g. `r` or `rR`. */
  readonly short?: string;
  readonly long?: readonly string[];
  readonly value?: 'none' | 'required' | 'optional';
}

/** What was given: in order, and by key. */
export interface ParsedOptions {
  readonly operands: string[];
  readonly given: { key: string; value: string | null }[];
  has(key: string): boolean;
  /** Value of the last occurrence; null when it has none, undefined when it wasn't given. */
  value(key: string): string | null | undefined;
  values(key: string): string[];
}

/** A wrong call, with getopt's first line. */
export class UsageError extends Error {}

/**
 * Parses arguments as GNU getopt_long does: options anywhere before `--`, clustered letters, unambiguous
 * abbreviations of long names. `stopAtOperand` is POSIXLY_CORRECT order (`env`, `timeout`, `ssh`).
 * Throws UsageError with getopt's message.
 */
export function parseOptions(
  program: string,
  argv: readonly string[],
  specs: readonly OptionSpec[],
  stopAtOperand = false,
): ParsedOptions {
  const operands: string[] = [];
  const given: { key: string; value: string | null }[] = [];
  const queue = argv.slice(1);
  while (queue.length > 0) {
    const argument = queue.shift() as string;
    if (argument === '--') {
      operands.push(...queue);
      break;
    }
    if (argument.startsWith('--')) given.push(longOption(program, argument, queue, specs));
    else if (argument.startsWith('-') && argument !== '-') given.push(...shortOptions(program, argument, queue, specs));
    else if (stopAtOperand) {
      operands.push(argument, ...queue);
      break;
    } else operands.push(argument);
  }
  return {
    operands,
    given,
    has: (key) => given.some((option) => option.key === key),
    value: (key) => given.findLast((option) => option.key === key)?.value,
    values: (key) => given.filter((option) => option.key === key).map((option) => option.value ?? ''),
  };
}

function longOption(program: string, argument: string, queue: string[], specs: readonly OptionSpec[]) {
  const equals = argument.indexOf('=');
  const name = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
  const exact = specs.filter((spec) => spec.long?.includes(name));
  const candidates =
    exact.length > 0 ? exact : specs.filter((spec) => spec.long?.some((long) => long.startsWith(name)));
  const spec = candidates[0];
  if (!spec) throw new UsageError(`${program}: unrecognized option '--${name}'`);
  if (candidates.length > 1) {
    const names = candidates.flatMap((candidate) => candidate.long?.filter((long) => long.startsWith(name)) ?? []);
    throw new UsageError(
      `${program}: option '--${name}' is ambiguous; possibilities:${names.map((long) => ` '--${long}'`).join('')}`,
    );
  }
  const full = spec.long?.find((long) => long === name) ?? spec.long?.find((long) => long.startsWith(name)) ?? name;
  const attached = equals < 0 ? null : argument.slice(equals + 1);
  if ((spec.value ?? 'none') === 'none' && attached !== null) {
    throw new UsageError(`${program}: option '--${full}' doesn't allow an argument`);
  }
  if (spec.value === 'required' && attached === null) {
    const next = queue.shift();
    if (next === undefined) throw new UsageError(`${program}: option '--${full}' requires an argument`);
    return { key: spec.key, value: next };
  }
  return { key: spec.key, value: attached };
}

function shortOptions(program: string, argument: string, queue: string[], specs: readonly OptionSpec[]) {
  const given: { key: string; value: string | null }[] = [];
  for (let i = 1; i < argument.length; i++) {
    const letter = argument.charAt(i);
    const spec = specs.find((candidate) => candidate.short?.includes(letter));
    if (!spec) throw new UsageError(`${program}: invalid option -- '${letter}'`);
    if ((spec.value ?? 'none') === 'none') {
      given.push({ key: spec.key, value: null });
      continue;
    }
    const rest = argument.slice(i + 1);
    if (rest !== '' || spec.value === 'optional') {
      given.push({ key: spec.key, value: rest === '' ? null : rest });
    } else {
      const next = queue.shift();
      if (next === undefined) throw new UsageError(`${program}: option requires an argument -- '${letter}'`);
      given.push({ key: spec.key, value: next });
    }
    break;
  }
  return given;
}

/** Keys of the options that every GNU program has. */
const HELP = '--help';
const VERSION = '--version';

/** Runs a coreutils-like program body; a wrong call prints getopt's line and the hint to --help. */
export async function withOptions(
  process: Process,
  specs: readonly OptionSpec[],
  body: (options: ParsedOptions) => Promise<number>,
  settings: { status?: number; stopAtOperand?: boolean; argv?: readonly string[] } = {},
): Promise<number> {
  const name = programName(process);
  const own = (word: string) => specs.some((spec) => spec.long?.includes(word));
  const version = own('version') ? null : versionText(name);
  const understood = [
    ...specs,
    ...(own('help') ? [] : [{ key: HELP, long: ['help'] }]),
    ...(version === null ? [] : [{ key: VERSION, long: ['version'] }]),
  ];
  let options: ParsedOptions;
  try {
    options = parseOptions(name, settings.argv ?? process.argv, understood, settings.stopAtOperand);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\nTry '${name} --help' for more information.\n`);
    return settings.status ?? 1;
  }
  const asked = options.given.find(({ key }) => key === HELP || key === VERSION);
  if (asked) {
    await process.stdout.write(asked.key === HELP ? helpText(name, specs) : (version ?? ''));
    return 0;
  }
  return body(options);
}

/** How a program names itself in messages: argv[0] as it was typed. */
export function programName(process: Process): string {
  const first = process.argv[0] ?? '';
  return first.slice(first.lastIndexOf('/') + 1);
}
