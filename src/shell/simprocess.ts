import type { Task } from '../kernel/tasks';
import type { Machine } from '../world/machine';
import type { ProcessGroup } from './group';
import { type OpenFile, Waiters } from './openfile';
import { type Credentials, ProcessEnded, type SignalName, type Tty } from './process';
import { defaultAction, signalNumbers } from './signals';
import type { ProcessTableBase } from './table';

/** What a process starts with. */
export interface ProcessSetup {
  readonly pid: number;
  readonly parent: SimProcess | null;
  readonly machineName: string;
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly credentials: Credentials;
  readonly tty: Tty | null;
  readonly group: ProcessGroup;
  readonly fds: Map<number, OpenFile>;
  readonly umask: number;
  readonly ignored: ReadonlySet<SignalName>;
}

/** One running process: what the kernel of its machine knows of it. It holds nothing that is true in the world. */
export class SimProcess {
  readonly table: ProcessTableBase;
  readonly pid: number;
  readonly parent: SimProcess | null;
  readonly machineName: string;
  /** Boot of the machine it was started in. */
  readonly boot: number;
  argv: readonly string[];
  env: Record<string, string>;
  cwd: string;
  credentials: Credentials;
  tty: Tty | null;
  umask: number;
  readonly fds: Map<number, OpenFile>;
  readonly ignored: Set<SignalName>;
  readonly handlers = new Map<SignalName, () => void>();
  /** Wakes when this process ends, stops or continues. */
  readonly changed = new Waiters();
  /** Wakes when a child ends, stops or continues. */
  readonly childChanged = new Waiters();
  /** Wakes when a handled signal has arrived. */
  readonly signalled = new Waiters();
  /** Tasks that run this process: the main one and its concurrent branches. */
  readonly tasks = new Set<Task>();
  stopped: SignalName | null = null;
  /** Exit status, once it has ended. */
  status: number | null = null;
  /** Signal that ended it. */
  endedBy: SignalName | null = null;
  /** Set as soon as it has to end; its tasks still have to notice. */
  ending: { status: number } | null = null;
  /** Called at the very end. */
  readonly atEnd: (() => void)[] = [];
  #group: ProcessGroup;
  readonly #pending: SignalName[] = [];

  constructor(table: ProcessTableBase, setup: ProcessSetup) {
    this.table = table;
    this.pid = setup.pid;
    this.parent = setup.parent;
    this.machineName = setup.machineName;
    this.argv = setup.argv;
    this.env = setup.env;
    this.cwd = setup.cwd;
    this.credentials = setup.credentials;
    this.tty = setup.tty;
    this.umask = setup.umask;
    this.ignored = new Set(setup.ignored);
    this.fds = new Map();
    for (const [fd, file] of setup.fds) this.fds.set(fd, file.retain());
    this.#group = setup.group;
    this.#group.add(this);
    this.boot = this.machine?.boot ?? 0;
  }

  get machine(): Machine | undefined {
    return this.table.runtime.world.machines[this.machineName];
  }

  /** Tells the kernel where it works: a file system can't be unmounted under it. */
  noteDirectory(): void {
    const { pid, cwd } = this;
    if (this.machine?.processes[pid]?.cwd === cwd) return;
    this.table.runtime.transact((world) => {
      const record = world.machines[this.machineName]?.processes[pid];
      if (record) record.cwd = cwd;
    });
  }

  get group(): ProcessGroup {
    return this.#group;
  }

  set group(group: ProcessGroup) {
    this.#group.remove(this);
    this.#group = group;
    group.add(this);
  }

  /** Points a descriptor at a file, closing what it referred to. */
  setFd(fd: number, file: OpenFile): void {
    file.retain();
    this.fds.get(fd)?.release();
    this.fds.set(fd, file);
  }

  closeFd(fd: number): void {
    this.fds.get(fd)?.release();
    this.fds.delete(fd);
  }

  /** Whether it must not run now: stopped by a signal, or its machine is paused. */
  get frozen(): boolean {
    return this.stopped !== null || this.machine?.power === 'paused';
  }

  /** Delivers a signal. */
  signal(name: SignalName): void {
    if (this.status !== null || this.ending) return;
    if (name === 'CONT') this.#continue();
    if (this.stopped && name !== 'KILL') {
      if (name !== 'STOP') this.#pending.push(name);
      return;
    }
    const handler = this.handlers.get(name);
    const action = defaultAction(name);
    if (name === 'KILL') this.#die(name);
    else if (name === 'STOP') this.#stop(name);
    else if (this.ignored.has(name)) return;
    else if (handler) this.#handle(handler);
    else if (action === 'end') this.#die(name);
    else if (action === 'stop') this.#stop(name);
  }

  /** Makes it end with `status` at its next step. */
  terminate(status: number): void {
    if (this.ending || this.status !== null) return;
    this.ending = { status };
    for (const task of this.tasks) task.interrupt('ended');
    this.changed.wake();
  }

  #die(name: SignalName): void {
    this.endedBy = name;
    this.terminate(128 + signalNumbers[name]);
  }

  #stop(name: SignalName): void {
    if (this.stopped) return;
    this.stopped = name;
    this.#recordState('T');
    this.#tellParent();
  }

  #continue(): void {
    if (!this.stopped) return;
    this.stopped = null;
    this.#recordState('S');
    this.#tellParent();
    this.changed.wake();
    for (const name of this.#pending.splice(0)) this.signal(name);
  }

  #handle(handler: () => void): void {
    try {
      handler();
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error;
      this.terminate(error.status);
      return;
    }
    this.signalled.wake();
    this.table.runtime.tasks.worldChanged();
  }

  #tellParent(): void {
    this.parent?.childChanged.wake();
    this.parent?.signal('CHLD');
  }

  #recordState(state: 'S' | 'T'): void {
    if (!this.machine?.processes[this.pid]) return;
    this.table.runtime.transact((world) => {
      const record = world.machines[this.machineName]?.processes[this.pid];
      if (record) record.state = state;
    });
  }
}
