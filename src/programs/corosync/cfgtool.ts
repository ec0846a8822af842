/** corosync-cfgtool: the state of the links, and asking the daemons to reload or stop. */
import type { CorosyncMachine } from '../../corosync/nodes';
import { loadConfig } from '../../corosync/problems';
import { requestKill, requestReload, shutDown } from '../../corosync/services';
import type { Process, Program } from '../../shell/process';
import type { LinkState } from '../../world/corosync';
import type { OptionSpec, ParsedOptions } from '../options';
import { connectDaemon, failWith, readOptions, withDaemon } from './common';

const OPTIONS: readonly OptionSpec[] = [
  ...[...'snbRLhH'].map((letter) => ({ key: letter, short: letter })),
  { key: 'i', short: 'i', value: 'required' },
  { key: 'k', short: 'k', value: 'required' },
  { key: 'a', short: 'a', value: 'required' },
  { key: 'force', long: ['force'] },
];

const USAGE = `corosync-cfgtool [[-i <interface ip>] [-b] -s] [-R] [-L] [-k nodeid] [-a nodeid] [-h] [-H]

A tool for displaying and configuring active parameters within corosync.
options:
	-i	Finds only information about the specified interface IP address or link id when used with -s..
	-s	Displays the status of the current links on this node.
	-n	Displays the status of the connected nodes and their links.
	-b	Displays the brief status of the current links on this node when used with -s.
	-R	Tell all instances of corosync in this cluster to reload corosync.conf.
	-L	Tell corosync to reopen all logging files.
	-k	Kill a node identified by node id.
	-a	Display the IP address(es) of a node
	-h	Print basic usage.
	-H	Shutdown corosync cleanly on this node.
		--force will shut down corosync regardless of daemon vetos
`;

/** CS_ERR_LIBRARY: the daemon can't be connected to. */
const NO_DAEMON = 2;
/** CS_ERR_NOT_EXIST */
const NOT_EXIST = 12;

export const cfgtool: Program = async (process) => {
  const options = await readOptions(process, OPTIONS);
  if (options === null) return 1;
  const action = options.given.find(({ key }) => 'snRLkaHh'.includes(key))?.key;
  if (action === undefined || action === 'h') {
    await process.stdout.write(USAGE);
    return 0;
  }
  const target = options.value(action);
  if ((action === 'k' || action === 'a') && !/^\d+$/.test(target ?? '')) {
    return failWith(process, 'The nodeid was not valid, try a positive number');
  }
  if (action === 'R') await process.stdout.write('Reloading corosync.conf...\n');
  if (action === 'k') await process.stdout.write(`Killing node ${target}\n`);
  const machine = await connectDaemon(process);
  if (machine === null) {
    const error = action === 'R' || action === 'L' ? 'CS_ERR_LIBRARY' : NO_DAEMON;
    return failWith(process, `Could not initialize corosync configuration API error ${error}`);
  }
  switch (action) {
    case 's':
      return linkStatus(process, machine, options);
    case 'n':
      return nodeStatus(process, machine);
    case 'R':
      return reload(process);
    case 'k':
      return kill(process, Number(target));
    case 'a':
      return addresses(process, machine, Number(target));
    case 'H':
      return stop(process, options.has('force'));
    default:
      return 0;
  }
};

/** The first line of -s and -n. */
function heading(machine: CorosyncMachine): string {
  return `Local node ID ${machine.corosync.nodeId}, transport ${machine.corosync.settings.transport}\n`;
}

function transportOf(machine: CorosyncMachine, link: string): string {
  const { settings } = machine.corosync;
  return settings.transport === 'knet' ? (settings.totem.interfaces[link]?.transport ?? 'udp') : settings.transport;
}

async function linkStatus(process: Process, machine: CorosyncMachine, options: ParsedOptions): Promise<number> {
  const { corosync } = machine;
  const wanted = options.value('i');
  const brief = options.has('b');
  let text = heading(machine);
  let faulty = false;
  for (const [number, address] of Object.entries(corosync.localAddresses)) {
    if (wanted !== undefined && wanted !== number && wanted !== address) continue;
    text += `LINK ID ${number} ${transportOf(machine, number)}\n\taddr\t= ${address}\n`;
    if (corosync.settings.transport !== 'knet') {
      text += '\tstatus\t= OK\n';
      continue;
    }
    const nodes = corosync.settings.nodes
      .filter((node) => node.nodeId === corosync.nodeId || corosync.links[node.nodeId]?.[number])
      .sort((a, b) => a.nodeId - b.nodeId);
    const links = nodes.map((node) => ({
      nodeId: node.nodeId,
      link: node.nodeId === corosync.nodeId ? null : (corosync.links[node.nodeId]?.[number] as LinkState),
    }));
    faulty ||= links.some(({ link }) => link !== null && !link.connected);
    text += brief
      ? `\tstatus\t= ${links.map(({ link }) => (link === null ? 'n' : link.connected ? '3' : '1')).join('')}\n`
      : `\tstatus:\n${links
          .map(({ nodeId, link }) => `\t\tnodeid: ${String(nodeId).padStart(10)}:\t${linkWord(link)}\n`)
          .join('')}`;
  }
  await process.stdout.write(text);
  return brief && faulty ? 1 : 0;
}

function linkWord(link: LinkState | null): string {
  if (link === null) return 'localhost';
  return link.connected ? 'connected' : 'disconnected';
}

async function nodeStatus(process: Process, machine: CorosyncMachine): Promise<number> {
  const { corosync } = machine;
  let text = heading(machine);
  for (const node of [...corosync.settings.nodes].sort((a, b) => a.nodeId - b.nodeId)) {
    const links = Object.entries(corosync.links[node.nodeId] ?? {});
    if (!links.some(([, link]) => link.connected)) continue;
    text += `nodeid: ${node.nodeId} reachable\n`;
    for (const [number, link] of links) {
      const way = `(${link.localAddress}->${link.remoteAddress})`;
      const state = link.connected ? ' enabled connected' : ' enabled';
      text += `   LINK: ${number} ${transportOf(machine, number)} ${way}${state} mtu: ${link.mtu}\n`;
    }
    text += '\n';
  }
  await process.stdout.write(text);
  return 0;
}

async function reload(process: Process): Promise<number> {
  if (loadConfig(process.world, process.machine).kind === 'problem') {
    return failWith(process, 'Could not reload configuration. Error CS_ERR_INVALID_PARAM');
  }
  withDaemon(process, (world, daemon) => requestReload(world, daemon));
  await process.sleep(3);
  await process.stdout.write('Done\n');
  return 0;
}

async function kill(process: Process, nodeId: number): Promise<number> {
  const done = withDaemon(process, (world, daemon) => {
    if (!daemon.corosync.quorum.members.includes(nodeId)) return false;
    requestKill(world, daemon, nodeId);
    return true;
  });
  return done ? 0 : failWith(process, 'Could not kill node (error = CS_ERR_NOT_EXIST)');
}

async function addresses(process: Process, machine: CorosyncMachine, nodeId: number): Promise<number> {
  const { corosync } = machine;
  const own =
    nodeId === corosync.nodeId
      ? Object.values(corosync.localAddresses)
      : Object.values(corosync.links[nodeId] ?? {}).map((link) => link.remoteAddress);
  if (own.length === 0) {
    await process.stderr.write(`Could not get node address for nodeid ${nodeId}\n`);
    return NOT_EXIST;
  }
  await process.stdout.write(`${own.map((address) => `${address} `).join('')}\n`);
  return 0;
}

async function stop(process: Process, _force: boolean): Promise<number> {
  await process.stdout.write('Shutting down corosync\n');
  const time = withDaemon(process, (world, daemon) => shutDown(world, daemon));
  if (time !== null) await process.until((world) => (world.machines[process.machineName]?.corosync ? undefined : true));
  return 0;
}
