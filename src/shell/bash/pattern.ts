/** How a pattern is read. */
export interface PatternOptions {
  /** `?(…)`, `*(…)`, `+(…)`, `@(…)`, `!(…)`. */
  readonly extended: boolean;
  readonly ignoreCase?: boolean;
  /** Pathname matching: `*` and `?` don't cross `/`. */
  readonly path?: boolean;
}

const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '\\x21-\\x7e',
  lower: 'a-z',
  print: '\\x20-\\x7e',
  punct: '!-\\/:-@\\[-`{-~',
  space: ' \\t\\n\\r\\f\\v',
  upper: 'A-Z',
  word: 'A-Za-z0-9_',
  xdigit: 'A-Fa-f0-9',
};

const cache = new Map<string, RegExp>();
const CACHE_LIMIT = 2000;

/** Escapes what a pattern would read as special. */
export function escapePattern(text: string): string {
  return text.replace(/[\\*?[\]()|!+@^{}-]/g, '\\$&');
}

/** Whether a pattern has anything but literal characters. */
export function hasPattern(pattern: string, extended: boolean): boolean {
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '\\') i++;
    else if (c === '*' || c === '?') return true;
    else if (c === '[' && bracketEnd(pattern, i, true) > 0) return true;
    else if (extended && c !== undefined && '+@!'.includes(c) && pattern[i + 1] === '(') return true;
  }
  return false;
}

/** The text that a pattern without special characters matches. */
export function unescapePattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, '$1');
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** A character inside a class, where a hyphen means a range. */
function escapeMember(character: string): string {
  return character === '-' ? '\\-' : escapeRegExp(character);
}

/** Position of the `]` that closes the bracket at `at`, or -1. */
function bracketEnd(pattern: string, at: number, path: boolean): number {
  let i = at + 1;
  if (pattern[i] === '!' || pattern[i] === '^') i++;
  if (pattern[i] === ']') i++;
  for (; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '\\') i++;
    else if (c === '[' && (pattern[i + 1] === ':' || pattern[i + 1] === '.' || pattern[i + 1] === '=')) {
      const close = pattern.indexOf(`${pattern[i + 1]}]`, i + 2);
      if (close > 0) i = close + 1;
    } else if (c === ']') return i;
    else if (c === '/' && path) return -1;
  }
  return -1;
}

function bracket(body: string, path: boolean): string {
  let rest = body;
  let negated = false;
  if (rest.startsWith('!') || rest.startsWith('^')) {
    negated = true;
    rest = rest.slice(1);
  }
  let set = '';
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i] as string;
    const named = c === '[' ? /^\[:([a-z]+):\]/.exec(rest.slice(i)) : null;
    if (named) {
      set += CLASSES[named[1] as string] ?? '';
      i += named[0].length - 1;
    } else if (c === '\\' && i + 1 < rest.length) {
      i++;
      set += escapeMember(rest[i] as string);
    } else if (c === '-' && i > 0 && i < rest.length - 1) {
      set += '-';
    } else set += escapeMember(c);
  }
  const guard = path ? '(?!/)' : '';
  if (set === '') return negated ? `${guard}[\\s\\S]` : '(?!)';
  return `${guard}[${negated ? '^' : ''}${set}]`;
}

/** Position of the parenthesis that closes the one at `open`, or -1. */
function closingParenthesis(pattern: string, open: number): number {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === '\\') i++;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i;
  }
  return -1;
}

function alternatives(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === '|' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

/** A pattern as the source of a regular expression, not anchored. */
export function patternSource(pattern: string, options: PatternOptions, rest = ''): string {
  const any = options.path ? '[^/]' : '[\\s\\S]';
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (options.extended && '?*+@!'.includes(c) && pattern[i + 1] === '(') {
      const close = closingParenthesis(pattern, i + 1);
      if (close > 0) {
        const inner = alternatives(pattern.slice(i + 2, close))
          .map((part) => patternSource(part, options))
          .join('|');
        if (c === '!') {
          const after = patternSource(pattern.slice(close + 1), options, rest);
          return `${source}(?!(?:${inner})${after}${rest === '' ? '$' : rest})${any}*?${after}`;
        }
        source += `(?:${inner})${c === '@' ? '' : c}`;
        i = close;
        continue;
      }
    }
    if (c === '*') source += `${any}*`;
    else if (c === '?') source += any;
    else if (c === '\\') {
      i++;
      source += escapeRegExp(pattern[i] ?? '\\');
    } else if (c === '[') {
      const end = bracketEnd(pattern, i, options.path ?? false);
      if (end < 0) source += '\\[';
      else {
        source += bracket(pattern.slice(i + 1, end), options.path ?? false);
        i = end;
      }
    } else source += escapeRegExp(c);
  }
  return source;
}

/** A regular expression that matches what the pattern matches as a whole. */
export function patternRegExp(pattern: string, options: PatternOptions): RegExp {
  const key = `${options.extended ? 'x' : ''}${options.ignoreCase ? 'i' : ''}${options.path ? 'p' : ''}:${pattern}`;
  const cached = cache.get(key);
  if (cached) return cached;
  let made: RegExp;
  try {
    made = new RegExp(`^(?:${patternSource(pattern, options)})$`, options.ignoreCase ? 'iu' : 'u');
  } catch {
    // Ranges out of order and the like: such a pattern matches itself only.
    made = new RegExp(`^${escapeRegExp(unescapePattern(pattern))}$`, 'u');
  }
  if (cache.size > CACHE_LIMIT) cache.clear();
  cache.set(key, made);
  return made;
}

/** Whether a pattern matches a whole text. */
export function matchesPattern(text: string, pattern: string, options: PatternOptions): boolean {
  return patternRegExp(pattern, options).test(text);
}

/** Removes the shortest or longest matching prefix or suffix. */
export function removePattern(
  text: string,
  pattern: string,
  end: 'prefix' | 'suffix',
  longest: boolean,
  options: PatternOptions,
): string {
  const regExp = patternRegExp(pattern, options);
  const lengths = Array.from({ length: text.length + 1 }, (_, index) => index);
  if (longest) lengths.reverse();
  for (const length of lengths) {
    const part = end === 'prefix' ? text.slice(0, length) : text.slice(text.length - length);
    if (regExp.test(part)) return end === 'prefix' ? text.slice(length) : text.slice(0, text.length - length);
  }
  return text;
}

/** Replaces matches, each the longest at its place. */
export function replacePattern(
  text: string,
  pattern: string,
  replacement: string,
  mode: 'first' | 'all' | 'prefix' | 'suffix',
  options: PatternOptions,
): string {
  if (pattern === '') return mode === 'prefix' ? replacement + text : mode === 'suffix' ? text + replacement : text;
  const regExp = patternRegExp(pattern, options);
  const longestAt = (start: number): number => {
    for (let end = text.length; end >= start; end--) if (regExp.test(text.slice(start, end))) return end;
    return -1;
  };
  if (mode === 'prefix') {
    const end = longestAt(0);
    return end < 0 ? text : replacement + text.slice(end);
  }
  if (mode === 'suffix') {
    for (let start = 0; start <= text.length; start++) {
      if (regExp.test(text.slice(start))) return text.slice(0, start) + replacement;
    }
    return text;
  }
  let result = '';
  let at = 0;
  while (at < text.length) {
    const end = longestAt(at);
    if (end > at) {
      result += replacement;
      at = end;
      if (mode === 'first') return result + text.slice(at);
    } else {
      result += text[at];
      at++;
    }
  }
  return result;
}
