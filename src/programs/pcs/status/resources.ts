import { findSection } from '../../../pacemaker/cib/sections';
import { walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import type { Pcs } from '../context';
import { runCrm } from '../crm';
import { CommandFailure } from '../failure';
import { BadCall } from '../router';
import { parseOptions } from '../text';

/** Lines of the resources' section of a crm_mon output, section title left out. */
function resourceLines(output: string): string[] {
  const lines = output.split('\n');
  const start = lines.findIndex((line) => /^(Full List of|Active|Inactive) Resources:$/.test(line));
  if (start < 0) return [];
  const end = lines.findIndex((line, at) => at > start && line === '');
  return lines.slice(start + 1, end < 0 ? undefined : end);
}

/** Fence devices and other resources, told apart by the agent's standard in the line. */
function onlyKind(lines: readonly string[], stonith: boolean): string[] {
  return lines.filter((line) => line.includes('(stonith:') === stonith);
}

/** `pcs status resources`, `pcs resource status` and `pcs stonith status`. */
export function resourcesStatus(stonith: boolean) {
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const ids = args.filter((word) => !word.includes('='));
    const { id, node } = parseTarget(args, ids);
    const hide = pcs.options.has('--hide-inactive');
    const argv = ['crm_mon', '--one-shot'];
    if (!hide) argv.push('--inactive');
    if (id !== undefined) {
      checkExists(await pcs.cib(), id);
      argv.push('--include', 'none,resources', '--resource', id);
    }
    if (node !== undefined) argv.push('--node', node);
    const mon = await runCrm(pcs, argv);
    if (mon.status !== 0)
      throw new CommandFailure(`unable to get cluster status from crm_mon\n${mon.stderr.trimEnd()}`);
    const all = resourceLines(mon.stdout);
    if (all.some((line) => line.endsWith('No active resources'))) {
      pcs.print('No active resources');
      return;
    }
    const lines = id === undefined ? onlyKind(all, stonith) : all;
    const nothing = lines.length === 0 || lines.every((line) => line.trim() === '* No resources');
    if (!nothing) {
      for (const line of lines) pcs.print(line);
      return;
    }
    pcs.print(emptyText(stonith, hide || node !== undefined || id !== undefined));
  };
}

function emptyText(stonith: boolean, filtered: boolean): string {
  const what = stonith ? 'stonith devices' : 'resources';
  return filtered ? 'No active resources' : `NO ${what} configured`;
}

function parseTarget(args: readonly string[], ids: readonly string[]): { id?: string; node?: string } {
  const [id] = ids;
  const rest = args.filter((word) => word !== id || args.indexOf(word) !== args.indexOf(id));
  const options = parseOptions(rest);
  const node = options.get('node');
  if (node === '') throw new BadCall("missing value of 'node' option");
  const unknown = [...options.keys()].filter((name) => name !== 'node');
  if (unknown.length > 0) throw new BadCall(`Unexpected option '${unknown[0]}'`);
  return { ...(id === undefined ? {} : { id }), ...(node === undefined ? {} : { node }) };
}

function checkExists(cib: Element, id: string): void {
  for (const section of ['resources', 'tags']) {
    const root = findSection(cib, section);
    if (!root) continue;
    for (const element of walk(root)) {
      const known = ['primitive', 'group', 'clone', 'master', 'bundle', 'tag'].includes(element.name);
      if (known && element.attributes.id === id) return;
    }
  }
  throw new CommandFailure(`resource or tag id '${id}' not found`);
}
