import type { Kernel } from '../kernel/kernel';
import { Runtime } from '../kernel/runtime';
import { UnitRunner } from '../programs/systemd/runner';
import type { CompletionTable } from '../shell/completion';
import type { ProgramTable } from '../shell/process';
import { type CommandResult, ProcessTable, runCommand } from '../shell/processes';
import type { Millis, World } from '../world/world';
import { completions } from './completions';
import { makeKernel } from './kernel';
import { programs } from './programs';

/** Version of the world's shape that this program reads and writes. */
const FORMAT = 2;

/** Saved text that isn't a world of this program. The message is for the reader. */
export class SavedWorldError extends Error {}

export interface CommandOptions {
  /** Account that types it; default root. */
  readonly user?: string;
  readonly stdin?: string;
  /** Variables beside those of the account's login. */
  readonly env?: Readonly<Record<string, string>>;
  /** Simulated ms after which it is killed (status 124). */
  readonly limit?: Millis;
  /** Whether to run the simulation until it ends (default); false: somebody else runs it. */
  readonly drive?: boolean;
}

/** A world that runs: its kernel, the processes beside it, and the rules of all rooms. */
export class Simulation {
  readonly runtime: Runtime;
  readonly processes: ProcessTable;

  /** `extra`: programs that belong to whoever runs the world, such as `lab`, and what Tab knows of them. */
  constructor(world: World, extra: ProgramTable = {}, extraCompletions: CompletionTable = {}) {
    const kernel: Kernel = makeKernel(world);
    this.runtime = new Runtime(kernel);
    this.processes = new ProcessTable(this.runtime, { ...programs, ...extra }, { ...completions, ...extraCompletions });
    new UnitRunner(this.processes);
  }

  /** A copy of a world that runs on its own. Terminals and scripts stay behind, as in a dropped connection. */
  static ofFork(world: World): Simulation {
    return new Simulation(withoutSessions(world));
  }

  get world(): World {
    return this.runtime.world;
  }

  /** Runs a command line by `bash -c`, without a terminal, to its end. */
  command(machine: string, command: string, options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(this.processes, { machine, command, ...options });
  }

  /** The world as text. */
  save(): string {
    return JSON.stringify(withoutSessions(this.world));
  }
}

/** The world without the processes that live outside it. */
export function withoutSessions(world: World): World {
  const machines = Object.fromEntries(
    Object.entries(world.machines).map(([name, machine]) => {
      const kept = Object.entries(machine.processes).filter(([, process]) => !process.session);
      if (kept.length === Object.keys(machine.processes).length) return [name, machine];
      const logins = machine.logins.map((login) => (login.until === null ? { ...login, until: world.now } : login));
      return [name, { ...machine, processes: Object.fromEntries(kept), logins }];
    }),
  );
  return { ...world, machines };
}

/** Reads a saved world. Throws SavedWorldError. */
export function parseWorld(text: string): World {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SavedWorldError(`it isn't JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isRecord(value)) throw new SavedWorldError('it holds no world');
  if (value.format !== FORMAT)
    throw new SavedWorldError(`its format is ${String(value.format)}, this program reads ${FORMAT}`);
  const problem = worldProblem(value);
  if (problem) throw new SavedWorldError(problem);
  return value as unknown as World;
}

function worldProblem(value: Record<string, unknown>): string | null {
  for (const field of ['now', 'epoch', 'sequence'])
    if (!Number.isFinite(value[field])) return `"${field}" is not a number`;
  for (const field of ['queue', 'history', 'faults', 'random'])
    if (!Array.isArray(value[field])) return `"${field}" is not a list`;
  for (const field of ['machines', 'networks']) if (!isRecord(value[field])) return `"${field}" is missing`;
  for (const [name, machine] of Object.entries(value.machines as Record<string, unknown>)) {
    if (!isRecord(machine) || !isRecord(machine.root) || machine.root.kind !== 'directory')
      return `machine ${name} has no file tree`;
    for (const field of ['network', 'units', 'processes', 'packages'])
      if (!isRecord(machine[field])) return `machine ${name} has no "${field}"`;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
