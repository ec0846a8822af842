export type HistoryExpansion =
  | { readonly kind: 'same' }
  /** `print`: show it, don't run it (`:p`). */
  | { readonly kind: 'changed'; readonly text: string; readonly print: boolean }
  | { readonly kind: 'error'; readonly message: string };

class ExpansionProblem extends Error {}

/** Expands `!!`, `!$`, `!n`, `!text`, `^a^b` … in a line. `base`: number of the first entry. */
export function expandHistory(line: string, history: readonly string[], base: number): HistoryExpansion {
  try {
    const quick = /^\^([^^]+)\^([^^]*)\^?([\s\S]*)$/.exec(line);
    if (quick) {
      const last = history[history.length - 1];
      const [, from = '', to = '', rest = ''] = quick;
      if (last === undefined || !last.includes(from)) throw new ExpansionProblem(`:s${line}: substitution failed`);
      return { kind: 'changed', text: last.replace(from, () => to) + rest, print: false };
    }
    return expandLine(line, history, base);
  } catch (error) {
    if (error instanceof ExpansionProblem) return { kind: 'error', message: error.message };
    throw error;
  }
}

function expandLine(line: string, history: readonly string[], base: number): HistoryExpansion {
  let text = '';
  let changed = false;
  let print = false;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === '\\') {
      text += c + (line[++i] ?? '');
      continue;
    }
    if (c === "'" && quote !== '"') quote = quote === "'" ? '' : "'";
    else if (c === '"' && quote !== "'") quote = quote === '"' ? '' : '"';
    const follows = line[i + 1];
    const isEvent =
      c === '!' &&
      quote !== "'" &&
      follows !== undefined &&
      !/[\s=(]/.test(follows) &&
      !(quote === '"' && follows === '"');
    // `${!name}` and `[!a]` aren't events.
    if (!isEvent || /[{[]$/.test(line.slice(0, i))) {
      text += c;
      continue;
    }
    const event = parseEvent(line.slice(i), history, base);
    text += event.text;
    print ||= event.print;
    changed = true;
    i += event.length - 1;
  }
  return changed ? { kind: 'changed', text, print } : { kind: 'same' };
}

function parseEvent(
  source: string,
  history: readonly string[],
  base: number,
): { text: string; length: number; print: boolean } {
  const notFound = (length: number) => new ExpansionProblem(`${source.slice(0, length)}: event not found`);
  const last = history.length - 1;
  let match = /^!(?:!|(?=[$^*:]))/.exec(source);
  let index = last;
  if (!match) {
    match = /^!(-?\d+)/.exec(source);
    if (match) index = Number(match[1]) < 0 ? history.length + Number(match[1]) : Number(match[1]) - base;
  }
  if (!match) {
    match = /^!\?([^?\n]+)\??/.exec(source);
    if (match) index = findLast(history, (entry) => entry.includes(match?.[1] ?? ''));
  }
  if (!match) {
    match = /^!([^\s:;&|<>()"'$^*]+)/.exec(source);
    if (match) index = findLast(history, (entry) => entry.startsWith(match?.[1] ?? ''));
  }
  if (!match) return { text: '!', length: 1, print: false };
  const entry = history[index];
  if (entry === undefined) throw notFound(match[0].length);
  return applyDesignators(entry, source, match[0].length);
}

function findLast(history: readonly string[], test: (entry: string) => boolean): number {
  for (let i = history.length - 1; i >= 0; i--) if (test(history[i] as string)) return i;
  return -1;
}

function applyDesignators(
  entry: string,
  source: string,
  start: number,
): { text: string; length: number; print: boolean } {
  let text = entry;
  let length = start;
  let print = false;
  const words = entry.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  const word = /^:?([$^*])|^:(\d+)(?:-(\d+|\$))?(\*)?/.exec(source.slice(length));
  if (word) {
    length += word[0].length;
    if (word[1] === '$') text = words[words.length - 1] ?? '';
    else if (word[1] === '^') text = words[1] ?? '';
    else if (word[1] === '*') text = words.slice(1).join(' ');
    else {
      const from = Number(word[2]);
      const to = word[4] || word[3] === '$' ? words.length - 1 : Number(word[3] ?? word[2]);
      if (from >= words.length) throw new ExpansionProblem(`:${word[2]}: bad word specifier`);
      text = words.slice(from, to + 1).join(' ');
    }
  }
  for (;;) {
    const modifier = /^:(?:([phrte])|(g?)s\/([^/]*)\/([^/]*)\/?)/.exec(source.slice(length));
    if (!modifier) return { text, length, print };
    length += modifier[0].length;
    const [, letter, global, from = '', to = ''] = modifier;
    if (letter === 'p') print = true;
    else if (letter === 'h') text = text.replace(/\/[^/]*$/, '');
    else if (letter === 't') text = text.replace(/^.*\//, '');
    else if (letter === 'r') text = text.replace(/\.[^./]*$/, '');
    else if (letter === 'e') text = /\.[^./]*$/.exec(text)?.[0] ?? '';
    else if (!text.includes(from)) throw new ExpansionProblem(`${modifier[0]}: substitution failed`);
    else text = global ? text.replaceAll(from, () => to) : text.replace(from, () => to);
  }
}
