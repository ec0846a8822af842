import { CibError } from '../../pacemaker/cib/errors';
import { liveCib, mayUseCluster } from '../../pacemaker/cib/live';
import { descendant, walk } from '../../pacemaker/cib/xml';
import { hasPacemaker, type PacemakerMachine, peerNamed } from '../../pacemaker/peers';
import { isoTime } from '../../pacemaker/time';
import type { Program } from '../../shell/process';
import type { Machine } from '../../world/machine';
import type { Element } from '../../world/xml';
import { xml } from './output';
import { defineTool, EX, type Tool, ToolError } from './tool';

/** What can't be reached: the server and how the connection fails. */
function refused(tool: Tool, server: string, status: number, reason: string): never {
  tool.complain(`error: Could not connect to ${server}: ${reason}\nerror: Command failed: ${reason}\n`);
  throw new ToolError('', status);
}

function controllerOf(tool: Tool): PacemakerMachine {
  const machine = tool.process.machine;
  if (!hasPacemaker(machine) || machine.pacemaker.controller.state === 'S_STARTING')
    refused(tool, 'controller', EX.disconnected, 'Connection refused');
  if (!mayUseCluster(machine, tool.process.credentials)) refused(tool, 'controller', 4, 'Permission denied');
  return machine;
}

/** pacemakerd's state in words. */
export function launcherState(machine: Machine): { state: string; text: string } | null {
  if (!hasPacemaker(machine) || machine.pacemaker.pid === 0) return null;
  const { phase, controller } = machine.pacemaker;
  if (phase === 'starting') return { state: 'starting_daemons', text: 'Pacemaker daemons are starting' };
  if (phase === 'stopping' && controller.state !== 'S_STOPPING')
    return { state: 'shutting_down', text: 'Pacemaker daemons are shutting down' };
  if (phase === 'stopping') return { state: 'shutting_down', text: 'Pacemaker daemons are shutting down' };
  return { state: 'running', text: 'Pacemaker is running' };
}

function showLauncher(tool: Tool): number {
  const state = launcherState(tool.process.machine);
  if (!state) refused(tool, 'launcher', EX.disconnected, 'Connection refused');
  if (!mayUseCluster(tool.process.machine, tool.process.credentials)) refused(tool, 'launcher', 4, 'Permission denied');
  const time = isoTime(tool.now);
  tool.item(`Status of pacemakerd: '${state.text}' (last updated ${time})`, () =>
    xml('pacemakerd', { sys_from: 'pacemakerd', state: state.state, last_updated: time }),
  );
  return EX.ok;
}

function showDc(tool: Tool): number {
  const machine = controllerOf(tool);
  const { dc } = machine.pacemaker.controller;
  if (dc === null) {
    tool.item('Designated Controller is: not yet elected', () => xml('dc', { node_name: '' }));
    return EX.ok;
  }
  if (tool.args.has('quiet') && !tool.isXml) tool.print(`${dc}\n`);
  else tool.item(`Designated Controller is: ${dc}`, () => xml('dc', { node_name: dc }));
  return EX.ok;
}

function showState(tool: Tool, node: string): number {
  const machine = controllerOf(tool);
  const peer = peerNamed(tool.process.world, machine.name, node);
  if (!peer) {
    // Nobody answers for that node: the tool waits for its timeout of 30 s.
    tool.complain(
      'error: Timed out (30000 ms) waiting for reply from the controller\nerror: Command failed: Connection timed out\n',
    );
    return EX.timeout;
  }
  const { state } = peer.pacemaker.controller;
  tool.item(`Controller on ${node} in state ${state}: ok`, () => xml('crmd', { node_name: node, state, result: 'ok' }));
  return EX.ok;
}

interface ListedNode {
  kind: 'cluster' | 'guest' | 'remote';
  name: string;
  id: string;
}

/** Cluster nodes of the nodes section, guests of `remote-node`, remote machines of ocf:pacemaker:remote. */
export function listNodes(cib: Element): ListedNode[] {
  const listed: ListedNode[] = [];
  for (const node of descendant(cib, 'configuration', 'nodes')?.children ?? []) {
    if (node.name === 'node' && node.attributes.type !== 'remote')
      listed.push({ kind: 'cluster', name: node.attributes.uname ?? '', id: node.attributes.id ?? '' });
  }
  const resources = descendant(cib, 'configuration', 'resources');
  const primitives = resources ? [...walk(resources)].filter((each) => each.name === 'primitive') : [];
  for (const primitive of primitives) {
    for (const pair of walk(primitive)) {
      if (pair.name === 'nvpair' && pair.attributes.name === 'remote-node' && pair.attributes.value)
        listed.push({ kind: 'guest', name: pair.attributes.value, id: pair.attributes.value });
    }
  }
  for (const { attributes } of primitives) {
    if (attributes.class === 'ocf' && attributes.provider === 'pacemaker' && attributes.type === 'remote')
      listed.push({ kind: 'remote', name: attributes.id ?? '', id: attributes.id ?? '' });
  }
  return listed;
}

function showNodes(tool: Tool, wanted: string | null): number {
  let cib: Element;
  try {
    const live = tool.isLive ? liveCib(tool.process.machine) : null;
    cib = live && mayUseCluster(tool.process.machine, tool.process.credentials) ? live : tool.readCib();
  } catch (error) {
    if (!(error instanceof CibError)) throw error;
    tool.complain('error: Command failed: Input file not available\n');
    return EX.noInput;
  }
  const kinds = wanted === null || wanted === 'all' ? ['cluster', 'guest', 'remote'] : wanted.split(',');
  const nodes = listNodes(cib).filter((node) => kinds.includes(node.kind));
  if (nodes.length === 0) tool.print('No nodes configured\n');
  const elements = nodes.map((node) => xml('node', { type: node.kind, name: node.name, id: node.id }));
  for (const node of nodes) {
    if (tool.args.has('bash-export')) tool.print(`export ${node.name}=${node.id}\n`);
    else if (tool.args.has('quiet')) tool.print(`${node.name}\n`);
    else tool.print(`${node.kind} node: ${node.name} (${node.id})\n`);
  }
  if (tool.isXml) tool.elements.push(xml('nodes', {}, elements));
  return EX.ok;
}

/** `crmadmin`: asks the controllers and pacemakerd. */
export const crmadmin: Program = defineTool({
  name: 'crmadmin',
  purpose: 'Asks the controllers and pacemakerd for their state.',
  formatted: true,
  options: [
    { name: 'status', letter: 'S', value: 'required', placeholder: 'NODE', help: "A node's controller" },
    { name: 'pacemakerd', letter: 'P', help: 'The local pacemakerd' },
    { name: 'dc_lookup', letter: 'D', help: 'The designated controller' },
    { name: 'nodes', letter: 'N', value: 'optional', placeholder: 'TYPE', help: 'Nodes: all, cluster, guest, remote' },
    { name: 'timeout', letter: 't', value: 'required', placeholder: 'TIMESPEC' },
    { name: 'bash-export', letter: 'B', help: 'Nodes as shell assignments' },
    { name: 'ipc-name', letter: 'i', value: 'required' },
    { name: 'quiet', letter: 'q', help: 'Names only' },
  ],
  run(tool) {
    const { args } = tool;
    const node = args.value('status');
    if (node !== undefined) return showState(tool, node);
    if (args.has('pacemakerd')) return showLauncher(tool);
    if (args.has('dc_lookup')) return showDc(tool);
    const nodes = args.given.find((option) => option.name === 'nodes');
    if (nodes) return showNodes(tool, nodes.value);
    tool.complain(`error: Must specify a command option\n${tool.usage}`);
    return EX.usage;
  },
});
