import type { ProcessGroup } from './group';
import { type Caller, OpenFile, type ReadLimit, ReadTimeout, takeLength, Waiters } from './openfile';
import type { EditRequest } from './process';
import { characterWidth, visible } from './readline/width';
import type { TerminalTty } from './terminaltty';

/** An editor that a program opened over the terminal. */
export interface EditorSession extends EditRequest {
  /** The user has left it. */
  close(): void;
}

export interface TerminalHooks {
  /** Characters for the screen, as a VT100 understands them. */
  output(text: string): void;
  /** Opens an editor; absent: this terminal can't. */
  edit?(session: EditorSession): void;
  /** What was typed is a command line with the keyboard switched to Hangul: the line that was meant. */
  offer?(line: string): void;
}

const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_U = '\x15';
const CTRL_W = '\x17';
const CTRL_Z = '\x1a';
const CTRL_BACKSLASH = '\x1c';
const ERASE = '\x7f';
const BACKSPACE = '\b';

/** A completed piece of input: a line, raw keys, or the end of file of a ^D. */
type Piece = { readonly kind: 'text'; text: string } | { readonly kind: 'end' };

/** A pseudo terminal: line discipline, echo, signals of keys. */
export class TerminalDevice {
  columns: number;
  rows: number;
  readonly file: TerminalFile;
  readonly hooks: TerminalHooks;
  /** Readers that wait for keys now. */
  waiting = 0;
  #foreground: ProcessGroup | null = null;
  #echo = true;
  #raw = false;
  /** The line that is being typed in cooked mode. */
  #line = '';
  #pieces: Piece[] = [];
  #paused = false;
  #hungUp = false;
  readonly #changed = new Waiters();
  readonly #writable = new Waiters();

  constructor(columns: number, rows: number, hooks: TerminalHooks) {
    this.columns = columns;
    this.rows = rows;
    this.hooks = hooks;
    this.file = new TerminalFile(this);
  }

  get foreground(): ProcessGroup | null {
    return this.#foreground;
  }

  set foreground(group: ProcessGroup | null) {
    this.#foreground = group;
    this.#changed.wake();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.#foreground?.signal('WINCH');
  }

  setEcho(on: boolean): void {
    this.#echo = on;
  }

  get echo(): boolean {
    return this.#echo;
  }

  get raw(): boolean {
    return this.#raw;
  }

  setRaw(on: boolean): void {
    if (on === this.#raw) return;
    this.#raw = on;
    if (on) {
      // What was typed ahead becomes keys.
      if (this.#line !== '') this.#pieces.push({ kind: 'text', text: this.#line });
      this.#line = '';
      this.#changed.wake();
      return;
    }
    // Keys that nobody read become lines, without a second echo.
    const typed = this.#pieces.map((piece) => (piece.kind === 'text' ? piece.text : CTRL_D)).join('');
    this.#pieces = [];
    const echo = this.#echo;
    this.#echo = false;
    for (const character of typed) this.#cooked(character, false);
    this.#echo = echo;
  }

  /** Puts keys back in front of what is still to be read. */
  unread(text: string): void {
    if (text === '') return;
    this.#pieces.unshift({ kind: 'text', text });
    this.#changed.wake();
  }

  /** Keys from the user. */
  input(data: string): void {
    if (this.#raw) {
      this.#pieces.push({ kind: 'text', text: data });
      this.#changed.wake();
      return;
    }
    for (const character of data) this.#cooked(character, true);
  }

  #cooked(character: string, signals: boolean): void {
    switch (character) {
      case CTRL_C:
        this.#interrupt('INT', '^C', signals);
        return;
      case CTRL_BACKSLASH:
        this.#interrupt('QUIT', '^\\', signals);
        return;
      case CTRL_Z:
        this.#interrupt('TSTP', '^Z', signals);
        return;
      case CTRL_D:
        if (this.#line === '') this.#pieces.push({ kind: 'end' });
        else this.#commit('');
        this.#changed.wake();
        return;
      case '\r':
      case '\n':
        this.#commit('\n');
        this.#show('\r\n');
        return;
      case ERASE:
      case BACKSPACE:
        this.#erase(1);
        return;
      case CTRL_U:
        this.#erase([...this.#line].length);
        return;
      case CTRL_W:
        this.#erase([...(/\S*\s*$/.exec(this.#line)?.[0] ?? '')].length);
        return;
      default:
        this.#line += character;
        this.#show(character === '\t' ? character : visible(character));
    }
  }

  #interrupt(signal: 'INT' | 'QUIT' | 'TSTP', shown: string, deliver: boolean): void {
    this.#line = '';
    this.#pieces = [];
    this.#show(shown);
    if (deliver) this.#foreground?.signal(signal);
  }

  #commit(end: string): void {
    this.#pieces.push({ kind: 'text', text: this.#line + end });
    this.#line = '';
    this.#changed.wake();
  }

  #erase(count: number): void {
    const characters = [...this.#line];
    for (let i = 0; i < count; i++) {
      const last = characters.pop();
      if (last === undefined) break;
      const width = characterWidth(last);
      this.#show('\b \b'.repeat(width));
    }
    this.#line = characters.join('');
  }

  #show(text: string): void {
    if (this.#echo) this.hooks.output(text);
  }

  /** While paused, writes of programs block. */
  pause(paused: boolean): void {
    this.#paused = paused;
    if (!paused) this.#writable.wake();
  }

  /** The user is gone: readers get the end of file. */
  hangUp(): void {
    this.#hungUp = true;
    this.#paused = false;
    this.#changed.wake();
    this.#writable.wake();
  }

  get hungUp(): boolean {
    return this.#hungUp;
  }

  get readable(): boolean {
    return this.#pieces.length > 0 || this.#hungUp;
  }

  async read(by: Caller, limit?: ReadLimit): Promise<string | null> {
    for (;;) {
      if (this.#hungUp) return null;
      if (this.#foreground && by.group !== this.#foreground) by.group.signal('TTIN');
      else {
        const taken = this.#take(limit);
        if (taken !== undefined) return taken;
      }
      this.waiting++;
      try {
        if (!(await by.wait(this.#changed, limit?.deadline))) throw new ReadTimeout();
      } finally {
        this.waiting--;
      }
    }
  }

  #take(limit?: ReadLimit): string | null | undefined {
    const first = this.#pieces[0];
    if (!first) return undefined;
    if (first.kind === 'end') {
      this.#pieces.shift();
      return null;
    }
    const length = takeLength(first.text, limit);
    const taken = first.text.slice(0, length);
    if (length === first.text.length) this.#pieces.shift();
    else first.text = first.text.slice(length);
    return taken;
  }

  async write(by: Caller, text: string): Promise<void> {
    while (this.#paused) await by.wait(this.#writable);
    if (this.#hungUp) return;
    this.hooks.output(text.replace(/\r?\n/g, '\r\n'));
  }

  /** Characters for the screen as they are: the line editor's. */
  draw(text: string): void {
    if (text !== '') this.hooks.output(text);
  }

  async edit(by: Caller, request: EditRequest): Promise<'closed' | null> {
    const { edit } = this.hooks;
    if (!edit) return null;
    const closed = new Waiters();
    let open = true;
    const session: EditorSession = {
      ...request,
      save: (content) => request.save(content),
      close: () => {
        open = false;
        closed.wake();
      },
    };
    edit(session);
    this.waiting++;
    try {
      while (open) await by.wait(closed);
    } finally {
      this.waiting--;
    }
    return 'closed';
  }
}

/** The open file of a terminal. */
export class TerminalFile extends OpenFile {
  override readonly isTerminal = true;
  constructor(readonly device: TerminalDevice) {
    super('/dev/tty');
  }
  read(by: Caller, limit?: ReadLimit): Promise<string | null> {
    return this.device.read(by, limit);
  }
  write(by: Caller, text: string): Promise<void> {
    return this.device.write(by, text);
  }
  override readable(): boolean {
    return this.device.readable;
  }
}

/** A terminal under one of its names: local, and on every machine that somebody logged in to from there. */
export class DeviceTty implements TerminalTty {
  constructor(
    readonly device: TerminalDevice,
    readonly path: string,
  ) {}
  get file(): OpenFile {
    return this.device.file;
  }
  get columns(): number {
    return this.device.columns;
  }
  get rows(): number {
    return this.device.rows;
  }
  get foreground(): ProcessGroup | null {
    return this.device.foreground;
  }
  set foreground(group: ProcessGroup | null) {
    this.device.foreground = group;
  }
  setEcho(on: boolean): void {
    this.device.setEcho(on);
  }
  setRaw(on: boolean): void {
    this.device.setRaw(on);
    this.device.setEcho(!on);
  }
  unread(text: string): void {
    this.device.unread(text);
  }
  named(path: string): DeviceTty {
    return new DeviceTty(this.device, path);
  }
  edit(): Promise<'closed' | null> {
    throw new Error('edit needs a caller: use the tty of a process');
  }
  editFor(caller: Caller, request: EditRequest): Promise<'closed' | null> {
    return this.device.edit(caller, request);
  }
}

/** The terminal behind a process's tty, where it is one of ours. */
export function deviceOf(tty: unknown): TerminalDevice | null {
  return tty instanceof DeviceTty ? tty.device : null;
}
