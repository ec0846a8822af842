import type { Machine } from '../../world/machine';
import { lookup, readFileIfThere } from '../files';
import { COMMANDS, MODULES } from './modules';

/** One directive; a section has its lines in `body` and its name begins with `<`. Names are in lower case. */
export interface ConfigLine {
  readonly name: string;
  readonly words: readonly string[];
  readonly body: readonly ConfigLine[];
  readonly file: string;
  readonly line: number;
  /** The name as it is written. */
  readonly written: string;
}

/** The configuration can't be used. The message is what the server says after `AH00526: Syntax error on line …`. */
export class ConfigProblem extends Error {
  readonly at: { readonly file: string; readonly line: number } | null;

  constructor(at: { readonly file: string; readonly line: number } | null, message: string) {
    super(message);
    this.at = at;
  }

  /** As the server prints it. */
  text(binary: string): string {
    if (this.at === null) return `${binary}: ${this.message}\n`;
    return `AH00526: Syntax error on line ${this.at.line} of ${this.at.file}:\n${this.message}\n`;
  }
}

interface Context {
  /** ServerRoot as it stands when a name is read. */
  readonly root: () => string;
  readonly defines: readonly string[];
}

interface Reader extends Context {
  readonly machine: Machine;
  readonly loaded: Set<string>;
  root: () => string;
  depth: number;
}

/** Reads a file and what it includes into lines; conditions that don't hold are left out. Throws ConfigProblem. */
export function readConfigFile(machine: Machine, path: string, context: Context): ConfigLine[] {
  const reader: Reader = { ...context, machine, loaded: new Set(['core', 'so', 'http']), depth: 0 };
  if (lookup(machine, path)?.kind !== 'file') {
    const reason = lookup(machine, path) ? 'Is a directory' : 'No such file or directory';
    throw new ConfigProblem(null, `Could not open configuration file ${path}: ${reason}`);
  }
  return readText(reader, path);
}

/** A section's argument without quotes. */
export function sectionText(word: string): string {
  return word.replace(/^"(.*)"$/, '$1');
}

function readText(reader: Reader, file: string): ConfigLine[] {
  const source = (readFileIfThere(reader.machine, file) ?? '').split('\n');
  const stack: { line: ConfigLine & { body: ConfigLine[] }; kept: boolean }[] = [];
  const top: ConfigLine[] = [];
  for (let at = 0; at < source.length; at++) {
    const number = at + 1;
    let text = source[at] ?? '';
    while (text.endsWith('\\') && at + 1 < source.length) text = text.slice(0, -1) + source[++at];
    text = text.trim();
    if (text === '' || text.startsWith('#')) continue;
    const place = { file, line: number };
    const close = /^<\/(\w+)>$/.exec(text);
    if (close) {
      const open = stack.pop();
      if (open?.line.name !== `<${(close[1] ?? '').toLowerCase()}`)
        throw new ConfigProblem(place, `${text} without matching <${close[1]}> section`);
      if (open.kept) emit(reader, stack, top, open.line);
      continue;
    }
    const words = splitWords(text.startsWith('<') ? text.replace(/>\s*$/, '') : text);
    const written = words[0] ?? '';
    const line = { name: written.toLowerCase(), written, words: words.slice(1), body: [] as ConfigLine[], ...place };
    const outside = stack.every(({ kept }) => kept);
    if (text.startsWith('<')) {
      if (outside && !COMMANDS.has(line.name)) throw unknown(place, written);
      stack.push({ line, kept: outside && holds(reader, line) });
      continue;
    }
    if (!outside) continue;
    if (!COMMANDS.has(line.name)) throw unknown(place, written);
    emit(reader, stack, top, line);
  }
  const open = stack.pop();
  if (open) {
    const { name, written } = open.line;
    throw new ConfigProblem(open.line, `${written}> was not closed.`.replace(name, name));
  }
  return top;
}

function unknown(place: { file: string; line: number }, written: string): ConfigProblem {
  return new ConfigProblem(
    place,
    `Invalid command '${written}', perhaps misspelled or defined by a module not included in the server configuration`,
  );
}

/** Puts a line where it belongs: conditions are dissolved, includes read. */
function emit(
  reader: Reader,
  stack: readonly { line: ConfigLine & { body: ConfigLine[] } }[],
  top: ConfigLine[],
  line: ConfigLine,
): void {
  const target = stack.at(-1)?.line.body ?? top;
  if (line.name === 'include' || line.name === 'includeoptional') target.push(...include(reader, line));
  else if (/^<if/.test(line.name)) target.push(...line.body);
  else {
    if (line.name === 'serverroot') {
      const root = line.words[0] ?? '';
      if (lookup(reader.machine, root)?.kind !== 'directory')
        throw new ConfigProblem(line, 'ServerRoot must be a valid directory');
      reader.root = () => root;
    }
    if (line.name === 'loadmodule') loadModule(reader, line);
    if (line.name === 'documentroot') checkDocumentRoot(reader, line);
    target.push(line);
  }
}

function loadModule(reader: Reader, line: ConfigLine): void {
  const [symbol = '', path = ''] = line.words;
  const name = symbol.replace(/_module$/, '');
  if (!MODULES.has(name)) {
    const full = absolute(reader, path);
    throw new ConfigProblem(
      line,
      `Cannot load ${path} into server: ${full}: cannot open shared object file: No such file or directory`,
    );
  }
  reader.loaded.add(name);
}

function checkDocumentRoot(reader: Reader, line: ConfigLine): void {
  const path = line.words[0] ?? '';
  if (lookup(reader.machine, absolute(reader, path))?.kind !== 'directory')
    throw new ConfigProblem(line, `DocumentRoot '${path}' is not a directory, or is not readable`);
}

function absolute(reader: Reader, path: string): string {
  return path.startsWith('/') ? path : `${reader.root()}/${path}`;
}

function holds(reader: Reader, line: ConfigLine): boolean {
  const word = line.words[0] ?? '';
  const negated = word.startsWith('!');
  const name = word.replace(/^!/, '');
  if (line.name === '<ifmodule') {
    const known = name.replace(/_module$/, '').replace(/^mod_(.*)\.c$/, '$1');
    return reader.loaded.has(known) !== negated;
  }
  if (line.name === '<ifdefine') return reader.defines.includes(name) !== negated;
  return line.name !== '<ifversion' || !negated;
}

function include(reader: Reader, line: ConfigLine): ConfigLine[] {
  const pattern = absolute(reader, line.words[0] ?? '');
  if (++reader.depth > 20) throw new ConfigProblem(line, 'Exceeded maximum include depth');
  const files = matching(reader.machine, pattern);
  if (files.length === 0 && line.name === 'include') {
    if (/[*?[]/.test(pattern))
      throw new ConfigProblem(
        line,
        `No matches for the wildcard '${pattern.slice(pattern.lastIndexOf('/') + 1)}' in '${pattern.slice(0, pattern.lastIndexOf('/'))}', failing (use IncludeOptional if required)`,
      );
    throw new ConfigProblem(line, `Could not open configuration file ${pattern}: No such file or directory`);
  }
  const lines = files.flatMap((file) => readText(reader, file));
  reader.depth--;
  return lines;
}

/** Files of a pattern whose last part may have wildcards, in the order of their names. */
function matching(machine: Machine, pattern: string): string[] {
  const at = pattern.lastIndexOf('/');
  const [folder, last] = [pattern.slice(0, at) || '/', pattern.slice(at + 1)];
  if (!/[*?[]/.test(last)) return lookup(machine, pattern)?.kind === 'file' ? [pattern] : [];
  const directory = lookup(machine, folder);
  if (directory?.kind !== 'directory') return [];
  const body = last
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${body}$`);
  return Object.keys(directory.entries)
    .filter((name) => expression.test(name) && (!name.startsWith('.') || last.startsWith('.')))
    .sort()
    .map((name) => `${folder}/${name}`)
    .filter((path) => lookup(machine, path)?.kind === 'file');
}

/** Words of a line: quotes keep blanks. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const match of text.matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|(\S+)/g)) {
    const quoted = match[1] ?? match[2];
    words.push(quoted === undefined ? (match[3] ?? '') : quoted.replace(/\\(["'])/g, '$1'));
  }
  return words;
}
