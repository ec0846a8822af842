import { loadAgents } from '../../agents/metadata';
import { liveCib, mayUseCluster } from '../../pacemaker/cib/live';
import { hasPacemaker } from '../../pacemaker/peers';
import { unpack } from '../../pacemaker/scheduler/unpack';
import type { Program } from '../../shell/process';
import { exitText } from './exit-codes';
import type { GlibOption } from './glib';
import { fencingLine } from './mon/fencing';
import { defineTool, EX, type Tool, ToolError } from './tool';

const OPTIONS: readonly GlibOption[] = [
  { name: 'list', letter: 'l', value: 'required', placeholder: 'HOST', help: 'Devices that can fence the host' },
  { name: 'list-registered', letter: 'L', help: 'Devices that are registered' },
  { name: 'list-installed', letter: 'I', help: 'Agents that are installed' },
  { name: 'metadata', letter: 'M', help: 'Metadata of an agent (with --agent)' },
  { name: 'query', letter: 'Q', value: 'required', placeholder: 'DEVICE', help: "A device's status" },
  { name: 'history', letter: 'H', value: 'required', placeholder: 'NODE', help: 'Fencing that was done' },
  { name: 'fence', letter: 'F', value: 'required', placeholder: 'HOST', help: 'Turn a host off' },
  { name: 'unfence', letter: 'U', value: 'required', placeholder: 'HOST', help: 'Let a host in again' },
  { name: 'reboot', letter: 'B', value: 'required', placeholder: 'HOST', help: 'Reboot a host' },
  { name: 'agent', letter: 'a', value: 'required', placeholder: 'AGENT', help: 'Name of an agent' },
  { name: 'timeout', letter: 't', value: 'required', placeholder: 'SECONDS', help: 'How long to wait' },
  { name: 'quiet', letter: 'q', help: 'Say less' },
];

const COMMANDS = OPTIONS.slice(0, 9).map((option) => option.name);

/** Fails like every command that needs the fencer where none answers. */
function needFencer(tool: Tool, fails: (reason: string) => string): void {
  const { machine, credentials } = tool.process;
  const answers = hasPacemaker(machine) && mayUseCluster(machine, credentials);
  if (answers) return;
  tool.report(fails('Transport endpoint is not connected'));
  throw new ToolError('', EX.disconnected);
}

const unreachable = (reason: string): string => `Could not connect to fencer: ${reason}`;

function printNames(tool: Tool, names: readonly string[]): number {
  for (const name of names) tool.print(`${name}\n`);
  tool.print(`${names.length} fence device${names.length === 1 ? '' : 's'} found\n`);
  return EX.ok;
}

/** The fencer registers the devices of the configuration that aren't disabled. */
function registered(tool: Tool): number {
  needFencer(tool, unreachable);
  const cib = liveCib(tool.process.machine);
  const resources = cib ? [...unpack(cib, tool.now).resourceById.values()] : [];
  const devices = resources.filter(
    (resource) => resource.isFenceDevice && resource.meta.get('target-role')?.toLowerCase() !== 'stopped',
  );
  return printNames(
    tool,
    devices.map((device) => device.id),
  );
}

async function installed(tool: Tool): Promise<number> {
  const { names } = await loadAgents();
  return printNames(
    tool,
    names.filter((name) => name.startsWith('stonith:')).map((name) => name.slice('stonith:'.length)),
  );
}

async function metadata(tool: Tool): Promise<number> {
  const agent = tool.args.value('agent');
  if (agent === undefined) {
    tool.report('Please specify an agent to query using -a,--agent [value]');
    return EX.usage;
  }
  const { names } = await loadAgents();
  if (names.includes(`stonith:${agent}`)) return tool.process.run([agent, '-o', 'metadata']);
  tool.report("Can't get fence agent meta-data: No such device");
  return EX.noSuch;
}

function history(tool: Tool): number {
  needFencer(tool, unreachable);
  const node = tool.args.value('history');
  for (const record of tool.process.machine.pacemaker?.fencing ?? [])
    if (node === '*' || record.target === node) tool.print(`${fencingLine(record, true)}\n`);
  return EX.ok;
}

/** Devices are asked by the controller only: a request of one's own finds none. */
function request(tool: Tool, command: string): number {
  const host = tool.args.value(command) ?? '';
  const fails = (reason: string): string => `Couldn't ${command} ${host}: ${reason}`;
  needFencer(tool, fails);
  tool.report(fails(exitText(EX.noSuch)));
  return EX.noSuch;
}

/** `stonith_admin`: asks the fencer. */
export const stonithAdmin: Program = defineTool({
  name: 'stonith_admin',
  purpose: 'stonith_admin - Access the Pacemaker fencing API',
  formatted: true,
  formats: ['html'],
  helpLetter: '?',
  options: OPTIONS,
  run(tool) {
    const command = tool.args.given.findLast((option) => COMMANDS.includes(option.name))?.name;
    switch (command) {
      case 'list-registered':
      case 'list':
        return registered(tool);
      case 'list-installed':
        return installed(tool);
      case 'metadata':
        return metadata(tool);
      case 'history':
        return history(tool);
      case 'query':
        needFencer(tool, unreachable);
        return EX.noSuch;
      case 'fence':
      case 'unfence':
      case 'reboot':
        return request(tool, command);
      default:
        tool.complain(tool.usage);
        return EX.usage;
    }
  },
});
