import { LineDisplay } from './display';
import { type Key, parseKeys } from './keys';

/** What a completion proposes for the word before the cursor. */
export interface Completion {
  /** Where the word begins that is replaced. */
  readonly start: number;
  /** Full replacements. */
  readonly candidates: readonly string[];
  /** What the listing shows for each; default the candidates. */
  readonly labels?: readonly string[];
  /** Added after a single match; default a space. */
  readonly suffix?: string;
}

export interface EditorOptions {
  readonly prompt: string;
  readonly columns: number;
  /** Earlier lines, oldest first. */
  readonly history: readonly string[];
  complete(line: string, cursor: number): Completion;
}

export type EditorResult =
  | { readonly kind: 'line'; readonly text: string }
  /** ^C. */
  | { readonly kind: 'interrupt' }
  /** ^D on an empty line. */
  | { readonly kind: 'end' };

interface Snapshot {
  readonly line: string;
  readonly cursor: number;
}

/** bash's question before long listings. */
const LISTING_LIMIT = 100;

/** One line being edited with emacs keys. Pure: keys in, characters for the screen out. */
export class LineEditor {
  line = '';
  cursor = 0;
  readonly #options: EditorOptions;
  readonly #display: LineDisplay;
  #rest = '';
  #kill: string;
  #lastKill = false;
  #undo: Snapshot[] = [];
  /** Index into history; its length = the line being typed. */
  #at: number;
  /** Lines changed while browsing. */
  readonly #edited = new Map<number, string>();
  #search: { text: string; at: number; failed: boolean; saved: Snapshot } | null = null;
  #lastTab = false;
  #quote = false;
  #lastArgument: { at: number; length: number } | null = null;
  #question: (() => string) | null = null;

  constructor(options: EditorOptions, kill = '') {
    this.#options = options;
    this.#display = new LineDisplay(options.prompt, options.columns);
    this.#kill = kill;
    this.#at = options.history.length;
  }

  /** The kill ring's top, to hand on to the next line. */
  get killed(): string {
    return this.#kill;
  }

  start(): string {
    return `\x1b[?2004h${this.#display.start()}`;
  }

  resize(columns: number): void {
    this.#display.columns = columns;
  }

  /** Takes keys. `rest`: what came after the end of the line. */
  feed(data: string): { output: string; result: EditorResult | null; rest: string } {
    const { keys, rest } = parseKeys(this.#rest + data);
    this.#rest = rest;
    let output = '';
    for (let i = 0; i < keys.length; i++) {
      const step = this.#key(keys[i] as Key);
      output += step.output;
      if (step.result) {
        const remaining =
          keys
            .slice(i + 1)
            .map(keyText)
            .join('') + this.#rest;
        return { output: `${output}\x1b[?2004l\r`, result: step.result, rest: remaining };
      }
    }
    return { output, result: null, rest: '' };
  }

  #key(key: Key): { output: string; result: EditorResult | null } {
    const name = key.kind === 'key' ? key.name : '';
    if (this.#question) return { output: this.#answer(key), result: null };
    if (this.#search) {
      const handled = this.#searchKey(key);
      if (handled !== null) return handled;
    }
    if (name === 'Enter') return this.#accept();
    if (name === 'C-c') {
      this.cursor = this.line.length;
      const output = `${this.#draw()}^C${this.#display.finish()}`;
      return { output, result: { kind: 'interrupt' } };
    }
    if (name === 'C-d' && this.line === '' && !this.#quote) return { output: '', result: { kind: 'end' } };
    return { output: this.#edit(key, name), result: null };
  }

  #accept(): { output: string; result: EditorResult } {
    this.cursor = this.line.length;
    const output = this.#draw() + this.#display.finish();
    return { output, result: { kind: 'line', text: this.line } };
  }

  #edit(key: Key, name: string): string {
    const wasTab = this.#lastTab;
    const wasKill = this.#lastKill;
    if (name !== 'Tab') this.#lastTab = false;
    this.#lastKill = false;
    if (name !== 'M-.' && name !== 'M-_') this.#lastArgument = null;
    if (this.#quote && key.kind === 'key') {
      this.#quote = false;
      return this.#insert(keyText(key));
    }
    if (key.kind === 'text') return this.#insert(key.text);
    if (key.kind === 'paste') return this.#insert(key.text.replace(/\r\n?/g, '\n').replace(/\n$/, ''));
    if (name === 'Tab') return this.#tab(wasTab);
    return this.#command(name, wasKill);
  }

  #command(name: string, wasKill: boolean): string {
    const { line, cursor } = this;
    switch (name) {
      case 'C-a':
      case 'Home':
        return this.#go(0);
      case 'C-e':
      case 'End':
        return this.#go(line.length);
      case 'C-b':
      case 'Left':
        return this.#go(previous(line, cursor));
      case 'C-f':
      case 'Right':
        return this.#go(next(line, cursor));
      case 'M-b':
        return this.#go(wordStart(line, cursor));
      case 'M-f':
        return this.#go(wordEnd(line, cursor));
      case 'Backspace':
        return cursor === 0 ? '\x07' : this.#replace(previous(line, cursor), cursor, '');
      case 'C-d':
      case 'Delete':
        return cursor === line.length ? '\x07' : this.#replace(cursor, next(line, cursor), '');
      case 'C-k':
        return this.#cut(cursor, line.length, wasKill, 'after');
      case 'C-u':
        return this.#cut(0, cursor, wasKill, 'before');
      case 'C-w':
        return this.#cut(blankWordStart(line, cursor), cursor, wasKill, 'before');
      case 'M-Backspace':
        return this.#cut(wordStart(line, cursor), cursor, wasKill, 'before');
      case 'M-d':
        return this.#cut(cursor, wordEnd(line, cursor), wasKill, 'after');
      case 'C-y':
        return this.#insert(this.#kill);
      case 'C-t':
        return this.#transpose();
      case 'C-l':
        return `\x1b[H\x1b[2J${this.#display.redraw()}`;
      case 'C-p':
      case 'Up':
        return this.#browse(this.#at - 1);
      case 'C-n':
      case 'Down':
        return this.#browse(this.#at + 1);
      case 'M-<':
      case 'PageUp':
        return this.#browse(0);
      case 'M->':
      case 'PageDown':
        return this.#browse(this.#options.history.length);
      case 'C-r':
        return this.#startSearch();
      case 'C-v':
      case 'C-q':
        this.#quote = true;
        return '';
      case 'C-_':
        return this.#undoOnce();
      case 'M-.':
      case 'M-_':
        return this.#yankArgument();
      case 'M-u':
        return this.#changeWord((word) => word.toUpperCase());
      case 'M-l':
        return this.#changeWord((word) => word.toLowerCase());
      case 'M-c':
        return this.#changeWord((word) => word.replace(/[A-Za-z]/, (c) => c.toUpperCase()));
      default:
        return '';
    }
  }

  #draw(): string {
    return this.#display.update(this.line, this.cursor);
  }

  #go(cursor: number): string {
    if (cursor === this.cursor) return '\x07';
    this.cursor = cursor;
    return this.#draw();
  }

  #remember(): void {
    this.#undo.push({ line: this.line, cursor: this.cursor });
  }

  #insert(text: string): string {
    this.#quote = false;
    return text === '' ? '' : this.#replace(this.cursor, this.cursor, text);
  }

  #replace(start: number, end: number, text: string): string {
    this.#remember();
    this.line = this.line.slice(0, start) + text + this.line.slice(end);
    this.cursor = start + text.length;
    return this.#draw();
  }

  #cut(start: number, end: number, append: boolean, side: 'before' | 'after'): string {
    this.#lastKill = true;
    if (start === end) return '\x07';
    const text = this.line.slice(start, end);
    if (!append) this.#kill = text;
    else this.#kill = side === 'after' ? this.#kill + text : text + this.#kill;
    return this.#replace(start, end, '');
  }

  #transpose(): string {
    const at = this.cursor === this.line.length ? previous(this.line, this.cursor) : this.cursor;
    if (at === 0) return '\x07';
    const before = previous(this.line, at);
    const after = next(this.line, at);
    return this.#replace(before, after, this.line.slice(at, after) + this.line.slice(before, at));
  }

  #changeWord(change: (word: string) => string): string {
    const end = wordEnd(this.line, this.cursor);
    return this.#replace(this.cursor, end, change(this.line.slice(this.cursor, end)));
  }

  #undoOnce(): string {
    const last = this.#undo.pop();
    if (!last) return '\x07';
    this.line = last.line;
    this.cursor = last.cursor;
    return this.#draw();
  }

  #browse(index: number): string {
    const { history } = this.#options;
    if (index < 0 || index > history.length || index === this.#at) return '\x07';
    this.#edited.set(this.#at, this.line);
    this.#at = index;
    this.line = this.#edited.get(index) ?? history[index] ?? '';
    this.cursor = this.line.length;
    this.#undo = [];
    return this.#draw();
  }

  /** The last argument of the previous line; again: of the one before it. */
  #yankArgument(): string {
    const { history } = this.#options;
    const from = this.#lastArgument ? this.#lastArgument.at : history.length;
    const entry = history[from - 1];
    if (entry === undefined) return '\x07';
    const word = /\S+\s*$/.exec(entry)?.[0].trim() ?? '';
    const start = this.#lastArgument ? this.cursor - this.#lastArgument.length : this.cursor;
    const output = this.#replace(start, this.cursor, word);
    this.#lastArgument = { at: from - 1, length: word.length };
    return output;
  }

  // Incremental search

  #startSearch(): string {
    this.#search = {
      text: '',
      at: this.#options.history.length,
      failed: false,
      saved: { line: this.line, cursor: this.cursor },
    };
    return this.#showSearch();
  }

  #showSearch(): string {
    const search = this.#search;
    if (!search) return '';
    const prompt = `(${search.failed ? 'failed ' : ''}reverse-i-search)\`${search.text}': `;
    return this.#display.replacePrompt(prompt, this.line, this.cursor);
  }

  #find(from: number): void {
    const search = this.#search;
    if (!search) return;
    for (let i = from; i >= 0; i--) {
      const at = this.#options.history[i]?.lastIndexOf(search.text) ?? -1;
      if (at < 0) continue;
      this.line = this.#options.history[i] ?? '';
      this.cursor = at;
      search.at = i;
      search.failed = false;
      return;
    }
    search.failed = true;
  }

  #searchKey(key: Key): { output: string; result: EditorResult | null } | null {
    const search = this.#search;
    if (!search) return null;
    if (key.kind === 'text') {
      search.text += key.text;
      this.#find(Math.min(search.at, this.#options.history.length - 1));
      return { output: this.#showSearch(), result: null };
    }
    const name = key.kind === 'key' ? key.name : '';
    if (name === 'C-r') {
      this.#find(search.at - 1);
      return { output: this.#showSearch(), result: null };
    }
    if (name === 'Backspace') {
      this.#shortenSearch(search);
      return { output: this.#showSearch(), result: null };
    }
    // Every other key ends the search; ^G and ^C give the old line back, the rest does what it does.
    this.#search = null;
    if (name === 'C-g' || name === 'C-c') {
      this.line = search.saved.line;
      this.cursor = search.saved.cursor;
    } else if (search.at < this.#options.history.length) this.#at = search.at;
    const output = this.#display.replacePrompt(this.#options.prompt, this.line, this.cursor);
    if (name === 'C-g') return { output, result: null };
    const step = this.#key(key);
    return { output: output + step.output, result: step.result };
  }

  #shortenSearch(search: { text: string; at: number; failed: boolean; saved: Snapshot }): void {
    search.text = [...search.text].slice(0, -1).join('');
    search.at = this.#options.history.length;
    if (search.text !== '') {
      this.#find(search.at - 1);
      return;
    }
    this.line = search.saved.line;
    this.cursor = search.saved.cursor;
    search.failed = false;
  }

  // Completion

  #tab(again: boolean): string {
    const found = this.#options.complete(this.line, this.cursor);
    const { candidates, start } = found;
    if (candidates.length === 0) {
      this.#lastTab = true;
      return '\x07';
    }
    const typed = this.line.slice(start, this.cursor);
    if (candidates.length === 1) {
      const text = `${candidates[0]}${found.suffix ?? ' '}`;
      return text === typed ? '\x07' : this.#replace(start, this.cursor, text);
    }
    const common = commonPrefix(candidates);
    if (common.length > typed.length) {
      this.#lastTab = false;
      return `\x07${this.#replace(start, this.cursor, common)}`;
    }
    if (!again) {
      this.#lastTab = true;
      return '\x07';
    }
    const labels = found.labels ?? candidates;
    if (labels.length > LISTING_LIMIT) {
      this.#question = () => this.#listing(labels);
      return `\r\nDisplay all ${labels.length} possibilities? (y or n)`;
    }
    return `\r\n${this.#listing(labels)}`;
  }

  #answer(key: Key): string {
    const yes = key.kind === 'text' && /[yY ]/.test(key.text);
    const no =
      (key.kind === 'text' && /[nN]/.test(key.text)) || (key.kind === 'key' && /^(Backspace|C-c|C-g)$/.test(key.name));
    if (!yes && !no) return '\x07';
    const show = this.#question;
    this.#question = null;
    return `\r\n${yes && show ? show() : this.#display.redraw()}`;
  }

  #listing(labels: readonly string[]): string {
    const sorted = [...new Set(labels)].sort();
    const width = Math.max(...sorted.map((label) => label.length)) + 2;
    const fitting = Math.floor(this.#display.columns / width);
    // The right margin stays free.
    const columns = Math.max(1, fitting * width === this.#display.columns ? fitting - 1 : fitting);
    const rows = Math.ceil(sorted.length / columns);
    let text = '';
    for (let row = 0; row < rows; row++) {
      let line = '';
      for (let column = 0; column < columns; column++) {
        const label = sorted[column * rows + row];
        if (label === undefined) continue;
        line += column === columns - 1 ? label : label.padEnd(width);
      }
      text += `${line}\r\n`;
    }
    return text + this.#display.redraw();
  }
}

/** The characters of a key. */
function keyText(key: Key): string {
  if (key.kind === 'text') return key.text;
  if (key.kind === 'paste') return `\x1b[200~${key.text}\x1b[201~`;
  const names: Record<string, string> = {
    Enter: '\r',
    Tab: '\t',
    Backspace: '\x7f',
    Up: '\x1b[A',
    Down: '\x1b[B',
    Right: '\x1b[C',
    Left: '\x1b[D',
    Home: '\x1b[H',
    End: '\x1b[F',
    Delete: '\x1b[3~',
    PageUp: '\x1b[5~',
    PageDown: '\x1b[6~',
    Unknown: '',
  };
  if (Object.hasOwn(names, key.name)) return names[key.name] ?? '';
  if (key.name.startsWith('C-')) return String.fromCharCode(key.name.charCodeAt(2) & 0x1f);
  return `\x1b${key.name.slice(2)}`;
}

function previous(line: string, at: number): number {
  const characters = [...line.slice(0, at)];
  return at - (characters[characters.length - 1]?.length ?? 0);
}

function next(line: string, at: number): number {
  return at + ([...line.slice(at)][0]?.length ?? 0);
}

const WORD = /[\p{L}\p{N}]/u;

function wordStart(line: string, at: number): number {
  let i = at;
  while (i > 0 && !WORD.test(line[i - 1] as string)) i--;
  while (i > 0 && WORD.test(line[i - 1] as string)) i--;
  return i;
}

function wordEnd(line: string, at: number): number {
  let i = at;
  while (i < line.length && !WORD.test(line[i] as string)) i++;
  while (i < line.length && WORD.test(line[i] as string)) i++;
  return i;
}

function blankWordStart(line: string, at: number): number {
  let i = at;
  while (i > 0 && /\s/.test(line[i - 1] as string)) i--;
  while (i > 0 && !/\s/.test(line[i - 1] as string)) i--;
  return i;
}

function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? '';
  for (const text of texts) {
    let length = 0;
    while (length < prefix.length && prefix[length] === text[length]) length++;
    prefix = prefix.slice(0, length);
  }
  return prefix;
}
