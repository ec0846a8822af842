import { failCount } from '../scheduler/fail-count';
import { primitivesOf, type Resource } from '../scheduler/resource';
import type { WorkingSet } from '../scheduler/working-set';
import type { FailCountView, Failure } from './explanation';

const plain = (id: string): string => id.replace(/:\d+$/, '');

/** Failed operations of a resource and of all it holds, the newest first. */
export function failuresOf(ws: WorkingSet, resource: Resource): Failure[] {
  const names = new Set([...primitivesOf(resource)].flatMap(({ id, historyName }) => [plain(id), plain(historyName)]));
  return ws.failedOperations
    .flatMap(({ element, node }): Failure[] => {
      const { operation_key: key = '', operation = '' } = element.attributes;
      const name = key.replace(/_[a-z_]+_\d+$/, '');
      if (!names.has(plain(name))) return [];
      return [
        {
          node: node.name,
          operation,
          rc: Number(element.attributes['rc-code'] ?? 0),
          reason: element.attributes['exit-reason'] ?? '',
          timedOut: element.attributes['op-status'] === '2',
          time: Number(element.attributes['last-rc-change'] ?? 0),
        },
      ];
    })
    .sort((a, b) => b.time - a.time);
}

/** Where failures of a resource are counted. */
export function failCountsOf(ws: WorkingSet, resource: Resource): FailCountView[] {
  const counts = new Map<string, FailCountView>();
  for (const primitive of primitivesOf(resource)) {
    for (const node of ws.sortedNodes) {
      const { count } = failCount(ws, primitive, node, { effective: true });
      if (count > (counts.get(node.name)?.count ?? 0))
        counts.set(node.name, { node: node.name, count, threshold: primitive.migrationThreshold });
    }
  }
  return [...counts.values()];
}
