import type { Runtime } from '../kernel/runtime';
import { bash } from './bash/main';
import type { CompletionTable } from './completion';
import type { ProgramTable } from './process';
import { ProcessTableBase } from './table';

export { type CommandResult, runCommand, runProgram } from './command';

/** All running processes of a simulation. `bash` and `sh` are always among its programs. */
export class ProcessTable extends ProcessTableBase {
  constructor(runtime: Runtime, programs: ProgramTable, completions: CompletionTable = {}) {
    super(runtime, { bash, sh: bash, ...programs }, completions);
  }
}
