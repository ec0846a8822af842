/** A regular expression that POSIX tools would refuse; the message is glibc's. */
export class RegexError extends Error {}

const classes: Record<string, string> = {
  alpha: 'a-zA-Z',
  digit: '0-9',
  alnum: 'a-zA-Z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  print: '\\x20-\\x7e\\u00a0-\\uffff',
  graph: '\\x21-\\x7e\\u00a1-\\uffff',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};

/**
 * Translates a POSIX regular expression (basic or extended, with GNU's `\w \b \< \+ \?`) to a JavaScript one.
 * Throws RegexError.
 */
export function posixRegex(pattern: string, extended: boolean, flags = 'u'): RegExp {
  const source = extended ? translate(pattern, true) : translate(pattern, false);
  try {
    return new RegExp(source, flags);
  } catch {
    throw new RegexError(/\(/.test(pattern) ? 'Unmatched ( or \\(' : 'Invalid regular expression');
  }
}

function translate(pattern: string, extended: boolean): string {
  let out = '';
  let depth = 0;
  // Whether a `*` here would stand at the start of an expression, where it is literal.
  let start = true;
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    const wasStart: boolean = start;
    start = false;
    if (character === '[') {
      const bracket = bracketExpression(pattern, i);
      out += bracket.source;
      i = bracket.end;
      continue;
    }
    if (character === '\\') {
      const next = pattern.charAt(++i);
      if (next === '') throw new RegexError('Trailing backslash');
      const operator = !extended && '(){}|+?'.includes(next);
      if (operator) {
        out += next === '{' ? interval(pattern, i, '\\}') : next;
        if (next === '{') i = pattern.indexOf('\\}', i) + 1;
        if (next === '(') depth++;
        if (next === ')' && --depth < 0) throw new RegexError('Unmatched ) or \\)');
        start = next === '(' || next === '|';
      } else out += escaped(next);
      continue;
    }
    if (character === '*' && wasStart) {
      out += '\\*';
      continue;
    }
    if (character === '^') {
      const anchor: boolean = extended || wasStart;
      out += anchor ? '^' : '\\^';
      start = anchor;
      continue;
    }
    if (character === '$') {
      const last = i === pattern.length - 1 || (!extended && /^\\[)|]/.test(pattern.slice(i + 1)));
      out += extended || last ? '$' : '\\$';
      continue;
    }
    if (extended) {
      if (character === '(') depth++;
      if (character === ')') {
        if (depth === 0) {
          out += '\\)';
          continue;
        }
        depth--;
      }
      if (character === '{') {
        const end = pattern.indexOf('}', i);
        if (end < 0 || !/^\d*(,\d*)?$/.test(pattern.slice(i + 1, end)) || end === i + 1) {
          out += '\\{';
          continue;
        }
        out += interval(pattern, i, '}');
        i = end;
        continue;
      }
      if (character === '}') {
        out += '\\}';
        continue;
      }
      if ('*+?'.includes(character) && wasStart) continue;
      start = character === '(' || character === '|';
      out += character;
      continue;
    }
    out += '(){}|+?/'.includes(character) ? `\\${character}` : character === ']' ? '\\]' : character;
  }
  if (depth > 0) throw new RegexError('Unmatched ( or \\(');
  return out.replace(/(?<!\\)\]/g, (bracket, at: number) => (insideClass(out, at) ? bracket : '\\]'));
}

/** Whether the `]` at this place closes a class. */
function insideClass(source: string, at: number): boolean {
  let open = false;
  for (let i = 0; i < at; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === '[') open = true;
    else if (source[i] === ']') open = false;
  }
  return open;
}

function interval(pattern: string, at: number, close: string): string {
  const end = pattern.indexOf(close, at);
  if (end < 0) throw new RegexError('Unmatched { or \\{');
  const body = pattern.slice(at + 1, end);
  if (!/^\d*(,\d*)?$/.test(body) || body === '') throw new RegexError('Invalid content of \\{\\}');
  return `{${body.startsWith(',') ? '0' : ''}${body}}`;
}

function escaped(next: string): string {
  switch (next) {
    case '<':
      return '\\b(?=\\w)';
    case '>':
      return '\\b(?<=\\w)';
    case '`':
      return '^';
    case "'":
      return '$';
    case 'w':
    case 'W':
    case 's':
    case 'S':
    case 'b':
    case 'B':
      return `\\${next}`;
    default:
      return /[1-9]/.test(next)
        ? `\\${next}`
        : /[\^$\\.*+?()[\]{}|/]/.test(next)
          ? `\\${next}`
          : next === 'n'
            ? '\\n'
            : next;
  }
}

function bracketExpression(pattern: string, at: number): { source: string; end: number } {
  let i = at + 1;
  let out = '[';
  if (pattern.charAt(i) === '^') {
    out += '^';
    i++;
  }
  for (let first = true; ; first = false) {
    const character = pattern.charAt(i);
    if (character === '') throw new RegexError('Unmatched [, [^, [:, [., or [=');
    if (character === ']' && !first) break;
    const named = /^\[:(\w+):\]/.exec(pattern.slice(i));
    if (named) {
      const members = classes[named[1] as string];
      if (members === undefined) throw new RegexError('Invalid character class name');
      out += members;
      i += named[0].length;
      continue;
    }
    const equivalent = /^\[([.=])(.)\1\]/.exec(pattern.slice(i));
    if (equivalent) {
      out += classLiteral(equivalent[2] as string);
      i += equivalent[0].length;
      continue;
    }
    if (character === '-' && !first && pattern.charAt(i + 1) !== ']' && out.length > 1) {
      out += '-';
      i++;
      continue;
    }
    out += classLiteral(character);
    i++;
  }
  return { source: `${out}]`, end: i };
}

function classLiteral(character: string): string {
  return /[\\\]^[\-/&~!|(){}]/.test(character) && !/[&~!|(){}]/.test(character) ? `\\${character}` : character;
}
