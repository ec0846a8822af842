import type { Millis } from '../world/world';
import type { ProcessGroup } from './group';
import { BrokenPipe, type Input, type Output } from './process';

/** Tasks that wait for a change of something outside the world (a pipe, a child, a terminal). */
export class Waiters {
  readonly #wakes = new Set<() => void>();

  add(wake: () => void): () => void {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  }

  /** Wakes all that wait now, in the order in which they came. */
  wake(): void {
    const wakes = [...this.#wakes];
    this.#wakes.clear();
    for (const wake of wakes) wake();
  }
}

/** How an open file blocks its caller. */
export interface Caller {
  /** The caller's process group: a terminal stops readers of the background. */
  readonly group: ProcessGroup;
  /** Blocks until `waiters` wakes, or until simulated time `deadline`. Gives false when the time ran out. */
  wait(waiters: Waiters, deadline?: Millis): Promise<boolean>;
}

/** Where a read stops early, and how long it waits. */
export interface ReadLimit {
  /** Stops after this character. */
  delimiter?: string;
  /** Stops after so many characters. */
  max?: number;
  /** Simulated time after which the read gives up (`ReadTimeout`). */
  deadline?: Millis;
}

/** A read's deadline passed. */
export class ReadTimeout extends Error {
  constructor() {
    super('read timed out');
    this.name = 'ReadTimeout';
  }
}

/** How much of `text` one read may take. */
export function takeLength(text: string, limit: ReadLimit | undefined): number {
  let length = text.length;
  if (limit?.delimiter !== undefined) {
    const at = text.indexOf(limit.delimiter);
    if (at >= 0) length = at + limit.delimiter.length;
  }
  return limit?.max !== undefined ? Math.min(length, limit.max) : length;
}

/**
 * An open file description: what file descriptors of one or several processes refer to. Counted, so that a pipe knows
 * when its last writer is gone.
 */
export abstract class OpenFile {
  #references = 0;
  readonly isTerminal: boolean = false;
  /** What `/proc/PID/fd` would show. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  retain(): this {
    if (this.#references++ === 0) this.opened();
    return this;
  }

  release(): void {
    if (--this.#references === 0) this.closed();
  }

  /** At least one character, or null at the end. Blocks while there is nothing. */
  abstract read(by: Caller, limit?: ReadLimit): Promise<string | null>;
  abstract write(by: Caller, text: string): Promise<void>;
  /** Whether a read wouldn't block. */
  readable(): boolean {
    return true;
  }
  protected opened(): void {}
  protected closed(): void {}
}

/** /dev/null, and what takes the place of a missing stream. */
export class NullFile extends OpenFile {
  constructor(name = '/dev/null') {
    super(name);
  }
  async read(): Promise<string | null> {
    return null;
  }
  async write(): Promise<void> {}
}

/** A source that repeats (`/dev/zero`) or makes up (`/dev/urandom`) text for ever. */
export class EndlessFile extends OpenFile {
  readonly #produce: (length: number) => string;
  constructor(name: string, produce: (length: number) => string) {
    super(name);
    this.#produce = produce;
  }
  async read(_by: Caller, limit?: ReadLimit): Promise<string> {
    return this.#produce(Math.min(limit?.max ?? 4096, 4096));
  }
  async write(): Promise<void> {}
}

/** A text to read once: a here-document, or a test's input. */
export class TextFile extends OpenFile {
  #rest: string;
  constructor(text: string, name = 'pipe:[text]') {
    super(name);
    this.#rest = text;
  }
  async read(_by: Caller, limit?: ReadLimit): Promise<string | null> {
    if (this.#rest === '') return null;
    const length = takeLength(this.#rest, limit);
    const taken = this.#rest.slice(0, length);
    this.#rest = this.#rest.slice(length);
    return taken;
  }
  async write(): Promise<void> {
    throw new BrokenPipe();
  }
}

/** Keeps all that is written to it. */
export class Collector extends OpenFile {
  #parts: string[] = [];
  constructor(name = 'pipe:[collector]') {
    super(name);
  }
  get text(): string {
    if (this.#parts.length > 1) this.#parts = [this.#parts.join('')];
    return this.#parts[0] ?? '';
  }
  async read(): Promise<string | null> {
    return null;
  }
  async write(_by: Caller, text: string): Promise<void> {
    this.#parts.push(text);
  }
}

/** An `Input` or `Output` that isn't one of a process here. */
export class ForeignFile extends OpenFile {
  readonly #input: Input | null;
  readonly #output: Output | null;
  override readonly isTerminal: boolean;
  constructor(input: Input | null, output: Output | null) {
    super('foreign');
    this.#input = input;
    this.#output = output;
    this.isTerminal = (input ?? output)?.isTerminal ?? false;
  }
  async read(_by: Caller, limit?: ReadLimit): Promise<string | null> {
    if (!this.#input) return null;
    if (limit?.delimiter !== '\n') return this.#input.read();
    const line = await this.#input.readLine();
    return line === null ? null : `${line}\n`;
  }
  async write(_by: Caller, text: string): Promise<void> {
    if (!this.#output) throw new BrokenPipe();
    await this.#output.write(text);
  }
}
