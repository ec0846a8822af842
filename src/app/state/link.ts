import type { EngineNotice, FromEngine, PageNotice, RequestName, Requests, ToEngine } from '../../engine/protocol';

/** What a link needs of a worker. */
export interface Port {
  postMessage(message: ToEngine): void;
  onmessage: ((event: MessageEvent<FromEngine>) => void) | null;
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** The page's end of the protocol. */
export class EngineLink {
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<(notice: EngineNotice) => void>();
  /** What came before `begin`; null afterwards. */
  #early: EngineNotice[] | null = [];
  #next = 1;

  constructor(port: Port) {
    this.#port = port;
    port.onmessage = (event) => this.#receive(event.data);
  }

  /** Asks the engine; rejects with its words when it refuses. */
  ask<N extends RequestName>(request: N, params: Requests[N]['params']): Promise<Requests[N]['answer']> {
    const id = this.#next++;
    return new Promise<Requests[N]['answer']>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#port.postMessage({ id, request, params } as ToEngine);
    });
  }

  tell(notice: PageNotice): void {
    this.#port.postMessage({ notice });
  }

  /** Calls `listener` with every notice from `begin` on. */
  listen(listener: (notice: EngineNotice) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The page's listeners are there: they get the notices that have come so far, and all that follow. */
  begin(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const notice of early) this.#tell(notice);
  }

  #tell(notice: EngineNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  #receive(message: FromEngine): void {
    if ('notice' in message) {
      if (this.#early) this.#early.push(message.notice);
      else this.#tell(message.notice);
      return;
    }
    const waiting = this.#waiting.get(message.answerTo);
    this.#waiting.delete(message.answerTo);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.answer);
  }
}
