import type { Resource } from './resource';
import { scoreText } from './score';
import type { WorkingSet } from './working-set';

/** The score table as `crm_simulate -s` shows it. */
export function recordScores(ws: WorkingSet, resource: Resource, title: string): void {
  ws.explain?.print(resource);
  if (!ws.recordScores) return;
  if (resource.orphan) return;
  for (const node of ws.sortedNodes) {
    const candidate = resource.allowed[node.index];
    if (candidate)
      ws.scoreLines.push(
        `${title}: ${resource.id} allocation score on ${candidate.node.name}: ${scoreText(candidate.score)}`,
      );
  }
  for (const child of listed(resource)) recordScores(ws, child, title);
}

/** A bundle's parts are listed by replica, the container first; what runs inside comes last. */
function listed(resource: Resource): readonly Resource[] {
  const parts = resource.bundle?.replicas.flatMap(({ container, ip, remote }) => [container, ip, remote]) ?? [];
  const present = parts.filter((part): part is Resource => part !== null && resource.children.includes(part));
  return [...present, ...resource.children.filter((child) => !present.includes(child))];
}
