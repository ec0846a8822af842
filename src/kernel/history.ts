import type { HistoryEntry } from '../world/history';
import type { World } from '../world/world';

/** Entries kept; older ones are dropped in blocks so that appending stays cheap. */
const HISTORY_LIMIT = 5000;

/**
 * Appends to the history what just happened. Its cause is what is being handled now, and it becomes the cause of what
 * the same handler does next. Returns the entry's id.
 */
export function record(world: World, kind: string, machine: string | null, facts: HistoryEntry['facts'] = {}): number {
  const id = world.sequence++;
  world.history.push({ id, time: world.now, kind, machine, facts, cause: world.cause });
  if (world.history.length > HISTORY_LIMIT) world.history.splice(0, HISTORY_LIMIT / 5);
  world.cause = id;
  return id;
}

/** The chain of causes of an entry, itself first. */
export function causesOf(world: World, id: number): HistoryEntry[] {
  const byId = new Map(world.history.map((entry) => [entry.id, entry]));
  const chain: HistoryEntry[] = [];
  for (let entry = byId.get(id); entry; entry = entry.cause === null ? undefined : byId.get(entry.cause)) {
    chain.push(entry);
  }
  return chain;
}
