import type { Machine } from '../world/machine';
import type { Millis, World } from '../world/world';

/** Signals by name without `SIG`, as `kill -l` prints them. */
export type SignalName =
  | 'HUP'
  | 'INT'
  | 'QUIT'
  | 'KILL'
  | 'USR1'
  | 'USR2'
  | 'PIPE'
  | 'ALRM'
  | 'TERM'
  | 'CHLD'
  | 'CONT'
  | 'STOP'
  | 'TSTP'
  | 'TTIN'
  | 'TTOU'
  | 'WINCH';

/** Who a process acts as. */
export interface Credentials {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups by id. */
  readonly groups: readonly number[];
  readonly home: string;
}

/** The reading end of a stream. Text only; lines end with `\n`. */
export interface Input {
  readonly isTerminal: boolean;
  /** What is there, at least one character; null at the end. Blocks while there is nothing. */
  read(): Promise<string | null>;
  /** The next line without its `\n`; null at the end. A last line without `\n` counts. */
  readLine(): Promise<string | null>;
  /** Everything up to the end. */
  readAll(): Promise<string>;
}

/** The writing end of a stream. */
export interface Output {
  readonly isTerminal: boolean;
  /** Blocks while the stream is full. Throws `BrokenPipe` when nobody reads any more. Always await it. */
  write(text: string): Promise<void>;
}

/** Thrown by writes to a pipe without readers; ends a process that doesn't catch it with status 141. */
export class BrokenPipe extends Error {
  constructor() {
    super('broken pipe');
    this.name = 'BrokenPipe';
  }
}

/** Thrown out of a process's blocking call by a deadly signal, and by `exit`. Programs let it pass. */
export class ProcessEnded extends Error {
  constructor(readonly status: number) {
    super(`process ended with status ${status}`);
    this.name = 'ProcessEnded';
  }
}

/** The controlling terminal as programs see it. */
export interface Tty {
  /** As `tty` prints it: `/dev/pts/0`. */
  readonly path: string;
  readonly columns: number;
  readonly rows: number;
  /** Whether typed characters are echoed (off while a password is read). */
  setEcho(on: boolean): void;
  /** Raw: every key goes to the reader at once, no line editing, no signals from ^C. */
  setRaw(on: boolean): void;
  /**
   * Opens a full-screen editor over the terminal and blocks until the user leaves it. Null: this terminal can't
   * (a transcript run). `save` is called each time the user writes the file; its answer is shown.
   */
  edit(request: EditRequest): Promise<'closed' | null>;
}

export interface EditRequest {
  readonly editor: 'vi' | 'nano';
  readonly path: string;
  readonly content: string;
  readonly readOnly: boolean;
  /** Writes the file; null on success, else why not. */
  save(content: string): string | null;
}

/** How to start a child. What isn't given is inherited. */
export interface SpawnOptions {
  stdin?: Input;
  stdout?: Output;
  stderr?: Output;
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  credentials?: Credentials;
  /** Runs the child on another machine (sshd's side of a connection). */
  machine?: string;
  /** Controlling terminal; null = none. */
  tty?: Tty | null;
  /** What `ps` shows, where it isn't the arguments. */
  title?: string;
  /** The file to run where it isn't `argv[0]`: a login shell is started as `-bash`. */
  executable?: string;
}

export interface Child {
  readonly pid: number;
  /** Blocks the caller until the child has ended; gives its exit status (128 + signal for a killed one). */
  wait(): Promise<number>;
  signal(name: SignalName): void;
}

/**
 * A running program's view of its world: the system calls. All blocking goes through here.
 *
 * `world` and `machine` are the present values: read them anew after each await. Change them in `transact` only.
 */
export interface Process {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly env: Record<string, string>;
  cwd: string;
  readonly credentials: Credentials;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly tty: Tty | null;
  readonly machineName: string;
  readonly machine: Machine;
  readonly world: World;

  /** One atomic change. An exception inside undoes it and passes through. */
  transact<R>(change: (world: World, machine: Machine) => R): R;
  /** Blocks for simulated milliseconds. */
  sleep(ms: Millis): Promise<void>;
  /** Blocks until `probe` gives something other than undefined; undefined after `timeout` ms. */
  until<T>(probe: (world: World) => T | undefined, timeout?: Millis): Promise<T | undefined>;
  /** Starts a program found along PATH (or by path). Status 127/126 with bash's message where it can't. */
  spawn(argv: readonly string[], options?: SpawnOptions): Promise<Child>;
  /** `spawn` and wait. */
  run(argv: readonly string[], options?: SpawnOptions): Promise<number>;
  /** Runs a program and gives what it printed. */
  capture(argv: readonly string[], options?: SpawnOptions): Promise<{ status: number; stdout: string; stderr: string }>;
  /** Runs concurrent branches, each a task of its own, to their ends, in a fixed order. Use instead of Promise.all. */
  concurrently<T>(branches: readonly ((branch: Process) => Promise<T>)[]): Promise<T[]>;
  /** Installs a handler for a signal instead of its default; null restores the default. */
  onSignal(name: SignalName, handler: (() => void) | null): void;
  /** Ends the process now. */
  exit(status: number): never;
}

/** A program: everything that can stand behind an executable file. Gives the exit status. */
export type Program = (process: Process) => Promise<number>;

/** Programs by registry key; lazily loaded ones stop simulated time while they load. */
export type ProgramTable = Readonly<Record<string, Program | { readonly load: () => Promise<Program> }>>;
