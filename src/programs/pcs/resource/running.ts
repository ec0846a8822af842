import { parseXml } from '../../../pacemaker/cib/parse';
import { childNamed, walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { waitForIdle } from '../cib/live';
import type { Pcs } from '../context';
import { runCrm } from '../crm';
import { LibraryFailure } from '../failure';
import { compareText, error, info, plural, quoteList } from '../reports';

/** Nodes on which a resource (with all in it) runs, by what it is there. */
export async function whereRunning(pcs: Pcs, id: string): Promise<Map<string, string[]>> {
  const mon = await runCrm(pcs, ['crm_mon', '--one-shot', '--inactive', '--output-as', 'xml']);
  const found = new Map<string, string[]>();
  if (mon.status !== 0) return found;
  const resources = childNamed(parseXml(mon.stdout), 'resources');
  const own = resources ? [...walk(resources)].filter((element) => isNamed(element, id)) : [];
  for (const resource of own.flatMap((element) => [...walk(element)])) {
    if (resource.name !== 'resource') continue;
    const role =
      resource.attributes.role === 'Promoted'
        ? 'promoted'
        : resource.attributes.role === 'Unpromoted'
          ? 'unpromoted'
          : 'running';
    for (const node of resource.children) {
      if (node.name !== 'node') continue;
      const nodes = found.get(role) ?? [];
      const name = node.attributes.name ?? '';
      if (!nodes.includes(name)) found.set(role, [...nodes, name]);
    }
  }
  return found;
}

function isNamed({ attributes }: Element, id: string): boolean {
  return attributes.id === id || attributes.id?.replace(/:\d+$/, '') === id;
}

/**
 * Waits until the cluster is idle and says where the resources run. `wanted` says whether they should: where they
 * don't do so, that is an error.
 */
export async function waitAndReport(
  pcs: Pcs,
  seconds: number,
  ids: readonly string[],
  wanted: boolean | null,
): Promise<void> {
  await waitForIdle(pcs, seconds);
  for (const id of ids) {
    const roles = await whereRunning(pcs, id);
    const report = roles.size > 0 === wanted || wanted === null ? info : error;
    const parts = [...roles]
      .sort(([first], [second]) => compareText(first, second))
      .map(([role, nodes]) => `${role} on ${plural(nodes, 'node')} ${quoteList(nodes)}`);
    pcs.report(report(`resource '${id}' is ${parts.length === 0 ? 'not running on any node' : parts.join('; ')}`));
  }
  if (pcs.hasErrors) throw new LibraryFailure();
}
