import type { Action } from './action';
import { HOST_NAME, hostOfContainer } from './connection-address';
import type { Resource } from './resource';
import { parametersOf } from './resource-meta';
import type { WorkingSet } from './working-set';

/** The `attributes` of an action in the graph: what the executor and the agent are told. */
export function graphAttributes(ws: WorkingSet, action: Action): Record<string, string> {
  const meta = new Map<string, string>();
  const { resource, node } = action;
  for (const [name, value] of action.meta) setMeta(meta, name, value);
  if (resource) {
    for (let holder: Resource | null = resource; holder; holder = holder.parent)
      addResourceMeta(meta, holder, resource);
  } else if (action.task === 'stonith' && node) {
    // Fence agents may look at the target's attributes.
    for (const [name, value] of node.attributes) setMeta(meta, name, value, true);
  }
  if ((!action.pseudo || action.isFencing) && node) {
    meta.set('CRM_meta_on_node', node.name);
    meta.set('CRM_meta_on_node_uuid', node.id);
  }
  addGuestMeta(meta, action);
  const result: Record<string, string> = {};
  for (const name of [...meta.keys()].sort()) result[name] = meta.get(name) ?? '';
  // Of collectives only where the action is somewhere, which their events aren't.
  if (resource && (resource.variant === 'primitive' || node)) {
    const parameters = parametersOf(ws, resource, node);
    // Names that can't be XML attributes aren't passed this way.
    for (const name of [...parameters.keys()].sort()) if (!/^\d/.test(name)) result[name] = parameters.get(name) ?? '';
  }
  for (const [name, value] of action.extra) result[name] = value;
  if (resource?.variant === 'primitive') addBundleFacts(result, resource);
  return result;
}

/** What is inside a bundle is told its replica's address; a connection without one, where the container is. */
function addBundleFacts(result: Record<string, string>, resource: Resource): void {
  const address = resource.meta.get('external-ip');
  if (address !== undefined) result.pcmk_external_ip = address;
  const host = result.addr === HOST_NAME ? hostOfContainer(resource) : undefined;
  if (host !== undefined) result.addr = host;
}

function setMeta(meta: Map<string, string>, name: string, value: string, keep = false): void {
  // What the cluster itself generates (fail counts of operations, for one) isn't passed on.
  if (/[#:]/.test(name)) return;
  const key = `CRM_meta_${name.replaceAll('-', '_')}`;
  if (!keep || !meta.has(key)) meta.set(key, value);
}

const DOWN = ['stop', 'stopped', 'demote', 'demoted'];
const UP = ['start', 'running', 'monitor', 'promote', 'promoted'];

/** Inside a guest: where the guest itself is at that time, which agents may need for their attributes. */
function addGuestMeta(meta: Map<string, string>, action: Action): void {
  const container = action.node?.isGuest ? action.node.connection?.container : null;
  if (!container) return;
  const task =
    action.task === 'notify' || action.task === 'notified' ? (action.meta.get('notify_operation') ?? '') : action.task;
  const host = DOWN.includes(task) ? (container.running[0] ?? null) : UP.includes(task) ? container.assignedTo : null;
  if (!host) return;
  const target = action.resource?.meta.get('container-attribute-target');
  if (target !== undefined) setMeta(meta, 'container-attribute-target', target);
  setMeta(meta, 'physical-host', host.name);
}

function addResourceMeta(meta: Map<string, string>, holder: Resource, resource: Resource): void {
  if (holder.variant === 'primitive') {
    if (holder.parent && holder.instance !== null && resource === holder) setMeta(meta, 'clone', holder.instance);
    const guest = holder.meta.get('remote-node');
    if (guest !== undefined) setMeta(meta, 'remote-node', guest);
    if (holder.container) setMeta(meta, 'container', holder.container.id);
  } else if (holder.clone) {
    const { clone } = holder;
    setMeta(meta, 'globally-unique', holder.unique ? 'true' : 'false');
    setMeta(meta, 'notify', holder.notify ? 'true' : 'false');
    setMeta(meta, 'clone-max', String(clone.max));
    setMeta(meta, 'clone-node-max', String(clone.nodeMax));
    if (holder.promotable) {
      setMeta(meta, 'promoted-max', String(clone.promotedMax));
      setMeta(meta, 'promoted-node-max', String(clone.promotedNodeMax));
      setMeta(meta, 'master-max', String(clone.promotedMax));
      setMeta(meta, 'master-node-max', String(clone.promotedNodeMax));
    }
  }
}
