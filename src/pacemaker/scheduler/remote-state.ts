import type { Node } from './node';
import type { Resource } from './resource';
import { Role } from './role';

/** How a connection to a remote machine stands. */
export type RemoteState = 'alive' | 'resting' | 'unknown' | 'failed' | 'stopped';

export function remoteState(node: Node, connection: Resource): RemoteState {
  const host = connection.running[0] ?? null;
  if (connection.nextRole === Role.Stopped || !connection.assignedTo) {
    // It isn't coming up anywhere.
    if (host?.unclean) return 'failed';
    if (!connection.failed) return 'stopped';
    if (
      connection.nextRole === Role.Stopped &&
      connection.remoteReconnectMs > 0 &&
      node.remoteWasFenced &&
      !isShuttingDown(node)
    )
      return 'unknown';
    return 'failed';
  }
  if (!host) return 'unknown';
  if (host.unclean || !host.online) return 'resting';
  if (connection.running.length > 1 && connection.partialMigrationSource && connection.partialMigrationTarget)
    return 'resting';
  return 'alive';
}

function isShuttingDown(node: Node): boolean {
  const value = node.attributes.get('shutdown');
  return value !== undefined && value !== '0';
}
