import { mayUseCorosync } from '../../corosync/cmap';
import type { CorosyncMachine } from '../../corosync/nodes';
import type { Process } from '../../shell/process';
import type { Machine } from '../../world/machine';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';

/** Status of every failed call of these tools. */
const FAILURE = 1;

function hasDaemon(machine: Machine | undefined): machine is CorosyncMachine {
  return machine !== undefined && machine.corosync !== null && machine.corosync.quorum.members.length > 0;
}

/**
 * The local daemon, as far as its IPC lets the user in; null: it can't be connected to. Blocks while the daemon is
 * stopped by a signal.
 */
export async function connectDaemon(process: Process): Promise<CorosyncMachine | null> {
  const { uid, gid } = process.credentials;
  if (!mayUseCorosync(process.machine, uid, gid)) return null;
  const name = process.machineName;
  const answered = await process.until((world) => {
    const machine = world.machines[name];
    if (!hasDaemon(machine)) return 'gone';
    return machine.corosync.frozenSince === null ? machine : undefined;
  });
  return answered === undefined || answered === 'gone' ? null : answered;
}

/** Changes the world by way of the daemon if it still runs. */
export function withDaemon<R>(
  process: Process,
  change: (world: Process['world'], machine: CorosyncMachine) => R,
): R | null {
  return process.transact((world, machine) => (hasDaemon(machine) ? change(world, machine) : null));
}

/** Options as the tool's getopt takes them; a wrong one is complained about on stderr and gives null. */
export async function readOptions(process: Process, specs: readonly OptionSpec[]): Promise<ParsedOptions | null> {
  const program = (process.argv[0] ?? '').replace(/^.*\//, '');
  try {
    return parseOptions(program, process.argv, specs);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n`);
    return null;
  }
}

/** Fails with a line on stderr. */
export async function failWith(process: Process, message: string, status = FAILURE): Promise<number> {
  await process.stderr.write(`${message}\n`);
  return status;
}
