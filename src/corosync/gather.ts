/**
 * The membership protocol of Totem: nodes tell each other in join messages who takes part (`processors`) and whom they
 * gave up (`failed`), until all who are left have said the same; then the lowest of them has the ring formed.
 *
 * Join messages are sent when their contents change and when a way opens, not every 50 ms as the real daemon repeats
 * them: nothing else could make a difference.
 */
import { cancelEvent, isPending, schedule } from '../kernel/events';
import { record } from '../kernel/history';
import { randomInteger } from '../kernel/random';
import type { GatherState, RingId } from '../world/corosync';
import type { World } from '../world/world';
import { say } from './journal';
import { carries } from './links';
import { ringText } from './membership';
import { broadcast, type Message, send, WIRE_MS } from './messages';
import { type CorosyncMachine, liveDaemons } from './nodes';
import { isEqual, isSubset, union, without } from './sets';
import { forgetToken } from './token';

declare module '../kernel/events' {
  interface EventMap {
    /** Not all answered in time. */
    'corosync.consensus': { machine: string };
    /** A node that gathers repeats its join to one that may have missed it. */
    'corosync.repeat-join': { machine: string; to: string };
    /** The representative of a ring is heard by somebody outside of it. */
    'corosync.merge-detect': { machine: string; to: string };
  }
}

/** Until a formed ring's commit token reached a member, from … to. */
const COMMIT_MS = [4, 14] as const;
/** A merge-detect message is sent every 200 ms while idle; at once after a ring was formed. */
const MERGE_MS = { idle: [20, 200], formed: [1, 3] } as const;
/** Join messages are repeated every 50 ms. */
const JOIN_REPEAT_MS = [1, 50] as const;

function consensusKey(machine: CorosyncMachine): string {
  return `corosync.consensus/${machine.name}`;
}

/** The ring stands: nobody waits for consensus any more. */
export function forgetConsensus(world: World, machine: CorosyncMachine): void {
  cancelEvent(world, consensusKey(machine));
}

/** Starts to look for a new ring among the present members and `others`. */
export function enterGather(
  world: World,
  machine: CorosyncMachine,
  others: readonly number[] = [],
  failed: readonly number[] = [],
): void {
  const { totem, nodeId } = machine.corosync;
  forgetToken(world, machine);
  cancelEvent(world, `corosync.synchronized/${machine.name}`);
  totem.state = 'gather';
  totem.synchronizing = false;
  totem.counters.gatherEntered++;
  totem.gather = {
    processors: without(union(totem.members, union(others, [nodeId])), totem.leftCleanly),
    failed: without(failed, [nodeId]),
    agreed: [nodeId],
    since: world.now,
    excluded: false,
  };
  tellSets(world, machine, totem.gather);
}

/** The own sets changed: everybody has to agree anew, within a new consensus timeout. */
function tellSets(world: World, machine: CorosyncMachine, gather: GatherState): void {
  const { corosync } = machine;
  gather.agreed = [corosync.nodeId];
  schedule(
    world,
    corosync.settings.totem.consensus,
    'corosync.consensus',
    { machine: machine.name },
    { key: consensusKey(machine), machine: machine.name },
  );
  broadcast(world, machine, joinOf(machine, gather));
}

function joinOf(machine: CorosyncMachine, gather: GatherState): Message {
  return {
    kind: 'join',
    processors: [...gather.processors],
    failed: [...gather.failed],
    sequence: Math.max(machine.corosync.totem.highestSequence, machine.corosync.totem.ring.sequence),
  };
}

/** A join message arrived. */
export function receiveJoin(
  world: World,
  machine: CorosyncMachine,
  from: number,
  join: Extract<Message, { kind: 'join' }>,
): void {
  const { totem, nodeId } = machine.corosync;
  totem.highestSequence = Math.max(totem.highestSequence, join.sequence);
  // Who said goodbye is out, whatever others haven't heard yet.
  if (totem.leftCleanly.includes(from)) return;
  const processors = without(join.processors, totem.leftCleanly);
  const failed = without(join.failed, totem.leftCleanly);
  if (totem.state === 'operational') {
    const member = totem.members.includes(from);
    // Somebody who gave this node up and isn't missed, or a member that hasn't entered the ring yet: no reason to stop.
    if (member ? join.sequence < totem.ring.sequence : join.failed.includes(nodeId)) return;
    enterGather(world, machine, union(processors, [from]), without(failed, [nodeId]));
  }
  const gather = totem.gather;
  if (totem.state !== 'gather' || gather === null || gather.failed.includes(from)) return;
  if (join.failed.includes(nodeId)) {
    exclude(world, machine, gather, from);
  } else if (!totem.members.includes(from) && failed.some((each) => totem.members.includes(each))) {
    // A stranger doesn't decide which members of the own ring are gone.
    return;
  } else if (isEqual(processors, gather.processors) && isEqual(failed, gather.failed)) {
    gather.agreed = union(gather.agreed, [from]);
    conclude(world, machine, gather);
  } else if (isSubset(processors, gather.processors) && isSubset(failed, gather.failed)) {
    const sender = liveDaemons(world).find((each) => each.corosync.nodeId === from && carries(each, machine));
    if (sender) send(world, machine, sender, joinOf(machine, gather));
  } else {
    gather.processors = union(gather.processors, union(processors, [from]));
    gather.failed = union(gather.failed, without(failed, [nodeId]));
    tellSets(world, machine, gather);
    conclude(world, machine, gather);
  }
}

/**
 * The sender gave this node up, so it goes on without the sender. Left out by a member of its old ring it waits for
 * another consensus timeout before it forms a ring of its own (as measured with pair-wise cuts).
 */
function exclude(world: World, machine: CorosyncMachine, gather: GatherState, from: number): void {
  gather.failed = union(gather.failed, [from]);
  gather.excluded ||= machine.corosync.totem.members.includes(from);
  tellSets(world, machine, gather);
  conclude(world, machine, gather);
}

/** Forms the ring if everybody who is left agreed and this node is the lowest of them. */
function conclude(world: World, machine: CorosyncMachine, gather: GatherState): void {
  const { totem, nodeId } = machine.corosync;
  const members = without(gather.processors, gather.failed);
  if (gather.excluded || !isSubset(members, gather.agreed) || members[0] !== nodeId) return;
  const sequence = Math.max(totem.highestSequence, totem.ring.sequence) + 4;
  totem.state = 'commit';
  totem.counters.commitEntered++;
  forgetConsensus(world, machine);
  const receivers = liveDaemons(world).filter(
    (to) => members.includes(to.corosync.nodeId) && (to.name === machine.name || carries(machine, to)),
  );
  const previous = Object.fromEntries(
    receivers.map(({ corosync }) => [corosync.nodeId, ringText(corosync.totem.ring)]),
  );
  const form: Message = { kind: 'form', ring: { representative: nodeId, sequence }, members, previous };
  for (const to of receivers) {
    const delay = members.length === 1 ? WIRE_MS : randomInteger(world, COMMIT_MS[0], COMMIT_MS[1]);
    send(world, machine, to, form, delay);
  }
}

/** The consensus timeout is over: who didn't agree is given up. */
export function consensusTimedOut(world: World, machine: CorosyncMachine): void {
  const gather = machine.corosync.totem.gather;
  if (machine.corosync.totem.state !== 'gather' || gather === null) return;
  machine.corosync.totem.counters.consensusTimeouts++;
  const silent = without(without(gather.processors, gather.failed), gather.agreed);
  gather.excluded = false;
  gather.failed = union(gather.failed, silent);
  tellSets(world, machine, gather);
  conclude(world, machine, gather);
}

/** A member said goodbye: the others form a ring without it at once. */
export function receiveLeave(world: World, machine: CorosyncMachine, from: number): void {
  const { totem } = machine.corosync;
  const concerns = totem.members.includes(from) || totem.gather?.processors.includes(from) === true;
  if (!concerns) return;
  totem.leftCleanly = union(totem.leftCleanly, [from]);
  if (totem.state === 'operational') {
    enterGather(world, machine);
  }
  const gather = totem.gather;
  if (totem.state !== 'gather' || gather === null) return;
  gather.processors = without(gather.processors, [from]);
  gather.failed = without(gather.failed, [from]);
  tellSets(world, machine, gather);
  conclude(world, machine, gather);
}

/** Another ring's representative is heard. */
export function receiveMerge(world: World, machine: CorosyncMachine, from: number, ring: RingId): void {
  const { totem } = machine.corosync;
  const foreign = totem.ring.representative !== ring.representative || totem.ring.sequence !== ring.sequence;
  totem.highestSequence = Math.max(totem.highestSequence, ring.sequence);
  // A member's message from before it entered this ring.
  const stale = totem.members.includes(from) && ring.sequence < totem.ring.sequence;
  if (totem.state !== 'operational' || !foreign || stale) return;
  record(world, 'membership.merging', machine.name, { heard: from });
  enterGather(world, machine, [from]);
}

/**
 * Where rings hear each other they will merge, and who gathers says so to those who may not have heard it: called when
 * a way opened (`idle`) or a ring was formed.
 */
export function lookForOthers(world: World, why: keyof typeof MERGE_MS): void {
  const daemons = liveDaemons(world);
  for (const from of daemons) {
    for (const to of daemons) {
      if (from.name === to.name || !carries(from, to)) continue;
      const payload = { machine: from.name, to: to.name };
      if (hasNewsFor(from, to)) {
        const key = `corosync.repeat-join/${from.name}/${to.name}`;
        const delay = randomInteger(world, JOIN_REPEAT_MS[0], JOIN_REPEAT_MS[1]);
        if (!isPending(world, key))
          schedule(world, delay, 'corosync.repeat-join', payload, { key, machine: from.name });
      } else if (wouldMerge(from, to)) {
        const key = `corosync.merge-detect/${from.name}/${to.name}`;
        const delay = randomInteger(world, MERGE_MS[why][0], MERGE_MS[why][1]);
        if (!isPending(world, key))
          schedule(world, delay, 'corosync.merge-detect', payload, { key, machine: from.name });
      }
    }
  }
}

function hasNewsFor({ corosync }: CorosyncMachine, to: CorosyncMachine): boolean {
  const { gather, state } = corosync.totem;
  return state === 'gather' && gather !== null && !gather.failed.includes(to.corosync.nodeId);
}

function wouldMerge({ corosync: from }: CorosyncMachine, { corosync: to }: CorosyncMachine): boolean {
  if (from.phase !== 'running' || from.totem.state !== 'operational' || to.totem.state !== 'operational') return false;
  const { ring } = from.totem;
  if (ring.representative !== from.nodeId) return false;
  return to.totem.ring.representative !== ring.representative || to.totem.ring.sequence !== ring.sequence;
}

/** The event behind `lookForOthers`: sends what is still worth sending. */
export function repeatJoin(world: World, from: CorosyncMachine, to: CorosyncMachine): void {
  const gather = from.corosync.totem.gather;
  if (gather !== null && hasNewsFor(from, to)) send(world, from, to, joinOf(from, gather));
}

export function sendMergeDetect(world: World, from: CorosyncMachine, to: CorosyncMachine): void {
  if (wouldMerge(from, to)) send(world, from, to, { kind: 'merge', ring: { ...from.corosync.totem.ring } });
}

/** The token didn't come round in time: somebody is missing. */
export function tokenLost(world: World, machine: CorosyncMachine): void {
  const { totem, settings } = machine.corosync;
  if (totem.state !== 'operational') return;
  const { token, consensus } = settings.totem;
  totem.counters.operationalTokenLost++;
  const text = `A processor failed, forming new configuration: token timed out (${token}ms), waiting ${consensus}ms for consensus.`;
  say(world, machine, 'TOTEM', text);
  record(world, 'token.lost', machine.name, { token, consensus });
  enterGather(world, machine);
}
