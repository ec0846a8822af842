import type { HistoryEntry } from '../world/history';
import type { Power } from '../world/machine';
import type { Millis } from '../world/world';
import type { Goal, Hint, LabSummary, Verdict } from './ports';

/** What a machine is for the picture, the tabs and the lists: one state, one colour, one shape. */
export type MachineState =
  | 'off'
  | 'booting'
  | 'stopping'
  | 'paused'
  | 'crashed'
  /** Runs, but no cluster daemons do. */
  | 'running'
  /** corosync or pacemaker runs, and it isn't a full member yet. */
  | 'joining'
  | 'member'
  | 'standby'
  | 'maintenance'
  | 'unclean';

export interface NicView {
  readonly name: string;
  readonly network: string | null;
  readonly plugged: boolean;
  readonly up: boolean;
  readonly addresses: readonly string[];
}

/** What one machine's corosync and pacemaker believe. */
export interface ClusterBelief {
  readonly nodeId: number;
  readonly nodeName: string;
  readonly ringId: string;
  /** Machine names of the membership, in the order of node ids. */
  readonly members: readonly string[];
  readonly quorate: boolean;
  readonly votes: number;
  readonly expectedVotes: number;
  readonly quorum: number;
  /** Cluster name of the DC; null while none is elected or pacemaker doesn't run. */
  readonly dc: string | null;
  readonly pacemaker: boolean;
}

export interface MachineView {
  readonly name: string;
  readonly kind: 'hypervisor' | 'guest';
  readonly hostname: string;
  readonly power: Power;
  readonly state: MachineState;
  readonly nics: readonly NicView[];
  readonly cluster: ClusterBelief | null;
}

/**
 * How a resource stands on a machine. `lost`: the cluster thinks that it is active on a machine it doesn't hear of.
 */
export type PlaceState =
  | 'started'
  | 'promoted'
  | 'unpromoted'
  | 'starting'
  | 'stopping'
  | 'failed'
  | 'blocked'
  | 'lost';

/** How a resource stands that is active nowhere. */
export type IdleState = 'stopped' | 'disabled' | 'failed' | 'blocked';

export interface PlaceView {
  readonly machine: string;
  readonly state: PlaceState;
  /** Whether the cluster may touch it. */
  readonly managed: boolean;
}

export interface ResourceView {
  readonly id: string;
  readonly kind: 'primitive' | 'group' | 'clone' | 'bundle';
  /** The group that it is a member of. */
  readonly parent: string | null;
  /** `ocf:heartbeat:IPaddr2`; null for what only holds others. */
  readonly agent: string | null;
  /** Of an address resource. */
  readonly address: string | null;
  readonly isFenceDevice: boolean;
  readonly promotable: boolean;
  /** Members of a group, or of the group that a clone is made of. */
  readonly parts: readonly string[];
  readonly places: readonly PlaceView[];
  /** Null while it is active somewhere. */
  readonly idle: IdleState | null;
}

/** What keeps the whole cluster from starting anything. */
export type ClusterHold = 'no-fencing' | 'maintenance' | 'no-quorum' | 'stop-all' | null;

export interface NetworkView {
  readonly name: string;
  readonly bridge: string;
  readonly address: string | null;
  readonly active: boolean;
}

export interface FaultView {
  readonly id: string;
  readonly network: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly verdict: 'drop' | 'delay';
  readonly delayMs: number;
  readonly bothWays: boolean;
}

/** Simulated milliseconds a wall millisecond; 0 = paused. */
export type Speed = 0 | 1 | 10 | 60;

interface ClockView {
  readonly now: Millis;
  /** Unix ms of `now === 0`. */
  readonly epoch: number;
  readonly speed: Speed;
  /** The clock runs ahead because a command only waits. */
  readonly hurrying: boolean;
  /** The command that is waited for, as `machine: command`; null when none. */
  readonly waitingFor: string | null;
}

export interface LabView {
  readonly id: string;
  /** First the machine to type on. */
  readonly machines: readonly string[];
  readonly goals: readonly Goal[];
  readonly verdicts: readonly Verdict[];
  readonly hints: readonly Hint[];
}

interface UndoView {
  /** What would be undone, e.g. `node1# pcs cluster stop` or a fault's name. */
  readonly label: string;
  readonly count: number;
}

export interface SavingView {
  readonly state: 'saved' | 'unsaved' | 'off' | 'failed';
  /** Why it is off or failed. */
  readonly reason: 'other-tab' | 'no-storage' | 'broken-world' | 'error' | null;
  readonly bytes: number;
}

/** Everything that the page shows of a simulation. Parts are replaced whole when they change. */
export interface PublicView {
  readonly world: string;
  readonly clock: ClockView;
  readonly machines: Readonly<Record<string, MachineView>>;
  readonly networks: Readonly<Record<string, NetworkView>>;
  /** By id, in the order of the configuration; members of a group follow it. */
  readonly resources: Readonly<Record<string, ResourceView>>;
  readonly hold: ClusterHold;
  readonly faults: readonly FaultView[];
  readonly undo: UndoView | null;
  readonly saving: SavingView;
  readonly labs: readonly LabSummary[];
  readonly lab: LabView | null;
}

/** What changed between two views: whole parts; machines, networks and resources one by one, null for one that is gone. */
export interface ViewDiff {
  world?: string;
  clock?: ClockView;
  machines?: Record<string, MachineView | null>;
  networks?: Record<string, NetworkView | null>;
  resources?: Record<string, ResourceView | null>;
  hold?: ClusterHold;
  faults?: readonly FaultView[];
  undo?: UndoView | null;
  saving?: SavingView;
  labs?: readonly LabSummary[];
  lab?: LabView | null;
  /** New entries of the history. `restart`: forget what you had. */
  history?: { restart: boolean; entries: readonly HistoryEntry[] };
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function diffRecord<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): Record<string, T | null> | undefined {
  const changed: Record<string, T | null> = {};
  for (const [name, value] of Object.entries(after)) if (!same(before[name], value)) changed[name] = value;
  for (const name of Object.keys(before)) if (!(name in after)) changed[name] = null;
  return Object.keys(changed).length > 0 ? changed : undefined;
}

const WHOLE_PARTS = ['world', 'clock', 'hold', 'faults', 'undo', 'saving', 'labs', 'lab'] as const;

/** What changed; undefined when nothing did. */
export function diffViews(before: PublicView | null, after: PublicView): ViewDiff | undefined {
  const diff: ViewDiff = {};
  for (const part of WHOLE_PARTS) {
    if (before === null || !same(before[part], after[part])) Object.assign(diff, { [part]: after[part] });
  }
  const machines = diffRecord(before?.machines ?? {}, after.machines);
  const networks = diffRecord(before?.networks ?? {}, after.networks);
  if (machines) diff.machines = machines;
  if (networks) diff.networks = networks;
  const resources = diffRecord(before?.resources ?? {}, after.resources);
  if (resources) diff.resources = resources;
  return Object.keys(diff).length > 0 ? diff : undefined;
}

function applyRecord<T>(
  before: Readonly<Record<string, T>>,
  changed: Record<string, T | null> | undefined,
): Readonly<Record<string, T>> {
  if (!changed) return before;
  const after: Record<string, T> = { ...before };
  for (const [name, value] of Object.entries(changed)) {
    if (value === null) delete after[name];
    else after[name] = value;
  }
  return after;
}

/** The view after a diff; unchanged parts keep their identity, so that what shows them needn't draw again. */
export function applyDiff(view: PublicView, diff: ViewDiff): PublicView {
  const { machines, networks, resources, history: _history, ...whole } = diff;
  return {
    ...view,
    ...whole,
    machines: applyRecord(view.machines, machines),
    networks: applyRecord(view.networks, networks),
    resources: applyRecord(view.resources, resources),
  };
}

export const EMPTY_VIEW: PublicView = {
  world: '',
  clock: { now: 0, epoch: 0, speed: 1, hurrying: false, waitingFor: null },
  machines: {},
  networks: {},
  resources: {},
  hold: null,
  faults: [],
  undo: null,
  saving: { state: 'saved', reason: null, bytes: 0 },
  labs: [],
  lab: null,
};
