/** corosync-quorumtool: what votequorum thinks, and how to change it. */

import { ringText } from '../../corosync/membership';
import type { CorosyncMachine } from '../../corosync/nodes';
import { nodeLabel } from '../../corosync/nodes';
import { highestExpected, mayExpect, quorumFlags } from '../../corosync/quorum';
import { requestExpectedVotes, requestNodeVotes } from '../../corosync/services';
import { COROSYNC_VERSION } from '../../corosync/startup';
import { reverseLookup } from '../../network/resolve';
import type { Process, Program } from '../../shell/process';
import type { World } from '../../world/world';
import { formatDate } from '../coreutils/dates';
import type { OptionSpec, ParsedOptions } from '../options';
import { connectDaemon, failWith, readOptions, withDaemon } from './common';

const OPTIONS: readonly OptionSpec[] = [
  ...[...'VHaslpmfhi'].map((letter) => ({ key: letter, short: letter })),
  { key: 'e', short: 'e', value: 'required' },
  { key: 'v', short: 'v', value: 'required' },
  { key: 'n', short: 'n', value: 'required' },
  { key: 'o', short: 'o', value: 'required' },
];

const USAGE = `usage: 
corosync-quorumtool <options>

  options:

  -s             show quorum status
  -m             constantly monitor quorum status
  -l             list nodes
  -a             show all names or addresses for each node
  -p             when used with -s or -l, generates machine parsable output
  -v <votes>     change the number of votes for a node (*)
  -n <nodeid>    optional nodeid of node for -v
  -e <expected>  change expected votes for the cluster (*)
  -H             show nodeids in hexadecimal rather than decimal
  -i             show node IP addresses instead of the resolved name
  -o <a|n|i>     order by [a] IP address (default), [n] name, [i] nodeid
  -f             forcefully unregister a quorum device *DANGEROUS* (*)
  -h             show this help text
  -V             show version and exit

  (*) Starred items only work if votequorum is the quorum provider for corosync

`;

const NOT_QUORATE = 2;

/** A positive whole number at the start of a text, as strtol reads it. */
function positive(text: string | null | undefined, lowest = 1): number | null {
  const digits = /^\s*\+?(\d+)$/.exec(text ?? '')?.[1];
  return digits === undefined || Number(digits) < lowest ? null : Number(digits);
}

export const quorumtool: Program = async (process) => {
  const options = await readOptions(process, OPTIONS);
  if (options === null || options.has('h')) {
    await process.stdout.write(USAGE);
    return options === null ? 1 : 0;
  }
  if (options.has('V')) {
    await process.stdout.write(`corosync-quorumtool version: ${COROSYNC_VERSION}\n`);
    return 0;
  }
  const wrong = wrongValue(options);
  if (wrong !== null) return failWith(process, wrong);
  const machine = await connectDaemon(process);
  if (machine === null) return failWith(process, 'Cannot initialize CMAP service');
  const votequorum = machine.corosync.settings.quorum.provider !== null;
  if (options.has('e')) return changeExpected(process, machine, positive(options.value('e')) ?? 0);
  if (options.has('v')) return changeVotes(process, machine, options);
  if (options.has('f')) return unregisterDevice(process, machine);
  if (options.has('m')) {
    if (!votequorum) return failWith(process, 'Quorum is not configured - cannot monitor');
    return monitor(process, options);
  }
  if (options.has('l')) {
    await process.stdout.write(nodeTable(process.world, machine, options));
    return 0;
  }
  await process.stdout.write(statusText(process, machine, options));
  return machine.corosync.quorum.quorate ? 0 : NOT_QUORATE;
};

function wrongValue(options: ParsedOptions): string | null {
  if (options.has('e') && positive(options.value('e')) === null) {
    return 'New expected votes value was not valid, try a positive number';
  }
  if (options.has('n') && positive(options.value('n')) === null) {
    return 'The nodeid was not valid, try a positive number';
  }
  if (options.has('v') && positive(options.value('v'), 0) === null) {
    return 'New votes value was not valid, try a positive number or zero';
  }
  if (options.has('o') && !/^[ani]/.test(options.value('o') ?? '')) {
    return 'Invalid ordering option. valid orders are a(address), i(node ID) or n(name)';
  }
  return null;
}

async function changeExpected(process: Process, machine: CorosyncMachine, votes: number): Promise<number> {
  if (machine.corosync.settings.quorum.provider === null) {
    return failWith(process, 'You cannot change expected votes, corosync is not using votequorum');
  }
  const done = withDaemon(process, (world, daemon) => {
    if (!mayExpect(daemon, votes)) return false;
    requestExpectedVotes(world, daemon, votes);
    return true;
  });
  if (!done) return failWith(process, 'Unable to set expected votes: CS_ERR_INVALID_PARAM');
  await settle(process);
  return 0;
}

async function changeVotes(process: Process, machine: CorosyncMachine, options: ParsedOptions): Promise<number> {
  if (machine.corosync.settings.quorum.provider === null) {
    return failWith(process, 'You cannot change node votes, corosync is not using votequorum');
  }
  const votes = positive(options.value('v'), 0) ?? 0;
  const nodeId = options.has('n') ? (positive(options.value('n')) ?? 0) : machine.corosync.nodeId;
  const done = withDaemon(process, (world, daemon) => {
    if (!daemon.corosync.settings.nodes.some((node) => node.nodeId === nodeId)) return false;
    requestNodeVotes(world, daemon, nodeId, votes);
    return true;
  });
  if (!done) {
    return failWith(process, `Unable to set votes ${votes} for nodeid: ${nodeId}: CS_ERR_NOT_EXIST`);
  }
  await settle(process);
  return 0;
}

async function unregisterDevice(process: Process, machine: CorosyncMachine): Promise<number> {
  if (machine.corosync.settings.quorum.provider === null) {
    return failWith(process, 'You cannot unregister quorum device, corosync is not using votequorum');
  }
  if (machine.corosync.quorum.device === null) {
    return failWith(process, 'Unable to unregister quorum device: CS_ERR_NOT_EXIST');
  }
  withDaemon(process, (_world, daemon) => {
    daemon.corosync.quorum.device = null;
  });
  return 0;
}

/** The daemon answers when its message came round. */
async function settle(process: Process): Promise<void> {
  await process.sleep(3);
}

/** Prints the status now and after each change, until it is interrupted. */
async function monitor(process: Process, options: ParsedOptions): Promise<number> {
  const name = process.machineName;
  const state = (world: World) => {
    const corosync = world.machines[name]?.corosync;
    return corosync
      ? `${ringText(corosync.quorum.ring)} ${corosync.quorum.quorate} ${corosync.quorum.expectedVotes}`
      : '';
  };
  for (;;) {
    const machine = await connectDaemon(process);
    if (machine === null) return failWith(process, 'Unable to dispatch quorum status: CS_ERR_LIBRARY');
    await process.stdout.write(statusText(process, machine, options));
    const before = state(process.world);
    await process.until((world) => (state(world) === before ? undefined : true));
  }
}

function statusText(process: Process, machine: CorosyncMachine, options: ParsedOptions): string {
  const { world } = process;
  const { quorum, settings, nodeId } = machine.corosync;
  const provider = settings.quorum.provider;
  const lines = [
    'Quorum information',
    '------------------',
    `Date:             ${formatDate(process, world.epoch + world.now, '%a %b %e %H:%M:%S %Y')}`,
    `Quorum provider:  ${provider ?? 'Not configured'}`,
    `Nodes:            ${quorum.members.length}`,
    `Node ID:          ${options.has('H') ? hexId(nodeId) : nodeId}`,
    `Ring ID:          ${ringText(quorum.ring)}`,
    `Quorate:          ${quorum.quorate ? 'Yes' : 'No'}`,
  ];
  if (provider !== null) {
    lines.push(
      '',
      'Votequorum information',
      '----------------------',
      `Expected votes:   ${quorum.expectedVotes}`,
      `Highest expected: ${highestExpected(quorum)}`,
      `Total votes:      ${quorum.totalVotes}`,
      `Quorum:           ${quorum.needed} ${quorum.quorate ? ' ' : 'Activity blocked'}`,
      `Flags:            ${quorumFlags(settings, quorum)
        .map((flag) => `${flag} `)
        .join('')}`,
    );
  }
  return `${lines.join('\n')}\n${nodeTable(world, machine, options)}`;
}

function hexId(nodeId: number): string {
  return `0x${nodeId.toString(16).padStart(8, '0')}`;
}

interface Row {
  nodeId: number;
  address: string;
  name: string;
}

function nodeTable(world: World, machine: CorosyncMachine, options: ParsedOptions): string {
  const { quorum, settings, nodeId } = machine.corosync;
  const withDevice = quorum.device !== null || options.has('p');
  const rows = sortedRows(world, machine, options);
  const votequorum = settings.quorum.provider !== null;
  const header = `    Nodeid  ${votequorum ? '    Votes ' : ''}${withDevice && votequorum ? '   Qdevice ' : ''}Name`;
  const lines = ['', 'Membership information', '----------------------', header];
  for (const row of rows) {
    const id = options.has('H') ? hexId(row.nodeId) : String(row.nodeId).padStart(10);
    const votes = votequorum ? `${String(quorum.votes[row.nodeId] ?? 1).padStart(10)} ` : '';
    const device = withDevice && votequorum ? `${deviceFlags(machine).padStart(10)} ` : '';
    lines.push(`${id} ${votes}${device}${row.name}${row.nodeId === nodeId ? ' (local)' : ''}`);
  }
  if (quorum.device !== null) lines.push(deviceRow(machine));
  return `${lines.join('\n')}\n`;
}

function deviceFlags(machine: CorosyncMachine): string {
  const { device } = machine.corosync.quorum;
  if (device === null) return 'NR';
  return `${device.alive ? 'A' : 'NA'},${device.votesCast ? 'V' : 'NV'},${device.masterWins ? 'MW' : 'NMW'}`;
}

function deviceRow(machine: CorosyncMachine): string {
  const { device } = machine.corosync.quorum;
  if (device === null) return '';
  const cast = device.alive && device.votesCast;
  const label = cast ? device.name : `${device.name} (votes ${device.votes})`;
  return `${'0'.padStart(10)} ${String(cast ? device.votes : 0).padStart(10)} ${''.padStart(10)} ${label}`;
}

function sortedRows(world: World, machine: CorosyncMachine, options: ParsedOptions): Row[] {
  const rows = machine.corosync.quorum.members.map((nodeId) => rowOf(world, machine, nodeId, options));
  const order = (options.value('o') ?? 'a').charAt(0);
  return rows.sort((a, b) => {
    if (order === 'n') return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
    if (order === 'i') return a.nodeId - b.nodeId;
    return addressOrder(a.address) < addressOrder(b.address)
      ? -1
      : addressOrder(a.address) > addressOrder(b.address)
        ? 1
        : 0;
  });
}

function addressOrder(address: string): string {
  return address
    .split('.')
    .map((part) => part.padStart(3, '0'))
    .join('.');
}

function rowOf(world: World, machine: CorosyncMachine, nodeId: number, options: ParsedOptions): Row {
  const { corosync } = machine;
  const addresses =
    nodeId === corosync.nodeId
      ? Object.values(corosync.localAddresses)
      : Object.values(corosync.links[nodeId] ?? {}).map((link) => link.remoteAddress);
  const shown = options.has('a') ? addresses : addresses.slice(0, 1);
  const node = corosync.settings.nodes.find((each) => each.nodeId === nodeId);
  const names = options.has('i')
    ? shown
    : options.has('a')
      ? shown.map((address) => reverseLookup(world, machine.name, address) ?? address)
      : [node ? nodeLabel(node) : (shown[0] ?? String(nodeId))];
  return { nodeId, address: addresses[0] ?? '', name: names.join(', ') };
}
