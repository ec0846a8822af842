import { type CibTarget, changeCib } from '../../../pacemaker/cib/access';
import { CibError } from '../../../pacemaker/cib/errors';
import type { CibOperation } from '../../../pacemaker/cib/operations';
import type { Process } from '../../../shell/process';
import { CommandFailure } from '../failure';

/** The running cluster's CIB. */
export const LIVE: CibTarget = { kind: 'live' };

export function clientOf(process: Process) {
  const { user, uid, gid, groups } = process.credentials;
  return { user: process.env.CIB_user ?? user, uid, gid, groups, client: 'cibadmin' };
}

/** Applies a change as cibadmin does, and words a failure as pcs passes it on. */
export function applyOperation(process: Process, target: CibTarget, operation: CibOperation): void {
  try {
    process.transact((world) => {
      changeCib(world, process.machineName, target, clientOf(process), operation);
    });
  } catch (failure) {
    if (!(failure instanceof CibError)) throw failure;
    throw new CommandFailure(`Unable to update cib\n${refusal(target, failure)}`);
  }
}

/** What cibadmin says: to a file the whole configuration is written, to the cluster the difference. */
function refusal(target: CibTarget, failure: CibError): string {
  if (target.kind === 'live') return `Call cib_apply_diff failed: ${failure.message}\n\n`;
  return `${failure.details.stderr ?? ''}Call failed: ${failure.message}\n\n`;
}
