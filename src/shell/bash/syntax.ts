import {
  type BraceGroup,
  type CompoundCommand,
  type CompoundList,
  forEachChild,
  type ParsedScript,
  parse,
  type Redirected,
  type Statement,
  type SyntaxNode,
} from 'unbash';

export type CompoundNode = CompoundCommand | Redirected | CompoundList | BraceGroup;

/** A text that commands come from. */
export interface Source {
  readonly text: string;
  /** Name in messages; empty: the shell's own. */
  readonly file: string;
  /** Line number of the text's first line. */
  readonly firstLine: number;
  /** Given with `-c`. */
  readonly command: boolean;
  /** The argument of `eval`. */
  readonly evaluated?: boolean;
}

export interface SyntaxProblem {
  /** More input could still make it right. */
  readonly incomplete: boolean;
  /** Position in the text. */
  readonly at: number;
  /** Position where the complete command starts that it is in. */
  readonly from: number;
  /** Messages without the shell's prefix, with the line (from 1 within the text) each refers to. */
  readonly messages: readonly { readonly line: number; readonly text: string }[];
}

export interface Parsed {
  readonly script: ParsedScript;
  readonly problem: SyntaxProblem | null;
}

const cache = new Map<string, Parsed>();
const CACHE_LIMIT = 500;

/** Parses a text, and says what bash would say of its first error. */
export function parseSource(text: string): Parsed {
  const known = cache.get(text);
  if (known) return known;
  const script = parse(text);
  const result: Parsed = { script, problem: problemOf(text, script) };
  if (cache.size > CACHE_LIMIT) cache.clear();
  if (text.length < 20_000) cache.set(text, result);
  return result;
}

/** Line (from 1) of a position. */
export function lineAt(text: string, at: number): number {
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) line++;
  return line;
}

/** Line of a position in a source, as messages count it. */
export function lineOf(source: Source, at: number): number {
  return source.firstLine + lineAt(source.text, at) - 1;
}

const QUOTES: Readonly<Record<string, string>> = {
  'unterminated single quote': "'",
  'unterminated double quote': '"',
  'unterminated ansi-c quote': "'",
  'unterminated locale string': '"',
  'unterminated backtick': '`',
  'unterminated command substitution': ')',
  'unterminated parameter expansion': '}',
  'unterminated arithmetic expansion': ')',
  'unterminated arithmetic command': ')',
  'unterminated process substitution': ')',
  'unterminated extended glob': ')',
  'unterminated array': ')',
};

function problemOf(text: string, script: ParsedScript): SyntaxProblem | null {
  const errors = script.errors ?? [];
  const first = [...errors].sort((a, b) => a.pos - b.pos)[0];
  if (!first) return trailingProblem(text, script);
  const from = startOfCommand(text, script, first.pos);
  const test = errors.find((error) => error.message === "expected ']]' to close '[['");
  if (test && tokenAt(text, test.pos) === '') return openTest(text, test.pos, from);
  const quote = errors.map((error) => ({ error, close: QUOTES[error.message.toLowerCase()] })).find((e) => e.close);
  if (quote && !hasTokenError(text, errors)) {
    // A substitution is missed where the text ends, a quote where it began.
    const isSubstitution = quote.error.message === 'unterminated command substitution';
    const line = isSubstitution ? endOfFile(text).line : lineAt(text, quote.error.pos);
    return {
      incomplete: true,
      at: quote.error.pos,
      from: startOfCommand(text, script, quote.error.pos),
      messages: [{ line, text: `unexpected EOF while looking for matching \`${quote.close}'` }, endOfFile(text)],
    };
  }
  const token = offendingToken(text, first);
  if (token === '') return { incomplete: true, at: first.pos, from, messages: [endOfFile(text)] };
  const line = lineAt(text, first.pos);
  return {
    incomplete: false,
    at: first.pos,
    from,
    messages: [
      { line, text: `syntax error near unexpected token \`${token}'` },
      { line, text: `\`${text.split('\n')[line - 1] ?? ''}'` },
    ],
  };
}

/** `[[` without its end. */
function openTest(text: string, at: number, from: number): SyntaxProblem {
  const line = lineAt(text, at);
  if (/(?:==|!=|=~|=|<|>|-[a-z]{2})\s*$/.test(text)) {
    const messages = [{ line, text: "unexpected argument `newline' to conditional binary operator" }];
    return { incomplete: false, at, from, messages };
  }
  return { incomplete: true, at, from, messages: [{ line, text: "unexpected EOF while looking for `]]'" }] };
}

/** Whether some error is about a token rather than about the end of the text. */
function hasTokenError(text: string, errors: readonly { message: string; pos: number }[]): boolean {
  return errors.some((error) => !QUOTES[error.message.toLowerCase()] && tokenAt(text, error.pos) !== '');
}

function endOfFile(text: string): { line: number; text: string } {
  const lines = text.split('\n').length + (text.endsWith('\n') ? 0 : 1);
  return { line: lines, text: 'syntax error: unexpected end of file' };
}

/** What unbash accepts and bash waits for: a backslash at the very end, a here-document without its end. */
function trailingProblem(text: string, script: ParsedScript): SyntaxProblem | null {
  const last = script.commands[script.commands.length - 1];
  if (!last) return null;
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(text) && !inComment(text)) {
    return { incomplete: true, at: text.length, from: last.pos, messages: [] };
  }
  if (hasOpenHereDocument(last)) return { incomplete: true, at: text.length, from: last.pos, messages: [] };
  return null;
}

function inComment(text: string): boolean {
  return /(?:^|\s)#[^\n]*$/.test(text);
}

/** Whether a here-document of the statement lacks its closing line. */
function hasOpenHereDocument(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(hasOpenHereDocument);
  if ('type' in node && node.type === 'HereDoc') return !('closing' in node) || node.closing === undefined;
  if ('type' in node && node.type === 'Word') return false;
  return Object.values(node).some((value) => typeof value === 'object' && hasOpenHereDocument(value));
}

/** The token that an error is about; empty: the end of the text. */
function offendingToken(text: string, error: { readonly message: string; readonly pos: number }): string {
  if (error.message.startsWith('expected command in')) return tokenAt(text, error.pos + 1);
  if (error.message === "expected 'do'") {
    // The parser stands behind the word it wanted to be `do`.
    const before = /([^\s;&|()<>]+)[ \t]*$/.exec(text.slice(0, error.pos))?.[1] ?? '';
    const atEnd = tokenAt(text, error.pos) === '';
    if (!atEnd) return before === '' ? tokenAt(text, error.pos) : before;
    return /^(done|fi|esac|then|else|elif|\})$/.test(before) ? before : '';
  }
  return tokenAt(text, error.pos);
}

/** The token at a position as bash names it; empty at the end of the text. */
function tokenAt(text: string, position: number): string {
  let at = position;
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at++;
    if (text[at] === '\\' && text[at + 1] === '\n') at += 2;
    else break;
  }
  if (text[at] === '#') at = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
  if (text[at] === '\n') return text.slice(at).trim() === '' ? '' : 'newline';
  if (at >= text.length) return '';
  const operator = /^(?:;;&|;;|;&|&&|\|\||&>>|&>|\|&|<<<|<<-|<<|>>|<&|>&|<>|>\||[;&|()<>])/.exec(text.slice(at));
  if (operator) return operator[0];
  return /^[^\s;&|()<>]+/.exec(text.slice(at))?.[0] ?? text[at] ?? '';
}

/** Where the complete command (ended by a newline) begins that holds a position. */
function startOfCommand(text: string, script: ParsedScript, position: number): number {
  let start = 0;
  for (const statement of script.commands) {
    if (statement.end > position) break;
    const newline = text.indexOf('\n', statement.end);
    if (newline >= 0 && newline < position) start = newline + 1;
  }
  return start;
}

/** Statements grouped as bash reads them: each group is one complete command, ended by a newline. */
export function completeCommands(text: string, statements: readonly Statement[]): Statement[][] {
  const groups: Statement[][] = [];
  let line = -1;
  for (const statement of statements) {
    const startsNew = line < 0 || text.slice(line, statement.pos).includes('\n');
    if (startsNew) groups.push([]);
    (groups[groups.length - 1] as Statement[]).push(statement);
    line = statement.end;
  }
  return groups;
}

/** Without `extglob`, a pattern such as `@(a|b)` in a command's words is a syntax error. Null: there is none. */
export function extendedPattern(
  text: string,
  statements: readonly Statement[],
): { line: number; text: string }[] | null {
  const first = statements[0];
  const last = statements[statements.length - 1];
  if (!first || !last || !/[?*+@!]\(/.test(text.slice(first.pos, last.end))) return null;
  let at = -1;
  const visit = (node: SyntaxNode) => {
    if (at >= 0 || node.type === 'TestCommand' || node.type === 'CommandExpansion') return;
    if (node.type === 'ExtendedGlob') at = node.pos;
    else forEachChild(node, visit);
  };
  for (const statement of statements) visit(statement);
  if (at < 0) return null;
  const line = lineAt(text, at);
  return [
    { line, text: "syntax error near unexpected token `('" },
    { line, text: `\`${text.split('\n')[line - 1] ?? ''}'` },
  ];
}
