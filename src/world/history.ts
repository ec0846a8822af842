import type { Millis } from './world';

/** One thing that happened, for the timeline and for "why?". */
export interface HistoryEntry {
  readonly id: number;
  readonly time: Millis;
  /** What kind of thing, dotted, e.g. `power.off`, `membership.formed`, `resource.started`. */
  readonly kind: string;
  readonly machine: string | null;
  /** Facts of this kind, by name. */
  readonly facts: Record<string, string | number | boolean | readonly string[] | readonly number[]>;
  /** The entry it follows from. */
  readonly cause: number | null;
}
