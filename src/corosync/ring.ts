/** Entering a new ring, and what follows: the services synchronize, then clients hear of it. */
import { schedule } from '../kernel/events';
import { record } from '../kernel/history';
import { randomInteger } from '../kernel/random';
import { writeFile } from '../machine/files';
import type { World } from '../world/world';
import { forgetConsensus, lookForOthers } from './gather';
import { say } from './journal';
import { announce, membersOf, ringText } from './membership';
import type { Message } from './messages';
import { type CorosyncMachine, liveDaemons } from './nodes';
import { synchronizeVotes } from './quorum';
import { isEqual, without } from './sets';
import { forgetToken, watchLater } from './token';

declare module '../kernel/events' {
  interface EventMap {
    /** The services of a daemon have synchronized with the new ring. */
    'corosync.synchronized': { machine: string };
  }
}

/** What synchronizing takes, from … to, alone and with others. */
const SYNC_MS = { alone: [1, 3], together: [15, 35] } as const;
/** By then every member has entered a formed ring. */
const ENTERED_MS = 60;

/** The commit token of a new ring came round: this node is in it. */
export function enterRing(world: World, machine: CorosyncMachine, form: Extract<Message, { kind: 'form' }>): void {
  const { corosync } = machine;
  const { totem, nodeId } = corosync;
  if (!form.members.includes(nodeId) || form.ring.sequence <= totem.ring.sequence) return;
  const before = totem.members;
  const own = ringText(totem.ring);
  const together = form.members.filter((member) => before.includes(member) && form.previous[member] === own);
  const joined = without(form.members, together);
  const left = without(before, together);
  const failed = without(left, totem.leftCleanly);
  forgetToken(world, machine);
  forgetConsensus(world, machine);
  totem.state = 'operational';
  totem.ring = { ...form.ring };
  totem.members = [...form.members];
  totem.gather = null;
  totem.leftCleanly = [];
  totem.highestSequence = Math.max(totem.highestSequence, form.ring.sequence);
  totem.synchronizing = true;
  totem.counters.recoveryEntered++;
  totem.counters.operationalEntered++;
  storeSequence(world, machine);
  rememberMembers(world, machine, joined, left);
  logMembership(world, machine, joined, left, failed);
  record(world, 'membership.formed', machine.name, {
    ring: ringText(totem.ring),
    members: [...totem.members],
    joined,
    left,
  });
  const [low, high] = form.members.length === 1 ? SYNC_MS.alone : SYNC_MS.together;
  schedule(
    world,
    randomInteger(world, low, high),
    'corosync.synchronized',
    { machine: machine.name },
    { key: `corosync.synchronized/${machine.name}`, machine: machine.name },
  );
  lookForOthers(world, 'formed');
  watchLater(world, ENTERED_MS);
}

function logMembership(
  world: World,
  machine: CorosyncMachine,
  joined: readonly number[],
  left: readonly number[],
  failed: readonly number[],
): void {
  const { ring, members } = machine.corosync.totem;
  const list = (ids: readonly number[]) => `[${ids.length}]: ${ids.join(' ')}`;
  say(world, machine, 'QUORUM', `Sync members${list(members)}`);
  if (joined.length > 0) say(world, machine, 'QUORUM', `Sync joined${list(joined)}`);
  if (left.length > 0) say(world, machine, 'QUORUM', `Sync left${list(left)}`);
  const changes = `${joined.length > 0 ? ` joined: ${joined.join(' ')}` : ''}${left.length > 0 ? ` left: ${left.join(' ')}` : ''}`;
  say(world, machine, 'TOTEM', `A new membership (${ringText(ring)}) was formed. Members${changes}`);
  if (failed.length > 0) {
    say(world, machine, 'TOTEM', `Failed to receive the leave message. failed: ${failed.join(' ')}`);
  }
}

/** cmap's `runtime.members`. */
function rememberMembers(
  world: World,
  machine: CorosyncMachine,
  joined: readonly number[],
  left: readonly number[],
): void {
  const { corosync } = machine;
  const daemons = liveDaemons(world);
  for (const nodeId of corosync.totem.members) {
    const known = corosync.known[nodeId];
    const daemon = nodeId === corosync.nodeId ? machine : daemons.find((each) => each.corosync.nodeId === nodeId);
    corosync.known[nodeId] = {
      machine: daemon?.name ?? known?.machine ?? '',
      address: knetAddresses(machine, nodeId),
      joinCount: (known?.joinCount ?? 0) + (joined.includes(nodeId) || !known ? 1 : 0),
      status: 'joined',
      configVersion: daemon?.corosync.settings.configVersion ?? 0,
    };
  }
  for (const nodeId of left) {
    const known = corosync.known[nodeId];
    if (known && !corosync.totem.members.includes(nodeId)) known.status = 'left';
  }
}

/** Addresses of a node on all links: `r(0) ip(192.168.90.110) `. */
function knetAddresses(machine: CorosyncMachine, nodeId: number): string {
  const { corosync } = machine;
  const addresses =
    nodeId === corosync.nodeId
      ? Object.entries(corosync.localAddresses)
      : Object.entries(corosync.links[nodeId] ?? {}).map(([number, link]) => [number, link.remoteAddress]);
  return addresses.map(([number, address]) => `r(${number}) ip(${address}) `).join('');
}

/** Where the ring's sequence survives the daemon: eight bytes, little endian. */
export function sequenceFile(nodeId: number): string {
  return `/var/lib/corosync/ringid_${nodeId}`;
}

/** Bytes as characters U+0000 … U+00FF, as files of the simulation hold binary contents. */
function encodeSequence(sequence: number): string {
  let bytes = '';
  for (let rest = sequence; bytes.length < 8; rest = Math.floor(rest / 256)) bytes += String.fromCharCode(rest % 256);
  return bytes;
}

export function decodeSequence(bytes: string): number {
  let sequence = 0;
  for (const byte of [...bytes.slice(0, 6)].reverse()) sequence = sequence * 256 + (byte.charCodeAt(0) & 0xff);
  return sequence;
}

function storeSequence(world: World, machine: CorosyncMachine): void {
  const { ring } = machine.corosync.totem;
  writeFile(machine, sequenceFile(machine.corosync.nodeId), encodeSequence(ring.sequence), {
    time: world.epoch + world.now,
    mode: 0o600,
    makeParents: true,
  });
}

/** The services agree on the ring: votes are counted, clients hear of the membership. */
export function finishSynchronization(world: World, machine: CorosyncMachine): void {
  const { corosync } = machine;
  const { totem, quorum } = corosync;
  if (totem.state !== 'operational' || !totem.synchronizing) return;
  totem.synchronizing = false;
  const before = quorum.members;
  quorum.ring = { ...totem.ring };
  quorum.members = [...totem.members];
  synchronizeVotes(world, machine, without(before, quorum.members));
  sayMembers(world, machine);
  say(world, machine, 'MAIN', 'Completed service synchronization, ready to provide service.');
  if (corosync.phase === 'starting') corosync.phase = 'running';
  announce(world, machine, {
    kind: 'membership',
    ringId: ringText(quorum.ring),
    members: membersOf(corosync, machine.name),
    joined: isEqual(before, quorum.members) ? [] : without(quorum.members, before),
    left: without(before, quorum.members),
    quorate: quorum.quorate,
  });
}

/** `Members[2]: 1 2`, at the end of each change of membership or quorum. */
function sayMembers(world: World, machine: CorosyncMachine): void {
  const { members } = machine.corosync.quorum;
  say(world, machine, 'QUORUM', `Members[${members.length}]: ${members.join(' ')}`);
}
