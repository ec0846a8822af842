import type { DoubleQuotedChild, Word, WordPart } from 'unbash';
import { expandBraces, type OpaqueRange } from './brace';
import { ExpansionError } from './errors';
import { type Field, FieldBuilder } from './fields';
import { expandPathname } from './glob';
import { expandParameter, type Parameter } from './parameter';
import { hasPattern } from './pattern';
import type { Shell } from './shell';
import { parseWord, type WordContext } from './words';

/** Stretches of a word that brace expansion leaves alone. */
function opaqueRanges(word: Word): OpaqueRange[] {
  const ranges: OpaqueRange[] = [];
  const visit = (parts: readonly WordPart[]) => {
    for (const part of parts) {
      if (part.type === 'Literal' || part.type === 'Glob') continue;
      if (part.type === 'BraceExpansion') visit(part.parts ?? []);
      else ranges.push({ start: part.pos - word.pos, end: part.end - word.pos });
    }
  };
  visit(word.parts ?? []);
  return ranges;
}

/** All expansions of command words: what becomes arguments. */
export async function expandWords(shell: Shell, words: readonly Word[]): Promise<string[]> {
  const result: string[] = [];
  for (const word of words) {
    if (word.parts === undefined && !/[\\~{]/.test(word.text)) {
      result.push(word.text);
      continue;
    }
    for (const field of await expandFields(shell, word)) result.push(...expandPathnames(shell, field));
  }
  return result;
}

function expandPathnames(shell: Shell, field: Field): string[] {
  if (shell.options.has('noglob') || !hasPattern(field.pattern, shell.shopts.has('extglob'))) return [field.text];
  const matches = expandPathname(shell, field.pattern);
  if (matches.length > 0) return matches;
  if (shell.shopts.has('failglob')) throw new ExpansionError(`no match: ${field.text}`, false);
  return shell.shopts.has('nullglob') ? [] : [field.text];
}

/** Brace, tilde, parameter, command and arithmetic expansion, and splitting. */
async function expandFields(shell: Shell, word: Word): Promise<Field[]> {
  const texts =
    word.text.includes('{') && shell.options.has('braceexpand')
      ? expandBraces(word.text, opaqueRanges(word))
      : [word.text];
  const fields: Field[] = [];
  for (const text of texts) {
    const builder = new FieldBuilder(shell.ifs);
    // An empty alternative (`{,x}` alone) is no field at all.
    if (text === '' && texts.length > 1) continue;
    const part = texts.length === 1 && text === word.text ? word : parseWord(text);
    await addWord(shell, builder, part, { split: true });
    fields.push(...builder.finish());
  }
  return fields;
}

/** A word as one text: assignments, `case`, here-strings. */
export async function expandText(shell: Shell, word: Word, context: Partial<WordContext> = {}): Promise<string> {
  if (word.parts === undefined && !/[\\~]/.test(word.text)) return word.text;
  return (await expandSingle(shell, word, context)).text;
}

/** A word as a pattern: what is quoted is escaped. */
export async function expandPattern(shell: Shell, word: Word, context: Partial<WordContext> = {}): Promise<string> {
  return (await expandSingle(shell, word, context)).pattern;
}

async function expandSingle(shell: Shell, word: Word, context: Partial<WordContext>): Promise<Field> {
  const builder = new FieldBuilder(null);
  await addWord(shell, builder, word, { split: false, ...context });
  const fields = builder.finish();
  return {
    text: fields.map((field) => field.text).join(' '),
    pattern: fields.map((field) => field.pattern).join(' '),
    present: fields.length > 0,
  };
}

/** The right side of `=~`: quoted parts match themselves. */
export async function expandRegExp(shell: Shell, word: Word): Promise<string> {
  const parts = word.parts;
  if (parts === undefined) return unquoteRegExp(word.text);
  let source = '';
  let at = word.pos;
  for (const part of parts) {
    at = part.end;
    if (part.type === 'Literal') source += unquoteRegExp(part.text);
    else if (part.type === 'Glob' && part.parts === undefined) source += part.text;
    else if (part.type === 'Glob') {
      source += '[';
      for (const inner of part.parts) source += await regExpOfPart(shell, inner);
      source += ']';
    } else source += await regExpOfPart(shell, part);
  }
  return at < word.end ? source + word.text.slice(at - word.pos) : source;
}

async function regExpOfPart(shell: Shell, part: WordPart): Promise<string> {
  if (part.type === 'Literal') return unquoteRegExp(part.text);
  if (part.type === 'Glob' || part.type === 'ExtendedGlob' || part.type === 'BraceExpansion') return part.text;
  const builder = new FieldBuilder(null);
  await addPart(shell, builder, part, { split: false });
  const text = builder
    .finish()
    .map((field) => field.text)
    .join(' ');
  const isQuoted = part.type === 'DoubleQuoted' || part.type === 'SingleQuoted' || part.type === 'AnsiCQuoted';
  return isQuoted ? text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : text;
}

/** Unquoted text of a regular expression: `\x` quotes what is special, else it is `x`. */
function unquoteRegExp(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, c: string) => (/[\\^$.*+?()[\]{}|]/.test(c) ? `\\${c}` : c));
}

/** Adds what a word expands to. */
export async function addWord(shell: Shell, builder: FieldBuilder, word: Word, context: WordContext): Promise<void> {
  const { parts } = word;
  if (context.quoted) {
    await addQuotedOperand(shell, builder, word);
    return;
  }
  if (parts === undefined) {
    addLiteral(shell, builder, word.text, context, true, true);
    return;
  }
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as WordPart;
    if (part.type === 'Literal') addLiteral(shell, builder, part.text, context, i === 0, i === parts.length - 1);
    else await addPart(shell, builder, part, context);
  }
}

/** A word within `"${x:-…}"`: single quotes and tildes mean nothing there. */
async function addQuotedOperand(shell: Shell, builder: FieldBuilder, word: Word): Promise<void> {
  const inner = parseWord(`"${word.text.replace(/(?<!\\)"/g, '')}"`);
  for (const part of inner.parts ?? []) {
    if (part.type === 'DoubleQuoted') await addQuoted(shell, builder, part.parts);
  }
}

/** Unquoted text: backslashes quote, a tilde at the start may be a home. */
function addLiteral(
  shell: Shell,
  builder: FieldBuilder,
  raw: string,
  context: WordContext,
  first: boolean,
  last: boolean,
): void {
  let text = raw;
  const named = first && context.split && !context.noTilde ? /^[A-Za-z_]\w*\+?=/.exec(text) : null;
  if (named) {
    // `name=~` expands as an assignment would, even as an argument.
    builder.active(named[0]);
    addLiteral(shell, builder, text.slice(named[0].length), { ...context, split: false, assignment: true }, true, last);
    return;
  }
  if (first && !context.noTilde && text.startsWith('~')) text = addTilde(shell, builder, text, context, last);
  let run = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\\') {
      builder.active(run);
      run = '';
      i++;
      const next = text[i];
      if (next === undefined) builder.quoted('\\');
      else if (next !== '\n') builder.quoted(next);
    } else if (c === ':' && context.assignment && text[i + 1] === '~') {
      builder.active(`${run}:`);
      run = '';
      text = addTilde(shell, builder, text.slice(i + 1), context, last);
      i = -1;
    } else run += c;
  }
  builder.active(run);
}

/** Adds the home that a leading `~` or `~user` stands for; gives the rest of the text. */
function addTilde(shell: Shell, builder: FieldBuilder, text: string, context: WordContext, last: boolean): string {
  const end = context.assignment ? /[/:\\]/ : /[/\\]/;
  const at = text.search(end);
  const prefix = at < 0 ? text : text.slice(0, at);
  if ((at < 0 && !last) || text[at] === '\\') return text.startsWith('~') ? keepTilde(builder, text) : text;
  const home = shell.homeOf(prefix.slice(1));
  if (home === undefined) return keepTilde(builder, text);
  builder.quoted(home);
  return text.slice(prefix.length);
}

function keepTilde(builder: FieldBuilder, text: string): string {
  builder.active('~');
  return text.slice(1);
}

/** Adds one part of an unquoted word. */
async function addPart(shell: Shell, builder: FieldBuilder, part: WordPart, context: WordContext): Promise<void> {
  switch (part.type) {
    case 'Literal':
      addLiteral(shell, builder, part.text, context, false, false);
      return;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      builder.quoted(part.value);
      return;
    case 'DoubleQuoted':
    case 'LocaleString':
      await addQuoted(shell, builder, part.parts);
      return;
    case 'Glob':
      await addGlob(shell, builder, part, context);
      return;
    case 'ExtendedGlob':
      builder.active(`${part.operator}(`);
      if (part.parts === undefined) addLiteral(shell, builder, part.pattern, context, false, false);
      else for (const inner of part.parts) await addPart(shell, builder, inner, { ...context, split: false });
      builder.active(')');
      return;
    case 'BraceExpansion':
      if (part.parts === undefined) addLiteral(shell, builder, part.text, context, false, false);
      else await addBraceText(shell, builder, part.parts, part.text, context);
      return;
    case 'ProcessSubstitution':
      builder.quoted(await shell.substituteProcess(part));
      return;
    default:
      await addExpansion(shell, builder, part, false, context);
  }
}

async function addGlob(
  shell: Shell,
  builder: FieldBuilder,
  part: Extract<WordPart, { type: 'Glob' }>,
  context: WordContext,
): Promise<void> {
  if (part.parts === undefined) {
    builder.active(part.text);
    return;
  }
  builder.active('[');
  for (const inner of part.parts) await addPart(shell, builder, inner, { ...context, split: false });
  builder.active(']');
}

/** Braces that aren't expanded here (assignments): their text, with expansions inside done. */
async function addBraceText(
  shell: Shell,
  builder: FieldBuilder,
  parts: readonly WordPart[],
  text: string,
  context: WordContext,
): Promise<void> {
  builder.active(text.slice(0, 1));
  for (const inner of parts) await addPart(shell, builder, inner, context);
  builder.active(text.slice(-1));
}

/** Adds the parts of a double-quoted stretch. */
export async function addQuoted(
  shell: Shell,
  builder: FieldBuilder,
  parts: readonly DoubleQuotedChild[],
): Promise<void> {
  let onlyLists = parts.length > 0;
  for (const part of parts) {
    if (part.type === 'Literal') {
      builder.quoted(part.value);
      onlyLists = false;
    } else if (!(await addExpansion(shell, builder, part, true, { split: false }))) onlyLists = false;
  }
  // `"$@"` without parameters is no field at all; everything else quoted is one.
  if (!onlyLists) builder.quoted('');
}

type Expansion = Extract<
  WordPart,
  { type: 'SimpleExpansion' | 'ParameterExpansion' | 'CommandExpansion' | 'ArithmeticExpansion' }
>;

/** Adds an expansion's result. Gives whether it was a list (`$@`). */
async function addExpansion(
  shell: Shell,
  builder: FieldBuilder,
  part: Expansion,
  quoted: boolean,
  context: WordContext,
): Promise<boolean> {
  if (part.type === 'CommandExpansion') {
    addText(builder, await shell.substituteCommand(part), quoted);
    return false;
  }
  if (part.type === 'ArithmeticExpansion') {
    const body = part.text.startsWith('$((') ? part.text.slice(3, -2) : part.text.slice(2, -1);
    addText(builder, (await shell.evaluateText(body)).toString(), quoted);
    return false;
  }
  const parameter = await expandParameter(shell, part, quoted);
  return addParameter(shell, builder, parameter, quoted, context);
}

function addText(builder: FieldBuilder, text: string, quoted: boolean): void {
  if (quoted) builder.quoted(text);
  else builder.split(text);
}

async function addParameter(
  shell: Shell,
  builder: FieldBuilder,
  parameter: Parameter,
  quoted: boolean,
  context: WordContext,
): Promise<boolean> {
  if (parameter.kind === 'text') {
    addText(builder, parameter.text, quoted);
    return false;
  }
  if (parameter.kind === 'word') {
    if (parameter.word) await addWord(shell, builder, parameter.word, { ...context, quoted, split: true });
    return false;
  }
  const { items } = parameter;
  if (parameter.joined && (quoted || builder.ifs === null)) {
    const separator = shell.ifs === '' ? '' : shell.ifs.slice(0, 1);
    if (quoted) builder.quoted(items.join(separator));
    else builder.active(items.join(separator));
    return false;
  }
  if (!quoted && builder.ifs === null) {
    builder.active(items.join(' '));
    return true;
  }
  for (let i = 0; i < items.length; i++) {
    if (i > 0) builder.end(quoted);
    addText(builder, items[i] as string, quoted);
  }
  return true;
}

/** The body of a here-document whose delimiter wasn't quoted. */
export async function expandHereDocument(shell: Shell, parts: readonly WordPart[]): Promise<string> {
  const builder = new FieldBuilder(null);
  for (const part of parts) {
    if (part.type === 'Literal') builder.quoted(part.value);
    else if (
      part.type === 'SimpleExpansion' ||
      part.type === 'ParameterExpansion' ||
      part.type === 'CommandExpansion' ||
      part.type === 'ArithmeticExpansion'
    ) {
      await addExpansion(shell, builder, part, true, { split: false });
    } else builder.quoted(part.text);
  }
  return builder
    .finish()
    .map((field) => field.text)
    .join(' ');
}
