import type { Millis } from '../world/world';
import { bash } from './bash/main';
import { accountCredentials, findAccount, loginEnvironment } from './login';
import { Collector, TextFile } from './openfile';
import type { Program } from './process';
import type { SimProcess } from './simprocess';
import type { ProcessTableBase } from './table';

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** 124 where `limit` ran out. */
  readonly status: number;
}

export interface RunOptions {
  readonly machine: string;
  /** Account on that machine (default root). */
  readonly user?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Simulated ms after which the command is killed. Default: none. */
  readonly limit?: Millis;
  /**
   * Whether to run the simulation until the command ends (default). False: somebody else runs it, and this call only
   * waits.
   */
  readonly drive?: boolean;
}

/** What `su` answers to a name that no account has. */
const noSuchUser = (user: string): string =>
  `su: user ${user} does not exist or the user entry does not contain all the required fields`;

/** Runs a program without terminal, as the user's login environment has it, to its end. */
export async function runProgram(
  table: ProcessTableBase,
  program: Program,
  argv: readonly string[],
  options: RunOptions,
): Promise<CommandResult> {
  const machine = table.runtime.world.machines[options.machine];
  if (!machine) throw new Error(`no machine ${options.machine}`);
  const user = options.user ?? 'root';
  const account = findAccount(machine, user);
  if (!account) return { stdout: '', stderr: `${noSuchUser(user)}\n`, status: 1 };
  const stdout = new Collector();
  const stderr = new Collector();
  const process = table.start(argv, program, {
    machine: options.machine,
    credentials: accountCredentials(machine, account),
    env: { ...loginEnvironment(account, null), ...options.env },
    cwd: options.cwd ?? account.home,
    stdin: new TextFile(options.stdin ?? ''),
    stdout,
    stderr,
  });
  const status = await finish(table, process, options);
  return { stdout: stdout.text, stderr: stderr.text, status };
}

/** Waits for a process's end, running the simulation meanwhile unless somebody else does. */
async function finish(table: ProcessTableBase, process: SimProcess, options: RunOptions): Promise<number> {
  const { runtime } = table;
  const ended = new Promise<void>((resolve) => process.atEnd.push(resolve));
  const until = options.limit === undefined ? Number.POSITIVE_INFINITY : runtime.world.now + options.limit;
  if (options.drive === false) {
    await ended;
    return process.status ?? 0;
  }
  const reason = await runtime.run(until, () => process.status !== null);
  if (process.status !== null) return process.status;
  // It waits for something that can't come, or its time is up.
  process.signal('KILL');
  await runtime.run(Number.POSITIVE_INFINITY, () => process.status !== null);
  return reason === 'idle' ? (process.status ?? 137) : 124;
}

/** Runs a command line as `bash -c` does, as a user's login environment has it, without a terminal. */
export function runCommand(
  table: ProcessTableBase,
  options: RunOptions & { readonly command: string },
): Promise<CommandResult> {
  return runProgram(table, bash, ['bash', '-c', options.command], options);
}
