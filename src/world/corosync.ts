import type { Millis } from './world';

/** Runtime state of one machine's corosync daemon; null on the machine while it isn't running. */
export interface CorosyncState {
  nodeId: number;
  pid: number;
  startedAt: Millis;
  /** `starting` until the service engines are loaded and the first ring is formed; `leaving` once told to stop. */
  phase: 'starting' | 'running' | 'leaving';
  /** Stopped by a signal: neither sends nor answers. Holds since when. */
  frozenSince: Millis | null;
  /** What the daemon runs with: corosync.conf as it was at start or at the last reload. */
  settings: CorosyncSettings;
  /** How often corosync.conf was read again. */
  reloads: number;
  /** Own address on each link, by link number. */
  localAddresses: Record<string, string>;
  /** knet's view of its links, by peer node id and then by link number. */
  links: Record<string, Record<string, LinkState>>;
  totem: TotemState;
  quorum: VotequorumState;
  /** Every node that was ever seen since the start, by node id. */
  known: Record<string, KnownMember>;
  /** Digest of the authkey read at start, null without encryption: nodes with different keys don't hear each other. */
  key: string | null;
  /** Keys somebody set, changed or deleted (null) in the configuration map, over those that follow from the state. */
  cmap: Record<string, CmapValue | null>;
}

/** How one node reaches another over one link. */
export interface LinkState {
  localAddress: string;
  remoteAddress: string;
  /** Up as knet sees it; lags behind the network. */
  connected: boolean;
  /** Whether packets of both directions came through when last looked at: what decides how `connected` will go. */
  passes: boolean;
  /** Whether packets to the peer come through, whatever happens to its answers. */
  sends: boolean;
  /** When the first ping is lost since packets stopped passing: healed before, nobody notices. */
  pingLostAt: Millis | null;
  /** When `connected` changes, if nothing comes between. */
  dueAt: Millis | null;
  /** Largest payload found; 469 until path MTU discovery ran. */
  mtu: number;
  upCount: number;
  downCount: number;
}

/** Identity of a ring: the lowest node id of its members and a number that grows with every membership. */
export interface RingId {
  representative: number;
  sequence: number;
}

/** The membership protocol of one node, at the level of its states. */
interface TotemState {
  state: 'operational' | 'gather' | 'commit' | 'recovery';
  /** Ring this node is in, or was in last while it looks for a new one. */
  ring: RingId;
  /** Its members by node id, ascending. */
  members: number[];
  /** What join messages said so far, while gathering. */
  gather: GatherState | null;
  /** Token timers run since this moment because the token doesn't come round; null = it does. */
  tokenMissingSince: Millis | null;
  /** Highest ring sequence heard of. */
  highestSequence: number;
  /** Nodes that said goodbye since the present ring was formed. */
  leftCleanly: number[];
  /** Synchronization of the services with the present ring hasn't ended yet. */
  synchronizing: boolean;
  counters: TotemCounters;
}

export interface GatherState {
  /** Node ids of all who take part. */
  processors: number[];
  /** Those given up. */
  failed: number[];
  /** Those that sent the same two sets. */
  agreed: number[];
  since: Millis;
  /** Left out by a member of the old ring: goes on alone only when its next consensus timeout is over. */
  excluded: boolean;
}

interface TotemCounters {
  gatherEntered: number;
  commitEntered: number;
  recoveryEntered: number;
  operationalEntered: number;
  operationalTokenLost: number;
  consensusTimeouts: number;
}

/** votequorum's state on one node. */
export interface VotequorumState {
  quorate: boolean;
  /** The membership that the services synchronized with last: what clients see. Lags behind totem's. */
  ring: RingId;
  members: number[];
  expectedVotes: number;
  /** Votes needed. */
  needed: number;
  /** Sum of the votes of the members (and of the quorum device). */
  totalVotes: number;
  /** Votes of each node by node id. */
  votes: Record<string, number>;
  /** What each node said its expected votes are, by node id: the highest is shown. */
  expectedByNode: Record<string, number>;
  /** Waits for all nodes to be seen at once. */
  waiting: boolean;
  twoNode: boolean;
  /** Expected votes never fall below this by allow_downscale. */
  expectedBarrier: number;
  device: QuorumDeviceState | null;
}

/** A registered quorum device (qdevice) as votequorum sees it. */
interface QuorumDeviceState {
  name: string;
  votes: number;
  alive: boolean;
  votesCast: boolean;
  masterWins: boolean;
}

interface KnownMember {
  /** The simulated machine it runs on. */
  machine: string;
  /** As cmap prints it: `r(0) ip(192.168.90.110) `. */
  address: string;
  joinCount: number;
  status: 'joined' | 'left';
  configVersion: number;
}

export interface CmapValue {
  type: 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'flt' | 'dbl' | 'str' | 'bin';
  /** Numbers as decimal text, so that 64 bits survive. */
  value: string;
}

/** corosync.conf with every default filled in: what counts. */
export interface CorosyncSettings {
  clusterName: string;
  transport: 'knet' | 'udp' | 'udpu';
  /** All nodes of the nodelist in its order. */
  nodes: CorosyncNode[];
  totem: TotemSettings;
  quorum: QuorumSettings;
  /** Cipher and hash; `none` when the traffic isn't encrypted. */
  crypto: { model: string; cipher: string; hash: string };
  configVersion: number;
  logging: { toSyslog: boolean; toLogfile: boolean; logfile: string | null; debug: boolean };
  /** corosync.conf as cmap shows it: key and value of every line, e.g. `totem.version`. */
  entries: { key: string; value: string }[];
}

export interface CorosyncNode {
  nodeId: number;
  name: string | null;
  /** Address or name of each link by link number. */
  addresses: Record<string, string>;
  votes: number;
}

/** Times in ms. */
export interface TotemSettings {
  token: Millis;
  consensus: Millis;
  tokenRetransmit: Millis;
  hold: Millis;
  join: Millis;
  merge: Millis;
  downcheck: Millis;
  sendJoin: Millis;
  /** Percent of the token timeout after which a warning is logged; 0 = never. */
  tokenWarning: number;
  retransmitsBeforeLoss: number;
  /** By link number. */
  interfaces: Record<string, InterfaceSettings>;
}

export interface InterfaceSettings {
  port: number;
  pingInterval: Millis;
  pingTimeout: Millis;
  pongCount: number;
  priority: number;
  transport: 'udp' | 'sctp';
}

export interface QuorumSettings {
  /** `corosync_votequorum`, or null for none. */
  provider: string | null;
  /** As configured; null = counted from the nodelist. */
  expectedVotes: number | null;
  twoNode: boolean;
  waitForAll: boolean;
  autoTieBreaker: boolean;
  /** `lowest`, `highest` or node ids in order of preference. */
  autoTieBreakerNode: 'lowest' | 'highest' | number[];
  lastManStanding: boolean;
  lastManStandingWindow: Millis;
  allowDownscale: boolean;
  /** The quorum device's section, if configured. */
  device: { model: string; votes: number; settings: Record<string, string> } | null;
}
