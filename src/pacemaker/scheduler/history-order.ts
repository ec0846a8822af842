import type { Element } from '../../world/xml';

export const callIdOf = (entry: Element): number => {
  const value = Number.parseInt(entry.attributes['call-id'] ?? '', 10);
  return Number.isNaN(value) ? -1 : value;
};

interface TransitionKey {
  transition: number;
  action: number;
  uuid: string;
}

function decodeKey(entry: Element): TransitionKey {
  const [action = '-1', transition = '-1', , ...uuid] = (entry.attributes['transition-key'] ?? '').split(':');
  return { action: Number.parseInt(action, 10), transition: Number.parseInt(transition, 10), uuid: uuid.join(':') };
}

const changeTime = (entry: Element): number => Number.parseInt(entry.attributes['last-rc-change'] ?? '-1', 10) || -1;

/**
 * Orders history entries by when they happened: call ids rise with each operation the executor started. Entries without
 * one are pending or were lost with their node; those are ordered by the transition that asked for them.
 */
export function compareHistory(a: Element, b: Element): number {
  const [callA, callB] = [callIdOf(a), callIdOf(b)];
  if (callA >= 0 && callB >= 0 && callA !== callB) return callA < callB ? -1 : 1;
  if (callA >= 0 && callA === callB) {
    const [timeA, timeB] = [changeTime(a), changeTime(b)];
    if (timeA >= 0 && timeA < timeB) return -1;
    if (timeB >= 0 && timeA > timeB) return 1;
    return 0;
  }
  if (callA < 0 && callB < 0 && a.attributes['op-status'] !== '-1' && b.attributes['op-status'] !== '-1') {
    const difference = changeTime(a) - changeTime(b);
    if (difference !== 0) return difference;
  }
  const [keyA, keyB] = [decodeKey(a), decodeKey(b)];
  if (keyA.uuid !== keyB.uuid || keyA.transition === keyB.transition) {
    // Of different controllers, or the same transition: one with a call id came first, else the older change did.
    if (callA === -1) return 1;
    if (callB === -1) return -1;
    return callA - callB;
  }
  if ((keyA.transition >= 0 && keyA.transition < keyB.transition) || keyB.transition === -1) return -1;
  return 1;
}

/** Where in a sorted history the last start and the last successful stop are (1-based, -1: none). */
export function activeSpan(sorted: readonly Element[]): { start: number; stop: number } {
  let start = -1;
  let stop = -1;
  let impliedByMonitor = -1;
  let impliedByRole = -1;
  sorted.forEach((entry, index) => {
    const counter = index;
    const { operation } = entry.attributes;
    if (operation === 'stop' && entry.attributes['op-status'] === '0') stop = counter;
    else if (operation === 'start' || operation === 'migrate_from') start = counter;
    else if (impliedByMonitor <= stop && operation === 'monitor') {
      const rc = entry.attributes['rc-code'];
      if (rc === '0' || rc === '8') impliedByMonitor = counter;
    } else if (operation === 'promote' || operation === 'demote') impliedByRole = counter;
  });
  if (start === -1) start = impliedByRole !== -1 ? impliedByRole : impliedByMonitor;
  return { start, stop };
}
