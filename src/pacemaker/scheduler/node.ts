import type { Resource } from './resource';
import { addScores } from './score';

/** Where a node comes from: the cluster's own membership, a remote resource, or a resource that is a guest. */
export type NodeKind = 'member' | 'remote';

/** A node as the scheduler sees it. */
export class Node {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly kind: NodeKind;
  /** Is (or is becoming) a usable member. */
  online = false;
  /** Must be fenced before anything that may run there is started elsewhere. */
  unclean = false;
  /** No status entry has been seen for it. */
  unseen = true;
  /** Has joined the membership but the controllers haven't finished their handshake. */
  pending = false;
  standby = false;
  /** In standby only because of a failure with on-fail=standby. */
  standbyOnFail = false;
  maintenance = false;
  /** Wants to leave the cluster (or, for a remote node, its connection is going to be closed). */
  shutdown = false;
  expectedUp = false;
  isDc = false;
  /** The node is believed ready for resource discovery. */
  discovery = true;
  attributes = new Map<string, string>();
  utilization: Map<string, number> | null = null;
  /** Inside a bundle's container: no other resource's table has it unless a constraint says so. */
  ofBundle = false;
  /** Where the entry stands in the score tables of resources that don't say otherwise. */
  weight = 0;
  /** Resources active there by the operation history. */
  running: Resource[] = [];
  /** Resources assigned to it by this run. */
  assigned: Resource[] = [];
  assignedCount = 0;
  /** The resource that connects to it, for remote and guest nodes. */
  connection: Resource | null = null;
  /** Fencing has been ordered in this run. */
  remoteRequiresReset = false;
  remoteWasFenced = false;
  /** Resources' priorities summed, for priority-fencing-delay. */
  priority = 0;
  /** Feature set its controller reported. */
  featureSet: string | null = null;
  historyUnpacked = false;
  /** crm_mon's view of the membership: `in_ccm` and so on of the node_state, as read. */
  memberOfCcm = false;
  /** Reasons for which it is to be fenced, first come. */
  fenceReason: string | null = null;
  digestsAll: string | null = null;

  constructor(index: number, id: string, name: string, kind: NodeKind) {
    this.index = index;
    this.id = id;
    this.name = name;
    this.kind = kind;
  }

  get isRemote(): boolean {
    return this.kind === 'remote';
  }

  /** A node inside a resource (a virtual machine or a bundle's container). */
  get isGuest(): boolean {
    return this.kind === 'remote' && this.connection?.container != null;
  }

  /** A machine of its own, reached through an ocf:pacemaker:remote resource. */
  get isRemoteMachine(): boolean {
    return this.kind === 'remote' && (this.connection === null || this.connection.container === null);
  }

  get standbyState(): boolean {
    return this.standby;
  }
}

/** When probes of a resource may run on a node (attribute resource-discovery of location constraints). */
export type Discovery = 'always' | 'never' | 'exclusive';

/** A node in a resource's score table. */
export class Candidate {
  readonly node: Node;
  score: number;
  discovery: Discovery;
  /** Instances of a clone assigned there. */
  count = 0;

  constructor(node: Node, score: number) {
    this.node = node;
    this.score = score;
    this.discovery = node.ofBundle ? 'never' : 'always';
  }

  add(score: number): void {
    this.score = addScores(this.score, score);
  }

  copy(): Candidate {
    const copy = new Candidate(this.node, this.score);
    copy.discovery = this.discovery;
    copy.count = this.count;
    return copy;
  }
}

/** Score table of a resource: candidates by node index; a hole is a node that isn't known to it. */
export type Candidates = (Candidate | undefined)[];

export function copyCandidates(table: Candidates): Candidates {
  return table.map((candidate) => candidate?.copy());
}

/** Online, clean, not in standby or maintenance and not on its way out: resources may run there. */
export function canRunResources(node: Node | null | undefined): boolean {
  return (
    !!node && node.online && !node.shutdown && !node.unclean && !node.standby && !node.maintenance && !node.pending
  );
}
