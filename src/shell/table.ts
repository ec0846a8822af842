import type { Runtime } from '../kernel/runtime';
import { errorText } from '../machine/files';
import { killProcess } from '../machine/units';
import type { Machine } from '../world/machine';
import { Completers, type CompletionTable } from './completion';
import { ProcessGroup } from './group';
import { DEFAULT_PATH, type Executable, findExecutable } from './lookup';
import { ForeignFile, NullFile, type OpenFile } from './openfile';
import { Pipe } from './pipe';
import {
  BrokenPipe,
  type Credentials,
  type Input,
  type Output,
  ProcessEnded,
  type Program,
  type ProgramTable,
  type SignalName,
  type SpawnOptions,
  type Tty,
} from './process';
import { isSignalName } from './signals';
import { SimProcess } from './simprocess';
import { isTerminalTty } from './terminaltty';
import { BoundInput, BoundOutput, BoundTty, ProcessView } from './view';

/** What fork and exec of a program cost, in simulated ms. */
const EXEC_COST = 2;
/** What a fork alone costs (a subshell). */
const FORK_COST = 1;
/** Scripts that name scripts as interpreters: as deep as the kernel goes. */
const INTERPRETER_DEPTH = 4;

/** `SpawnOptions`, and what only the shell needs. */
export interface InternalSpawnOptions extends SpawnOptions {
  /** The child's whole descriptor table, instead of the parent's. */
  fds?: Map<number, OpenFile>;
  group?: ProcessGroup | 'new';
  umask?: number;
  /** Signals ignored from the start; default: as the parent. */
  ignored?: ReadonlySet<SignalName>;
}

export type Spawned =
  | { readonly kind: 'started'; readonly process: SimProcess }
  /** `message` is what bash says after its own name. */
  | { readonly kind: 'failed'; readonly status: number; readonly message: string };

/** A program ready to run: what stands behind a command name. */
export type Resolution =
  | {
      readonly kind: 'found';
      readonly program: Program | { readonly load: () => Promise<Program> };
      argv: readonly string[];
    }
  | { readonly kind: 'failed'; readonly status: number; readonly message: string };

/** Starts a process that has no parent here: a login shell, a daemon's helper, a test's command. */
export interface StartOptions {
  machine: string;
  credentials: Credentials;
  env: Record<string, string>;
  cwd: string;
  stdin?: Input | OpenFile;
  stdout?: Output | OpenFile;
  stderr?: Output | OpenFile;
  tty?: Tty | null;
  title?: string;
}

/** All running processes of a simulation, on a kernel's runtime. */
export class ProcessTableBase {
  readonly #processes = new Set<SimProcess>();
  readonly #fifos = new Map<string, Pipe>();
  readonly #terminals = new Map<string, Set<number>>();
  /** Processes of paused machines. */
  readonly #paused = new Set<SimProcess>();
  #unwatch: (() => void) | null = null;
  /** What Tab knows of commands' arguments. */
  readonly completers: Completers;

  constructor(
    readonly runtime: Runtime,
    readonly programs: ProgramTable,
    completions: CompletionTable = {},
  ) {
    this.completers = new Completers(completions);
  }

  get processes(): ReadonlySet<SimProcess> {
    return this.#processes;
  }

  /** The process behind a record of `world.machines[machine].processes`, if one runs. */
  find(machine: string, pid: number): SimProcess | undefined {
    for (const process of this.#processes) {
      if (process.pid === pid && process.machineName === machine) return process;
    }
    return undefined;
  }

  /**
   * kill(2): signals a process of the caller's machine, or (negative) a group. Gives why not, or null. Signal names
   * without handler in the simulation act as TERM does.
   */
  kill(caller: SimProcess, pid: number, signal: string): string | null {
    const machine = caller.machine;
    const targets = [...this.#processes].filter(
      (process) =>
        process.machineName === caller.machineName && (pid < 0 ? process.group.id === -pid : process.pid === pid),
    );
    const record = machine?.processes[Math.abs(pid)];
    if (targets.length === 0 && !record) return 'No such process';
    const { uid } = caller.credentials;
    const owner = targets[0]?.credentials.uid ?? record?.uid;
    if (uid !== 0 && owner !== uid) return 'Operation not permitted';
    if (signal === 'EXIT') return null;
    const name = isSignalName(signal) ? signal : 'TERM';
    for (const target of targets) target.signal(name);
    if (targets.length === 0 && machine) this.signalDaemon(caller.machineName, Math.abs(pid), name);
    return null;
  }

  /** Signals a process that isn't one of ours: a unit's daemon. The machine room says what that does. */
  protected signalDaemon(machine: string, pid: number, name: SignalName): void {
    this.runtime.transact((world) => killProcess(world, machine, pid, name));
  }

  /** The pipe behind a FIFO's place in a machine's tree. */
  fifo(machine: string, path: string): Pipe {
    const key = `${machine}:${path}`;
    const pipe = this.#fifos.get(key) ?? new Pipe(path);
    this.#fifos.set(key, pipe);
    return pipe;
  }

  /** The open file of a controlling terminal. */
  terminalFile(tty: Tty | null): OpenFile | undefined {
    return isTerminalTty(tty) ? tty.file : undefined;
  }

  /** Reserves the lowest free `/dev/pts/N` of a machine. */
  allocateTerminal(machine: string): { path: string; free: () => void } {
    const used = this.#terminals.get(machine) ?? new Set<number>();
    this.#terminals.set(machine, used);
    let number = 0;
    while (used.has(number)) number++;
    used.add(number);
    return { path: `/dev/pts/${number}`, free: () => used.delete(number) };
  }

  /** What a command line's first word would run, and with which arguments. */
  resolve(
    argv: readonly string[],
    context: { machine: Machine; path: string; cwd: string; as: Credentials },
    depth = 0,
  ): Resolution {
    const name = argv[0] ?? '';
    const found = findExecutable(context.machine, name, context);
    if (found.kind === 'program') {
      const program = Object.hasOwn(this.programs, found.key) ? this.programs[found.key] : undefined;
      if (program) return { kind: 'found', program, argv };
      // A tool that isn't simulated is one that isn't there.
      return { kind: 'failed', status: 127, message: `${name}: command not found` };
    }
    if (found.kind === 'script') return this.#resolveScript(found, argv, context, depth);
    return notExecutable(name, found);
  }

  #resolveScript(
    script: Extract<Executable, { kind: 'script' }>,
    argv: readonly string[],
    context: { machine: Machine; path: string; cwd: string; as: Credentials },
    depth: number,
  ): Resolution {
    if (script.interpreter === null) {
      const bash = this.programs.bash;
      if (!bash) throw new Error('the process table has no bash');
      if (/^[^\n]*\0/.test(script.content)) {
        return {
          kind: 'failed',
          status: 126,
          message: `${script.path}: cannot execute binary file: Exec format error`,
        };
      }
      return { kind: 'found', program: bash, argv: ['bash', script.path, ...argv.slice(1)] };
    }
    const args = script.argument === null ? [] : [script.argument];
    const bad = (text: string): Resolution => ({
      kind: 'failed',
      status: 126,
      message: `${script.path}: ${script.interpreter}: bad interpreter: ${text}`,
    });
    if (depth >= INTERPRETER_DEPTH) return bad('Too many levels of symbolic links');
    const found = findExecutable(context.machine, script.interpreter, { ...context, path: '' });
    if (found.kind === 'not-found') return bad(errorText.ENOENT);
    if (found.kind === 'error') return bad(found.code === 'EISDIR' ? errorText.EACCES : errorText[found.code]);
    return this.resolve([script.interpreter, ...args, script.path, ...argv.slice(1)], context, depth + 1);
  }

  /** Starts a program as a child. Nothing has run of it when this returns. */
  spawn(parent: SimProcess, argv: readonly string[], options: InternalSpawnOptions = {}): Spawned {
    const machineName = options.machine ?? parent.machineName;
    const machine = this.runtime.world.machines[machineName];
    if (!machine) return { kind: 'failed', status: 127, message: `${argv[0]}: command not found` };
    const env = { ...(options.env ?? parent.env) };
    const cwd = options.cwd ?? parent.cwd;
    const credentials = options.credentials ?? parent.credentials;
    const sought = options.executable === undefined ? argv : [options.executable, ...argv.slice(1)];
    const resolution = this.resolve(sought, { machine, path: env.PATH ?? DEFAULT_PATH, cwd, as: credentials });
    if (resolution.kind === 'failed') return resolution;
    const fds = new Map(options.fds ?? parent.fds);
    if (options.stdin) fds.set(0, fileOf(options.stdin));
    if (options.stdout) fds.set(1, fileOf(options.stdout));
    if (options.stderr) fds.set(2, fileOf(options.stderr));
    let tty = options.tty === undefined ? parent.tty : unbound(options.tty);
    let terminal: { path: string; free: () => void } | null = null;
    if (machineName !== parent.machineName && isTerminalTty(tty)) {
      terminal = this.allocateTerminal(machineName);
      tty = tty.named(terminal.path);
      const file = tty && this.terminalFile(tty);
      if (file) for (const fd of [0, 1, 2]) if (fds.get(fd)?.isTerminal) fds.set(fd, file);
    }
    const process = this.#create({
      parent,
      machineName,
      argv: resolution.argv === sought ? argv : resolution.argv,
      env,
      cwd,
      credentials,
      tty,
      fds,
      group: options.group ?? parent.group,
      umask: options.umask ?? parent.umask,
      ignored: options.ignored ?? parent.ignored,
      title: options.title ?? null,
    });
    if (terminal) process.atEnd.push(terminal.free);
    this.#launch(process, EXEC_COST, (view) => this.#exec(view, resolution.program));
    return { kind: 'started', process };
  }

  /** A child that goes on in the same program: bash's subshells. */
  fork(
    parent: SimProcess,
    body: (view: ProcessView) => Promise<number>,
    options: Omit<InternalSpawnOptions, 'machine'> = {},
  ): SimProcess {
    const process = this.#create({
      parent,
      machineName: parent.machineName,
      argv: parent.argv,
      env: { ...(options.env ?? parent.env) },
      cwd: options.cwd ?? parent.cwd,
      credentials: options.credentials ?? parent.credentials,
      tty: options.tty === undefined ? parent.tty : unbound(options.tty),
      fds: new Map(options.fds ?? parent.fds),
      group: options.group ?? parent.group,
      umask: options.umask ?? parent.umask,
      ignored: options.ignored ?? parent.ignored,
      title: options.title ?? null,
    });
    this.#launch(process, FORK_COST, body);
    return process;
  }

  /** Starts a given program without a parent process. */
  start(argv: readonly string[], program: Program, options: StartOptions): SimProcess {
    const fds = new Map<number, OpenFile>();
    fds.set(0, options.stdin ? fileOf(options.stdin) : new NullFile());
    fds.set(1, options.stdout ? fileOf(options.stdout) : new NullFile());
    fds.set(2, options.stderr ? fileOf(options.stderr) : new NullFile());
    const process = this.#create({
      parent: null,
      machineName: options.machine,
      argv,
      env: { ...options.env },
      cwd: options.cwd,
      credentials: options.credentials,
      tty: unbound(options.tty ?? null),
      fds,
      group: 'new',
      umask: 0o022,
      ignored: new Set(),
      title: options.title ?? null,
    });
    this.#launch(process, EXEC_COST, program);
    return process;
  }

  /** Runs another program in the place of the calling one (bash's `exec`). */
  async #exec(view: ProcessView, program: Program | { readonly load: () => Promise<Program> }): Promise<number> {
    const loaded = typeof program === 'function' ? program : await program.load();
    return loaded(view);
  }

  /** Replaces the program of a process; its descriptors, pid and ignored signals stay. */
  async replace(view: ProcessView, resolution: Extract<Resolution, { kind: 'found' }>): Promise<number> {
    const { core } = view;
    core.argv = resolution.argv;
    core.handlers.clear();
    this.runtime.transact((world) => {
      const record = world.machines[core.machineName]?.processes[core.pid];
      if (record) record.command = resolution.argv.join(' ');
    });
    await view.sleep(EXEC_COST);
    return this.#exec(view, resolution.program);
  }

  #create(setup: {
    parent: SimProcess | null;
    machineName: string;
    argv: readonly string[];
    env: Record<string, string>;
    cwd: string;
    credentials: Credentials;
    tty: Tty | null;
    fds: Map<number, OpenFile>;
    group: ProcessGroup | 'new';
    umask: number;
    ignored: ReadonlySet<SignalName>;
    title: string | null;
  }): SimProcess {
    const { machineName } = setup;
    const sameMachine = setup.parent?.machineName === machineName;
    const pid = this.runtime.transact((world) => {
      const machine = world.machines[machineName];
      if (!machine) throw new Error(`no machine ${machineName}`);
      const number = machine.nextPid++;
      machine.processes[number] = {
        pid: number,
        ppid: sameMachine && setup.parent ? setup.parent.pid : 1,
        uid: setup.credentials.uid,
        command: setup.title ?? setup.argv.join(' '),
        tty: setup.tty ? setup.tty.path.replace(/^\/dev\//, '') : null,
        startedAt: world.now,
        state: 'S',
        unit: null,
        session: true,
        cwd: setup.cwd,
      };
      return number;
    });
    const group = setup.group === 'new' ? new ProcessGroup(pid) : setup.group;
    const process = new SimProcess(this, { ...setup, pid, group });
    this.#processes.add(process);
    this.#unwatch ??= this.runtime.tasks.watch(() => this.#reap());
    return process;
  }

  #launch(process: SimProcess, cost: number, body: (view: ProcessView) => Promise<number>): void {
    this.runtime.spawn(`${process.argv[0] ?? '?'}[${process.pid}]`, async (task) => {
      const view = new ProcessView(process, task);
      let status = 0;
      try {
        await view.sleep(cost);
        status = await body(view);
      } catch (error) {
        if (error instanceof ProcessEnded) status = error.status;
        else if (error instanceof BrokenPipe) {
          status = 141;
          process.endedBy ??= 'PIPE';
        } else throw error;
      } finally {
        this.#finish(process, process.ending?.status ?? status);
      }
    });
  }

  #finish(process: SimProcess, status: number): void {
    process.tasks.clear();
    // From here on no signal reaches it any more.
    process.ending ??= { status };
    for (const call of process.atEnd.splice(0)) call();
    for (const fd of [...process.fds.keys()]) process.closeFd(fd);
    process.group.remove(process);
    this.#processes.delete(process);
    const machine = process.machine;
    if (machine?.boot === process.boot && machine.processes[process.pid]?.session) {
      this.runtime.transact((world) => {
        const records = world.machines[process.machineName]?.processes;
        if (!records) return;
        delete records[process.pid];
        for (const child of this.#processes) {
          const record = child.parent === process ? records[child.pid] : undefined;
          if (record && child.machineName === process.machineName) record.ppid = 1;
        }
      });
    }
    process.status = status;
    process.stopped = null;
    process.changed.wake();
    process.parent?.childChanged.wake();
    process.parent?.signal('CHLD');
    if (this.#processes.size === 0) {
      this.#unwatch?.();
      this.#unwatch = null;
    }
  }

  /** After each change of the world: processes whose machine lost its power, or whose record is gone, are dead. */
  #reap(): void {
    for (const process of this.#processes) {
      if (process.ending) continue;
      const machine = process.machine;
      const alive =
        machine !== undefined &&
        machine.power !== 'off' &&
        machine.power !== 'crashed' &&
        machine.boot === process.boot &&
        machine.processes[process.pid] !== undefined;
      if (!alive) process.signal('KILL');
      else if (machine.power === 'paused') this.#paused.add(process);
      else if (this.#paused.delete(process)) process.changed.wake();
    }
  }
}

/** bash's words for why a name can't be executed. */
export function notExecutable(
  name: string,
  found: Extract<Executable, { kind: 'not-found' | 'error' }>,
): Extract<Resolution, { kind: 'failed' }> {
  if (found.kind === 'not-found') return { kind: 'failed', status: 127, message: `${name}: command not found` };
  const status = found.code === 'ENOENT' ? 127 : 126;
  return { kind: 'failed', status, message: `${found.path}: ${errorText[found.code]}` };
}

/** The terminal behind a process's bound one. */
function unbound(tty: Tty | null): Tty | null {
  return tty instanceof BoundTty ? tty.inner : tty;
}

function fileOf(stream: Input | Output | OpenFile): OpenFile {
  if (stream instanceof BoundInput || stream instanceof BoundOutput) return stream.file;
  if ('retain' in stream) return stream;
  return 'write' in stream ? new ForeignFile(null, stream) : new ForeignFile(stream, null);
}
