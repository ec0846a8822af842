import { digestParameters, parameterDigest } from '../../../pacemaker/scheduler/digest';
import type { Node } from '../../../pacemaker/scheduler/node';
import { historyEntries } from '../../../pacemaker/scheduler/node-history';
import { xml } from '../output';
import { EX, ToolError } from '../tool';
import { type Context, fail } from './context';

/** Names in a list of a history entry. */
function namesIn(list: string | undefined): Set<string> {
  return new Set((list ?? '').trim().split(/\s+/));
}

/** What counts as private on a node that has no history of the resource. */
const PRIVATE: ReadonlySet<string> = new Set(['passwd', 'password']);

/**
 * `--digests`: what a start's parameters come to on a node, by which the cluster notices changes. Which of them are
 * private or can't be reloaded is known from the node's history.
 */
export function showDigests(context: Context): number {
  const { tool, ws, resource, id } = context;
  if (!resource) return EX.usage;
  const name = tool.args.value('node');
  if (name === undefined) throw new ToolError('Must supply a node name with -N', EX.usage);
  const node: Node | undefined = ws.nodeByName.get(name);
  if (!node) return fail(tool, `Node '${name}' not found`, EX.noSuch);
  const all = digestParameters(ws, resource, node, 'start', 0);
  for (const operand of tool.args.operands) {
    const [parameter = '', ...value] = operand.split('=');
    all.set(parameter, value.join('='));
  }
  const kinds: { type: string; text: string; parameters: Map<string, string> }[] = [
    { type: 'all', text: 'all parameters', parameters: all },
  ];
  const entries = historyEntries(ws, node, resource.historyName);
  const entry = entries.find((each) => each.attributes['op-digest'] !== undefined) ?? entries[0];
  const filtered = (keep: (parameter: string) => boolean) => new Map([...all].filter(([parameter]) => keep(parameter)));
  const secret = entry ? namesIn(entry.attributes['op-secure-params']) : PRIVATE;
  const open = filtered((parameter) => !secret.has(parameter));
  kinds.push({ type: 'nonprivate', text: 'non-private parameters', parameters: open });
  if (entry?.attributes['op-restart-digest'] !== undefined) {
    const names = entry.attributes['op-force-restart'];
    const restart = namesIn(names);
    const parameters = filtered((parameter) => names === undefined || restart.has(parameter));
    kinds.push({ type: 'nonreloadable', text: 'non-reloadable parameters', parameters });
  }
  for (const { text, parameters } of kinds) tool.print(`${parameterDigest(parameters)} (${text})\n`);
  if (tool.isXml) {
    const digests = kinds.map(({ type, parameters }) =>
      xml('digest', { type, hash: parameterDigest(parameters) }, [xml('parameters', Object.fromEntries(parameters))]),
    );
    tool.elements.push(xml('digests', { resource: id, node: name, task: 'start', interval: '0ms' }, digests));
  }
  return EX.ok;
}
