import type { Element } from '../../world/xml';

/** The feature set of Pacemaker 2.1.5. */
export const FEATURE_SET = '3.16.1';
/** Version as the tools print it. */
export const PACEMAKER_VERSION = '2.1.5-a3f44794f94';
/** The newest configuration schema of 2.1.5. */
export const NEWEST_SCHEMA = 'pacemaker-3.9';

/** The three counters that say which of two CIBs is newer, most significant first. */
export interface CibVersion {
  adminEpoch: number;
  epoch: number;
  numUpdates: number;
}

function counter(cib: Element, name: string): number {
  const value = Number.parseInt(cib.attributes[name] ?? '0', 10);
  return Number.isNaN(value) ? 0 : value;
}

export function cibVersion(cib: Element): CibVersion {
  return {
    adminEpoch: counter(cib, 'admin_epoch'),
    epoch: counter(cib, 'epoch'),
    numUpdates: counter(cib, 'num_updates'),
  };
}

/** Below 0: the first is older; above 0: newer. */
export function compareVersions(first: CibVersion, second: CibVersion): number {
  return first.adminEpoch - second.adminEpoch || first.epoch - second.epoch || first.numUpdates - second.numUpdates;
}

/** Compares dotted version strings such as feature sets, number by number. */
export function compareDotted(first: string, second: string): number {
  const left = first.split('.');
  const right = second.split('.');
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = Number.parseInt(left[at] ?? '0', 10) - Number.parseInt(right[at] ?? '0', 10);
    if (difference !== 0) return difference;
  }
  return 0;
}
