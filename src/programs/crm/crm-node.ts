import { localMembership } from '../../corosync/membership';
import { changeCib } from '../../pacemaker/cib/access';
import { mayUseCluster } from '../../pacemaker/cib/live';
import { descendant } from '../../pacemaker/cib/xml';
import { hasPacemaker, type PacemakerMachine, partition } from '../../pacemaker/peers';
import type { Program } from '../../shell/process';
import { defineTool, EX, type Tool, ToolError } from './tool';

/** The local node's controller; without one the tools can't connect. */
export function localController(tool: Tool): PacemakerMachine {
  const machine = tool.process.machine;
  const running = hasPacemaker(machine) && machine.pacemaker.controller.state !== 'S_STARTING';
  const allowed = mayUseCluster(machine, tool.process.credentials);
  if (!running || !allowed) {
    tool.complain(`error: Could not connect to controller: ${running ? 'Permission denied' : 'Connection refused'}\n`);
    throw new ToolError('', running ? 4 : EX.disconnected);
  }
  return machine;
}

/** Members by node id: those of the membership, and others that the configuration knows. */
function memberLines(tool: Tool, machine: PacemakerMachine): string[] {
  const lines = new Map<number, string>();
  const cib = machine.pacemaker.cib;
  const nodes = cib ? descendant(cib, 'configuration', 'nodes') : undefined;
  for (const node of nodes?.children ?? []) {
    const id = Number.parseInt(node.attributes.id ?? '', 10);
    if (!Number.isNaN(id) && node.attributes.type !== 'remote')
      lines.set(id, `${id} ${node.attributes.uname ?? ''} lost`);
  }
  for (const member of localMembership(tool.process.world, machine.name)?.members ?? [])
    lines.set(member.nodeId, `${member.nodeId} ${member.name} member`);
  return [...lines].sort(([first], [second]) => first - second).map(([, line]) => line);
}

function nameForId(machine: PacemakerMachine, id: string): string | undefined {
  if (machine.pacemaker.controller.members[id] !== undefined) return machine.pacemaker.controller.members[id];
  const cib = machine.pacemaker.cib;
  const nodes = cib ? descendant(cib, 'configuration', 'nodes') : undefined;
  return nodes?.children.find((node) => node.attributes.id === id)?.attributes.uname;
}

/** Takes a node that isn't there any more out of the configuration and the status. */
function removeNode(tool: Tool, machine: PacemakerMachine, name: string): number {
  tool.process.transact((world) => {
    for (const section of ['nodes', 'status']) {
      const input = { name: section === 'nodes' ? 'node' : 'node_state', attributes: { uname: name }, children: [] };
      changeCib(
        world,
        machine.name,
        { kind: 'live' },
        { ...tool.client, user: tool.process.env.CIB_user ?? tool.client.user },
        { kind: 'delete', section, input },
      );
    }
    for (const peer of partition(world, machine.name)) delete peer.pacemaker.attributes[name];
  });
  return EX.ok;
}

/** `crm_node`: what the local controller knows of nodes. */
export const crmNode: Program = defineTool({
  name: 'crm_node',
  purpose: 'Shows node information of the cluster layer.',
  options: [
    { name: 'cluster-id', letter: 'i', help: "This node's id" },
    { name: 'list', letter: 'l', help: 'All known members, past and present' },
    { name: 'name', letter: 'n', help: "This node's name" },
    { name: 'partition', letter: 'p', help: 'Members of this partition' },
    { name: 'quorum', letter: 'q', help: '1 with quorum, 0 without' },
    { name: 'name-for-id', letter: 'N', value: 'required', placeholder: 'ID', help: 'Name of the node with this id' },
    { name: 'remove', letter: 'R', value: 'required', placeholder: 'NAME', help: 'Forget a stopped node' },
    { name: 'force', letter: 'f' },
    { name: 'quiet', letter: 'Q' },
  ],
  run(tool) {
    const { args } = tool;
    const command = args.given.findLast((option) => !['force', 'verbose', 'quiet'].includes(option.name));
    if (!command) return noCommand(tool);
    if (command.name === 'remove' && !args.has('force')) return removeNodeUnsafe(tool);
    const machine = localController(tool);
    const { pacemaker } = machine;
    switch (command.name) {
      case 'cluster-id':
        tool.print(`${pacemaker.nodeId}\n`);
        return EX.ok;
      case 'name':
        tool.print(`${pacemaker.nodeName}\n`);
        return EX.ok;
      case 'list':
        for (const line of memberLines(tool, machine)) tool.print(`${line}\n`);
        return EX.ok;
      case 'partition': {
        const members = localMembership(tool.process.world, machine.name)?.members ?? [];
        tool.print(`${members.map((member) => `${member.name} `).join('')}\n`);
        return EX.ok;
      }
      case 'quorum':
        tool.print(`${pacemaker.controller.quorate ? 1 : 0}\n`);
        return EX.ok;
      case 'name-for-id': {
        const name = nameForId(machine, command.value ?? '');
        if (name === undefined) {
          tool.complain(`Node is not known to cluster\n`);
          return EX.noHost;
        }
        tool.print(`${name}\n`);
        return EX.ok;
      }
      default:
        return removeNode(tool, machine, command.value ?? '');
    }
  },
});

function noCommand(tool: Tool): number {
  tool.complain(tool.usage);
  return EX.usage;
}

function removeNodeUnsafe(tool: Tool): number {
  tool.complain(
    'The supplied command is considered dangerous.  To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.\n',
  );
  return EX.usage;
}
