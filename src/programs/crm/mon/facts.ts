import type { Node } from '../../../pacemaker/scheduler/node';
import { primitivesOf, type Resource } from '../../../pacemaker/scheduler/resource';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';
import { ctime } from '../../../pacemaker/time';
import type { FencingRecord } from '../../../world/pacemaker';
import type { Section } from './sections';

/** Everything that a display is made from. */
export interface StatusView {
  ws: WorkingSet;
  /** Unix ms of the display. */
  now: number;
  sections: ReadonlySet<Section>;
  /** pacemakerd's state and words for it; null when a file is shown. */
  launcher: { state: string; text: string } | null;
  /** Fencing history; null when a file is shown. */
  fencing: readonly FencingRecord[] | null;
  /** Stopped resources too. */
  inactive: boolean;
  byNode: boolean;
  brief: boolean;
  /** Node ids, instances of clones, parts of bundles. */
  detail: boolean;
  /** Times of operations. */
  timing: boolean;
  /** Names of the nodes to show; null = all. */
  onlyNodes: ReadonlySet<string> | null;
  /** Id of the resource to show; null = all. */
  onlyResources: ReadonlySet<string> | null;
}

export interface SummaryFacts {
  stack: string;
  dc: Node | null;
  dcVersion: string;
  quorate: boolean;
  mixed: boolean;
  lastUpdate: string;
  lastChange: { time: string; user: string; client: string; origin: string };
  nodes: number;
  resources: number;
  disabled: number;
  blocked: number;
}

/** Nodes whose controllers report different feature sets (or none) make a mixed-version partition. */
function isMixed(ws: WorkingSet): boolean {
  const sets = new Set<string>();
  for (const node of ws.nodes) {
    if (node.isRemote || !node.online) continue;
    sets.add(node.attributes.get('#feature-set') ?? '');
  }
  return sets.size > 1;
}

function count(ws: WorkingSet): { resources: number } {
  let resources = 0;
  for (const top of ws.resources) for (const primitive of primitivesOf(top)) if (!primitive.orphan) resources++;
  return { resources };
}

export function summaryFacts(view: StatusView): SummaryFacts {
  const { ws } = view;
  const { attributes } = ws.cib;
  return {
    stack: ws.options.raw.get('cluster-infrastructure') ?? 'unknown',
    dc: ws.dcNode,
    dcVersion: ws.options.raw.get('dc-version') ?? 'unknown',
    quorate: ws.quorate,
    mixed: isMixed(ws),
    lastUpdate: ctime(view.now),
    lastChange: {
      time: attributes['cib-last-written'] ?? '',
      user: attributes['update-user'] ?? '',
      client: attributes['update-client'] ?? '',
      origin: attributes['update-origin'] ?? '',
    },
    nodes: ws.nodes.length,
    resources: count(ws).resources,
    disabled: ws.disabledResources,
    blocked: ws.blockedResources,
  };
}

/** Nodes in the order of the display. */
export function shownNodes(view: StatusView): Node[] {
  return view.ws.sortedNodes.filter((node) => view.onlyNodes === null || view.onlyNodes.has(node.name));
}

/** Whether a resource, or one that holds it or that it holds, was asked for. */
export function isShown(view: StatusView, resource: Resource): boolean {
  const wanted = view.onlyResources;
  if (wanted === null) return true;
  const names = (each: Resource) => [each.id, each.id.replace(/:\d+$/, '')];
  const below = (each: Resource): boolean => names(each).some((name) => wanted.has(name)) || each.children.some(below);
  if (below(resource)) return true;
  for (let at = resource.parent; at; at = at.parent) if (names(at).some((name) => wanted.has(name))) return true;
  return (
    resource.bundle?.replicas.some((replica) =>
      [replica.ip, replica.child, replica.container, replica.remote].some((part) => part && below(part)),
    ) === true
  );
}

/** `node1 (1)` with details, else `node1`. */
export function nodeLabel(view: StatusView, node: Node): string {
  return view.detail && !node.isGuest ? `${node.name} (${node.id})` : node.name;
}
