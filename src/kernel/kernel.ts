import { create, type Patches } from 'mutative';
import type { Millis, PendingEvent, World } from '../world/world';
import type { EventHandlers } from './events';

/** Called after every change of the world. `patches` are JSON patches from the previous world to this one. */
export type WorldListener = (world: World, patches: Patches) => void;

/** An exception in an event handler: always a bug of ours, never a simulated tool's error. */
export class HandlerError extends Error {
  constructor(
    readonly event: PendingEvent,
    cause: unknown,
  ) {
    super(`handler of ${event.type} failed at ${event.time} ms: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
    this.name = 'HandlerError';
  }
}

/**
 * What follows at once from a change, whoever made it: for parts of the world that many rooms change and few must
 * notice. Part of the rules as handlers are, so that forks and replays have them too.
 */
export interface Reaction {
  /** Whether the part it looks after became another one. Asked after every change, so it compares references. */
  concerns(before: World, after: World): boolean;
  /** Changes the draft of the changed world; usually it schedules an event for now. */
  react(world: World): void;
}

/** Holds the current world and is the only thing that replaces it. */
export class Kernel {
  #world: World;
  readonly #handlers: EventHandlers;
  readonly #reactions: readonly Reaction[];
  readonly #listeners = new Set<WorldListener>();

  constructor(world: World, handlers: EventHandlers, reactions: readonly Reaction[] = []) {
    this.#world = world;
    this.#handlers = handlers;
    this.#reactions = reactions;
  }

  get world(): World {
    return this.#world;
  }

  /** Changes the world by mutating a draft; all or nothing: an exception leaves the world as it was. */
  transact<R>(change: (draft: World) => R): R {
    let result!: R;
    const run = (draft: World) => {
      draft.cause = null;
      result = change(draft);
    };
    this.#commit(run);
    return result;
  }

  /** Time of the next event, or undefined when none is pending. */
  get nextEventTime(): Millis | undefined {
    return this.#world.queue[0]?.time;
  }

  /** Takes the next event off the queue, moves time to it and handles it. Returns it, or undefined if there is none. */
  step(): PendingEvent | undefined {
    const event = this.#world.queue[0];
    if (!event) return undefined;
    // The payload comes from the frozen past, so a handler can't change it by accident.
    const handler = this.#handlers[event.type as keyof EventHandlers] as
      | ((world: World, payload: unknown, event: PendingEvent) => void)
      | undefined;
    if (!handler) throw new HandlerError(event, new Error('no handler is registered for it'));
    try {
      this.#commit((draft) => {
        draft.queue.shift();
        draft.now = event.time;
        draft.cause = event.cause;
        handler(draft, event.payload, event);
      });
    } catch (error) {
      throw new HandlerError(event, error);
    }
    return event;
  }

  /** Moves time forward to `time`, which must not lie behind the next event. */
  advance(time: Millis): void {
    const next = this.nextEventTime;
    if (time < this.#world.now || (next !== undefined && next < time)) {
      throw new RangeError(`can't move time from ${this.#world.now} to ${time}: next event is at ${next}`);
    }
    if (time > this.#world.now)
      this.#replace({ ...this.#world, now: time }, [{ op: 'replace', path: ['now'], value: time }]);
  }

  /** Puts another world in place: undo, revert, load. */
  restore(world: World): void {
    this.#replace(world, [{ op: 'replace', path: [], value: world }]);
  }

  /** A kernel of its own on the same world. Costs nothing: worlds are values. */
  fork(): Kernel {
    return new Kernel(this.#world, this.#handlers, this.#reactions);
  }

  /** Calls `listener` after each change, until the returned function is called. */
  subscribe(listener: WorldListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #commit(recipe: (draft: World) => void): void {
    const before = this.#world;
    this.#change(recipe);
    const after = this.#world;
    for (const reaction of this.#reactions) {
      if (reaction.concerns(before, after)) this.#change((draft) => reaction.react(draft));
    }
  }

  #change(recipe: (draft: World) => void): void {
    if (this.#listeners.size === 0) {
      this.#world = create(this.#world, recipe);
      return;
    }
    const [world, patches] = create(this.#world, recipe, { enablePatches: true });
    this.#replace(world, patches);
  }

  #replace(world: World, patches: Patches): void {
    this.#world = world;
    for (const listener of this.#listeners) listener(world, patches);
  }
}
