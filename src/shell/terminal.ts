import type { Machine } from '../world/machine';
import { bash } from './bash/main';
import { accountCredentials, findAccount, loginEnvironment } from './login';
import type { SimProcess } from './simprocess';
import type { ProcessTableBase } from './table';
import { DeviceTty, type EditorSession, TerminalDevice } from './tty';

/**
 * What the foreground of a terminal does; it decides how the clock runs.
 *
 * - `prompt`: waits for the user.
 * - `work`: a command runs, or waits for simulated time or for the cluster.
 * - `realtime`: a program whose pace is its point (`ping`, `watch`, `journalctl -f`).
 * - `closed`: the shell has ended.
 */
export type TerminalSessionState = 'prompt' | 'work' | 'realtime' | 'closed';

export interface TerminalOptions {
  readonly machine: string;
  /** Account that is logged in (default root). */
  readonly user?: string;
  readonly columns: number;
  readonly rows: number;
  /** Characters for the screen. */
  output(data: string): void;
  /** Opens an editor over the terminal; absent: it can't. */
  edit?(session: EditorSession): void;
  /** The line that was meant by one typed with the keyboard switched to Hangul. */
  offer?(line: string): void;
}

/** A login shell on a terminal of its own: what one terminal of the page is. */
export class TerminalSession {
  readonly machine: string;
  readonly device: TerminalDevice;
  readonly #table: ProcessTableBase;
  readonly #shell: SimProcess | null;
  readonly #line: string;

  constructor(table: ProcessTableBase, options: TerminalOptions) {
    this.#table = table;
    this.machine = options.machine;
    this.device = new TerminalDevice(options.columns, options.rows, {
      output: (text) => options.output(text),
      offer: (line) => options.offer?.(line),
      ...(options.edit ? { edit: (session: EditorSession) => options.edit?.(session) } : {}),
    });
    const machine = table.runtime.world.machines[options.machine];
    if (!machine || !isUp(machine)) {
      this.#shell = null;
      this.#line = '';
      return;
    }
    const terminal = table.allocateTerminal(options.machine);
    this.#line = terminal.path.replace('/dev/', '');
    const user = options.user ?? 'root';
    this.#shell = this.#login(machine, user, terminal.path);
    this.#shell.atEnd.push(terminal.free, () => this.#logOut());
  }

  #login(machine: Machine, user: string, path: string): SimProcess {
    const account = findAccount(machine, user);
    if (!account) throw new Error(`machine ${machine.name} has no user ${user}`);
    const tty = new DeviceTty(this.device, path);
    const shell = this.#table.start(['-bash'], bash, {
      machine: machine.name,
      credentials: accountCredentials(machine, account),
      env: loginEnvironment(account, 'xterm-256color'),
      cwd: machine.root.entries[account.home.split('/')[1] ?? ''] ? account.home : '/',
      stdin: this.device.file,
      stdout: this.device.file,
      stderr: this.device.file,
      tty,
    });
    this.device.foreground = shell.group;
    this.#table.runtime.transact((world) => {
      world.machines[machine.name]?.logins.push({ user, line: this.#line, from: '', since: world.now, until: null });
    });
    return shell;
  }

  #logOut(): void {
    const machine = this.#table.runtime.world.machines[this.machine];
    const isMine = (login: { line: string; until: number | null }) => login.line === this.#line && login.until === null;
    if (!machine?.logins.some(isMine)) return;
    this.#table.runtime.transact((world) => {
      for (const login of world.machines[this.machine]?.logins ?? []) if (isMine(login)) login.until = world.now;
    });
  }

  get state(): TerminalSessionState {
    const shell = this.#shell;
    if (!shell || shell.status !== null || shell.ending) return 'closed';
    if (this.device.waiting > 0) return 'prompt';
    return this.#foreground().some((process) => keepsPace(process.argv)) ? 'realtime' : 'work';
  }

  /** The command line that runs in the foreground, else ''. */
  get command(): string {
    if (this.state === 'prompt' || this.state === 'closed') return '';
    const processes = this.#foreground();
    return processes.map((process) => process.argv.join(' ')).join(' | ');
  }

  #foreground(): SimProcess[] {
    const group = this.device.foreground;
    return [...this.#table.processes].filter((process) => process.group === group && process !== this.#shell);
  }

  /** Keys as a terminal sends them. */
  input(data: string): void {
    if (this.state !== 'closed') this.device.input(data);
  }

  resize(columns: number, rows: number): void {
    this.device.resize(columns, rows);
  }

  /** While paused, writes of programs block: the screen can't keep up. */
  pauseOutput(paused: boolean): void {
    this.device.pause(paused);
  }

  /** The window is closed: everything that runs on the terminal gets a hangup. */
  close(): void {
    this.device.hangUp();
    for (const process of this.#table.processes) {
      if (process.tty instanceof DeviceTty && process.tty.device === this.device && process !== this.#shell) {
        process.signal('HUP');
        process.signal('CONT');
      }
    }
    // A shell at its prompt notices the end of input and saves its history; one that works is killed.
    if (this.#shell && this.device.waiting === 0) this.#shell.terminate(129);
  }
}

/** Whether somebody can log in. */
function isUp(machine: Machine): boolean {
  return machine.power === 'running' || machine.power === 'booting' || machine.power === 'stopping';
}

const PACED = new Set(['ping', 'ping6', 'watch', 'top', 'htop', 'tcpdump', 'vmstat', 'iostat', 'dmesg-w', 'crm_mon']);

/** Whether a program shows what happens while it happens, so that the clock mustn't hurry. */
export function keepsPace(argv: readonly string[]): boolean {
  const name = (argv[0] ?? '').replace(/^.*\//, '');
  const has = (pattern: RegExp) => argv.slice(1).some((arg) => pattern.test(arg));
  if (name === 'crm_mon') return !has(/^(-[a-zA-Z]*1|--one-shot|--as-xml|--output-as|-X)/);
  if (name === 'tail') return has(/^(-[a-z0-9]*[fF]|--follow)/);
  if (name === 'journalctl' || name === 'dmesg') return has(/^(-[a-z0-9]*[fw]|--follow)/);
  return PACED.has(name);
}
