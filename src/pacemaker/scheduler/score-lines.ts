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
  for (const child of resource.children) recordScores(ws, child, title);
}
