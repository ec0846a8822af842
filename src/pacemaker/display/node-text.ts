import type { Node } from '../scheduler/node';
import type { WorkingSet } from '../scheduler/working-set';

/** How healthy a node is by its `#health…` attributes: the worst of them. */
export function nodeHealth(node: Node): 'green' | 'yellow' | 'red' {
  let worst: 'green' | 'yellow' | 'red' = 'green';
  for (const [name, value] of node.attributes) {
    if (!name.startsWith('#health')) continue;
    const lower = value.toLowerCase();
    if (lower === 'red') return 'red';
    if (lower === 'yellow') worst = 'yellow';
  }
  return worst;
}

/** `online`, `UNCLEAN (offline)`, `standby (with active resources)` … as the text displays say it. */
export function nodeStatus(node: Node, showHealth = true): string {
  if (node.unclean) {
    if (node.online) return 'UNCLEAN (online)';
    return node.pending ? 'UNCLEAN (pending)' : 'UNCLEAN (offline)';
  }
  if (node.pending) return 'pending';
  if (node.standbyOnFail && node.online) return 'standby (on-fail)';
  if (node.standby) {
    if (!node.online) return 'OFFLINE (standby)';
    return node.running.length > 0 ? 'standby (with active resources)' : 'standby';
  }
  if (node.maintenance) return node.online ? 'maintenance' : 'OFFLINE (maintenance)';
  if (node.online) {
    const health = showHealth ? nodeHealth(node) : 'green';
    return health === 'green' ? 'online' : `online (health is ${health.toUpperCase()})`;
  }
  return 'OFFLINE';
}

function kindPrefix(node: Node): string {
  if (node.isGuest) return 'Guest';
  return node.isRemote ? 'Remote' : '';
}

/** The lines of the node list (without its heading): nodes with something to say one a line, the others in lists. */
export function nodeListLines(
  ws: WorkingSet,
  options: { hosts?: boolean; only?: (node: Node) => boolean } = {},
): string[] {
  const lines: string[] = [];
  const lists = new Map<string, string[]>();
  for (const node of ws.sortedNodes) {
    if (options.only && !options.only(node)) continue;
    const status = nodeStatus(node, ws.options.healthStrategy !== 'none');
    const name = options.hosts ? nodeDisplayName(node) : node.name;
    const prefix = kindPrefix(node);
    if (status === 'online' || status === 'OFFLINE') {
      const list = prefix + (status === 'online' ? 'Online' : 'OFFLINE');
      // A guest that is down is part of the container's state.
      if (node.isGuest && status === 'OFFLINE') continue;
      const names = lists.get(list);
      if (names) names.push(name);
      else lists.set(list, [name]);
    } else {
      lines.push(`${prefix}Node ${name}: ${status}`);
    }
  }
  for (const list of ['Online', 'OFFLINE', 'RemoteOnline', 'RemoteOFFLINE', 'GuestOnline']) {
    const names = lists.get(list);
    if (names) lines.push(`${list}: [ ${names.join(' ')} ]`);
  }
  return lines;
}

/** A guest is shown with the host that its container runs on: `guest@host`. */
export function nodeDisplayName(node: Node): string {
  const host = node.isGuest ? node.connection?.container?.running[0] : null;
  return host ? `${node.name}@${host.name}` : node.name;
}
