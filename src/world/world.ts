import type { Fault } from './fault';
import type { HistoryEntry } from './history';
import type { LabProgress } from './lab';
import type { Machine } from './machine';
import type { Network } from './network';

/** Simulated time: whole milliseconds since the world began. */
export type Millis = number;

/**
 * Everything that is true in a simulated lab, as one plain-data value.
 *
 * It survives `JSON.stringify`: no class instances, closures, promises, `undefined` in arrays, or clocks. Only the
 * kernel makes a new one from an old one; all others read it, or change the draft that a transaction hands them.
 */
export interface World {
  /** Version of this shape; a saved world of another version is refused. */
  readonly format: 2;
  /** Name of the start world this one grew from, e.g. `bare` or `recording`. */
  name: string;
  now: Millis;
  /** Unix time in milliseconds of the moment `now === 0`. */
  epoch: number;
  /** State of the seeded generator (four unsigned 32-bit words). */
  random: [number, number, number, number];
  /** Number the next event or history entry gets: the tie-breaker of equal times. */
  sequence: number;
  /** Pending events, ordered by (time, sequence). */
  queue: PendingEvent[];
  /** The history entry that what happens now follows from, while an event or a command is handled. */
  cause: number | null;
  /** What happened and why, newest last, bounded by the kernel. */
  history: HistoryEntry[];
  machines: Record<string, Machine>;
  networks: Record<string, Network>;
  /** Faults in force, in the order in which they were injected. */
  faults: Fault[];
  /** Progress in the lab that is worked on; absent where there is none. */
  lab?: LabProgress;
}

/** One event that will happen. Payloads are typed by the kernel's `EventMap`. */
export interface PendingEvent {
  readonly time: Millis;
  readonly sequence: number;
  readonly type: string;
  readonly payload: unknown;
  /** Only one event of a key is pending: a new one replaces it. */
  readonly key: string | null;
  /** The machine on which it happens; it dies with that machine's power. */
  readonly machine: string | null;
  readonly cause: number | null;
}
