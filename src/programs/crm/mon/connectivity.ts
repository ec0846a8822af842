import type { Node } from '../../../pacemaker/scheduler/node';
import { parametersOf } from '../../../pacemaker/scheduler/resource-meta';
import type { WorkingSet } from '../../../pacemaker/scheduler/working-set';

/** What a ping resource's attribute comes to when all its hosts answer; null for attributes that no such resource sets. */
export function expectedScore(ws: WorkingSet, node: Node, name: string): number | null {
  for (const resource of node.running) {
    if (resource.type !== 'ping' && resource.type !== 'pingd') continue;
    const parameters = parametersOf(ws, resource, node);
    if ((parameters.get('name') ?? 'pingd') !== name) continue;
    const hosts = (parameters.get('host_list') ?? '').split(/\s+/).filter((host) => host !== '').length;
    return hosts * (Number.parseInt(parameters.get('multiplier') ?? '1', 10) || 1);
  }
  return null;
}

/** What is told behind such an attribute's value when hosts don't answer. */
export function connectivity(ws: WorkingSet, node: Node, name: string, value: string): string {
  const expected = expectedScore(ws, node, name);
  const score = Number.parseInt(value, 10) || 0;
  if (expected === null || score >= expected) return '';
  return score <= 0 ? '\t: Connectivity is lost' : `\t: Connectivity is degraded (Expected=${expected})`;
}
