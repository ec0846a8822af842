import type { World } from '../world/world';
import { sameButForTime } from './checkpoints';
import type { WorldStore } from './ports';
import type { SavingView } from './view';
import type { Wall } from './wall';

/** A world is written so long after its last change ... */
const QUIET_MS = 1_000;
/** ... or after its first unsaved one, whichever comes first. */
const UNSAVED_MS_MAX = 5_000;

/** Writes the present world to the store, continuously and not too often. */
export class Saver {
  #state: SavingView = { state: 'saved', reason: null, bytes: 0 };
  #saved: World | null = null;
  #seen: World | null = null;
  #firstChange = 0;
  #lastChange = 0;
  #writing: Promise<void> | null = null;
  readonly #store: WorldStore;
  readonly #wall: Wall;
  readonly #print: () => string;
  readonly #changed: () => void;

  /** `print` gives the text of the present world; `changed` is told when `view` has changed. */
  constructor(store: WorldStore, wall: Wall, print: () => string, changed: () => void) {
    this.#store = store;
    this.#wall = wall;
    this.#print = print;
    this.#changed = changed;
  }

  get view(): SavingView {
    return this.#state;
  }

  /** Stops writing: another tab owns the store, or what is in it must be kept. */
  turnOff(reason: SavingView['reason']): void {
    this.#set({ state: 'off', reason, bytes: 0 });
  }

  turnOn(): void {
    if (this.#state.state === 'off') this.#set({ state: 'unsaved', reason: null, bytes: 0 });
  }

  /** Tells which world is the present one; starts a write when it is time. */
  watch(world: World): void {
    if (this.#state.state === 'off') return;
    const now = this.#wall.now();
    if (world !== this.#seen) {
      const real = this.#seen === null || !sameButForTime(this.#seen, world);
      this.#seen = world;
      if (real) {
        if (this.#state.state !== 'unsaved') this.#firstChange = now;
        this.#lastChange = now;
        if (this.#state.state === 'saved') this.#set({ ...this.#state, state: 'unsaved' });
      }
    }
    if (this.#state.state !== 'unsaved' || this.#writing) return;
    if (now - this.#lastChange >= QUIET_MS || now - this.#firstChange >= UNSAVED_MS_MAX) void this.write();
  }

  /** Writes at once: the page is being hidden. */
  async write(): Promise<void> {
    if (this.#state.state === 'off') return;
    if (this.#writing) await this.#writing;
    if (this.#saved === this.#seen && this.#saved !== null) return;
    const world = this.#seen;
    this.#firstChange = this.#wall.now();
    const text = this.#print();
    this.#writing = this.#store.write('current', text).then(
      () => {
        this.#saved = world;
        if (this.#state.state !== 'off') this.#set({ state: 'saved', reason: null, bytes: text.length });
      },
      () => this.#set({ state: 'failed', reason: 'error', bytes: text.length }),
    );
    await this.#writing;
    this.#writing = null;
  }

  #set(state: SavingView): void {
    this.#state = state;
    this.#changed();
  }
}
