import { descendant } from '../../../pacemaker/cib/xml';
import { failCount } from '../../../pacemaker/scheduler/fail-count';
import type { Node } from '../../../pacemaker/scheduler/node';
import type { Resource } from '../../../pacemaker/scheduler/resource';
import { INFINITY } from '../../../pacemaker/scheduler/score';
import type { Element } from '../../../world/xml';
import { isShown, type StatusView } from './facts';

/** One operation of a resource's history, as the displays list it. */
export interface ShownOperation {
  call: string;
  task: string;
  /** Milliseconds, 0 for one that doesn't recur. */
  interval: number;
  rc: number;
  element: Element;
}

/** A resource's history on a node. */
export interface ShownHistory {
  id: string;
  resource: Resource | null;
  migrationThreshold: number;
  failCount: number;
  /** Unix seconds, 0 = never. */
  lastFailure: number;
  operations: ShownOperation[];
}

function callOf(element: Element): number {
  const call = Number.parseInt(element.attributes['call-id'] ?? '0', 10) || 0;
  return call < 0 ? Number.POSITIVE_INFINITY : call;
}

/** The operations worth listing: all but notifications and probes that found nothing; those without a call id last. */
function shownOperations(history: Element): ShownOperation[] {
  const entries = history.children
    .filter((child) => child.name === 'lrm_rsc_op')
    .sort((first, second) => (callOf(first) === callOf(second) ? 0 : callOf(first) - callOf(second)));
  const shown: ShownOperation[] = [];
  for (const element of entries) {
    const { operation = '', interval = '0' } = element.attributes;
    const call = element.attributes['call-id'] ?? '';
    const rc = Math.max(0, Number.parseInt(element.attributes['rc-code'] ?? '0', 10) || 0);
    const isProbe = operation === 'monitor' && interval === '0';
    if (operation === 'notify' || operation === 'meta-data') continue;
    if (isProbe && rc === 7) continue;
    shown.push({
      call,
      task: isProbe ? 'probe' : operation,
      interval: Number.parseInt(interval, 10) || 0,
      rc,
      element,
    });
  }
  return shown;
}

/** Resource histories of a node in the order of the CIB; those without anything to show are left out. */
export function nodeHistory(view: StatusView, node: Node): ShownHistory[] {
  const { ws } = view;
  const state = descendant(ws.cib, 'status')?.children.find(
    (child) => child.name === 'node_state' && child.attributes.uname === node.name,
  );
  const resources = state ? descendant(state, 'lrm', 'lrm_resources') : undefined;
  return (resources?.children ?? []).flatMap((history) => {
    const { id: historyId = '' } = history.attributes;
    const resource = findResource(view, historyId);
    // Instances of anonymous clones are told apart by their nodes only, where operations are listed.
    const listed = view.sections.has('operations');
    const id = listed && resource && !resource.unique ? historyId.replace(/:\d+$/, '') : historyId;
    const operations = shownOperations(history);
    const counts = resource ? failCount(ws, resource, node) : { count: 0, lastFailure: 0 };
    if (operations.length === 0 && counts.count === 0) return [];
    const migrationThreshold = resource?.migrationThreshold ?? INFINITY;
    return [{ id, resource, migrationThreshold, failCount: counts.count, lastFailure: counts.lastFailure, operations }];
  });
}

/** The resource that a history belongs to; instances of anonymous clones share one. */
export function findResource(view: StatusView, id: string): Resource | null {
  const exact = view.ws.resourceById.get(id);
  if (exact) return exact;
  const plain = id.replace(/:\d+$/, '');
  for (const [key, resource] of view.ws.resourceById) if (key.replace(/:\d+$/, '') === plain) return resource;
  return null;
}

/** Instances of a clone share their history: a number in what was asked for doesn't matter here. */
export function isHistoryShown(view: StatusView, history: ShownHistory): boolean {
  const { onlyResources } = view;
  if (onlyResources === null || !history.resource) return true;
  // Of a bundle everything is listed as soon as anything of it was asked for.
  const { root } = history.resource;
  if (root.variant === 'bundle') return isShown(view, root);
  const plain = new Set([...onlyResources].flatMap((name) => [name, name.replace(/:\d+$/, '')]));
  return isShown({ ...view, onlyResources: plain }, history.resource);
}
