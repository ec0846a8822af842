/** votequorum: who may go on working. Behaviour from votequorum(5) and the recordings. */
import { cancelEvent, schedule } from '../kernel/events';
import { record } from '../kernel/history';
import type { CorosyncSettings, VotequorumState } from '../world/corosync';
import type { World } from '../world/world';
import { say } from './journal';
import { announce } from './membership';
import { type CorosyncMachine, liveDaemons } from './nodes';

declare module '../kernel/events' {
  interface EventMap {
    /** The last_man_standing window of a daemon is over. */
    'corosync.last-man': { machine: string };
  }
}

/** votequorum as a daemon starts with it. */
export function initialVotes(settings: CorosyncSettings, nodeId: number): VotequorumState {
  const expectedVotes = configuredVotes(settings);
  const own = settings.nodes.find((node) => node.nodeId === nodeId)?.votes ?? 1;
  const twoNode = settings.quorum.twoNode;
  return {
    quorate: settings.quorum.provider === null,
    ring: { representative: nodeId, sequence: 0 },
    members: [],
    expectedVotes,
    needed: votesNeeded(expectedVotes, twoNode),
    totalVotes: own,
    votes: Object.fromEntries(settings.nodes.map((node) => [node.nodeId, node.votes])),
    expectedByNode: { [nodeId]: expectedVotes },
    waiting: settings.quorum.waitForAll,
    twoNode,
    expectedBarrier: expectedVotes,
    device: null,
  };
}

/** Expected votes by configuration: as given, else what the nodelist's nodes and the quorum device have together. */
function configuredVotes(settings: CorosyncSettings): number {
  const nodes = settings.nodes.reduce((sum, node) => sum + node.votes, 0);
  return (settings.quorum.expectedVotes ?? nodes) + (settings.quorum.device?.votes ?? 0);
}

/** A majority; one vote with two_node. */
function votesNeeded(expectedVotes: number, twoNode: boolean): number {
  return twoNode ? 1 : Math.floor(expectedVotes / 2) + 1;
}

/** Highest number of votes that any known node expects. */
export function highestExpected(quorum: VotequorumState): number {
  return Math.max(quorum.expectedVotes, ...Object.values(quorum.expectedByNode));
}

/**
 * The members tell each other their votes and what they expect; then everybody counts. `left` are the nodes that were
 * members before and aren't any more.
 */
export function synchronizeVotes(world: World, machine: CorosyncMachine, left: readonly number[]): void {
  const { corosync } = machine;
  const { quorum } = corosync;
  const others = liveDaemons(world).filter(
    (each) => each.name !== machine.name && quorum.members.includes(each.corosync.nodeId),
  );
  for (const { corosync: other } of others) {
    quorum.votes[other.nodeId] = other.quorum.votes[other.nodeId] ?? 1;
    quorum.expectedVotes = Math.max(quorum.expectedVotes, other.quorum.expectedVotes);
    // A node that waits for all is let in by those who have seen all.
    if (quorum.waiting && other.quorum.quorate && !other.quorum.waiting) quorum.waiting = false;
  }
  quorum.expectedByNode = { [corosync.nodeId]: quorum.expectedVotes };
  for (const { corosync: other } of others) quorum.expectedByNode[other.nodeId] = quorum.expectedVotes;
  if (corosync.settings.quorum.allowDownscale && left.length > 0) downscale(corosync.quorum);
  count(world, machine);
  watchLastMan(world, machine);
}

/** allow_downscale: expected votes follow the members, not below what is configured. */
function downscale(quorum: VotequorumState): void {
  const total = sumOfVotes(quorum);
  if (total < quorum.expectedVotes) quorum.expectedVotes = Math.max(quorum.expectedBarrier, total);
}

function sumOfVotes(quorum: VotequorumState): number {
  const votes = quorum.members.reduce((sum, nodeId) => sum + (quorum.votes[nodeId] ?? 1), 0);
  const device = quorum.device;
  return votes + (device?.alive && device.votesCast ? device.votes : 0);
}

/** Counts the votes and decides. Returns whether quorum was gained or lost. */
function count(world: World, machine: CorosyncMachine): boolean {
  const { corosync } = machine;
  const { quorum, settings } = corosync;
  if (settings.quorum.provider === null) return false;
  quorum.totalVotes = sumOfVotes(quorum);
  quorum.expectedVotes = Math.max(quorum.expectedVotes, quorum.totalVotes);
  quorum.expectedByNode[corosync.nodeId] = quorum.expectedVotes;
  // More than two nodes switch two_node off.
  if (quorum.expectedVotes > 2) quorum.twoNode = false;
  quorum.needed = votesNeeded(quorum.expectedVotes, quorum.twoNode);
  const wasWaiting = quorum.waiting;
  if (quorum.waiting && quorum.totalVotes === quorum.expectedVotes) quorum.waiting = false;
  const quorate = !quorum.waiting && (quorum.totalVotes >= quorum.needed || winsTie(corosync.settings, quorum));
  const lost = quorum.quorate && !quorate;
  // Losing quorum makes a cluster with wait_for_all wait again.
  if (settings.quorum.waitForAll) quorum.waiting = !quorate;
  logWaiting(world, machine, wasWaiting, lost);
  if (quorate === quorum.quorate) return false;
  quorum.quorate = quorate;
  say(
    world,
    machine,
    'QUORUM',
    quorate
      ? 'This node is within the primary component and will provide service.'
      : 'This node is within the non-primary component and will NOT provide any services.',
  );
  record(world, quorate ? 'quorum.gained' : 'quorum.lost', machine.name, {
    votes: quorum.totalVotes,
    expected: quorum.expectedVotes,
    needed: quorum.needed,
  });
  return true;
}

function logWaiting(world: World, machine: CorosyncMachine, wasWaiting: boolean, lost: boolean): void {
  const { quorum, nodeId } = machine.corosync;
  if (!quorum.waiting) return;
  // As recorded: a lonely node counts three times; after a loss the lowest node alone says so.
  let times = 0;
  if (lost) times = quorum.members[0] === nodeId ? 1 : 0;
  else if (wasWaiting) times = quorum.members.length === 1 ? 3 : 1;
  for (; times > 0; times--) sayWaiting(world, machine);
}

/** `Waiting for all cluster members.` */
export function sayWaiting(world: World, machine: CorosyncMachine): void {
  const { totalVotes, expectedVotes } = machine.corosync.quorum;
  const text = `Waiting for all cluster members. Current votes: ${totalVotes} expected_votes: ${expectedVotes}`;
  say(world, machine, 'VOTEQ', text);
}

/** auto_tie_breaker: exactly half of the votes are enough for the half that has the chosen node. */
function winsTie(settings: CorosyncSettings, quorum: VotequorumState): boolean {
  const { autoTieBreaker, autoTieBreakerNode } = settings.quorum;
  if (!autoTieBreaker || settings.quorum.device !== null || quorum.totalVotes * 2 !== quorum.expectedVotes)
    return false;
  const nodes = settings.nodes.map((node) => node.nodeId);
  if (autoTieBreakerNode === 'lowest') return quorum.members.includes(Math.min(...nodes));
  if (autoTieBreakerNode === 'highest') return quorum.members.includes(Math.max(...nodes));
  const first = autoTieBreakerNode.find((nodeId) => nodes.includes(nodeId));
  return first !== undefined && quorum.members.includes(first);
}

/** last_man_standing: some time after a quorate membership change the living nodes are all that's expected. */
function watchLastMan(world: World, machine: CorosyncMachine): void {
  const { settings, quorum } = machine.corosync;
  const key = `corosync.last-man/${machine.name}`;
  cancelEvent(world, key);
  if (!settings.quorum.lastManStanding || !quorum.quorate || quorum.totalVotes >= quorum.expectedVotes) return;
  const window = settings.quorum.lastManStandingWindow;
  schedule(world, window, 'corosync.last-man', { machine: machine.name }, { key, machine: machine.name });
}

/** The last_man_standing window is over. */
export function lastManWindowOver(world: World, machine: CorosyncMachine): void {
  const { quorum } = machine.corosync;
  if (!quorum.quorate || quorum.totalVotes >= quorum.expectedVotes) return;
  changeExpected(machine, quorum.totalVotes);
  count(world, machine);
}

function changeExpected(machine: CorosyncMachine, expected: number): void {
  const { quorum } = machine.corosync;
  quorum.expectedVotes = expected;
  for (const nodeId of Object.keys(quorum.expectedByNode)) quorum.expectedByNode[nodeId] = expected;
}

/**
 * Whether votequorum takes a new number of expected votes: it may neither take quorum away nor let less than half of the
 * present votes suffice.
 */
export function mayExpect(machine: CorosyncMachine, expected: number): boolean {
  const { quorum } = machine.corosync;
  const needed = votesNeeded(expected, quorum.twoNode);
  return expected > 0 && needed >= quorum.totalVotes / 2 && needed <= quorum.totalVotes;
}

/** All members were told to expect so many votes. */
export function setExpected(world: World, machine: CorosyncMachine, expected: number): void {
  changeExpected(machine, expected);
  recount(world, machine);
}

/** All members were told how many votes a node has. */
export function setVotes(world: World, machine: CorosyncMachine, nodeId: number, votes: number): void {
  machine.corosync.quorum.votes[nodeId] = votes;
  recount(world, machine);
}

/** Somebody decided that enough nodes are there (`pcs quorum unblock`). */
export function cancelWaiting(world: World, machine: CorosyncMachine): void {
  const { quorum, settings } = machine.corosync;
  if (!settings.quorum.waitForAll || !quorum.waiting) return;
  quorum.waiting = false;
  recount(world, machine);
}

/** The configuration was read again: votes of the nodes, expected votes and two_node may be others. */
export function reloadVotes(world: World, machine: CorosyncMachine): void {
  const { quorum, settings } = machine.corosync;
  quorum.votes = Object.fromEntries(settings.nodes.map((node) => [node.nodeId, node.votes]));
  quorum.twoNode = settings.quorum.twoNode;
  quorum.expectedBarrier = configuredVotes(settings);
  changeExpected(machine, configuredVotes(settings));
  recount(world, machine);
}

/** Counts after a change without a new membership; clients hear of gained or lost quorum. */
function recount(world: World, machine: CorosyncMachine): void {
  const { quorum } = machine.corosync;
  if (!count(world, machine)) return;
  say(world, machine, 'QUORUM', `Members[${quorum.members.length}]: ${quorum.members.join(' ')}`);
  announce(world, machine, { kind: 'quorum', quorate: quorum.quorate });
}

/** votequorum's flags as corosync-quorumtool prints them. */
export function quorumFlags(settings: CorosyncSettings, quorum: VotequorumState): string[] {
  return [
    quorum.twoNode ? '2Node' : '',
    quorum.quorate ? 'Quorate' : '',
    settings.quorum.waitForAll ? 'WaitForAll' : '',
    settings.quorum.lastManStanding ? 'LastManStanding' : '',
    settings.quorum.autoTieBreaker && settings.quorum.device === null ? 'AutoTieBreaker' : '',
    settings.quorum.allowDownscale ? 'AllowDownscale' : '',
    quorum.device !== null ? 'Qdevice' : '',
  ].filter(Boolean);
}
