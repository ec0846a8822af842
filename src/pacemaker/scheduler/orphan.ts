import type { Element } from '../../world/xml';
import { addScoreEverywhere } from './candidate-scores';
import type { Node } from './node';
import { createNode } from './node-unpack';
import { isRemoteConnection } from './remote-connection';
import { primitivesOf, type Resource } from './resource';
import { createInstance, unpackResource } from './resource-unpack';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

const stripNumber = (id: string): string => id.replace(/:\d+$/, '');

/** Which resource a history entry on a node belongs to; one that isn't configured (any more) becomes an orphan. */
export function findResource(
  ws: WorkingSet,
  node: Node,
  id: string,
  xml: Element,
  createOrphan: boolean,
): Resource | null {
  let resource = ws.resourceById.get(id) ?? null;
  let top: Resource | null = null;
  if (!resource) {
    // Of a clone, perhaps: even clone-max=0 leaves instance 0 to find it by.
    const zero = ws.resourceById.get(`${stripNumber(id)}:0`) ?? null;
    if (zero && !zero.unique) {
      resource = zero;
      top = zero.top;
    }
  } else if (resource.variant !== 'primitive') {
    // The name belongs to something else by now.
    resource = null;
  } else {
    top = resource.top;
  }
  if (resource && top?.isClone && !top.unique) {
    resource =
      top.parent?.variant === 'bundle'
        ? replicaChildOn(top.parent, node)
        : findAnonymous(ws, node, top, stripNumber(id));
  }
  if (resource && id !== resource.id && id !== resource.cloneName) resource.cloneName = id;
  if (!resource && createOrphan) resource = createOrphanResource(ws, node, id, xml);
  return resource;
}

/** Inside a bundle the instance is told by the guest node. */
function replicaChildOn(bundle: Resource, node: Node): Resource | null {
  for (const replica of bundle.bundle?.replicas ?? []) if (replica.node === node) return replica.child;
  return null;
}

/** The instance of an anonymous clone that a history on a node is taken for: the one active there, else a free one. */
function findAnonymous(ws: WorkingSet, node: Node, clone: Resource, id: string): Resource | null {
  let found: Resource | null = null;
  let inactive: Resource | null = null;
  let skipInactive = false;
  for (const child of clone.children) {
    if (child.running.length > 0) {
      if (found || child.running[0] !== node) {
        if (child.running.length === 1 || child.running[0] !== node) continue;
      }
      // Part of a group may be known here already by another member.
      const member = memberNamed(child, id);
      if (member && member.running.length > 0) {
        // The node's history has the same resource twice (a clone that was unique once).
        found = null;
        skipInactive = true;
      } else if (member) {
        found = member;
      }
    } else if (!skipInactive && !inactive && !child.blocked) {
      inactive = memberNamed(child, id);
      // Not one that waits for an operation on another node.
      if (inactive?.pendingNode && inactive.pendingNode !== node) inactive = null;
    }
    if (found) break;
  }
  if (!found && !skipInactive) found = inactive;
  // Without a fencing requirement an unclean node's instance is free to run elsewhere: it doesn't use up a number.
  if (found && !found.requiresFencing && (!node.online || node.unclean) && !node.isGuest && !isUniversal(ws, clone))
    found = null;
  if (!found) {
    const instance = createInstance(ws, clone, true);
    if (instance) {
      // One that the cluster doesn't manage stays where it is.
      if (instance.managed) addScoreEverywhere(ws, instance, -INFINITY, 'clone-max');
      found = memberNamed(instance, id);
    }
  }
  return found;
}

/** An instance for each node. */
function isUniversal(ws: WorkingSet, clone: Resource): boolean {
  return (clone.clone?.max ?? 0) >= ws.nodes.length;
}

function memberNamed(instance: Resource, id: string): Resource | null {
  for (const primitive of primitivesOf(instance)) if (stripNumber(primitive.id) === id) return primitive;
  return null;
}

/** A resource that only history knows: it is stopped, unless stop-orphan-resources is false. */
function createOrphanResource(ws: WorkingSet, _node: Node, id: string, xml: Element): Resource | null {
  const fake: Element = { name: 'primitive', attributes: { ...xml.attributes, id }, children: [] };
  if (isRemoteConnection(fake)) createNode(ws, id, id, 'remote');
  const resource = unpackResource(ws, fake, null);
  if (!resource) return null;
  const containerId = xml.attributes.container;
  if (containerId !== undefined) resource.orphanFiller = true;
  resource.orphan = true;
  ws.resources.push(resource);
  if (resource.isRemoteNode) {
    const remote = ws.nodeByName.get(id);
    if (remote && !remote.connection) {
      remote.connection = resource;
      remote.shutdown = true;
    }
  }
  if (!ws.options.stopOrphanResources) resource.managed = false;
  else addScoreEverywhere(ws, resource, -INFINITY, 'orphan');
  return resource;
}
