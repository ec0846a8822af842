import { type ScriptEnd, scriptEnded, scriptTaken, scriptWrote } from '../../agents/ocf/script';
import { credentialsFor } from '../../machine/accounts';
import { logTo } from '../../machine/log';
import type { ServiceEnd } from '../../machine/service';
import { unitProcessEnded, unitProcessTaken } from '../../machine/units';
import { TextFile } from '../../shell/openfile';
import type { Output, Program, SignalName } from '../../shell/process';
import type { ProcessTable } from '../../shell/processes';
import type { ProcessRecord, UnitExecution } from '../../world/unit';
import type { World } from '../../world/world';

type Running = ReturnType<ProcessTable['start']>;

/** Something that the runner has to do: start a command of a unit, or bring a signal to one. */
type Work =
  | { kind: 'start'; machine: string; pid: number; execute: UnitExecution }
  | { kind: 'signal'; machine: string; pid: number };

/**
 * Has the shell run the commands of units that no behaviour stands for (a student's script, `python3 -m http.server`),
 * and the scripts that the cluster's executor runs as resource agents. What is to run stands in the process records; after
 * a load or a fork, what was running starts anew.
 */
export class UnitRunner {
  readonly #table: ProcessTable;
  readonly #running = new Map<string, Running>();
  /** Process tables that had nothing to do when last seen. */
  readonly #seen = new Map<string, unknown>();

  constructor(table: ProcessTable) {
    this.#table = table;
    table.runtime.spawn('systemd', async (task) => {
      for (;;) {
        const work = await task.until(() => this.#nextWork(table.runtime.world));
        if (!work) return;
        if (work.kind === 'start') this.#start(work.machine, work.pid, work.execute);
        else this.#signal(work.machine, work.pid);
      }
    });
  }

  #nextWork(world: World): Work | undefined {
    for (const name in world.machines) {
      const processes = world.machines[name]?.processes;
      if (!processes || this.#seen.get(name) === processes) continue;
      for (const record of Object.values(processes)) {
        const work = this.#workFor(name, record);
        if (work) return work;
      }
      this.#seen.set(name, processes);
    }
    return undefined;
  }

  #workFor(machine: string, record: ProcessRecord): Work | undefined {
    if (!record.execute) return undefined;
    const own = this.#running.get(this.#key(machine, record.pid));
    if (!own) return { kind: 'start', machine, pid: record.pid, execute: record.execute };
    return record.signals && record.signals.length > 0 ? { kind: 'signal', machine, pid: record.pid } : undefined;
  }

  #key(machine: string, pid: number): string {
    return `${machine}/${this.#table.runtime.world.machines[machine]?.boot ?? 0}/${pid}`;
  }

  #start(machineName: string, pid: number, execute: UnitExecution): void {
    const { runtime } = this.#table;
    const machine = runtime.world.machines[machineName];
    const credentials = machine && credentialsFor(machine, execute.user);
    if (!machine || !credentials) {
      this.#failed(machineName, pid, execute, 217);
      return;
    }
    const path = execute.env.PATH ?? '/usr/sbin:/usr/bin';
    const found = this.#table.resolve(execute.argv, { machine, path, cwd: execute.cwd, as: credentials });
    if (found.kind === 'failed') {
      this.#failed(machineName, pid, execute, 203);
      return;
    }
    const { program } = found;
    const body: Program = async (process) => (typeof program === 'function' ? program : await program.load())(process);
    const name = (execute.argv[0] ?? '').replace(/^.*\//, '');
    const { call } = execute;
    const journal =
      call === undefined ? this.#journal(machineName, execute.unit, name) : this.#executorPipe(machineName, call);
    const process = this.#table.start(found.argv, body, {
      machine: machineName,
      credentials,
      env: execute.env,
      cwd: execute.cwd,
      ...(call === undefined ? { stdout: journal } : {}),
      ...(execute.stdin === undefined ? {} : { stdin: new TextFile(execute.stdin) }),
      stderr: journal,
    });
    journal.pid = process.pid;
    const key = this.#key(machineName, process.pid);
    this.#running.set(key, process);
    process.atEnd.push(() => this.#ended(machineName, process, execute, key));
    runtime.transact((world) => {
      unitProcessTaken(world, machineName, pid, process.pid);
      if (call !== undefined) scriptTaken(world, machineName, call, pid, process.pid);
    });
  }

  /** The error stream of an agent: the executor looks for the exit reason in it. What it prints else is lost. */
  #executorPipe(machineName: string, call: number): Output & { pid: number } {
    const { runtime } = this.#table;
    return {
      pid: 0,
      isTerminal: false,
      async write(text: string) {
        runtime.transact((world) => scriptWrote(world, machineName, call, this.pid, text));
      },
    };
  }

  /** Lines that a unit's process prints, as journal entries. */
  #journal(machineName: string, unit: string, identifier: string): Output & { pid: number } {
    let rest = '';
    const { runtime } = this.#table;
    return {
      pid: 0,
      isTerminal: false,
      async write(text: string) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        if (lines.length === 0) return;
        runtime.transact((world) => {
          const machine = world.machines[machineName];
          if (!machine) return;
          for (const message of lines) logTo(world, machine, { identifier, pid: this.pid, unit, message });
        });
      },
    };
  }

  /** A command that can't be executed ends at once, as exec would. */
  #failed(machineName: string, pid: number, execute: UnitExecution, status: number): void {
    const { call } = execute;
    if (call !== undefined) {
      const end: ScriptEnd = status === 203 ? 'absent' : 'barred';
      this.#table.runtime.transact((world) => scriptEnded(world, machineName, call, pid, end));
      return;
    }
    this.#table.runtime.transact((world) => {
      const machine = world.machines[machineName];
      if (!machine) return;
      const name = (execute.argv[0] ?? '').replace(/^.*\//, '').slice(0, 15);
      const step = status === 203 ? 'EXEC' : 'USER';
      const reason = status === 203 ? 'Permission denied' : 'No such process';
      logTo(world, machine, {
        identifier: `(${name})`,
        pid,
        unit: execute.unit,
        priority: 3,
        message: `${execute.unit}: Failed at step ${step} spawning ${execute.argv[0]}: ${reason}`,
      });
      unitProcessEnded(world, machineName, pid, { kind: 'exited', status });
    });
  }

  #signal(machineName: string, pid: number): void {
    const { runtime } = this.#table;
    const names = runtime.world.machines[machineName]?.processes[pid]?.signals ?? [];
    const process = this.#running.get(this.#key(machineName, pid));
    runtime.transact((world) => {
      const record = world.machines[machineName]?.processes[pid];
      if (record) delete record.signals;
    });
    // The executor ends an agent with all that it has started.
    const whole =
      process !== undefined && runtime.world.machines[machineName]?.processes[pid]?.execute?.call !== undefined;
    for (const name of names) (whole ? process.group : process)?.signal(name as SignalName);
  }

  /** `key`: under which it is among the running ones. It stays there until its record is gone, else it would be run again. */
  #ended(machineName: string, process: Running, execute: UnitExecution, key: string): void {
    const { runtime } = this.#table;
    if (runtime.world.machines[machineName]?.boot !== process.boot) {
      this.#running.delete(key);
      return;
    }
    runtime.spawn('systemd', async () => {
      // Its status is set by now: this task's turn comes after the end of the process.
      runtime.transact((world) => this.#report(world, machineName, process, execute));
      this.#running.delete(key);
    });
  }

  #report(world: World, machineName: string, process: Running, { call }: UnitExecution): void {
    const { endedBy, pid } = process;
    const status = process.status ?? 0;
    if (call !== undefined) scriptEnded(world, machineName, call, pid, endedBy ? `signal ${endedBy}` : status);
    else {
      const how: ServiceEnd = endedBy ? { kind: 'signal', signal: endedBy } : { kind: 'exited', status };
      unitProcessEnded(world, machineName, pid, how);
    }
  }
}
