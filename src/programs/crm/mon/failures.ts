import { rcText } from '../../../pacemaker/exit-status';
import type { FailedOperation } from '../../../pacemaker/scheduler/working-set';
import { ctime, readableDuration } from '../../../pacemaker/time';
import type { Element } from '../../../world/xml';
import type { StatusView } from './facts';

/** Names of operation statuses. */
const STATUS_TEXT: Readonly<Record<string, string>> = {
  '-1': 'pending',
  '0': 'complete',
  '1': 'Cancelled',
  '2': 'Timed Out',
  '3': 'NOT SUPPORTED',
  '4': 'Error',
  '5': 'Hard error',
  '6': 'Fatal error',
  '7': 'Not installed',
  '8': 'Internal communication failure',
  '9': 'No agent',
  '10': 'No fence device',
  '11': 'invalid',
};

export function statusText(code: string): string {
  return STATUS_TEXT[code] ?? 'unknown';
}

/** Failures of the shown nodes and resources, where the node is there to be asked. */
export function shownFailures(view: StatusView): FailedOperation[] {
  return view.ws.failedOperations.filter(({ element, node }) => {
    if (isAbsence(element) || !node.online || (view.onlyNodes && !view.onlyNodes.has(node.name))) return false;
    // Here what holds the resource doesn't count.
    return view.onlyResources?.has(resourceOf(operationKey(element))) ?? true;
  });
}

/** A probe that finds that a resource can't be there at all is no failure to a reader. */
function isAbsence({ attributes }: Element): boolean {
  const { operation, interval = '0', 'rc-code': rc, 'op-status': status } = attributes;
  return operation === 'monitor' && interval === '0' && (rc === '5' || rc === '2' || status === '7');
}

/** Old histories name an operation by its id only. */
export function operationKey(element: Element): string {
  return element.attributes.operation_key ?? element.attributes.id ?? '';
}

/** `vip` of `vip_monitor_10000`. */
export function resourceOf(key: string): string {
  return key.replace(/_(migrate_to|migrate_from|[a-z-]+)_\d+$/, '');
}

/** A failed operation in a sentence; with details as a list of values. */
export function failureLine(view: StatusView, { element, node }: FailedOperation): string {
  const { attributes } = element;
  const key = operationKey(element);
  const rc = Number.parseInt(attributes['rc-code'] ?? '0', 10) || 0;
  const status = attributes['op-status'] ?? '0';
  const reason = attributes['exit-reason'] ?? '';
  const changed = Number.parseInt(attributes['last-rc-change'] ?? '0', 10) || 0;
  const exec = Number.parseInt(attributes['exec-time'] ?? '0', 10) || 0;
  if (view.detail) {
    let text = `${key} on ${node.name} '${rcText(rc)}' (${rc}): call=${attributes['call-id']}, status='${statusText(status)}'`;
    if (reason !== '') text += `, exitreason='${reason}'`;
    if (changed > 0)
      text += `, last-rc-change='${ctime(changed * 1000)}', queued=${attributes['queue-time'] ?? 0}ms, exec=${exec}ms`;
    return text;
  }
  const interval = Number.parseInt(attributes.interval ?? '0', 10) || 0;
  const task = attributes.operation ?? '';
  let what = task;
  if (task === 'monitor') what = interval > 0 ? `${readableDuration(interval)}-interval monitor` : 'probe';
  let text = `${resourceOf(key)} ${what} on ${node.name} `;
  if (status === '0') text += `returned '${rcText(rc)}'${reason === '' ? '' : ` (${reason})`}`;
  else text += `could not be executed (${statusText(status)}${reason === '' ? '' : `: ${reason}`})`;
  if (changed > 0) text += ` at ${ctime(changed * 1000)}`;
  if (exec > 0) text += ` after ${readableDuration(exec)}`;
  return text;
}
