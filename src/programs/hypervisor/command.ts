import type { Process } from '../../shell/process';
import type { Arguments, CommandSpec } from './arguments';

/** A virsh command: what it takes, and what it prints on success. Failures are thrown. */
export interface VirshCommand {
  spec: CommandSpec;
  run(process: Process, args: Arguments): Promise<string>;
}

/** A failure in virsh's words: one line, or two where libvirt gives the reason. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly reason: string | null = null,
  ) {
    super(message);
    this.name = 'Failure';
  }
}
