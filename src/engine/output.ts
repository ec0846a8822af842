/** Characters on their way to a terminal at which its programs are made to wait. */
export const HIGH_WATER = 64 * 1024;
/** ... and below which they may go on. */
const LOW_WATER = 16 * 1024;
/** One message carries at most this much, so that painting stays smooth. */
const CHUNK = 16 * 1024;

/** What a terminal's programs have written and the page hasn't painted yet: batched and bounded. */
export class OutputBuffer {
  #pending = '';
  /** Sent and not yet painted. */
  #sent = 0;
  #paused = false;
  readonly #send: (data: string) => void;
  readonly #pause: (paused: boolean) => void;

  constructor(send: (data: string) => void, pause: (paused: boolean) => void) {
    this.#send = send;
    this.#pause = pause;
  }

  get paused(): boolean {
    return this.#paused;
  }

  write(data: string): void {
    this.#pending += data;
    this.#regulate();
  }

  /** Sends what may be sent. */
  flush(): void {
    while (this.#pending !== '' && this.#sent < HIGH_WATER) {
      const chunk = this.#pending.slice(0, CHUNK);
      this.#pending = this.#pending.slice(chunk.length);
      this.#sent += chunk.length;
      this.#send(chunk);
    }
    this.#regulate();
  }

  /** The page has painted so much. */
  ack(characters: number): void {
    this.#sent = Math.max(0, this.#sent - characters);
    this.flush();
  }

  /** Ctrl-C flushes a tty's output queue; a last line break keeps the prompt on its own line. */
  discard(): void {
    if (this.#pending.length > CHUNK) this.#pending = '\r\n';
    this.#regulate();
  }

  #regulate(): void {
    const waiting = this.#pending.length + this.#sent;
    if (!this.#paused && waiting > HIGH_WATER) {
      this.#paused = true;
      this.#pause(true);
    } else if (this.#paused && waiting < LOW_WATER) {
      this.#paused = false;
      this.#pause(false);
    }
  }
}
