import type { Millis } from './world';
import type { Element } from './xml';

/** Runtime state of one machine's pacemaker daemons; null on the machine while they aren't running. */
export interface PacemakerState {
  /** pacemakerd's process; 0 while it is dead and its daemons live on. */
  pid: number;
  /** Process ids of the six daemons below it; 0 while one isn't running. */
  daemons: Record<PacemakerDaemon, number>;
  /** What `crmadmin -P` tells: daemons coming up, all there, going down. */
  phase: 'starting' | 'running' | 'stopping';
  startedAt: Millis;
  /** This node in the cluster's words: corosync's node id and name. */
  nodeId: number;
  nodeName: string;
  /**
   * This node's copy of the CIB: the whole `<cib>` element, status section included. Never changed in place: members
   * of a partition share it. Null until the CIB manager has read it from disk.
   */
  cib: Element | null;
  /** When the configuration was last written to the disk. */
  storedAt?: Millis;
  controller: ControllerState;
  /** The attribute manager's table: node name, then attribute name. */
  attributes: Record<string, Record<string, TransientAttribute>>;
  executor: ExecutorState;
  fencing: FencingRecord[];
  /** Ids of the fence devices that are registered here. */
  devices?: string[];
  /** Numbers of the last files in /var/lib/pacemaker/pengine, and the CIB's version in the last of them. */
  inputs?: { version: string; input: number; warn: number; error: number };
  /** Alerts sent so far. */
  alerts?: number;
  /** Widths of the columns in which the scheduler has logged its actions. */
  summaryColumns?: { resource: number; details: number };
}

export type PacemakerDaemon = 'based' | 'fenced' | 'execd' | 'attrd' | 'schedulerd' | 'controld';

export interface TransientAttribute {
  value: string;
  /** Kept in the attribute manager only, not in the CIB. */
  isPrivate: boolean;
  /** Attribute set it is written to, if not the node's own. */
  set?: string;
}

/** States of the controller's finite state machine that can be seen from outside. */
export type ControllerStateName =
  | 'S_STARTING'
  | 'S_PENDING'
  | 'S_ELECTION'
  | 'S_INTEGRATION'
  | 'S_FINALIZE_JOIN'
  | 'S_POLICY_ENGINE'
  | 'S_TRANSITION_ENGINE'
  | 'S_IDLE'
  | 'S_NOT_DC'
  | 'S_RELEASE_DC'
  | 'S_STOPPING'
  | 'S_TERMINATE';

export interface ControllerState {
  state: ControllerStateName;
  /** Name of the node that this one takes for the designated controller. */
  dc: string | null;
  /** Work done so far: what elections compare. Grows with each client served and each decision made. */
  work: number;
  /**
   * How soon its messages reach a new designated controller, beside those of others: lower is sooner. Chance; where it
   * isn't set, the order is the usual one.
   */
  arrival?: number;
  quorate: boolean;
  /** Membership as this controller knows it: node id to name of the members. */
  members: Record<string, string>;
  /** Names of members whose controller is there (peers in the process group). */
  peers: string[];
  /** Names of nodes that have joined this DC. */
  joined: string[];
  /** Shutdown has been asked for. */
  stopping: boolean;
  /** DC only: what is being executed. */
  transition: ActiveTransition | null;
  /** Number of the next transition of this DC. */
  nextTransition: number;
  /** DC only: a decision is due, since something changed while a transition ran. */
  abortReason: string | null;
  /** DC only: failed attempts to fence, by node name. */
  fencingFailures: Record<string, number>;
  /** The DC's UUID in transition keys. */
  uuid: string;
}

export interface ActiveTransition {
  id: number;
  /** File the inputs are saved in. */
  source: string;
  batchLimit: number;
  synapses: ActiveSynapse[];
  /** No more actions are begun: results of the running ones are waited for. */
  aborted: boolean;
  fired: number;
  completed: number;
  /** Ended unsuccessfully. */
  incomplete: number;
  skipped: number;
  startedAt: Millis;
}

export interface ActiveSynapse {
  id: number;
  priority: number;
  state: 'waiting' | 'fired' | 'done' | 'failed' | 'skipped';
  actions: ActiveAction[];
  /** Ids of actions that must have succeeded. */
  inputs: number[];
}

export interface ActiveAction {
  id: number;
  kind: 'rsc_op' | 'pseudo_event' | 'crm_event';
  operation: string;
  operationKey: string;
  node: string | null;
  nodeUuid: string | null;
  primitive: { id: string; longId: string | null; class: string; provider: string | null; type: string } | null;
  attributes: Record<string, string>;
  extra: Record<string, string>;
  state: 'waiting' | 'fired' | 'done' | 'failed';
}

/** What the local executor and the controller's part for it know. */
export interface ExecutorState {
  /** Results by resource id: what goes into `lrm_resources`. */
  history: Record<string, ResourceHistory>;
  /** Recurring operations that are scheduled here, by operation key. */
  recurring: Record<string, RecurringOperation>;
  /** Operations that run or wait for their turn. */
  running: RunningOperation[];
  nextCall: number;
}

export interface ResourceHistory {
  class: string;
  provider: string | null;
  type: string;
  /** `lrm_rsc_op` elements by their id, in the order in which they came. */
  operations: Record<string, Element>;
  /** Parameters with which it runs: it is stopped with the same, whatever is configured meanwhile. */
  parameters?: Record<string, string>;
  /** Container attribute of the history element, for bundles. */
  container?: string;
}

export interface RecurringOperation {
  resource: string;
  operation: string;
  intervalMs: number;
  timeoutMs: number;
  callId: number;
  parameters: Record<string, string>;
  transitionKey: string;
  /** Result last reported. */
  lastRc: number;
  digests: Record<string, string>;
  primitive: { class: string; provider: string | null; type: string };
}

export interface RunningOperation {
  /** Number in this executor's run. */
  callId: number;
  resource: string;
  operation: string;
  operationKey: string;
  intervalMs: number;
  timeoutMs: number;
  primitive: { class: string; provider: string | null; type: string };
  parameters: Record<string, string>;
  transitionKey: string;
  queuedAt: Millis;
  startedAt: Millis | null;
  /** Digest attributes for the history entry. */
  digests: Record<string, string>;
  /** Where the agent keeps what it needs between `begin` and `finish`. */
  scratch: Record<string, string>;
  /** A further run of a recurring operation: only news of it is reported. */
  repeated?: boolean;
}

/** One entry of the fencing history. */
export interface FencingRecord {
  id: string;
  target: string;
  action: 'reboot' | 'off' | 'on';
  origin: string;
  client: string;
  delegate: string | null;
  state: 'pending' | 'success' | 'failed';
  exitReason: string | null;
  /** Unix milliseconds; 0 while it is pending. */
  completedAt: number;
}
