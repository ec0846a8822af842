import { localMembership } from '../../../corosync/membership';
import { readCib } from '../../../pacemaker/cib/access';
import { CibError } from '../../../pacemaker/cib/errors';
import type { CibOperation } from '../../../pacemaker/cib/operations';
import { childNamed, copyElement } from '../../../pacemaker/cib/xml';
import type { Process } from '../../../shell/process';
import type { Element } from '../../../world/xml';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { applyOperation, clientOf, LIVE } from './apply';
import { sameElement } from './compare';
import type { CibStore } from './store';

/** The CIB of the running cluster, as this machine's daemon has it. */
export class LiveStore implements CibStore {
  readonly file = null;
  #loaded: Element | null = null;

  constructor(readonly process: Process) {}

  prepare(): void {}

  async load(): Promise<Element> {
    try {
      const cib = copyElement(readCib(this.process.world, this.process.machineName, LIVE, clientOf(this.process)));
      this.#loaded = copyElement(cib);
      return cib;
    } catch (failure) {
      if (failure instanceof CibError) throw new CommandFailure('unable to get cib');
      throw failure;
    }
  }

  async save(cib: Element): Promise<void> {
    const configuration = childNamed(cib, 'configuration');
    const before = this.#loaded && childNamed(this.#loaded, 'configuration');
    if (!configuration || (before && sameElement(before, configuration))) return;
    await this.apply({ kind: 'replace', section: 'configuration', input: configuration });
    this.#loaded = copyElement(cib);
  }

  async apply(operation: CibOperation): Promise<void> {
    applyOperation(this.process, LIVE, operation);
  }
}

/** Name of this machine's node as the cluster knows it. */
export function localNodeName(pcs: Pcs): string {
  const { world, machineName, machine } = pcs.process;
  const membership = localMembership(world, machineName);
  return membership?.members.find((member) => member.nodeId === membership.localNodeId)?.name ?? machine.hostname;
}

/** Waits until the cluster has nothing left to do, at most `seconds` (0: as long as crm_resource waits). */
export async function waitForIdle(pcs: Pcs, seconds: number): Promise<void> {
  const limit = seconds === 0 ? '' : ` (timeout: ${seconds} second${seconds === 1 ? '' : 's'})`;
  pcs.note(`Waiting for the cluster to apply configuration changes${limit}...`);
  await waitSilently(pcs, seconds);
}

/** As `waitForIdle`, for the commands that don't tell of it. */
export async function waitSilently(pcs: Pcs, seconds: number): Promise<void> {
  await pcs.flush();
  const argv = ['crm_resource', '--wait', ...(seconds === 0 ? [] : [`--timeout=${seconds}`])];
  const result = await pcs.process.capture(argv);
  if (result.status === 0) return;
  const why = result.stderr.trim();
  const TIMEOUT = 124;
  throw new CommandFailure(result.status === TIMEOUT ? `waiting timeout\n\n${why}` : why);
}
