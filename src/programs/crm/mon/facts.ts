import { isDisabled, runsElsewhere } from '../../../pacemaker/display/resource-text';
import { isActive } from '../../../pacemaker/scheduler/actions';
import type { Node } from '../../../pacemaker/scheduler/node';
import { primitivesOf, type Resource } from '../../../pacemaker/scheduler/resource';
import { Role } from '../../../pacemaker/scheduler/role';
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
  /** Resources that the configuration only implies (`--output-as=xml`). */
  internal: boolean;
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

/** Orphans count as long as they are active. */
export function isCounted(primitive: Resource): boolean {
  return !primitive.orphan || primitive.role !== Role.Stopped;
}

function count(ws: WorkingSet): { resources: number } {
  let resources = 0;
  for (const top of ws.resources) for (const primitive of primitivesOf(top)) if (isCounted(primitive)) resources++;
  return { resources };
}

function disabledCount(ws: WorkingSet): number {
  let disabled = 0;
  for (const top of ws.resources)
    for (const primitive of primitivesOf(top)) if (isCounted(primitive) && isDisabled(primitive)) disabled++;
  return disabled;
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
    disabled: disabledCount(ws),
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

/** Whether the resource's own name was asked for. */
export function isNamed(view: StatusView, resource: Resource): boolean {
  const wanted = view.onlyResources;
  return wanted === null || wanted.has(resource.id) || wanted.has(resource.id.replace(/:\d+$/, ''));
}

/** Which nodes are looked at, for the displays of resources; undefined = all. */
export function nodeFilter(view: StatusView): ((node: Node) => boolean) | undefined {
  const { onlyNodes } = view;
  return onlyNodes === null ? undefined : (node) => onlyNodes.has(node.name);
}

/**
 * The resources of the list: active ones where they run on a node that is looked at; with nodes listed with what runs
 * there, only those that aren't wholly active.
 */
export function listedResources(view: StatusView): Resource[] {
  return view.ws.resources.filter((resource) => {
    // Connections to guests are nodes to a reader, resources to a program.
    if (resource.meta.get('internal_rsc') === 'true' && !view.internal && !view.detail) return false;
    const active = isActive(resource, false);
    if (resource.orphan && !active) return false;
    if (!view.inactive && !active) return false;
    if (view.byNode && isActive(resource, true)) return false;
    if (active && runsElsewhere(resource, nodeFilter(view))) return false;
    return isShown(view, resource);
  });
}

/** With details `node1 (1)`, where the id tells anything. */
export function nodeLabel(view: StatusView, node: Node): string {
  return view.detail && !node.isGuest && node.id !== node.name ? `${node.name} (${node.id})` : node.name;
}
