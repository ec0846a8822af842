import { FileError, lookup, readFile } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { type ParsedOptions, parseOptions, programName, UsageError } from '../options';
import { posixRegex, RegexError } from '../posix-regex';
import { absolute, complain, linesOf } from './common';

const specs = [
  { key: 'extended', short: 'E', long: ['extended-regexp'] },
  { key: 'fixed', short: 'F', long: ['fixed-strings'] },
  { key: 'basic', short: 'G', long: ['basic-regexp'] },
  { key: 'perl', short: 'P', long: ['perl-regexp'] },
  { key: 'regexp', short: 'e', long: ['regexp'], value: 'required' },
  { key: 'file', short: 'f', long: ['file'], value: 'required' },
  { key: 'ignoreCase', short: 'iy', long: ['ignore-case'] },
  { key: 'invert', short: 'v', long: ['invert-match'] },
  { key: 'word', short: 'w', long: ['word-regexp'] },
  { key: 'line', short: 'x', long: ['line-regexp'] },
  { key: 'count', short: 'c', long: ['count'] },
  { key: 'list', short: 'l', long: ['files-with-matches'] },
  { key: 'listWithout', short: 'L', long: ['files-without-match'] },
  { key: 'number', short: 'n', long: ['line-number'] },
  { key: 'withName', short: 'H', long: ['with-filename'] },
  { key: 'noName', short: 'h', long: ['no-filename'] },
  { key: 'only', short: 'o', long: ['only-matching'] },
  { key: 'quiet', short: 'q', long: ['quiet', 'silent'] },
  { key: 'noMessages', short: 's', long: ['no-messages'] },
  { key: 'recursive', short: 'rR', long: ['recursive', 'dereference-recursive'] },
  { key: 'max', short: 'm', long: ['max-count'], value: 'required' },
  { key: 'after', short: 'A', long: ['after-context'], value: 'required' },
  { key: 'before', short: 'B', long: ['before-context'], value: 'required' },
  { key: 'context', short: 'C', long: ['context'], value: 'required' },
  { key: 'color', long: ['color', 'colour'], value: 'optional' },
  { key: 'lineBuffered', long: ['line-buffered'] },
  { key: 'text', short: 'a', long: ['text'] },
  { key: 'include', long: ['include'], value: 'required' },
  { key: 'exclude', long: ['exclude'], value: 'required' },
  { key: 'version', short: 'V', long: ['version'] },
] as const;

const usage = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";

/** grep, streaming: what comes in is looked at line by line. Status 0 selected, 1 none, 2 trouble. */
export const grep: Program = async (process) => {
  const name = programName(process);
  let options: ParsedOptions;
  try {
    options = parseOptions(name, digitContext(process.argv), specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${usage}`);
    return 2;
  }
  if (options.has('version')) {
    await process.stdout.write('grep (GNU grep) 3.6\n');
    return 0;
  }
  const operands = [...options.operands];
  const patterns = options.values('regexp').flatMap((pattern) => pattern.split('\n'));
  for (const file of options.values('file')) {
    try {
      patterns.push(...linesOf(readFile(process.machine, absolute(process, file), process.credentials)));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await complain(process, `${file}: ${error.text}`);
      return 2;
    }
  }
  if (!options.has('regexp') && !options.has('file')) {
    const pattern = operands.shift();
    if (pattern === undefined) {
      await process.stderr.write(usage);
      return 2;
    }
    patterns.push(...pattern.split('\n'));
  }
  let matcher: RegExp;
  try {
    matcher = compile(name, patterns, options);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    await complain(process, error.message);
    return 2;
  }
  return new Search(process, options, matcher).run(operands);
};

/** `-3` is context of three lines. */
function digitContext(argv: readonly string[]): string[] {
  return argv.map((argument, i) => (i > 0 && /^-\d+$/.test(argument) ? `-C${argument.slice(1)}` : argument));
}

function compile(name: string, patterns: string[], options: ParsedOptions): RegExp {
  const flags = options.has('ignoreCase') ? 'giu' : 'gu';
  const kind = options.given.findLast((option) => ['extended', 'fixed', 'basic', 'perl'].includes(option.key))?.key;
  const fixed = kind === 'fixed' || (kind === undefined && name === 'fgrep');
  const extended = kind === 'extended' || (kind === undefined && name === 'egrep');
  const sources = patterns.map((pattern) => {
    if (fixed) return pattern.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    if (kind === 'perl') return pattern;
    return posixRegex(pattern, extended).source;
  });
  let source = sources.map((each) => `(?:${each})`).join('|') || '(?!)';
  if (options.has('word')) source = `(?<![\\w])(?:${source})(?![\\w])`;
  if (options.has('line')) source = `^(?:${source})$`;
  try {
    return new RegExp(source, flags);
  } catch {
    throw new RegexError('Invalid regular expression');
  }
}

class Search {
  readonly #before: number;
  readonly #after: number;
  readonly #max: number;
  readonly #colour: boolean;
  #status = 1;
  #trouble = false;
  #names = false;
  #printedContext = false;

  constructor(
    readonly process: Process,
    readonly options: ParsedOptions,
    readonly matcher: RegExp,
  ) {
    const context = options.value('context') ?? '0';
    this.#before = Number(options.value('before') ?? context);
    this.#after = Number(options.value('after') ?? context);
    this.#max = Number(options.value('max') ?? Number.POSITIVE_INFINITY);
    const when = options.value('color');
    this.#colour = options.has('color') && (when === 'always' || (when !== 'never' && process.stdout.isTerminal));
  }

  async run(operands: string[]): Promise<number> {
    const recursive = this.options.has('recursive');
    const files = operands.length === 0 ? [recursive ? '.' : '-'] : operands;
    this.#names = (files.length > 1 || recursive || this.options.has('withName')) && !this.options.has('noName');
    for (const file of files) {
      if (await this.#file(file, operands.length === 0 && recursive)) return 0;
    }
    return this.#trouble && !(this.options.has('quiet') && this.#status === 0) ? 2 : this.#status;
  }

  /** Searches one operand; gives true when nothing more has to be looked at. */
  async #file(file: string, bare = false): Promise<boolean> {
    if (file === '-') return this.#lines(() => this.process.stdin.readLine(), '(standard input)');
    const path = absolute(this.process, file);
    const inode = lookup(this.process.machine, path, { as: this.process.credentials });
    if (inode?.kind === 'directory') {
      if (!this.options.has('recursive')) {
        await complain(this.process, `${file}: Is a directory`);
        return false;
      }
      for (const name of Object.keys(inode.entries).sort()) {
        const child = bare ? name : `${file.replace(/\/$/, '')}/${name}`;
        if (lookup(this.process.machine, absolute(this.process, child), { follow: false })?.kind === 'symlink')
          continue;
        if (await this.#file(child)) return true;
      }
      return false;
    }
    let text: string;
    try {
      text = readFile(this.process.machine, path, this.process.credentials);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (!this.options.has('noMessages')) await complain(this.process, `${file}: ${error.text}`);
      this.#trouble = true;
      return false;
    }
    const lines = linesOf(text);
    let at = 0;
    return this.#lines(async () => lines[at++] ?? null, file);
  }

  async #lines(next: () => Promise<string | null>, name: string): Promise<boolean> {
    const { options } = this;
    const silent = ['count', 'list', 'listWithout', 'quiet'].some((key) => options.has(key));
    const before: { number: number; line: string }[] = [];
    let selected = 0;
    let after = 0;
    let lastPrinted = 0;
    let number = 0;
    for (let line = await next(); line !== null; line = await next()) {
      number++;
      this.matcher.lastIndex = 0;
      const matches = this.matcher.test(line) !== options.has('invert');
      if (matches) {
        selected++;
        this.#status = 0;
        if (options.has('quiet')) return true;
        if (options.has('list') || options.has('listWithout')) break;
        if (!silent) {
          if (
            (this.#before > 0 || this.#after > 0) &&
            this.#printedContext &&
            number - before.length > lastPrinted + 1
          ) {
            await this.process.stdout.write('--\n');
          }
          for (const earlier of before) await this.#print(name, earlier.number, earlier.line, '-');
          before.length = 0;
          await this.#print(name, number, line, ':');
          this.#printedContext = true;
          lastPrinted = number;
          after = this.#after;
        }
        if (selected >= this.#max && after === 0) break;
      } else if (!silent && after > 0) {
        after--;
        lastPrinted = number;
        await this.#print(name, number, line, '-');
      } else if (!silent && this.#before > 0) {
        before.push({ number, line });
        if (before.length > this.#before) before.shift();
      }
    }
    if (options.has('count')) await this.process.stdout.write(`${this.#names ? `${name}:` : ''}${selected}\n`);
    else if (options.has('list') && selected > 0) await this.process.stdout.write(`${name}\n`);
    else if (options.has('listWithout') && selected === 0) await this.process.stdout.write(`${name}\n`);
    return false;
  }

  async #print(name: string, number: number, line: string, separator: string): Promise<void> {
    const paint = (code: string, text: string) =>
      this.#colour ? `\u001b[${code}m\u001b[K${text}\u001b[m\u001b[K` : text;
    const prefix =
      (this.#names ? paint('35', name) + paint('36', separator) : '') +
      (this.options.has('number') ? paint('32', String(number)) + paint('36', separator) : '');
    if (this.options.has('only')) {
      if (separator !== ':' || this.options.has('invert')) return;
      for (const match of line.matchAll(this.matcher)) {
        if (match[0] !== '') await this.process.stdout.write(`${prefix}${paint('01;31', match[0])}\n`);
      }
      return;
    }
    const shown =
      this.#colour && separator === ':' && !this.options.has('invert')
        ? line.replace(this.matcher, (match) => (match === '' ? '' : paint('01;31', match)))
        : line;
    await this.process.stdout.write(`${prefix}${shown}\n`);
  }
}
