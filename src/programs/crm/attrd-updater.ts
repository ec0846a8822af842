import { setAttribute } from '../../pacemaker/attributes/attributes';
import { mayUseCluster } from '../../pacemaker/cib/live';
import { hasPacemaker, partition } from '../../pacemaker/peers';
import type { Program } from '../../shell/process';
import { xml } from './output';
import { defineTool, EX, type Tool, ToolError } from './tool';

/** A new value: a number is added for `++` and `+=n`. */
function expand(value: string, present: string | undefined): string {
  const found = /^\w*(\+\+|\+=(\d+))$/.exec(value);
  if (!found) return value;
  return String((Number.parseInt(present ?? '0', 10) || 0) + (found[2] === undefined ? 1 : Number(found[2])));
}

function query(tool: Tool, name: string, node: string | null): number {
  const { machine } = tool.process;
  if (!hasPacemaker(machine)) return EX.disconnected;
  const rows = Object.entries(machine.pacemaker.attributes).flatMap(([host, table]) => {
    const value = table[name]?.value;
    return value === undefined || (node !== null && host !== node) ? [] : [{ host, value }];
  });
  if (rows.length === 0) throw new ToolError(`Could not query value of ${name}: attribute does not exist`, EX.noSuch);
  for (const { host, value } of rows)
    tool.item(`name="${name}" host="${host}" value="${value}"`, () => xml('attribute', { name, host, value }));
  return EX.ok;
}

/** `attrd_updater`: transient node attributes by way of the attribute manager. */
export const attrdUpdater: Program = defineTool({
  name: 'attrd_updater',
  purpose: 'Queries and updates transient node attributes.',
  formatted: true,
  options: [
    { name: 'name', letter: 'n', value: 'required', placeholder: 'NAME', help: 'Name of the attribute' },
    { name: 'update', letter: 'U', value: 'required', placeholder: 'VALUE', help: 'Set it' },
    { name: 'update-both', letter: 'B', value: 'required', placeholder: 'VALUE', help: 'Set it and its delay' },
    { name: 'update-delay', letter: 'Y', help: 'Set its delay' },
    { name: 'query', letter: 'Q', help: 'Print it' },
    { name: 'delete', letter: 'D', help: 'Remove it' },
    { name: 'refresh', letter: 'R', help: 'Write all attributes again' },
    { name: 'delay', letter: 'd', value: 'required', placeholder: 'SECONDS', help: 'Time before it is written' },
    { name: 'set', letter: 's', value: 'required', placeholder: 'SET' },
    { name: 'node', letter: 'N', value: 'required', placeholder: 'NODE', help: 'Of this node' },
    { name: 'all', letter: 'A', help: 'Of all nodes' },
    { name: 'lifetime', letter: 'l', value: 'required' },
    { name: 'private', letter: 'p', help: 'Not in the CIB' },
  ],
  run(tool) {
    const { args, process } = tool;
    const { machine } = process;
    const name = args.value('name');
    if (name === undefined && !args.has('refresh')) {
      tool.complain(tool.usage);
      return EX.usage;
    }
    if (!hasPacemaker(machine) || !mayUseCluster(machine, process.credentials))
      throw new ToolError('Could not connect to attrd: Connection refused', EX.disconnected);
    if (name === undefined) return EX.ok;
    const node = args.value('node') ?? machine.pacemaker.nodeName;
    if (args.has('query')) return query(tool, name, args.has('all') ? null : node);
    const given = args.value('update') ?? args.value('update-both');
    const value = args.has('delete') ? null : (given ?? '');
    process.transact((world) => {
      const present = partition(world, process.machineName)[0]?.pacemaker.attributes[node]?.[name]?.value;
      const next = value === null ? null : expand(value, present);
      setAttribute(world, process.machineName, node, name, next, { isPrivate: args.has('private') });
    });
    return EX.ok;
  },
});
