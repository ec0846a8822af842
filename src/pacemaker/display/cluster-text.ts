/**
 * The node list and the resource list as crm_simulate, crm_mon and `pcs status` print them. Lines carry their bullets; the
 * caller prints headings of its own around them.
 */

import { isActive } from '../scheduler/actions';
import { primitivesOf } from '../scheduler/resource';
import { Role } from '../scheduler/role';
import type { WorkingSet } from '../scheduler/working-set';
import { nodeListLines } from './node-text';
import { isDisabled, type ResourceTextOptions, resourceLines } from './resource-text';

const bullet = (depth: number, text: string): string => `${'  '.repeat(depth)}* ${text}`;

/** `  * Node List:` and below. */
export function nodeList(ws: WorkingSet, options: { hosts?: boolean } = {}): string[] {
  const lines = nodeListLines(ws, options).map((line) => bullet(2, line));
  return lines.length === 0 ? [] : [bullet(1, 'Node List:'), ...lines];
}

/** `  * Full List of Resources:` and below. Orphans that aren't active are left out. */
export function resourceList(
  ws: WorkingSet,
  options: ResourceTextOptions,
  title = 'Full List of Resources:',
): string[] {
  const lines = [bullet(1, title)];
  for (const resource of ws.resources) {
    // Connections to guests are shown as nodes.
    if (resource.meta.get('internal_rsc') === 'true') continue;
    if (resource.orphan && !isActive(resource, false)) continue;
    if (!options.inactive && !isActive(resource, false)) continue;
    for (const [depth, text] of resourceLines(ws, resource, options)) lines.push(bullet(depth + 2, text));
  }
  if (lines.length === 1) lines.push(bullet(2, 'No resources'));
  return lines;
}

/** `2 of 9 resource instances DISABLED and 0 BLOCKED …`; null where there is nothing of the kind. */
export function disabledLine(ws: WorkingSet): string | null {
  let total = 0;
  let disabled = 0;
  let blocked = 0;
  for (const top of ws.resources) {
    for (const primitive of primitivesOf(top)) {
      if (primitive.orphan && primitive.role === Role.Stopped) continue;
      total++;
      if (isDisabled(primitive)) disabled++;
      if (primitive.blocked) blocked++;
    }
  }
  if (disabled === 0 && blocked === 0) return null;
  return `${disabled} of ${total} resource instances DISABLED and ${blocked} BLOCKED from further action due to failure`;
}
