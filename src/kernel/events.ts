import type { Millis, PendingEvent, World } from '../world/world';

/**
 * Payload types of all events, by event type. A room adds its own by declaration merging:
 * `declare module '../kernel/events' { interface EventMap { 'corosync.token': { machine: string } } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the rooms
export interface EventMap {}

export type EventType = keyof EventMap & string;
export type EventHandler<T extends EventType> = (world: World, payload: EventMap[T], event: PendingEvent) => void;
/** The handlers of one room. All rooms' tables are joined in `simulation/`. */
export type EventHandlers = { [T in EventType]?: EventHandler<T> };

export interface ScheduleOptions {
  /** Replaces the pending event of the same key, if any. */
  key?: string;
  /** Machine whose power this event depends on. */
  machine?: string;
}

/** Adds an event `delay` ms from now. Same time: in the order of scheduling. */
export function schedule<T extends EventType>(
  world: World,
  delay: Millis,
  type: T,
  payload: EventMap[T],
  options: ScheduleOptions = {},
): void {
  if (!Number.isInteger(delay) || delay < 0) throw new RangeError(`delay must be a whole number of ms, not ${delay}`);
  if (options.key !== undefined) cancelEvent(world, options.key);
  const event: PendingEvent = {
    time: world.now + delay,
    sequence: world.sequence++,
    type,
    payload,
    key: options.key ?? null,
    machine: options.machine ?? null,
    cause: world.cause,
  };
  const queue = world.queue;
  let at = queue.length;
  while (at > 0 && (queue[at - 1] as PendingEvent).time > event.time) at--;
  queue.splice(at, 0, event);
}

/** Removes the pending event of this key. Returns whether there was one. */
export function cancelEvent(world: World, key: string): boolean {
  const at = world.queue.findIndex((event) => event.key === key);
  if (at < 0) return false;
  world.queue.splice(at, 1);
  return true;
}

/** Removes every pending event of a machine: its power is gone. */
export function cancelMachineEvents(world: World, machine: string): void {
  world.queue = world.queue.filter((event) => event.machine !== machine);
}

/** Whether an event of this key is pending. */
export function isPending(world: World, key: string): boolean {
  return world.queue.some((event) => event.key === key);
}
