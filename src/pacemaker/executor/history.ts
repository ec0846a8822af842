import type { ResourceHistory, RunningOperation } from '../../world/pacemaker';
import type { Element } from '../../world/xml';
import { FEATURE_SET } from '../cib/version';

/** How an operation ended, as `op-status` counts it. */
export const STATUS = {
  pending: -1,
  done: 0,
  cancelled: 1,
  timeout: 2,
  notSupported: 3,
  error: 4,
  notInstalled: 7,
} as const;

export interface OperationOutcome {
  rc: number;
  status: number;
  reason: string;
  /** What the agent wrote to its error stream. */
  output: string;
  /** Unix seconds of the result. */
  changedAt: number;
  execMs: number;
  queueMs: number;
}

/** Number in the transition key of what somebody said had happened, outside any transition. */
export const NO_TRANSITION = '-1';

/** Whether a result isn't the one that the transition key asks for. */
export function isFailure(outcome: { rc: number; status: number }, targetRc: number): boolean {
  if (outcome.status === STATUS.cancelled || outcome.status === STATUS.pending) return false;
  if (outcome.status !== STATUS.done) return true;
  return outcome.rc !== targetRc;
}

/** The result that a transition key (`action:transition:rc:uuid`) asks for. */
export function targetRcOf(transitionKey: string): number {
  const rc = Number.parseInt(transitionKey.split(':')[2] ?? '0', 10);
  return Number.isNaN(rc) ? 0 : rc;
}

/** The history entry of a result. */
export function historyEntry(
  id: string,
  operation: RunningOperation,
  nodeName: string,
  outcome: OperationOutcome,
): Element {
  const attributes: Record<string, string> = {
    id,
    operation_key: operation.operationKey,
    operation: operation.operation,
    'crm-debug-origin': outcome.status === STATUS.pending ? 'controld_record_pending_op' : 'do_update_resource',
    crm_feature_set: FEATURE_SET,
    'transition-key': operation.transitionKey,
    'transition-magic': `${outcome.status}:${outcome.rc};${operation.transitionKey}`,
    'exit-reason': outcome.reason,
    on_node: nodeName,
    'call-id': String(outcome.status === STATUS.pending ? -1 : operation.callId),
    'rc-code': String(outcome.rc),
    'op-status': String(outcome.status),
    interval: String(operation.intervalMs),
    'last-rc-change': String(outcome.changedAt),
    'exec-time': String(outcome.execMs),
    'queue-time': String(outcome.queueMs),
  };
  for (const name of ['migrate_source', 'migrate_target']) {
    const value = operation.parameters[`CRM_meta_${name}`];
    if (value !== undefined && operation.operation.startsWith('migrate_')) attributes[name] = value;
  }
  return { name: 'lrm_rsc_op', attributes: { ...attributes, ...operation.digests }, children: [] };
}

/** Ids of the entries that a result is written to. */
export function entryIds(operation: RunningOperation, failed: boolean): string[] {
  const { resource, operation: name, intervalMs } = operation;
  if (name === 'migrate_to' || name === 'migrate_from' || name === 'notify') {
    const key = `${resource}_${name}_0`;
    return failed ? [`${resource}_last_failure_0`, key] : name === 'notify' ? [] : [key];
  }
  if (failed)
    return intervalMs === 0 ? [`${resource}_last_failure_0`, `${resource}_last_0`] : [`${resource}_last_failure_0`];
  return intervalMs > 0 ? [`${resource}_${name}_${intervalMs}`] : [`${resource}_last_0`];
}

/** Puts a result into a resource's history. A stop that worked makes the recurring operations' entries old. */
export function remember(
  history: ResourceHistory,
  operation: RunningOperation,
  nodeName: string,
  outcome: OperationOutcome,
): Element[] {
  const failed = isFailure(outcome, targetRcOf(operation.transitionKey));
  const entries = entryIds(operation, failed).map((id) => historyEntry(id, operation, nodeName, outcome));
  for (const entry of entries) {
    const id = entry.attributes.id as string;
    if (!(id in history.operations)) history.operations[id] = entry;
    else history.operations[id] = entry;
  }
  return entries;
}
