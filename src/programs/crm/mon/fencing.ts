import { isoTime } from '../../../pacemaker/time';
import type { FencingRecord } from '../../../world/pacemaker';
import type { StatusView } from './facts';

const ACTION: Readonly<Record<string, string>> = { reboot: 'reboot', off: 'turning off', on: 'unfencing' };

/** A record in a line; with details as a list of values. */
export function fencingLine(record: FencingRecord, detail: boolean): string {
  const what = `${ACTION[record.action] ?? record.action} of ${record.target}`;
  const time = isoTime(record.completedAt);
  if (detail) {
    const parts = record.delegate === null ? [] : [`delegate=${record.delegate}`];
    parts.push(`client=${record.client}`, `origin=${record.origin}`);
    if (record.state !== 'pending') parts.push(`completed='${time}'`);
    return `${what} ${record.state === 'success' ? 'successful' : record.state}: ${parts.join(', ')}`;
  }
  const by = record.delegate === null ? '' : ` by ${record.delegate}`;
  const who = `${what}${by} for ${record.client}@${record.origin}`;
  if (record.state === 'pending') return `${who} last pending`;
  return `${who} last ${record.state === 'success' ? 'succeeded' : 'failed'} at ${time}`;
}

/** Blocks of the fencing history that are shown. */
export function fencingBlocks(view: StatusView): string[][] {
  const records = view.fencing ?? [];
  const kinds = [
    ['fencing-failed', 'failed', 'Failed Fencing Actions:'],
    ['fencing-pending', 'pending', 'Pending Fencing Actions:'],
    ['fencing-succeeded', 'success', 'Fencing History:'],
  ] as const;
  return kinds.flatMap(([section, state, title]) => {
    if (!view.sections.has(section)) return [];
    const found = records.filter((record) => record.state === state);
    return found.length === 0 ? [] : [[title, ...found.map((record) => `  * ${fencingLine(record, view.detail)}`)]];
  });
}
