import type { Element } from '../../world/xml';

const integer = (text: string | undefined, otherwise: number): number => {
  const value = Number.parseInt(text ?? '', 10);
  return Number.isNaN(value) ? otherwise : value;
};

interface TransitionKey {
  transition: number;
  uuid: string;
}

/** From `OP-STATUS:RC;ACTION:TRANSITION:TARGET-RC:UUID`; null where it can't be read. */
function transitionOf(entry: Element): TransitionKey | null {
  const key = entry.attributes['transition-magic']?.split(';')[1]?.split(':');
  if (!key || key.length < 4) return null;
  return { transition: integer(key[1], -1), uuid: key.slice(3).join(':') };
}

/** Histories of old releases don't say which node they are of. */
function onSameNode(a: Element, b: Element, otherwise: boolean): boolean {
  const { on_node: nodeA } = a.attributes;
  const { on_node: nodeB } = b.attributes;
  return nodeA === undefined || nodeB === undefined ? otherwise : nodeA.toLowerCase() === nodeB.toLowerCase();
}

/**
 * Orders history entries by when they happened. On one node call ids rise with each operation the executor started; of
 * two with the same call id, or on different nodes, the last changes tell. Where one of two is still pending (call id
 * -1), it is the transitions that asked for them; entries of transition -1 are those of a shutdown, and the last.
 */
export function compareEntries(a: Element, b: Element, sameNodeOtherwise: boolean): number {
  if (a.attributes.id === b.attributes.id) return 0;
  const [callA, callB] = [integer(a.attributes['call-id'], -1), integer(b.attributes['call-id'], -1)];
  if (callA === -1 && callB === -1) return 0;
  const sameNode = onSameNode(a, b, sameNodeOtherwise);
  if (sameNode && callA >= 0 && callA < callB) return -1;
  if (sameNode && callB >= 0 && callA > callB) return 1;
  if (callA >= 0 && callB >= 0) return compareChanges(a, b);
  const [first, second] = [transitionOf(a), transitionOf(b)];
  if (!first || !second) return 0;
  if (first.uuid !== second.uuid || first.transition === second.transition) {
    return callB === -1 ? -1 : 1;
  }
  if ((first.transition >= 0 && first.transition < second.transition) || second.transition === -1) return -1;
  return 1;
}

function compareChanges(a: Element, b: Element): number {
  const [timeA, timeB] = [integer(a.attributes['last-rc-change'], -1), integer(b.attributes['last-rc-change'], -1)];
  if (timeA >= 0 && timeA < timeB) return -1;
  if (timeB >= 0 && timeA > timeB) return 1;
  return 0;
}

/** For sorting the entries of one `lrm_resource`. */
export const compareHistory = (a: Element, b: Element): number => compareEntries(a, b, true);

/** Where in a sorted history the last start and the last successful stop are (-1: none). */
export function activeSpan(sorted: readonly Element[]): { start: number; stop: number } {
  let start = -1;
  let stop = -1;
  let impliedByMonitor = -1;
  let impliedByRole = -1;
  sorted.forEach((entry, index) => {
    const { operation } = entry.attributes;
    if (operation === 'stop' && entry.attributes['op-status'] === '0') stop = index;
    else if (operation === 'start' || operation === 'migrate_from') start = index;
    else if (impliedByMonitor <= stop && operation === 'monitor') {
      const rc = entry.attributes['rc-code'];
      if (rc === '0' || rc === '8') impliedByMonitor = index;
    } else if (operation === 'promote' || operation === 'demote') impliedByRole = index;
  });
  if (start === -1) start = impliedByRole !== -1 ? impliedByRole : impliedByMonitor;
  return { start, stop };
}
