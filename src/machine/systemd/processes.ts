import { schedule } from '../../kernel/events';
import type { Machine } from '../../world/machine';
import type { ProcessRecord } from '../../world/unit';
import type { World } from '../../world/world';
import { findUser } from '../accounts';
import { lookup } from '../files';
import { logTo } from '../log';
import type { UnitDefinition } from '../unitfile';
import { type ExecCommand, serviceEnvironment } from './commandline';

declare module '../../kernel/events' {
  interface EventMap {
    /** A process that only waits, or does nothing that is simulated, has come to its end. */
    'unit.process.exit': { machine: string; unit: string; pid: number; status: number };
  }
}

/** What exec of a missing or trivial program takes. */
const EXEC_MS = 6;

/** Adds a process record. Gives its number. */
export function addProcess(
  world: World,
  machine: Machine,
  process: { command: string; unit: string | null; ppid?: number; uid?: number; pid?: number },
): number {
  const pid = process.pid ?? machine.nextPid++;
  machine.processes[pid] = {
    pid,
    ppid: process.ppid ?? 1,
    uid: process.uid ?? 0,
    command: process.command,
    tty: null,
    startedAt: world.now,
    state: 'S',
    unit: process.unit,
    session: false,
  };
  return pid;
}

/** Processes of a unit, by number. */
export function unitProcesses(machine: Machine, unit: string): ProcessRecord[] {
  return Object.values(machine.processes).filter((process) => process.unit === unit);
}

/** Removes every process of a unit. */
export function removeUnitProcesses(machine: Machine, unit: string): void {
  for (const process of unitProcesses(machine, unit)) delete machine.processes[process.pid];
}

/** Whether a command is a daemon whose work isn't simulated: a binary without a program behind it. */
function isOpaque(machine: Machine, command: ExecCommand): boolean {
  const inode = command.path === null ? undefined : lookup(machine, command.path);
  return (
    inode?.kind === 'file' && inode.program === undefined && !inode.content.startsWith('#!') && inode.content === ''
  );
}

/** How long `sleep` sleeps; null for ever. */
function sleepTime(argv: readonly string[]): number | null {
  const scale: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  let total = 0;
  for (const word of argv) {
    if (word === 'infinity') return null;
    const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(word);
    if (match) total += Number(match[1]) * (scale[match[2] || 's'] ?? 1) * 1000;
  }
  return Math.round(total);
}

export interface Launched {
  pid: number;
  /** The process is a daemon that stands for itself, without a task or an event that would end it. */
  opaque: boolean;
}

/**
 * Starts one command of a unit as a process of the machine. It ends by an event, or by the shell's word
 * (`unitProcessEnded`), or never. `lasting`: a binary that isn't simulated stays (a main process) instead of ending.
 */
export function launch(
  world: World,
  machine: Machine,
  unit: string,
  definition: UnitDefinition,
  command: ExecCommand,
  lasting: boolean,
): Launched {
  const userName = definition.last('Service', 'User') ?? 'root';
  const user = findUser(machine, userName) ?? findUser(machine, Number(userName));
  const shown = [command.path ?? command.argv[0] ?? '', ...command.argv.slice(1)].join(' ').trim();
  const pid = addProcess(world, machine, { command: shown, unit, uid: user?.uid ?? 0 });
  const exit = (delay: number, status: number) =>
    schedule(
      world,
      delay,
      'unit.process.exit',
      { machine: machine.name, unit, pid, status },
      { machine: machine.name },
    );
  if (!user) {
    logTo(world, machine, {
      identifier: `(${baseOf(command)})`,
      pid,
      unit,
      priority: 3,
      message: `${unit}: Failed to determine user credentials: No such process`,
    });
    stepFailed(world, machine, unit, pid, command, 'USER', 'No such process');
    exit(EXEC_MS, 217);
  } else if (command.path === null) {
    const name = command.argv[0] ?? '';
    const reason = lookup(machine, name)?.kind === 'file' ? 'Permission denied' : 'No such file or directory';
    logTo(world, machine, {
      identifier: `(${baseOf(command)})`,
      pid,
      unit,
      priority: 3,
      message: `${unit}: Failed to locate executable ${name}: ${reason}`,
    });
    stepFailed(world, machine, unit, pid, command, 'EXEC', reason);
    exit(EXEC_MS, 203);
  } else {
    const program = programOf(machine, command.path);
    if (program === 'true' || program === 'false') exit(EXEC_MS, program === 'true' ? 0 : 1);
    else if (program === 'sleep') {
      const time = sleepTime(command.argv.slice(1));
      if (time !== null) exit(time, 0);
    } else if (isOpaque(machine, command)) {
      if (!lasting) exit(EXEC_MS, 0);
      return { pid, opaque: true };
    } else {
      const record = machine.processes[pid];
      if (record) {
        record.execute = {
          unit,
          argv: [command.path, ...command.argv.slice(1)],
          env: {
            ...serviceEnvironment(machine, unit, definition),
            HOME: user.home,
            USER: user.name,
            LOGNAME: user.name,
          },
          cwd: definition.last('Service', 'WorkingDirectory') ?? '/',
          user: user.name,
        };
      }
    }
  }
  return { pid, opaque: false };
}

function programOf(machine: Machine, path: string): string | undefined {
  const inode = lookup(machine, path);
  return inode?.kind === 'file' ? inode.program : undefined;
}

function baseOf(command: ExecCommand): string {
  const name = command.argv[0] ?? '';
  return name.slice(name.lastIndexOf('/') + 1).slice(0, 15);
}

function stepFailed(
  world: World,
  machine: Machine,
  unit: string,
  pid: number,
  command: ExecCommand,
  step: string,
  text: string,
): void {
  const message = `${unit}: Failed at step ${step} spawning ${command.argv[0] ?? ''}: ${text}`;
  logTo(world, machine, { identifier: `(${baseOf(command)})`, pid, unit, priority: 3, message });
}
