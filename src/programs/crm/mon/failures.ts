import { rcText } from '../../../pacemaker/executor/executor';
import type { FailedOperation } from '../../../pacemaker/scheduler/working-set';
import { ctime } from '../../../pacemaker/time';
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

/** Failures of the shown nodes and resources. */
export function shownFailures(view: StatusView): FailedOperation[] {
  return view.ws.failedOperations.filter(({ element, node }) => {
    if (view.onlyNodes && !view.onlyNodes.has(node.name)) return false;
    // Here what holds the resource doesn't count.
    return view.onlyResources?.has(resourceOf(element.attributes.operation_key ?? '')) ?? true;
  });
}

/** `vip` of `vip_monitor_10000`. */
export function resourceOf(key: string): string {
  return key.replace(/_(migrate_to|migrate_from|[a-z-]+)_\d+$/, '');
}

/** `20.002s`, `367ms`: how long it took. */
function duration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${(ms / 1000).toFixed(3).replace(/\.?0+$/, '')}s`;
  const minutes = Math.floor(seconds / 60);
  return `${minutes}m${(seconds % 60).toFixed(3).replace(/\.?0+$/, '')}s`;
}

function readableInterval(ms: number): string {
  if (ms % 1000 !== 0) return `${ms}ms`;
  const seconds = ms / 1000;
  const parts = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
    [1, 's'],
  ] as const;
  let left = seconds;
  let text = '';
  for (const [size, unit] of parts) {
    const number = Math.floor(left / size);
    if (number > 0) text += `${number}${unit}`;
    left -= number * size;
  }
  return text;
}

/** A failed operation in a sentence; with details as a list of values. */
export function failureLine(view: StatusView, { element, node }: FailedOperation): string {
  const { attributes } = element;
  const key = attributes.operation_key ?? '';
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
  if (task === 'monitor') what = interval > 0 ? `${readableInterval(interval)}-interval monitor` : 'probe';
  let text = `${resourceOf(key)} ${what} on ${node.name} `;
  if (status === '0') text += `returned '${rcText(rc)}'${reason === '' ? '' : ` (${reason})`}`;
  else text += `could not be executed (${statusText(status)}${reason === '' ? '' : `: ${reason}`})`;
  if (changed > 0) text += ` at ${ctime(changed * 1000)}`;
  if (exec > 0) text += ` after ${duration(exec)}`;
  return text;
}
