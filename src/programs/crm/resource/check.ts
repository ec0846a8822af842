import { parseBoolean } from '../../../pacemaker/scheduler/interval';
import type { Resource } from '../../../pacemaker/scheduler/resource';

/** What the configuration says that keeps a resource from running, in lines. */
export function checkLines(resource: Resource, id: string): string[] {
  const lines: string[] = [];
  const role = resource.meta.get('target-role')?.toLowerCase();
  if (role === 'stopped') lines.push(`Configuration specifies '${id}' should remain stopped`);
  else if (resource.top.promotable && (role === 'unpromoted' || role === 'slave'))
    lines.push(`Configuration specifies '${id}' should not be promoted`);
  if (isUnmanaged(resource)) lines.push(`Configuration prevents cluster from stopping or starting unmanaged '${id}'`);
  return lines;
}

/**
 * Whether the configuration leaves a resource to itself. Only `is-managed` counts for these texts: not maintenance mode,
 * nor that a failed stop keeps the cluster from touching it.
 */
export function isUnmanaged(resource: Resource): boolean {
  return parseBoolean(resource.meta.get('is-managed')) === false;
}
