/**
 * Command lines as GLib's option parser reads them, which all newer Pacemaker tools use: long names must be given
 * whole, values are attached (`--name=x`, `-nx`) or follow, and errors have GLib's words.
 */
export interface GlibOption {
  readonly name: string;
  readonly letter?: string;
  /** Takes a value; `optional` takes one only when it is attached, or (letters) when the next argument is no option. */
  readonly value?: 'required' | 'optional';
  /** Another option that this one is a name for. */
  readonly alias?: string;
  /** What the value is called in the usage screen. */
  readonly placeholder?: string;
  readonly help?: string;
}

/** The usage screen of a tool: synopsis and options as the real one lists them, explanations in a few words. */
export function usageScreen(name: string, purpose: string, options: readonly GlibOption[]): string {
  const rows = options.map((option) => {
    const letter = option.letter === undefined ? '' : `-${option.letter}, `;
    const value = option.value === undefined ? '' : `=${option.placeholder ?? 'VALUE'}`;
    return [`  ${letter}--${option.name}${value}`, option.help ?? ''] as const;
  });
  const width = Math.max(...rows.map(([synopsis]) => synopsis.length)) + 2;
  const lines = rows.map(([synopsis, help]) => `${synopsis.padEnd(width)}${help}`.trimEnd());
  return `Usage:\n  ${name} [OPTION?]\n\n${purpose}\n\nOptions:\n${lines.join('\n')}\n`;
}

export interface GlibArguments {
  /** Options in the order in which they were given, by name. */
  readonly given: { readonly name: string; readonly value: string | null }[];
  readonly operands: string[];
  has(name: string): boolean;
  /** Value of the last occurrence. */
  value(name: string): string | undefined;
  values(name: string): string[];
  count(name: string): number;
}

/** A wrong call, with GLib's message. */
export class OptionError extends Error {}

export function parseGlib(argv: readonly string[], options: readonly GlibOption[]): GlibArguments {
  const given: { name: string; value: string | null }[] = [];
  const operands: string[] = [];
  const queue = argv.slice(1);
  for (let argument = queue.shift(); argument !== undefined; argument = queue.shift()) {
    if (argument === '--') {
      operands.push(...queue);
      break;
    }
    if (argument.startsWith('--')) given.push(readLong(argument, queue, options));
    else if (argument.startsWith('-') && argument.length > 1) given.push(...readLetters(argument, queue, options));
    else operands.push(argument);
  }
  return {
    given,
    operands,
    has: (name) => given.some((option) => option.name === name),
    value: (name) => given.findLast((option) => option.name === name)?.value ?? undefined,
    values: (name) => given.flatMap((option) => (option.name === name ? [option.value ?? ''] : [])),
    count: (name) => given.filter((option) => option.name === name).length,
  };
}

function readLong(argument: string, queue: string[], options: readonly GlibOption[]) {
  const equals = argument.indexOf('=');
  const name = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
  const option = options.find((each) => each.name === name);
  if (!option) throw new OptionError(`Unknown option ${argument}`);
  const attached = equals < 0 ? null : argument.slice(equals + 1);
  const key = option.alias ?? option.name;
  if (option.value === undefined) {
    if (attached !== null) throw new OptionError(`Unknown option ${argument}`);
    return { name: key, value: null };
  }
  if (attached !== null) return { name: key, value: attached };
  return { name: key, value: following(`--${name}`, option, queue) };
}

function following(shown: string, option: GlibOption, queue: string[]): string | null {
  const next = queue[0];
  if (option.value === 'optional') {
    if (next === undefined || next.startsWith('-')) return null;
    return queue.shift() as string;
  }
  if (next === undefined) throw new OptionError(`Missing argument for ${shown}`);
  return queue.shift() as string;
}

function readLetters(argument: string, queue: string[], options: readonly GlibOption[]) {
  const given: { name: string; value: string | null }[] = [];
  for (let at = 1; at < argument.length; at++) {
    const letter = argument.charAt(at);
    const option = options.find((each) => each.letter === letter);
    if (!option) throw new OptionError(`Unknown option ${argument}`);
    const key = option.alias ?? option.name;
    if (option.value === undefined) {
      given.push({ name: key, value: null });
      continue;
    }
    const attached = argument.slice(at + 1);
    const value = attached === '' ? following(`-${letter}`, option, queue) : attached;
    given.push({ name: key, value });
    break;
  }
  return given;
}
