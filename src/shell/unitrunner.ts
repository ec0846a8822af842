import { logTo } from '../machine/log';
import type { ServiceEnd } from '../machine/service';
import { unitProcessEnded, unitProcessTaken } from '../machine/units';
import type { Machine } from '../world/machine';
import type { ProcessRecord, UnitExecution } from '../world/unit';
import { accountCredentials, findAccount } from './login';
import { NullFile, OpenFile } from './openfile';
import { isSignalName } from './signals';
import type { SimProcess } from './simprocess';
import type { ProcessTableBase } from './table';

/** A unit's standard output: whole lines become entries of the journal. */
class JournalFile extends OpenFile {
  #line = '';
  pid: number | null = null;
  constructor(
    readonly table: ProcessTableBase,
    readonly machine: string,
    readonly identifier: string,
    readonly unit: string,
  ) {
    super('socket:[journal]');
  }
  async read(): Promise<string | null> {
    return null;
  }
  async write(_by: unknown, text: string): Promise<void> {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    this.#log(lines);
  }
  protected override closed(): void {
    if (this.#line !== '') this.#log([this.#line]);
    this.#line = '';
  }
  #log(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.table.runtime.transact((world) => {
      const machine = world.machines[this.machine];
      if (!machine) return;
      for (const message of lines) {
        logTo(world, machine, { identifier: this.identifier, pid: this.pid, unit: this.unit, message });
      }
    });
  }
}

/** Runs the commands of units that no behaviour stands for: scripts and programs in `ExecStart=` and its like. */
export class UnitRunner {
  readonly #table: ProcessTableBase;
  /** Process lists already looked at: unchanged ones are the same objects. */
  readonly #seen = new Map<string, Machine['processes']>();
  readonly #running = new Map<string, SimProcess>();
  #busy = false;

  constructor(table: ProcessTableBase) {
    this.#table = table;
    table.runtime.tasks.watch(() => this.#look());
  }

  #look(): void {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const { machines } = this.#table.runtime.world;
      for (const name of Object.keys(machines)) {
        const processes = machines[name]?.processes;
        if (!processes || this.#seen.get(name) === processes) continue;
        for (const record of Object.values(processes)) if (record.execute) this.#attend(name, record, record.execute);
        const now = this.#table.runtime.world.machines[name]?.processes;
        if (now) this.#seen.set(name, now);
      }
    } finally {
      this.#busy = false;
    }
  }

  #attend(machine: string, record: ProcessRecord, execution: UnitExecution): void {
    const running = this.#running.get(`${machine}:${record.pid}`);
    if (!running) {
      this.#start(machine, record.pid, execution);
      return;
    }
    if (!record.signals || record.signals.length === 0) return;
    const { signals } = record;
    this.#table.runtime.transact((world) => {
      const draft = world.machines[machine]?.processes[record.pid];
      if (draft) delete draft.signals;
    });
    for (const signal of signals) running.signal(isSignalName(signal) ? signal : 'TERM');
  }

  #start(machineName: string, pid: number, execution: UnitExecution): void {
    const { runtime } = this.#table;
    const machine = runtime.world.machines[machineName];
    const account = machine && findAccount(machine, execution.user);
    if (!machine || !account) return;
    const credentials = accountCredentials(machine, account);
    const { argv, env, cwd, unit } = execution;
    const path = env.PATH ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin';
    const resolution = this.#table.resolve(argv, { machine, path, cwd, as: credentials });
    if (resolution.kind === 'failed') {
      // systemd's own status for a command that can't be executed.
      const how: ServiceEnd = { kind: 'exited', status: 203 };
      runtime.transact((world) => unitProcessEnded(world, machineName, pid, how));
      return;
    }
    const name = argv[0] ?? '';
    const output = new JournalFile(this.#table, machineName, name.slice(name.lastIndexOf('/') + 1), unit);
    const { program } = resolution;
    const process = this.#table.start(
      resolution.argv,
      async (view) => (typeof program === 'function' ? program : await program.load())(view),
      {
        machine: machineName,
        credentials,
        env: { PATH: path, ...env },
        cwd,
        stdin: new NullFile(),
        stdout: output,
        stderr: output,
      },
    );
    output.pid = process.pid;
    runtime.transact((world) => unitProcessTaken(world, machineName, pid, process.pid));
    const key = `${machineName}:${process.pid}`;
    this.#running.set(key, process);
    process.atEnd.push(() => {
      this.#running.delete(key);
      const how: ServiceEnd = process.endedBy
        ? { kind: 'signal', signal: process.endedBy }
        : { kind: 'exited', status: process.ending?.status ?? process.leaving };
      runtime.transact((world) => unitProcessEnded(world, machineName, process.pid, how));
    });
  }
}
