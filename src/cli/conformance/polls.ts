import { normalise } from './normalise';
import type { StepOutput } from './recording';

/** One look of a poll. */
export type Poll = StepOutput;

/** A state that a poll saw, and from when to when. */
interface Seen {
  readonly state: string;
  readonly from: number;
  /** When the next state was first seen. */
  until: number;
  looks: number;
}

/** Part of a duration by which two runs may differ. */
const TOLERANCE = 0.2;

function statesOf(polls: readonly Poll[]): Seen[] {
  const seen: Seen[] = [];
  const start = polls[0]?.t ?? 0;
  for (const poll of polls) {
    const state = normalise(`${poll.rc}\n${poll.stdout}${poll.stderr}`);
    const last = seen.at(-1);
    const time = poll.t - start;
    if (last) last.until = time;
    if (last?.state === state) last.looks++;
    else seen.push({ state, from: time, until: time, looks: 1 });
  }
  return seen;
}

/** The longest time between two looks: what falls between them, one run sees and the other doesn't. */
function longestGap(polls: readonly Poll[]): number {
  let gap = 0;
  for (let i = 1; i < polls.length; i++) gap = Math.max(gap, (polls[i] as Poll).t - (polls[i - 1] as Poll).t);
  return gap;
}

/**
 * Compares two runs of a poll as sequences of distinct states. States may be missed that lasted less than the time
 * between two looks; times of changes may differ by 20 %, or by that time. Null when equal, else what differs.
 */
export function comparePolls(recorded: readonly Poll[], ours: readonly Poll[]): string | null {
  if (ours.length === 0) return 'never polled';
  const gap = Math.max(longestGap(recorded), longestGap(ours));
  const wanted = statesOf(recorded);
  const got = statesOf(ours);
  const lasting = (states: Seen[]) =>
    states.filter((seen, index) => seen.looks > 1 || index === states.length - 1 || seen.until - seen.from > gap);
  const common = align(wanted, got);
  const missing = lasting(wanted).find((seen) => !common.some(([a]) => a === seen));
  if (missing)
    return `a state at ${missing.from.toFixed(1)} s isn't reached:\n${missing.state}\nours:\n${describeStates(got)}`;
  const extra = lasting(got).find((seen) => !common.some(([, b]) => b === seen));
  if (extra) return `a state of ours at ${extra.from.toFixed(1)} s isn't in the recording:\n${extra.state}`;
  for (const [a, b] of common) {
    const allowed = Math.max(gap, TOLERANCE * a.from);
    if (Math.abs(a.from - b.from) > allowed + 1e-6) {
      return `a state is reached at ${a.from.toFixed(1)} s in the recording, at ${b.from.toFixed(1)} s here:\n${a.state}`;
    }
  }
  return null;
}

/** Pairs equal states in order (longest common subsequence). */
function align(wanted: Seen[], got: Seen[]): [Seen, Seen][] {
  const lengths = Array.from({ length: wanted.length + 1 }, () => new Array<number>(got.length + 1).fill(0));
  for (let i = wanted.length - 1; i >= 0; i--) {
    for (let j = got.length - 1; j >= 0; j--) {
      const same = (wanted[i] as Seen).state === (got[j] as Seen).state;
      const row = lengths[i] as number[];
      const below = lengths[i + 1] as number[];
      row[j] = same ? (below[j + 1] as number) + 1 : Math.max(below[j] as number, row[j + 1] as number);
    }
  }
  const pairs: [Seen, Seen][] = [];
  let i = 0;
  let j = 0;
  while (i < wanted.length && j < got.length) {
    const [a, b] = [wanted[i] as Seen, got[j] as Seen];
    if (a.state === b.state) {
      pairs.push([a, b]);
      i++;
      j++;
    } else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

function describeStates(states: Seen[]): string {
  return states
    .map((seen) => `at ${seen.from.toFixed(1)} s: ${seen.state.split('\n').slice(0, 12).join('\n')}`)
    .join('\n');
}
