import { type Caller, OpenFile, type ReadLimit, ReadTimeout, takeLength, Waiters } from './openfile';
import { BrokenPipe } from './process';

/** Capacity of a Linux pipe: 16 pages. Counted in characters here. */
const PIPE_CAPACITY = 65536;

/** A pipe between processes, with backpressure: writers block while it is full. */
export class Pipe {
  #text = '';
  #readers = 0;
  #writers = 0;
  /** A FIFO's reader waits for its first writer; a pipe is born with both ends. */
  #hadWriter = false;
  readonly #changed = new Waiters();
  readonly reader: OpenFile;
  readonly writer: OpenFile;

  constructor(name = 'pipe') {
    const pipe = this;
    this.reader = new (class extends OpenFile {
      read(by: Caller, limit?: ReadLimit) {
        return pipe.#read(by, limit);
      }
      async write(): Promise<void> {
        throw new BrokenPipe();
      }
      override readable() {
        return pipe.#text !== '' || (pipe.#writers === 0 && pipe.#hadWriter);
      }
      protected override opened() {
        pipe.#readers++;
        pipe.#changed.wake();
      }
      protected override closed() {
        pipe.#readers--;
        if (pipe.#readers === 0) pipe.#text = '';
        pipe.#changed.wake();
      }
    })(name);
    this.writer = new (class extends OpenFile {
      async read(): Promise<string | null> {
        return null;
      }
      write(by: Caller, text: string) {
        return pipe.#write(by, text);
      }
      protected override opened() {
        pipe.#writers++;
        pipe.#hadWriter = true;
        pipe.#changed.wake();
      }
      protected override closed() {
        pipe.#writers--;
        pipe.#changed.wake();
      }
    })(name);
  }

  /** Blocks the opener of a FIFO until the other end is open too. */
  async rendezvous(by: Caller, end: 'read' | 'write'): Promise<void> {
    while (end === 'read' ? this.#writers === 0 && this.#text === '' : this.#readers === 0)
      await by.wait(this.#changed);
  }

  async #read(by: Caller, limit?: ReadLimit): Promise<string | null> {
    while (this.#text === '') {
      if (this.#writers === 0) return null;
      if (!(await by.wait(this.#changed, limit?.deadline))) throw new ReadTimeout();
    }
    const length = takeLength(this.#text, limit);
    const taken = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    this.#changed.wake();
    return taken;
  }

  async #write(by: Caller, text: string): Promise<void> {
    let rest = text;
    while (rest !== '') {
      if (this.#readers === 0) throw new BrokenPipe();
      const room = PIPE_CAPACITY - this.#text.length;
      if (room <= 0) {
        await by.wait(this.#changed);
        continue;
      }
      this.#text += rest.slice(0, room);
      rest = rest.slice(room);
      this.#changed.wake();
    }
  }
}
