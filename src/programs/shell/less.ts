import { FileError, normalizePath, readFile } from '../../machine/files';
import { openInput } from '../../shell/openpath';
import type { Input, Process, Program } from '../../shell/process';
import { characterWidth, visible } from '../../shell/readline/width';
import { parseOptions, UsageError } from '../options';
import { posixRegex, RegexError } from '../posix-regex';

/** A text that is looked at, with the name of its file; null for standard input. */
interface Source {
  readonly name: string | null;
  readonly lines: readonly string[];
}

/** What is shown on one line of the screen: a piece of a line. */
interface Row {
  readonly line: number;
  readonly text: string;
}

interface Settings {
  readonly numbers: boolean;
  chop: boolean;
  readonly ignoreCase: boolean;
  readonly quitIfOneScreen: boolean;
  readonly alternateScreen: boolean;
}

const REVERSE = '\x1b[7m';
const PLAIN = '\x1b[27m';

/** Cuts a line into pieces that fit `columns` cells. An empty line is one empty piece. */
export function wrapLine(line: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  const put = (text: string, cells: number) => {
    if (width + cells > columns) {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += text;
    width += cells;
  };
  for (const character of line.replaceAll('\r', '')) {
    if (character === '\t') {
      const cells = 8 - (width % 8);
      put(' '.repeat(Math.min(cells, Math.max(1, columns - width))), Math.min(cells, Math.max(1, columns - width)));
    } else {
      const shown = visible(character);
      put(shown, shown === character ? characterWidth(character) : shown.length);
    }
  }
  return [...pieces, piece];
}

/** Keys out of what one read of a raw terminal gave: an escape sequence is one key. */
export function keysOf(data: string): string[] {
  return data.match(/\x1b[[O][0-9;]*[A-Za-z~]|\x1b.|[\s\S]/gu) ?? [];
}

/** Why a pager can't show a file, in less's words. */
function reason(name: string, error: FileError): string {
  return error.code === 'EISDIR' ? `${name} is a directory` : `${name}: ${error.text}`;
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  return text.replace(/\n$/, '').split('\n');
}

/** The screen of less, and what its keys do. */
class Pager {
  readonly #process: Process;
  readonly #keys: Input;
  readonly #sources: readonly Source[];
  readonly #settings: Settings;
  #at = 0;
  #rows: Row[] = [];
  #width = 0;
  #chopped = false;
  #top = 0;
  #shift = 0;
  #fresh = true;
  #pattern: RegExp | null = null;
  #backwards = false;
  #message: string | null = null;
  #queue: string[] = [];

  constructor(process: Process, keys: Input, sources: readonly Source[], settings: Settings) {
    this.#process = process;
    this.#keys = keys;
    this.#sources = sources;
    this.#settings = settings;
  }

  get #source(): Source {
    return this.#sources[this.#at] ?? { name: null, lines: [] };
  }

  /** Lines of the screen that show text; the last one is the prompt's. */
  get #height(): number {
    return Math.max(1, (this.#process.tty?.rows ?? 24) - 1);
  }

  get #last(): number {
    return Math.max(0, this.#rows.length - this.#height);
  }

  #layOut(): void {
    const columns = this.#process.tty?.columns ?? 80;
    const { numbers, chop } = this.#settings;
    const key = columns + (chop ? this.#shift * 10_000 : 0);
    if (this.#width === key && this.#chopped === chop) return;
    const line = this.#rows[this.#top]?.line ?? 0;
    this.#width = key;
    this.#chopped = chop;
    this.#rows = this.#source.lines.flatMap((text, at) => {
      const head = numbers ? `${String(at + 1).padStart(7)} ` : '';
      const pieces = chop
        ? [wrapLine([...text].slice(this.#shift).join(''), columns - head.length)[0] ?? '']
        : wrapLine(text, columns - head.length);
      return pieces.map((piece, part) => ({ line: at, text: (part === 0 ? head : ' '.repeat(head.length)) + piece }));
    });
    this.#top = Math.max(
      0,
      this.#rows.findIndex((row) => row.line === line),
    );
  }

  #highlighted(text: string): string {
    if (!this.#pattern) return text;
    return text.replace(this.#pattern, (match) => (match === '' ? '' : `${REVERSE}${match}${PLAIN}`));
  }

  #prompt(): string {
    if (this.#message !== null) return `${REVERSE}${this.#message}${PLAIN}`;
    const { name } = this.#source;
    const end = this.#top >= this.#last;
    const next = this.#sources[this.#at + 1]?.name;
    const parts: string[] = [];
    if (this.#fresh && name !== null) {
      parts.push(this.#sources.length > 1 ? `${name} (file ${this.#at + 1} of ${this.#sources.length})` : name);
    }
    if (end) parts.push(next ? `(END) - Next: ${next}` : '(END)');
    return parts.length === 0 ? ':' : `${REVERSE}${parts.join(' ')}${PLAIN}`;
  }

  async #draw(): Promise<void> {
    this.#layOut();
    this.#top = Math.max(0, this.#top);
    const rows = this.#rows.slice(this.#top, this.#top + this.#height);
    const shown = rows.map((row) => this.#highlighted(row.text));
    while (shown.length < this.#height) shown.push('~');
    const screen = shown.map((text) => `${text}\x1b[K\n`).join('');
    await this.#process.stdout.write(`\x1b[?25l\x1b[H${screen}${this.#prompt()}\x1b[K\x1b[?25h`);
  }

  /** Whether everything fits, so that `-F` prints it and leaves. */
  fits(): boolean {
    this.#layOut();
    return this.#sources.length === 1 && this.#rows.length <= this.#height;
  }

  get wantsToQuitAtOnce(): boolean {
    return this.#settings.quitIfOneScreen && this.fits();
  }

  async #key(): Promise<string | null> {
    while (this.#queue.length === 0) {
      const data = await this.#keys.read();
      if (data === null) return null;
      this.#queue.push(...keysOf(data));
    }
    return this.#queue.shift() ?? null;
  }

  /** A line typed at the bottom of the screen, after `start`; null when it was given up. */
  async #ask(start: string): Promise<string | null> {
    let text = '';
    for (;;) {
      await this.#process.stdout.write(`\r${start}${text}\x1b[K`);
      const key = await this.#key();
      if (key === null || key === '\x03' || key === '\x1b') return null;
      if (key === '\r' || key === '\n') return text;
      if (key === '\x7f' || key === '\b') {
        if (text === '') return null;
        text = [...text].slice(0, -1).join('');
      } else if (key === '\x15') text = '';
      else if (key >= ' ' && !key.startsWith('\x1b')) text += key;
    }
  }

  #move(rows: number): void {
    this.#top = rows > 0 ? Math.max(this.#top, Math.min(this.#last, this.#top + rows)) : Math.max(0, this.#top + rows);
  }

  /** Goes to the next line that the pattern matches. */
  #find(count: number, backwards: boolean, from: number): void {
    const pattern = this.#pattern;
    if (!pattern) {
      this.#message = 'No previous regular expression  (press RETURN)';
      return;
    }
    const { lines } = this.#source;
    const step = backwards ? -1 : 1;
    let left = count;
    for (let line = from; line >= 0 && line < lines.length; line += step) {
      pattern.lastIndex = 0;
      if (!pattern.test(lines[line] ?? '') || --left > 0) continue;
      this.#top = this.#rows.findIndex((row) => row.line === line);
      return;
    }
    this.#message = 'Pattern not found  (press RETURN)';
  }

  async #search(backwards: boolean, count: number): Promise<void> {
    const text = await this.#ask(backwards ? '?' : '/');
    if (text === null) return;
    this.#backwards = backwards;
    const again = text === '';
    if (!again) {
      const ignore = this.#settings.ignoreCase && text === text.toLowerCase();
      try {
        this.#pattern = posixRegex(text, true, ignore ? 'giu' : 'gu');
      } catch (error) {
        if (!(error instanceof RegexError)) throw error;
        this.#message = `${error.message}  (press RETURN)`;
        return;
      }
    }
    const line = this.#rows[this.#top]?.line ?? 0;
    this.#find(count, backwards, backwards ? line - 1 : again ? line + 1 : line);
  }

  /** `:n`, `:p`, `:q`, `:e` … Gives whether to leave. */
  async #command(): Promise<boolean> {
    await this.#process.stdout.write('\r:\x1b[K');
    const key = await this.#key();
    if (key === null || key === 'q' || key === 'Q') return true;
    if (key === 'n' || key === 'p') {
      const next = this.#at + (key === 'n' ? 1 : -1);
      if (!this.#sources[next]) this.#message = `No ${key === 'n' ? 'next' : 'previous'} file  (press RETURN)`;
      else this.#show(next);
    }
    return false;
  }

  #show(source: number): void {
    this.#at = source;
    this.#rows = [];
    this.#width = 0;
    this.#top = 0;
    this.#shift = 0;
    this.#fresh = true;
    this.#layOut();
  }

  /** What one key does. Gives whether to leave. */
  async #act(key: string, number: number | null): Promise<boolean> {
    const count = number ?? 1;
    const page = number ?? this.#height;
    const line = this.#rows[this.#top]?.line ?? 0;
    switch (key) {
      case 'q':
      case 'Q':
        return true;
      case 'Z':
        return (await this.#key()) === 'Z';
      case ' ':
      case 'f':
      case '\x06':
      case '\x16':
      case '\x1b[6~':
      case 'z':
        this.#move(page);
        break;
      case 'b':
      case '\x02':
      case '\x1b[5~':
      case '\x1bv':
      case 'w':
        this.#move(-page);
        break;
      case 'd':
      case '\x04':
        this.#move(number ?? Math.floor(this.#height / 2));
        break;
      case 'u':
      case '\x15':
        this.#move(-(number ?? Math.floor(this.#height / 2)));
        break;
      case 'j':
      case 'e':
      case '\r':
      case '\n':
      case '\x0e':
      case '\x05':
      case '\x1b[B':
      case '\x1bOB':
        this.#move(count);
        break;
      case 'k':
      case 'y':
      case '\x10':
      case '\x19':
      case '\x1b[A':
      case '\x1bOA':
        this.#move(-count);
        break;
      case 'g':
      case '<':
      case '\x1b[H':
      case '\x1b[1~':
      case '\x1bOH':
      case '\x1b<':
        this.#top =
          number === null
            ? 0
            : Math.max(
                0,
                this.#rows.findIndex((row) => row.line >= number - 1),
              );
        break;
      case 'G':
      case '>':
      case '\x1b[F':
      case '\x1b[4~':
      case '\x1bOF':
      case '\x1b>':
        this.#top =
          number === null
            ? this.#last
            : Math.max(
                0,
                this.#rows.findIndex((row) => row.line >= number - 1),
              );
        break;
      case '\x1b[C':
      case '\x1bOC':
      case '\x1b[D':
      case '\x1bOD': {
        const half = Math.floor((this.#process.tty?.columns ?? 80) / 2);
        this.#settings.chop = true;
        this.#shift = Math.max(0, this.#shift + (key.endsWith('C') ? half : -half));
        if (this.#shift === 0) this.#settings.chop = false;
        break;
      }
      case '/':
        await this.#search(false, count);
        break;
      case '?':
        await this.#search(true, count);
        break;
      case 'n':
        this.#find(count, this.#backwards, line + (this.#backwards ? -1 : 1));
        break;
      case 'N':
        this.#find(count, !this.#backwards, line + (this.#backwards ? 1 : -1));
        break;
      case ':':
        return this.#command();
      case '=':
      case '\x07':
        this.#message = this.#position();
        break;
      default:
        await this.#process.stdout.write('\x07');
    }
    return false;
  }

  /** Where we are, as `=` tells it. */
  #position(): string {
    const { name, lines } = this.#source;
    const bottom = this.#rows[Math.min(this.#rows.length, this.#top + this.#height) - 1]?.line ?? 0;
    const size = lines.reduce((sum, text) => sum + text.length + 1, 0);
    const seen = lines.slice(0, bottom + 1).reduce((sum, text) => sum + text.length + 1, 0);
    const first = (this.#rows[this.#top]?.line ?? 0) + 1;
    const percent = size === 0 ? 100 : Math.floor((seen * 100) / size);
    const end = this.#top >= this.#last ? ' (END)' : ` ${percent}%`;
    return `${name ?? 'Standard input'} lines ${first}-${bottom + 1}/${lines.length} byte ${seen}/${size}${end}  (press RETURN)`;
  }

  async run(): Promise<void> {
    const { stdout, tty } = this.#process;
    tty?.setRaw(true);
    if (this.#settings.alternateScreen) await stdout.write('\x1b[?1049h');
    try {
      let number: number | null = null;
      for (;;) {
        await this.#draw();
        const key = await this.#key();
        if (key === null) break;
        if (this.#message !== null) {
          this.#message = null;
          if (key === '\r' || key === '\n' || key === ' ') continue;
        }
        if (/^\d$/.test(key)) {
          number = (number ?? 0) * 10 + Number(key);
          continue;
        }
        this.#fresh = false;
        if (await this.#act(key, number)) break;
        number = null;
      }
    } finally {
      tty?.setRaw(false);
    }
    await stdout.write(this.#settings.alternateScreen ? '\x1b[?1049l' : '\r\x1b[K');
  }
}

const VERSION = `less 590 (GNU regular expressions)
Copyright (C) 1984-2021  Mark Nudelman

less comes with NO WARRANTY, to the extent permitted by law.
For information about the terms of redistribution,
see the file named README in the less distribution.
Home page: https://greenwoodsoftware.com/less
`;

/** Files and standard input of a call, with the complaints about those that can't be read. */
async function sourcesOf(process: Process, names: readonly string[]): Promise<Source[]> {
  if (names.length === 0 || names.includes('-')) {
    return [{ name: null, lines: linesOf(await process.stdin.readAll()) }];
  }
  const sources: Source[] = [];
  for (const name of names) {
    try {
      const text = readFile(process.machine, normalizePath(name, process.cwd), process.credentials);
      sources.push({ name, lines: linesOf(text) });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await process.stderr.write(`${reason(name, error)}\n`);
    }
  }
  return sources;
}

/** Without a screen, less is cat. */
async function printAll(process: Process, sources: readonly Source[]): Promise<number> {
  for (const { lines } of sources) for (const line of lines) await process.stdout.write(`${line}\n`);
  return 0;
}

/** less 590: a pager that goes both ways. */
export const less: Program = async (process) => {
  const argv = process.argv.filter((arg, at) => at === 0 || !/^\+[Gg0-9F/]/.test(arg));
  const specs = [
    { key: 'numbers', short: 'N', long: ['LINE-NUMBERS'] },
    { key: 'chop', short: 'S', long: ['chop-long-lines'] },
    { key: 'ignore', short: 'iI', long: ['ignore-case', 'IGNORE-CASE'] },
    { key: 'quit', short: 'F', long: ['quit-if-one-screen'] },
    { key: 'init', short: 'X', long: ['no-init'] },
    { key: 'version', short: 'V', long: ['version'] },
    { key: 'any', short: 'acCdeEfgGJKLmMnqQrRsuUwW', long: ['RAW-CONTROL-CHARS', 'quit-at-eof', 'LONG-PROMPT'] },
    { key: 'valued', short: 'bhjkoOpPtTxyz#', value: 'required' as const },
  ];
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions('less', argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const wrong = process.argv.slice(1).find((arg) => arg.startsWith('-')) ?? '';
    const what = /'(.+)'$/.exec(error.message)?.[1] ?? wrong;
    await process.stderr.write(
      `There is no ${what.replace(/^(-*)/, (dashes) => (dashes === '--' ? '--' : '-'))} option ("less --help" for help)\n`,
    );
    return 1;
  }
  if (options.has('version')) {
    await process.stdout.write(VERSION);
    return 0;
  }
  if (options.operands.length === 0 && process.stdin.isTerminal) {
    await process.stderr.write('Missing filename ("less --help" for help)\n');
    return 1;
  }
  const sources = await sourcesOf(process, options.operands);
  if (sources.length === 0) return 1;
  if (!process.stdout.isTerminal || !process.tty) return printAll(process, sources);
  const keys = await openInput(process, '/dev/tty');
  const pager = new Pager(process, keys, sources, {
    numbers: options.has('numbers'),
    chop: options.has('chop'),
    ignoreCase: options.has('ignore'),
    quitIfOneScreen: options.has('quit'),
    alternateScreen: !options.has('init'),
  });
  try {
    if (pager.wantsToQuitAtOnce) return await printAll(process, sources);
    await pager.run();
  } finally {
    keys.close();
  }
  return 0;
};
