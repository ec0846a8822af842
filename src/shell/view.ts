import { Interrupted, type Task } from '../kernel/tasks';
import type { Machine } from '../world/machine';
import type { Millis, World } from '../world/world';
import type { ProcessGroup } from './group';
import { type Caller, Collector, NullFile, type OpenFile, TextFile, type Waiters } from './openfile';
import {
  type Child,
  type Credentials,
  type EditRequest,
  type Input,
  type Output,
  type Process,
  ProcessEnded,
  type SignalName,
  type SpawnOptions,
  type Tty,
} from './process';
import type { SimProcess } from './simprocess';
import { isTerminalTty, type TerminalTty } from './terminaltty';

/** A reading end bound to the task that reads. */
export class BoundInput implements Input {
  constructor(
    private readonly caller: Caller,
    readonly file: OpenFile,
  ) {}

  get isTerminal(): boolean {
    return this.file.isTerminal;
  }

  read(): Promise<string | null> {
    return this.file.read(this.caller);
  }

  async readLine(): Promise<string | null> {
    let line = '';
    for (;;) {
      const part = await this.file.read(this.caller, { delimiter: '\n' });
      if (part === null) return line === '' ? null : line;
      line += part;
      if (line.endsWith('\n')) return line.slice(0, -1);
    }
  }

  async readAll(): Promise<string> {
    const parts: string[] = [];
    for (let part = await this.read(); part !== null; part = await this.read()) parts.push(part);
    return parts.join('');
  }
}

/** A writing end bound to the task that writes. */
export class BoundOutput implements Output {
  constructor(
    private readonly caller: Caller,
    readonly file: OpenFile,
  ) {}

  get isTerminal(): boolean {
    return this.file.isTerminal;
  }

  async write(text: string): Promise<void> {
    if (text !== '') await this.file.write(this.caller, text);
  }
}

/** A terminal bound to the task that uses it. */
export class BoundTty implements Tty {
  constructor(
    private readonly caller: Caller,
    readonly inner: TerminalTty,
  ) {}
  get path(): string {
    return this.inner.path;
  }
  get columns(): number {
    return this.inner.columns;
  }
  get rows(): number {
    return this.inner.rows;
  }
  setEcho(on: boolean): void {
    this.inner.setEcho(on);
  }
  setRaw(on: boolean): void {
    this.inner.setRaw(on);
  }
  edit(request: EditRequest): Promise<'closed' | null> {
    return this.inner.editFor(this.caller, request);
  }
}

/** One task's view of a process: the system calls it makes. */
export class ProcessView implements Process, Caller {
  constructor(
    /** The process itself; concurrent branches share it. */
    readonly core: SimProcess,
    readonly task: Task,
  ) {
    core.tasks.add(task);
  }

  get pid(): number {
    return this.core.pid;
  }
  get argv(): readonly string[] {
    return this.core.argv;
  }
  get env(): Record<string, string> {
    return this.core.env;
  }
  get cwd(): string {
    return this.core.cwd;
  }
  set cwd(path: string) {
    this.core.cwd = path;
    this.core.noteDirectory();
  }
  get credentials(): Credentials {
    return this.core.credentials;
  }
  get tty(): Tty | null {
    const { tty } = this.core;
    return isTerminalTty(tty) ? new BoundTty(this, tty) : tty;
  }
  get group(): ProcessGroup {
    return this.core.group;
  }
  get machineName(): string {
    return this.core.machineName;
  }
  get machine(): Machine {
    const machine = this.core.machine;
    if (!machine) throw new ProcessEnded(137);
    return machine;
  }
  get world(): World {
    return this.core.table.runtime.world;
  }
  get stdin(): Input {
    return new BoundInput(this, this.core.fds.get(0) ?? new NullFile('closed'));
  }
  get stdout(): Output {
    return new BoundOutput(this, this.core.fds.get(1) ?? new NullFile('closed'));
  }
  get stderr(): Output {
    return new BoundOutput(this, this.core.fds.get(2) ?? new NullFile('closed'));
  }

  /** A file behind one of the descriptors. */
  fd(number: number): OpenFile | undefined {
    return this.core.fds.get(number);
  }

  /** Throws where the process has been told to end. */
  check(): void {
    if (this.core.ending) throw new ProcessEnded(this.core.ending.status);
  }

  /** Every blocking call: ends with the process, and holds still while it is stopped. */
  async #blocking<R>(call: () => Promise<R>): Promise<R> {
    this.check();
    try {
      if (this.core.frozen) await this.#thawed();
      const result = await call();
      this.check();
      if (this.core.frozen) await this.#thawed();
      return result;
    } catch (error) {
      if (error instanceof Interrupted && this.core.ending) throw new ProcessEnded(this.core.ending.status);
      throw error;
    }
  }

  async #thawed(): Promise<void> {
    while (this.core.frozen) {
      await this.task.park<void>((wake) => this.core.changed.add(() => wake()));
      this.check();
    }
  }

  transact<R>(change: (world: World, machine: Machine) => R): R {
    this.check();
    return this.core.table.runtime.transact((world) => {
      const machine = world.machines[this.machineName];
      if (!machine) throw new ProcessEnded(137);
      return change(world, machine);
    });
  }

  sleep(ms: Millis): Promise<void> {
    return this.#blocking(() => this.task.sleep(ms));
  }

  until<T>(probe: (world: World) => T | undefined, timeout?: Millis): Promise<T | undefined> {
    return this.#blocking(() => this.task.until(() => probe(this.world), timeout));
  }

  /** Lets other tasks run. */
  pass(): Promise<void> {
    return this.#blocking(() => this.task.pass());
  }

  wait(waiters: Waiters, deadline?: Millis): Promise<boolean> {
    if (deadline !== undefined && deadline <= this.world.now) return Promise.resolve(false);
    return this.#blocking(() => {
      const tasks = this.core.table.runtime.tasks;
      return this.task.park<boolean>((wake) => {
        let untimer: (() => void) | null = null;
        const remove = waiters.add(() => {
          untimer?.();
          wake(true);
        });
        if (deadline !== undefined) {
          untimer = tasks.timer(deadline - this.world.now, () => {
            remove();
            wake(false);
          });
        }
        return () => {
          remove();
          untimer?.();
        };
      });
    });
  }

  async spawn(argv: readonly string[], options: SpawnOptions = {}): Promise<Child> {
    this.check();
    const started = this.core.table.spawn(this.core, argv, options);
    if (started.kind === 'failed') {
      const stderr = options.stderr ?? this.stderr;
      await stderr.write(`bash: line 1: ${started.message}\n`);
      return { pid: 0, wait: async () => started.status, signal: () => {} };
    }
    const child = started.process;
    return {
      pid: child.pid,
      wait: () => this.waitFor(child),
      signal: (name) => child.signal(name),
    };
  }

  /** Blocks until a process has ended; gives its status. */
  async waitFor(child: SimProcess): Promise<number> {
    while (child.status === null) await this.wait(child.changed);
    return child.status;
  }

  async run(argv: readonly string[], options: SpawnOptions = {}): Promise<number> {
    return (await this.spawn(argv, options)).wait();
  }

  async capture(
    argv: readonly string[],
    options: SpawnOptions = {},
  ): Promise<{ status: number; stdout: string; stderr: string }> {
    const stdout = new Collector();
    const stderr = new Collector();
    const status = await this.run(argv, {
      ...options,
      stdout: options.stdout ?? new BoundOutput(this, stdout),
      stderr: options.stderr ?? new BoundOutput(this, stderr),
    });
    return { status, stdout: stdout.text, stderr: stderr.text };
  }

  async concurrently<T>(branches: readonly ((branch: Process) => Promise<T>)[]): Promise<T[]> {
    this.check();
    const results: T[] = [];
    const { runtime } = this.core.table;
    let running = branches.length;
    let failure: { error: unknown } | null = null;
    let finished = () => {};
    const tasks = branches.map((body, index) =>
      runtime.spawn(`${this.core.argv[0] ?? '?'}[${this.pid}].${index}`, async (task) => {
        const view = new ProcessView(this.core, task);
        try {
          results[index] = await body(view);
        } catch (error) {
          failure ??= { error };
          for (const other of tasks) if (other !== task) other.interrupt('branch failed');
        } finally {
          this.core.tasks.delete(task);
          if (--running === 0) finished();
        }
      }),
    );
    if (branches.length > 0) {
      try {
        await this.#joined((wake) => {
          finished = wake;
          if (running === 0) wake();
        });
      } catch (error) {
        for (const task of tasks) task.interrupt('parent interrupted');
        throw error;
      }
    }
    const failed = failure as { error: unknown } | null;
    if (failed) throw failed.error;
    return results;
  }

  #joined(arm: (wake: () => void) => void): Promise<void> {
    return this.#blocking(() => this.task.park<void>((wake) => arm(() => wake())));
  }

  onSignal(name: SignalName, handler: (() => void) | null): void {
    this.core.ignored.delete(name);
    if (handler) this.core.handlers.set(name, handler);
    else this.core.handlers.delete(name);
  }

  exit(status: number): never {
    throw new ProcessEnded(status & 0xff);
  }
}

/** The view behind a `Process`: for programs of this room and its neighbours that need more than system calls. */
export function viewOf(process: Process): ProcessView {
  if (process instanceof ProcessView) return process;
  throw new TypeError('not a process of a process table');
}

/** An input with a given text, for `SpawnOptions.stdin`. */
export function textInput(process: Process, text: string): Input {
  return new BoundInput(viewOf(process), new TextFile(text));
}
