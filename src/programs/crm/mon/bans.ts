import type { Node } from '../../../pacemaker/scheduler/node';
import { Role } from '../../../pacemaker/scheduler/role';
import { isShown, type StatusView } from './facts';

/** A location constraint that keeps a resource off a node. */
export interface Ban {
  id: string;
  resource: string;
  node: Node;
  score: number;
  promotedOnly: boolean;
}

/** All bans, from the last of the configuration to the first. */
export function bans(view: StatusView): Ban[] {
  const found: Ban[] = [];
  for (const constraint of [...view.ws.locations].reverse()) {
    if (!isShown(view, constraint.resource)) continue;
    for (const { node, score } of constraint.nodes) {
      if (score >= 0) continue;
      found.push({
        id: constraint.id,
        resource: constraint.resource.id,
        node,
        score,
        promotedOnly: constraint.role === Role.Promoted,
      });
    }
  }
  return found;
}
