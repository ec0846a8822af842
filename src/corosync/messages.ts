/** What daemons tell each other over the links, as events at the receiver. */
import { schedule } from '../kernel/events';
import type { RingId } from '../world/corosync';
import type { World } from '../world/world';
import { carries } from './links';
import { type CorosyncMachine, liveDaemons } from './nodes';

export type Message =
  /** Membership protocol: who the sender thinks takes part, and whom it gave up. */
  | { kind: 'join'; processors: number[]; failed: number[]; sequence: number }
  /** The ring that all agreed on; each member enters it. */
  | {
      kind: 'form';
      ring: RingId;
      members: number[];
      /** Ring that each member comes from, by node id, as `ringText` has it. */
      previous: Record<string, string>;
    }
  /** The representative of another ring is heard. */
  | { kind: 'merge'; ring: RingId }
  /** The sender stops in an orderly way. */
  | { kind: 'leave' }
  /** Ordered messages of the services, to all members. */
  | { kind: 'shutdown' }
  | { kind: 'reload' }
  | { kind: 'expected-votes'; votes: number }
  | { kind: 'node-votes'; nodeId: number; votes: number }
  | { kind: 'cancel-waiting' }
  | { kind: 'kill'; nodeId: number };

declare module '../kernel/events' {
  interface EventMap {
    'corosync.message': { machine: string; from: number; message: Message };
  }
}

/** Time on the wire, in ms: the network's 0.3 rounded up. */
export const WIRE_MS = 1;

/** Sends to one daemon if it can be reached now. */
export function send(
  world: World,
  from: CorosyncMachine,
  to: CorosyncMachine,
  message: Message,
  delay = WIRE_MS,
): boolean {
  if (from.name !== to.name && !carries(from, to)) return false;
  schedule(
    world,
    delay,
    'corosync.message',
    { machine: to.name, from: from.corosync.nodeId, message },
    { machine: to.name },
  );
  return true;
}

/** Sends to every daemon that can be reached. */
export function broadcast(world: World, from: CorosyncMachine, message: Message): void {
  for (const to of liveDaemons(world)) if (to.name !== from.name) send(world, from, to, message);
}

/** Sends to the members of the own ring, the sender included. */
export function multicast(world: World, from: CorosyncMachine, message: Message): void {
  for (const to of ringMates(world, from)) send(world, from, to, message);
}

/** Live daemons in the same ring, the asking one included. */
function ringMates(world: World, machine: CorosyncMachine): CorosyncMachine[] {
  const { ring } = machine.corosync.totem;
  return liveDaemons(world).filter(({ corosync }) => {
    const theirs = corosync.totem.ring;
    return theirs.representative === ring.representative && theirs.sequence === ring.sequence;
  });
}
