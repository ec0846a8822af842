import { schedule } from '../kernel/events';
import type { CorosyncState, RingId } from '../world/corosync';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { nodeLabel } from './nodes';

/** A node of the membership. */
export interface Member {
  nodeId: number;
  /** The nodelist's name, else the first address. */
  name: string;
  /** Name of the simulated machine it runs on. */
  machine: string;
}

/** What a client of the local daemon (pacemaker) sees. */
export interface LocalMembership {
  /** As tools print it, e.g. `1.1d`. */
  ringId: string;
  quorate: boolean;
  /** Ascending by node id, the local node included. */
  members: Member[];
  /** Every node of the daemon's nodelist, in its order. */
  nodelist: { nodeId: number; name: string }[];
  localNodeId: number;
}

/** What clients of the local daemon are told, at the simulated moment at which they hear it. */
export type MembershipChange =
  /** The services agree on a new membership (or the same one anew). */
  | { kind: 'membership'; ringId: string; members: Member[]; joined: number[]; left: number[]; quorate: boolean }
  /** Quorum changed without a change of the membership. */
  | { kind: 'quorum'; quorate: boolean }
  /** A node announced that it shuts down; the membership without it follows in some ms. */
  | { kind: 'leaving'; nodeId: number }
  /** The local daemon is gone, for whatever reason: clients lose their connections. */
  | { kind: 'ended' };

/** Hears of changes on one machine. The rooms above supply them; `corosyncHandlers` joins them. */
export type MembershipListener = (world: World, machineName: string, change: MembershipChange) => void;

declare module '../kernel/events' {
  interface EventMap {
    'corosync.announce': { machine: string; change: MembershipChange };
  }
}

/** Tells the local clients, still at the present time but after what happens now is complete. */
export function announce(world: World, machine: Machine, change: MembershipChange): void {
  schedule(world, 0, 'corosync.announce', { machine: machine.name, change }, { machine: machine.name });
}

/** `LOWEST.SEQUENCE` with the sequence in hexadecimal, as all tools print it. */
export function ringText(ring: RingId): string {
  return `${ring.representative}.${ring.sequence.toString(16)}`;
}

/** The membership as local clients see it; null while the daemon doesn't answer. */
export function localMembership(world: World, machineName: string): LocalMembership | null {
  const corosync = world.machines[machineName]?.corosync;
  if (!corosync || corosync.quorum.members.length === 0) return null;
  return {
    ringId: ringText(corosync.quorum.ring),
    quorate: corosync.quorum.quorate,
    members: membersOf(corosync, machineName),
    nodelist: corosync.settings.nodes.map((node) => ({ nodeId: node.nodeId, name: nodeLabel(node) })),
    localNodeId: corosync.nodeId,
  };
}

/** The members that the services of a daemon agree on. */
export function membersOf(corosync: CorosyncState, machineName: string): Member[] {
  return corosync.quorum.members.map((nodeId) => {
    const node = corosync.settings.nodes.find((each) => each.nodeId === nodeId);
    return {
      nodeId,
      name: node ? nodeLabel(node) : String(nodeId),
      machine: nodeId === corosync.nodeId ? machineName : (corosync.known[nodeId]?.machine ?? ''),
    };
  });
}
