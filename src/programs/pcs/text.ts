import { BadCall } from './router';

/** Splits `name=value` words. Throws as pcs does for words without `=` or without a name. Later values win. */
export function parseOptions(words: readonly string[], repeatable: readonly string[] = []): Map<string, string> {
  const options = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 0) throw new BadCall(`missing value of '${word}' option`);
    if (equals === 0) throw new BadCall(`missing key in '${word}' option`);
    const name = word.slice(0, equals);
    const value = word.slice(equals + 1);
    const previous = options.get(name);
    if (previous !== undefined && previous !== value && !repeatable.includes(name)) {
      throw new BadCall(`duplicate option '${name}' with different values '${previous}' and '${value}'`);
    }
    options.set(name, value);
  }
  return options;
}

/** Options as older commands read them: words that are no assignment don't count, of several values the last does. */
export function looseOptions(words: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals >= 0) options.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return options;
}

/** Words cut at keywords: what stands before the first keyword has the key of an empty string. */
export function groupByKeywords(words: readonly string[], keywords: readonly string[]): Map<string, string[][]> {
  const groups = new Map<string, string[][]>();
  let key = '';
  let current: string[] = [];
  const close = () => {
    const list = groups.get(key) ?? [];
    list.push(current);
    groups.set(key, list);
  };
  for (const word of words) {
    if (!keywords.includes(word)) {
      current.push(word);
      continue;
    }
    close();
    key = word;
    current = [];
  }
  close();
  return groups;
}

/** All groups of a keyword in one list. */
export function wordsOf(groups: ReadonlyMap<string, string[][]>, keyword: string): string[] {
  return (groups.get(keyword) ?? []).flat();
}

const TRUE = ['true', 'on', 'yes', 'y', '1'];
const FALSE = ['false', 'off', 'no', 'n', '0'];

/** A boolean as pacemaker reads it; undefined for anything else. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (TRUE.includes(lower)) return true;
  if (FALSE.includes(lower)) return false;
  return undefined;
}

export function isTrue(text: string | undefined): boolean {
  return text !== undefined && parseBoolean(text) === true;
}

/** `INFINITY`, `-INFINITY`, `+INFINITY` or a whole number. */
export function isScore(text: string): boolean {
  return /^[+-]?(INFINITY|\d+)$/.test(text);
}

/** A value as pcs quotes it in `name=value` lists: in double quotes where it holds blanks or another `=`. */
export function quotePair(name: string, value: string): string {
  return /[\s=]/.test(value) ? `${name}="${value.replaceAll('"', '\\"')}"` : `${name}=${value}`;
}
