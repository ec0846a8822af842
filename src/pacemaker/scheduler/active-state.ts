import { addScoreOn } from './candidate-scores';
import type { Node } from './node';
import type { Resource } from './resource';
import { Role } from './role';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** A resource that was seen working has at least the role Started (of a promotable one: Unpromoted). */
export function setActive(resource: Resource): void {
  resource.role = resource.top.promotable ? Role.Unpromoted : Role.Started;
}

/**
 * Notes that a resource, and with it everything that holds it, is active on a node; if it hasn't `failed` there, it adds
 * to the node's importance.
 */
export function addRunning(ws: WorkingSet, resource: Resource, node: Node, failed = false): void {
  if (resource.running.includes(node)) return;
  resource.running.push(node);
  if (resource.variant === 'primitive') {
    node.running.push(resource);
    if (!failed) addPriority(resource, node);
    // What runs on a node in maintenance is left alone.
    if (node.maintenance) {
      resource.managed = false;
      resource.maintenance = true;
    }
  }
  if (!resource.managed) {
    // An unmanaged resource stays where it is.
    addScoreOn(resource, node.index, INFINITY, ws, 'unmanaged');
    for (let parent = resource.parent; parent && node.online; parent = parent.parent) {
      if (!parent.running.includes(node)) parent.running.push(node);
    }
    return;
  }
  if (resource.variant === 'primitive' && resource.running.length > 1) multipleActive(ws, resource);
  if (resource.parent) addRunning(ws, resource.parent, node);
}

/** For priority-fencing-delay: a promoted instance counts one more, and a guest's resources for its host too. */
function addPriority(resource: Resource, node: Node): void {
  if (resource.priority === 0) return;
  const priority = resource.role === Role.Promoted ? resource.priority + 1 : resource.priority;
  node.priority += priority;
  for (const host of node.connection?.container?.running ?? []) host.priority += priority;
}

/** What to do with a resource active in several places: option multiple-active. */
function multipleActive(ws: WorkingSet, resource: Resource): void {
  switch (resource.multipleActive) {
    case 'stop_only':
      // It may run nowhere.
      for (const node of ws.nodes) {
        const candidate = resource.allowed[node.index];
        if (candidate) candidate.score = -INFINITY;
      }
      ws.explain?.settle(resource, 'multiple-active');
      break;
    case 'block': {
      resource.managed = false;
      resource.blocked = true;
      // A group or bundle whose own multiple-active is block is blocked as a whole.
      const { parent } = resource;
      if (parent && (parent.variant === 'group' || parent.bundle) && parent.multipleActive === 'block') {
        for (const child of parent.children) {
          child.managed = false;
          child.blocked = true;
        }
      }
      break;
    }
    default:
      break;
  }
}
