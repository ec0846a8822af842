import type { Element } from '../../world/xml';
import { parseInterval } from './interval';
import type { Node } from './node';
import { historyEntries } from './node-history';
import { operationsOf } from './operation';
import type { Resource } from './resource';
import { addScores, parseScore } from './score';
import { compareVersionText } from './version-text';
import type { WorkingSet } from './working-set';

/** Where a resource's failures on a node are counted. */
export interface FailCount {
  count: number;
  /** Unix seconds, 0 = never. */
  lastFailure: number;
}

/** Fail counts as read from the node's attributes, by resource name. */
const parsedCounts = new WeakMap<Node, Map<string, FailCount>>();

/**
 * Attributes are called `fail-count-NAME#OPERATION_INTERVAL` and `last-failure-NAME#…`; in CIBs of feature sets before
 * 3.0.13 without operation. The failures of all operations of a resource are added up.
 */
function countsOf(ws: WorkingSet, node: Node): Map<string, FailCount> {
  let counts = parsedCounts.get(node);
  if (counts) return counts;
  counts = new Map();
  const legacy = compareVersionText(ws.cib.attributes.crm_feature_set ?? '0', '3.0.13') < 0;
  for (const [name, value] of node.attributes) {
    const match = (legacy ? LEGACY_NAME : NAME).exec(name);
    const resource = match?.[2];
    if (resource === undefined) continue;
    const entry = counts.get(resource) ?? { count: 0, lastFailure: 0 };
    counts.set(resource, entry);
    if (match?.[1] === 'fail-count') entry.count = addScores(entry.count, parseScore(value));
    else entry.lastFailure = Math.max(entry.lastFailure, Number.parseInt(value, 10) || 0);
  }
  parsedCounts.set(node, counts);
  return counts;
}

const NAME = /^(fail-count|last-failure)-(.+)#.+_\d+$/;
const LEGACY_NAME = /^(fail-count|last-failure)-([^#]+)$/;

/** The name failures are counted under: without instance number unless instances differ. */
export function failName(resource: Resource): string {
  const name = resource.historyName;
  return resource.unique ? name : name.replace(/:\d+$/, '');
}

export interface FailCountOptions {
  /** Failures older than failure-timeout don't count. */
  effective?: boolean;
  /** Failures of what runs inside the resource count too. */
  fillers?: boolean;
  /** The failure in question, for on-fail=block. */
  failure?: Element;
}

export function failCount(ws: WorkingSet, resource: Resource, node: Node, options: FailCountOptions = {}): FailCount {
  const counts = countsOf(ws, node);
  const result: FailCount = { count: 0, lastFailure: 0 };
  if (counts.size > 0) {
    const own = failName(resource);
    for (const [name, entry] of counts) {
      // Of an anonymous instance old releases counted by number.
      if (name !== own && (resource.unique || name.replace(/:\d+$/, '') !== own)) continue;
      result.count = addScores(result.count, entry.count);
      result.lastFailure = Math.max(result.lastFailure, entry.lastFailure);
    }
  }
  // A failure that blocks must be looked at by a human: it doesn't expire.
  if (result.count > 0 && resource.failureTimeout > 0 && blocksOnFailure(ws, resource, node, options.failure)) {
    resource.failureTimeout = 0;
  }
  if (options.effective && result.count > 0 && result.lastFailure > 0 && resource.failureTimeout > 0) {
    if (ws.now > result.lastFailure + resource.failureTimeout) result.count = 0;
  }
  if (options.fillers) {
    for (const filler of resource.fillers) {
      const inside = failCount(ws, filler, node, { effective: options.effective });
      if (inside.count > 0) result.count = addScores(result.count, inside.count);
      result.lastFailure = Math.max(result.lastFailure, inside.lastFailure);
    }
  }
  return result;
}

/** Whether an operation with on-fail=block has failed there. */
function blocksOnFailure(ws: WorkingSet, resource: Resource, node: Node, failure: Element | undefined): boolean {
  for (const op of operationsOf(ws, resource)) {
    if (op.attributes['on-fail'] !== 'block') continue;
    const interval = parseInterval(op.attributes.interval);
    if (failure) {
      if (failure.attributes.operation === op.attributes.name && Number(failure.attributes.interval ?? 0) === interval)
        return true;
      continue;
    }
    for (const entry of historyEntries(ws, node, resource.historyName)) {
      if (entry.attributes.operation !== op.attributes.name) continue;
      if ((Number.parseInt(entry.attributes.interval ?? '0', 10) || 0) !== interval) continue;
      const target = expectedStatus(entry);
      if (Number(entry.attributes['rc-code'] ?? 0) !== target) return true;
    }
  }
  return false;
}

/** The exit status an operation was expected to have: the third part of its transition key. -1: unknown. */
export function expectedStatus(entry: Element): number {
  const key = entry.attributes['transition-key'];
  if (key === undefined) return -1;
  const parts = key.split(':');
  const value = Number.parseInt(parts[2] ?? '', 10);
  return parts.length < 4 || Number.isNaN(value) ? -1 : value;
}
