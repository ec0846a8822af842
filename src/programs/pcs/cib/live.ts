import type { Process } from '../../../shell/process';
import type { Element } from '../../../world/xml';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import type { CibStore } from './store';

/** The CIB of the running cluster, as this machine's daemon has it. */
export class LiveStore implements CibStore {
  readonly file = null;

  constructor(readonly process: Process) {}

  async load(): Promise<Element> {
    throw new CommandFailure('unable to get cib');
  }

  async save(_cib: Element): Promise<void> {
    throw new CommandFailure('unable to get cib');
  }
}

/** Name of this machine's node as pacemaker knows it. */
export function localNodeName(pcs: Pcs): string {
  return pcs.process.machine.hostname;
}

/** Waits until the cluster has nothing left to do, at most `seconds` (0: an hour). */
export async function waitForIdle(pcs: Pcs, seconds: number): Promise<void> {
  const limit = seconds === 0 ? '' : ` (timeout: ${seconds} second${seconds === 1 ? '' : 's'})`;
  pcs.note(`Waiting for the cluster to apply configuration changes${limit}...`);
  await pcs.flush();
}
