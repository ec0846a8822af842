/** What a virsh command takes. */
export interface CommandSpec {
  /** Options with a value, the positional ones first and in order. */
  data: readonly string[];
  /** How many of them must be given. */
  required: number;
  flags: readonly string[];
}

export interface Arguments {
  value(name: string): string | undefined;
  has(flag: string): boolean;
}

/** Reads arguments as virsh does: `--name value`, `--name=value`, flags, and the rest by position. */
export function readArguments(
  command: string,
  words: readonly string[],
  spec: CommandSpec,
): Arguments | { error: string } {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  let onlyData = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!onlyData && word === '--') onlyData = true;
    else if (!onlyData && /^--?[a-z]/.test(word)) {
      const equals = word.indexOf('=');
      const name = (equals < 0 ? word : word.slice(0, equals)).replace(/^--?/, '');
      if (spec.flags.includes(name)) flags.add(name);
      else if (spec.data.includes(name)) {
        if (values.has(name)) return { error: `option --${name} already seen` };
        const value = equals < 0 ? words[++i] : word.slice(equals + 1);
        if (value === undefined) return { error: `expected syntax: --${name} <string>` };
        values.set(name, value);
      } else return { error: `command '${command}' doesn't support option --${name}` };
    } else {
      const free = spec.data.find((name) => !values.has(name));
      if (free === undefined) return { error: `unexpected data '${word}'` };
      values.set(free, word);
    }
  }
  for (const name of spec.data.slice(0, spec.required)) {
    if (!values.has(name)) return { error: `command '${command}' requires <${name}> option` };
  }
  return { value: (name) => values.get(name), has: (flag) => flags.has(flag) };
}
