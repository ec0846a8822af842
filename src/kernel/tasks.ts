import type { Millis } from '../world/world';

/** Thrown inside a task's blocking call when the task is interrupted. */
export class Interrupted extends Error {
  constructor(readonly reason: unknown) {
    super('task interrupted');
    this.name = 'Interrupted';
  }
}

/**
 * One async program that lives beside the world. It may block only through the calls of this class, and only one call
 * at a time: concurrent branches are tasks of their own. That is what lets the runtime know when everything waits.
 */
export class Task {
  readonly id: number;
  readonly name: string;
  readonly #pool: TaskPool;
  /** Ends the present wait with an error; null while the task runs. */
  #interruptWait: ((error: Interrupted) => void) | null = null;
  #interruption: { reason: unknown } | null = null;
  #finished = false;
  /** Resolves when the task's body has returned or thrown. */
  readonly done: Promise<void>;

  /** Made by `TaskPool.spawn`. */
  constructor(pool: TaskPool, id: number, name: string, body: (task: Task) => Promise<void>) {
    this.#pool = pool;
    this.id = id;
    this.name = name;
    this.done = this.#run(body);
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** Whether the task is blocked (not running, not about to). */
  get blocked(): boolean {
    return this.#interruptWait !== null;
  }

  async #run(body: (task: Task) => Promise<void>): Promise<void> {
    try {
      await this.pass();
      await body(this);
    } catch (error) {
      if (!(error instanceof Interrupted)) this.#pool.failed(this, error);
    } finally {
      this.#finished = true;
      this.#pool.ended(this);
    }
  }

  /**
   * Blocks until somebody wakes it. `arm` is called at once and may register wherever the wake-up comes from: it gets
   * a `wake` function, and returns a function that deregisters (called on interruption), or nothing.
   */
  park<T>(arm: (wake: (value: T) => void) => (() => void) | void): Promise<T> {
    if (this.#interruption) {
      const { reason } = this.#interruption;
      this.#interruption = null;
      return Promise.reject(new Interrupted(reason));
    }
    if (this.#interruptWait) throw new Error(`task ${this.name} blocks twice at a time`);
    return new Promise<T>((resolve, reject) => {
      let disarm: (() => void) | void;
      let open = true;
      const close = () => {
        open = false;
        this.#interruptWait = null;
        this.#pool.running++;
      };
      this.#interruptWait = (error) => {
        if (!open) return;
        close();
        disarm?.();
        reject(error);
      };
      let woken = false;
      disarm = arm((value) => {
        if (!open || woken) return;
        woken = true;
        this.#pool.ready(() => {
          if (!open) return; // interrupted meanwhile
          close();
          resolve(value);
        });
      });
      this.#pool.blocked();
    });
  }

  /** Blocks for simulated time. */
  sleep(ms: Millis): Promise<void> {
    return this.park<void>((wake) => this.#pool.timer(Math.max(0, Math.round(ms)), () => wake()));
  }

  /** Lets every other ready task run first. */
  pass(): Promise<void> {
    return this.park<void>((wake) => wake());
  }

  /**
   * Blocks until `probe` gives something other than undefined, asked now and after each change of the world. Gives
   * undefined after `timeout` simulated ms.
   */
  until<T>(probe: () => T | undefined, timeout?: Millis): Promise<T | undefined> {
    return this.park<T | undefined>((wake) => {
      const first = probe();
      if (first !== undefined) {
        wake(first);
        return;
      }
      const unwatch = this.#pool.watch(() => {
        const value = probe();
        if (value === undefined) return;
        cleanUp();
        wake(value);
      });
      const untimer =
        timeout === undefined
          ? null
          : this.#pool.timer(timeout, () => {
              cleanUp();
              wake(undefined);
            });
      const cleanUp = () => {
        unwatch();
        untimer?.();
      };
      return cleanUp;
    });
  }

  /** Makes the present or the next blocking call throw `Interrupted`. */
  interrupt(reason: unknown): void {
    if (this.#finished) return;
    const end = this.#interruptWait;
    if (end) this.#pool.ready(() => end(new Interrupted(reason)));
    else this.#interruption = { reason };
  }
}

/** A timer of a task: outside the world, as tasks are. */
interface Timer {
  time: Millis;
  order: number;
  fire: () => void;
}

/** Runs tasks one at a time, in the order in which they became ready. */
export class TaskPool {
  /** Tasks that are running now: 0 or 1, but for the moment between two turns. */
  running = 0;
  readonly #now: () => Millis;
  readonly #ready: (() => void)[] = [];
  readonly #timers: Timer[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #tasks = new Set<Task>();
  #order = 0;
  #quiet: (() => void) | null = null;
  #failure: { error: unknown } | null = null;

  constructor(now: () => Millis) {
    this.#now = now;
  }

  /** Starts a task; its body begins at its first turn. */
  spawn(name: string, body: (task: Task) => Promise<void>): Task {
    this.running++;
    const task = new Task(this, ++this.#order, name, body);
    this.#tasks.add(task);
    return task;
  }

  get tasks(): ReadonlySet<Task> {
    return this.#tasks;
  }

  /** Simulated time of the earliest timer. */
  get nextTimer(): Millis | undefined {
    return this.#timers[0]?.time;
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Lets ready tasks run, one after the other, until all are blocked. Never moves time. */
  async drain(mayContinue: () => boolean = () => true): Promise<void> {
    await this.#settled();
    while (this.#ready.length > 0 && mayContinue()) {
      const turn = this.#ready.shift() as () => void;
      turn();
      await this.#settled();
    }
    if (this.#failure) {
      const { error } = this.#failure;
      this.#failure = null;
      throw error;
    }
  }

  /** Fires the timers that are due at the present time. */
  fireTimers(): void {
    const now = this.#now();
    while (this.#timers[0] && this.#timers[0].time <= now) (this.#timers.shift() as Timer).fire();
  }

  /** Tells the tasks that wait for a state of the world that it changed. */
  worldChanged(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  // What follows is called by tasks only.

  ready(turn: () => void): void {
    this.#ready.push(turn);
  }

  blocked(): void {
    this.running--;
    if (this.running === 0) this.#quiet?.();
  }

  ended(task: Task): void {
    this.#tasks.delete(task);
    this.blocked();
  }

  failed(_task: Task, error: unknown): void {
    this.#failure ??= { error };
  }

  timer(delay: Millis, fire: () => void): () => void {
    const timer: Timer = { time: this.#now() + delay, order: this.#order++, fire };
    let at = this.#timers.length;
    while (at > 0 && (this.#timers[at - 1] as Timer).time > timer.time) at--;
    this.#timers.splice(at, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #settled(): Promise<void> {
    if (this.running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#quiet = () => {
        this.#quiet = null;
        resolve();
      };
    });
  }
}
