import { collectiveAction, lifeEvents } from './collective-actions';
import type { Resource } from './resource';
import { INFINITY } from './score';
import type { WorkingSet } from './working-set';

/** Creates the actions of a part: given by who does so for resources of all kinds. */
export type CreatePart = (ws: WorkingSet, part: Resource) => void;

/** The actions of a bundle's parts, and its own events round them. */
export function createBundleActions(ws: WorkingSet, bundle: Resource, createPart: CreatePart): void {
  const data = bundle.bundle;
  if (!data) return;
  for (const { ip, container, remote } of data.replicas) {
    if (ip) createPart(ws, ip);
    createPart(ws, container);
    if (remote) createPart(ws, remote);
  }
  lifeEvents(
    ws,
    bundle,
    data.replicas.map((replica) => replica.container),
  );
  if (!data.child) return;
  createPart(ws, data.child);
  if (!data.child.promotable) return;
  for (const task of ['promote', 'promoted', 'demote', 'demoted']) {
    const event = collectiveAction(ws, bundle, task, true, true);
    if (task === 'promoted' || task === 'demoted') event.priority = INFINITY;
  }
}
