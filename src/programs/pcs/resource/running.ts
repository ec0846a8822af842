import { parseXml } from '../../../pacemaker/cib/parse';
import { childNamed, walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { waitForIdle, waitSilently } from '../cib/live';
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

/** Whether a resource is where it should be, given the nodes on which it runs; those of unpromoted instances don't count. */
export type Expectation = boolean | null | ((nodes: readonly string[]) => boolean);

/**
 * Waits until the cluster is idle and says where the resources run. `wanted` says whether (or where) they should: where
 * they don't do so, that is an error.
 */
export async function waitAndReport(
  pcs: Pcs,
  seconds: number,
  ids: readonly string[],
  wanted: Expectation,
): Promise<void> {
  await waitForIdle(pcs, seconds);
  for (const id of ids) {
    const roles = await whereRunning(pcs, id);
    const report = isMet(wanted, roles) ? info : error;
    const parts = byRole(roles, quoteList);
    pcs.report(report(`resource '${id}' is ${parts.length === 0 ? 'not running on any node' : parts.join('; ')}`));
  }
  if (pcs.hasErrors) throw new LibraryFailure();
}

function isMet(wanted: Expectation, roles: ReadonlyMap<string, string[]>): boolean {
  if (typeof wanted !== 'function') return wanted === null || roles.size > 0 === wanted;
  return wanted([...(roles.get('running') ?? []), ...(roles.get('promoted') ?? [])]);
}

/** `running on node …`, `promoted on nodes …`: a part for each role. */
function byRole(roles: ReadonlyMap<string, string[]>, list: (names: readonly string[]) => string): string[] {
  return [...roles]
    .sort(([first], [second]) => compareText(first, second))
    .map(([role, nodes]) => `${role} on ${plural(nodes, 'node')} ${list(nodes)}`);
}

/** What the older commands do for `--wait`: they don't tell that they wait, and where the resource runs is no error. */
export async function waitAndTell(pcs: Pcs, seconds: number, id: string): Promise<void> {
  await waitSilently(pcs, seconds);
  const parts = byRole(await whereRunning(pcs, id), (nodes) => [...nodes].sort(compareText).join(', '));
  pcs.note(`Resource '${id}' is ${parts.length === 0 ? 'not running on any node' : `${parts.join('; ')}.`}`);
}
