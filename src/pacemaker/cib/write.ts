import type { Element } from '../../world/xml';
import type { CibOperation } from './operations';
import { sameTree, withAttributes } from './tree';
import { cibVersion } from './version';
import { childNamed } from './xml';

function configurationOf(cib: Element): Element | undefined {
  return childNamed(cib, 'configuration');
}

/** Whether the configuration section differs: such changes count in `epoch` and are written to disk. */
export function configurationChanged(before: Element, after: Element): boolean {
  const first = configurationOf(before);
  const second = configurationOf(after);
  if (!first || !second) return first !== second;
  return !sameTree(first, second) || before.attributes['validate-with'] !== after.attributes['validate-with'];
}

/**
 * The changed CIB with its counters moved on: a changed configuration raises `epoch` and starts `num_updates` anew,
 * anything else raises `num_updates`. Gives `before` itself when nothing changed.
 */
export function countChange(before: Element, after: Element, operation: CibOperation): Element {
  if (operation.kind === 'bump') {
    return withAttributes(before, { epoch: String(cibVersion(before).epoch + 1), num_updates: '0' });
  }
  if (after === before || sameTree(before, after)) return before;
  // A difference brings the version that it leads to.
  if (operation.kind === 'patch') return after;
  const old = cibVersion(before);
  const given = cibVersion(after);
  const isNewer = given.adminEpoch > old.adminEpoch || given.epoch > old.epoch;
  if (configurationChanged(before, after)) {
    if (operation.kind === 'replace' && isNewer) return after;
    return withAttributes(after, { epoch: String(Math.max(old.epoch, given.epoch) + 1), num_updates: '0' });
  }
  if (operation.kind === 'replace' && isNewer) return after;
  return withAttributes(after, { num_updates: String(Math.max(old.numUpdates, given.numUpdates) + 1) });
}
