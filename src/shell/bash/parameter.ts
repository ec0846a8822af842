import type { ParameterOperation, Word, WordPart } from 'unbash';
import { declarationOf } from './declaration';
import { ExpansionError } from './errors';
import { matchesPattern, removePattern, replacePattern } from './pattern';
import { decodePrompt } from './prompt';
import { quoteForReuse } from './quote';
import type { Shell } from './shell';
import { isName, type Value } from './variables';
import { parseWord } from './words';

/** What a parameter expansion gives. */
export type Parameter =
  | { readonly kind: 'text'; readonly text: string }
  /** `$@` or, `joined`, `$*`, of parameters or of an array. */
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly joined: boolean }
  /** A word to expand in its place (`${x:-word}`). */
  | { readonly kind: 'word'; readonly word: Word | undefined };

/** A parameter's present value, before operators. */
type Subject =
  | { readonly kind: 'scalar'; readonly text: string | undefined }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly joined: boolean };

type ParameterPart = Extract<WordPart, { type: 'SimpleExpansion' | 'ParameterExpansion' }>;
type Braced = Extract<WordPart, { type: 'ParameterExpansion' }>;

export async function expandParameter(shell: Shell, part: ParameterPart, quoted: boolean): Promise<Parameter> {
  if (part.type === 'SimpleExpansion') {
    const name = part.text.slice(1);
    return present(shell, name, subjectOf(shell, name));
  }
  const bang = /^\$\{!(:?[-+=?])([\s\S]*)\}$/.exec(part.text);
  if (bang) return lastBackground(shell, bang[1] ?? '', bang[2] ?? '');
  const bad = () => new ExpansionError(`${part.text}: bad substitution`, true);
  if (part.operation?.type === 'Unknown') throw bad();
  if (part.parameter === '') throw bad();
  let name = part.parameter;
  let index = part.index;
  if (part.prefix === '!') {
    if (part.operation?.type === 'Names') return namesWith(shell, name, part.operation.operator === '*');
    const subscript = index?.text;
    if ((subscript === '@' || subscript === '*') && !part.operation) {
      return { kind: 'list', items: shell.keysOf(name), joined: subscript === '*' };
    }
    const reference = shell.vars.direct(name);
    const target = reference?.reference ? shell.vars.target(name) : scalarOf(await subject(shell, name, index), shell);
    if (reference?.reference) return { kind: 'text', text: target ?? '' };
    if (target === undefined || target === '') {
      if (target === '') throw new ExpansionError(`${name}: invalid variable name`, false);
      if (part.operation?.type === 'Default')
        return operate(shell, part, name, { kind: 'scalar', text: undefined }, quoted);
      throw new ExpansionError(`${name}: invalid indirect expansion`, false);
    }
    const match = /^([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(?:\[([\s\S]*)\])?$/.exec(target);
    if (!match) throw new ExpansionError(`${target}: invalid variable name`, false);
    name = match[1] as string;
    index = match[2] === undefined ? undefined : parseWord(match[2]);
  }
  const value = await subject(shell, name, index);
  if (part.prefix === '#') {
    if (part.operation) throw bad();
    return { kind: 'text', text: String(lengthOf(shell, name, value)) };
  }
  const label = index ? `${name}[${index.text}]` : name;
  if (!part.operation) return present(shell, label, value);
  return operate(shell, part, label, value, quoted);
}

/** `${!:-word}`: an operator on `$!`. */
function lastBackground(shell: Shell, operator: string, word: string): Parameter {
  const text = shell.parameter('!');
  if ((text === undefined) === operator.endsWith('-')) return { kind: 'word', word: parseWord(word) };
  if (operator.endsWith('+'))
    return text === undefined ? { kind: 'text', text: '' } : { kind: 'word', word: parseWord(word) };
  return { kind: 'text', text: text ?? '' };
}

function namesWith(shell: Shell, prefix: string, joined: boolean): Parameter {
  const items = shell.vars.names().filter((name) => name.startsWith(prefix) && shell.vars.find(name)?.value);
  return { kind: 'list', items, joined };
}

function lengthOf(shell: Shell, name: string, value: Subject): number {
  if (value.kind === 'list') return value.items.length;
  if (value.text === undefined && shell.options.has('nounset')) throw unbound(name);
  return [...(value.text ?? '')].length;
}

function unbound(name: string): ExpansionError {
  return new ExpansionError(`${/^\d+$/.test(name) ? '$' : ''}${name}: unbound variable`, true, 127);
}

/** A value without operators: `set -u` complains here. */
function present(shell: Shell, name: string, value: Subject): Parameter {
  if (value.kind === 'list') return { kind: 'list', items: value.items, joined: value.joined };
  if (value.text === undefined && shell.options.has('nounset')) throw unbound(name);
  return { kind: 'text', text: value.text ?? '' };
}

function scalarOf(value: Subject, shell: Shell): string | undefined {
  return value.kind === 'scalar' ? value.text : value.items.join(shell.ifs.slice(0, 1));
}

/** The value of a special or positional parameter, or of a variable's element 0. */
function subjectOf(shell: Shell, name: string): Subject {
  if (name === '@' || name === '*') return { kind: 'list', items: shell.positional, joined: name === '*' };
  return { kind: 'scalar', text: shell.parameter(name) };
}

async function subject(shell: Shell, name: string, index: Word | undefined): Promise<Subject> {
  if (!index) return subjectOf(shell, name);
  if (index.text === '@' || index.text === '*') {
    return { kind: 'list', items: shell.elementsOf(name), joined: index.text === '*' };
  }
  return { kind: 'scalar', text: await shell.element(name, index) };
}

async function operate(shell: Shell, part: Braced, name: string, value: Subject, quoted: boolean): Promise<Parameter> {
  const operation = part.operation as ParameterOperation;
  switch (operation.type) {
    case 'Default':
      return withDefault(shell, operation, name, value, quoted);
    case 'Slice':
      return slice(shell, operation, name, value);
    case 'Remove': {
      const pattern = await shell.interpreter.expandPattern(shell, operation.operand, { split: false });
      const end = operation.operator.startsWith('#') ? 'prefix' : 'suffix';
      const longest = operation.operator.length === 2;
      return each(shell, name, value, (text) => removePattern(text, pattern, end, longest, shell.patternOptions));
    }
    case 'Replace': {
      const pattern = await shell.interpreter.expandPattern(shell, operation.pattern, { split: false });
      const replacement = await shell.interpreter.expandText(shell, operation.replacement, {});
      const modes = { '/': 'first', '//': 'all', '/#': 'prefix', '/%': 'suffix' } as const;
      const mode = modes[operation.operator];
      return each(shell, name, value, (text) => replacePattern(text, pattern, replacement, mode, shell.patternOptions));
    }
    case 'CaseModification': {
      const pattern = operation.operand ? await shell.interpreter.expandPattern(shell, operation.operand, {}) : '?';
      return each(shell, name, value, (text) => changeCase(shell, text, operation.operator, pattern || '?'));
    }
    case 'Transform':
      return transform(shell, part, operation.operand.text, name, value);
    default:
      throw new ExpansionError(`${part.text}: bad substitution`, true);
  }
}

function each(shell: Shell, name: string, value: Subject, change: (text: string) => string): Parameter {
  if (value.kind === 'list') return { kind: 'list', items: value.items.map(change), joined: value.joined };
  const shown = present(shell, name, value);
  return { kind: 'text', text: shown.kind === 'text' ? change(shown.text) : '' };
}

async function withDefault(
  shell: Shell,
  operation: Extract<ParameterOperation, { type: 'Default' }>,
  name: string,
  value: Subject,
  quoted: boolean,
): Promise<Parameter> {
  const { operator, operand } = operation;
  const text = value.kind === 'scalar' ? value.text : value.items.length > 0 ? value.items.join(' ') : undefined;
  const isSet = operator.startsWith(':') ? text !== undefined && text !== '' : text !== undefined;
  const shown = (): Parameter =>
    value.kind === 'list'
      ? { kind: 'list', items: value.items, joined: value.joined }
      : { kind: 'text', text: value.text ?? '' };
  switch (operator.slice(-1)) {
    case '-':
      return isSet ? shown() : { kind: 'word', word: operand };
    case '+':
      return isSet ? { kind: 'word', word: operand } : { kind: 'text', text: '' };
    case '=': {
      if (isSet) return shown();
      const assigned = await shell.interpreter.expandText(shell, operand, quoted ? { quoted } : { assignment: true });
      if (!/^[A-Za-z_]\w*(\[.*\])?$/s.test(name)) {
        throw new ExpansionError(`$${name}: cannot assign in this way`, true);
      }
      await shell.assignText(name, assigned);
      return { kind: 'text', text: assigned };
    }
    default: {
      if (isSet) return shown();
      const message = await shell.interpreter.expandText(shell, operand, quoted ? { quoted } : {});
      const fallback = operator.startsWith(':') ? 'parameter null or not set' : 'parameter not set';
      throw new ExpansionError(`${name}: ${message === '' ? fallback : message}`, true, 127);
    }
  }
}

async function slice(
  shell: Shell,
  operation: Extract<ParameterOperation, { type: 'Slice' }>,
  name: string,
  value: Subject,
): Promise<Parameter> {
  const offset = Number(await shell.evaluateText(operation.offset.text));
  const length = operation.length ? Number(await shell.evaluateText(operation.length.text)) : undefined;
  const tooShort = () => new ExpansionError(`${operation.length?.text}: substring expression < 0`, false);
  if (value.kind === 'list') {
    if (length !== undefined && length < 0) throw tooShort();
    const base = shell.isPositional(name);
    const keys = base ? null : shell.indexesOf(name.replace(/\[[\s\S]*$/, ''));
    const items = base ? [shell.name, ...value.items] : value.items;
    if (keys) {
      const from = offset < 0 ? (keys[keys.length - 1] ?? -1) + 1 + offset : offset;
      if (from < 0) return { kind: 'list', items: [], joined: value.joined };
      const start = keys.findIndex((key) => key >= from);
      const taken = start < 0 ? [] : items.slice(start, length === undefined ? undefined : start + length);
      return { kind: 'list', items: taken, joined: value.joined };
    }
    const from = offset < 0 ? items.length + offset : offset;
    // ${@:1} starts at $1; ${@:0} has $0 in front.
    const taken = from < 0 ? [] : items.slice(from, length === undefined ? undefined : from + length);
    return { kind: 'list', items: taken, joined: value.joined };
  }
  const shown = present(shell, name, value);
  const characters = [...(shown.kind === 'text' ? shown.text : '')];
  const from = offset < 0 ? characters.length + offset : offset;
  if (from < 0 || from > characters.length) return { kind: 'text', text: '' };
  const to = length === undefined ? characters.length : length < 0 ? characters.length + length : from + length;
  if (to < from) throw tooShort();
  return { kind: 'text', text: characters.slice(from, to).join('') };
}

function changeCase(shell: Shell, text: string, operator: string, pattern: string): string {
  const change = (c: string) => {
    if (!matchesPattern(c, pattern, shell.patternOptions)) return c;
    return operator.startsWith('^') ? c.toUpperCase() : c.toLowerCase();
  };
  const characters = [...text];
  if (operator.length === 2) return characters.map(change).join('');
  return characters.map((c, index) => (index === 0 ? change(c) : c)).join('');
}

function transform(shell: Shell, part: Braced, operator: string, name: string, value: Subject): Parameter {
  const plain = name.replace(/\[[\s\S]*$/, '');
  switch (operator) {
    case 'Q':
      if (value.kind === 'scalar' && value.text === undefined) return { kind: 'text', text: '' };
      return each(shell, name, value, (text) => quoteForReuse(text));
    case 'U':
      return each(shell, name, value, (text) => text.toUpperCase());
    case 'u':
      return each(shell, name, value, (text) => text.slice(0, 1).toUpperCase() + text.slice(1));
    case 'L':
      return each(shell, name, value, (text) => text.toLowerCase());
    case 'E':
      return each(shell, name, value, unescapeAnsi);
    case 'P':
      return each(shell, name, value, (text) => decodePrompt(shell, text));
    case 'a': {
      const flags = shell.attributesOf(plain);
      if (value.kind === 'list') return { kind: 'list', items: value.items.map(() => flags), joined: value.joined };
      return { kind: 'text', text: flags };
    }
    case 'A': {
      const variable = isName(plain) ? shell.vars.find(plain) : undefined;
      if (!variable) return { kind: 'text', text: '' };
      const shownValue: Value | undefined =
        value.kind === 'list' ? variable.value : { kind: 'scalar', text: value.text ?? '' };
      return { kind: 'text', text: declarationOf(plain, { ...variable, value: shownValue }, 'assignment') };
    }
    case 'K':
    case 'k':
      return keysAndValues(shell, plain, value, operator === 'K');
    default:
      throw new ExpansionError(`${part.text}: bad substitution`, true);
  }
}

function keysAndValues(shell: Shell, name: string, value: Subject, quoted: boolean): Parameter {
  if (value.kind === 'scalar') return { kind: 'text', text: quoteForReuse(value.text ?? '') };
  const keys = shell.keysOf(name);
  const items = value.items.flatMap((item, index) => [keys[index] ?? '', quoted ? `"${item}"` : item]);
  return quoted ? { kind: 'text', text: items.join(' ') } : { kind: 'list', items, joined: value.joined };
}

/** Backslash escapes as `$'…'` has them. */
export function unescapeAnsi(text: string): string {
  const simple: Record<string, string> = {
    a: '\x07',
    b: '\b',
    e: '\x1b',
    E: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
    "'": "'",
    '"': '"',
    '?': '?',
  };
  return text.replace(
    /\\(?:([abeEfnrtv\\'"?])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c([\s\S]))/g,
    (_, letter, octal, hex, unicode, wide, control) => {
      if (letter !== undefined) return simple[letter] ?? letter;
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) & 0x1f);
      return String.fromCodePoint(Number.parseInt(hex ?? unicode ?? wide, 16));
    },
  );
}
