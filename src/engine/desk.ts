import type { World } from '../world/world';
import { sameButForTime } from './checkpoints';
import type { ExamResult, Hint, LabCatalogue, LabPort, Language, Verdict } from './ports';
import type { LabView } from './view';
import type { Wall } from './wall';

/** Goals are judged so long after the last change of the world ... */
const QUIET_MS = 250;
/** ... or after the first unjudged one. */
const UNJUDGED_MS_MAX = 1_500;
/** An unsettled goal is asked again so often: time alone may settle it. */
const UNSETTLED_MS = 1_000;

/** The instructor's desk: the open lab, what its goals say of the present world, and the hints given so far. */
export class Desk {
  readonly catalogue: LabCatalogue;
  readonly #wall: Wall;
  readonly #changed: () => void;
  readonly #note: (lab: LabPort, goals: readonly string[]) => void;
  #lab: LabPort | null = null;
  #verdicts: readonly Verdict[] = [];
  #hints: Hint[] = [];
  #judged: World | null = null;
  #judgedAt = 0;
  #seen: World | null = null;
  /** Machines of the world that was last looked at for moments. */
  #glimpsed: World['machines'] | null = null;
  #firstChange = 0;
  #lastChange = 0;
  #judging = false;

  /** `changed` is told when `view` has changed, `note` when latched goals were met for the first time. */
  constructor(
    catalogue: LabCatalogue,
    wall: Wall,
    changed: () => void,
    note: (lab: LabPort, goals: readonly string[]) => void,
  ) {
    this.catalogue = catalogue;
    this.#wall = wall;
    this.#changed = changed;
    this.#note = note;
  }

  get lab(): LabPort | null {
    return this.#lab;
  }

  get view(): LabView | null {
    if (!this.#lab) return null;
    const { id, machines, goals } = this.#lab;
    return { id, machines, goals, verdicts: this.#verdicts, hints: this.#hints };
  }

  /** Reads a lab without opening it. */
  load(id: string): Promise<LabPort> {
    return this.#lab?.id === id ? Promise.resolve(this.#lab) : this.catalogue.load(id);
  }

  async open(id: string): Promise<LabPort> {
    if (this.#lab?.id === id) {
      this.#forget();
      return this.#lab;
    }
    const lab = await this.catalogue.load(id);
    this.#lab = lab;
    this.#forget();
    return lab;
  }

  text(language: Language): string {
    return this.#lab?.text(language) ?? '';
  }

  /**
   * Judges `world` when it has changed and is quiet, or when something was unsettled. What must have been so for a
   * moment is looked for in every world that comes by.
   */
  watch(world: World): void {
    if (!this.#lab) return;
    if (world.machines !== this.#glimpsed) {
      this.#glimpsed = world.machines;
      const met = this.#lab.glimpse(world);
      if (met.length > 0) this.#note(this.#lab, met);
    }
    if (this.#judging) return;
    const now = this.#wall.now();
    if (world !== this.#seen) {
      if (this.#seen === null || !sameButForTime(this.#seen, world)) {
        if (this.#firstChange === 0) this.#firstChange = now;
        this.#lastChange = now;
      }
      this.#seen = world;
    }
    if (this.#due(now)) void this.judge(world);
  }

  /** Somebody types: judging, which takes some milliseconds, waits for a pause. */
  postpone(): void {
    this.#lastChange = this.#wall.now();
  }

  async judge(world: World): Promise<void> {
    const lab = this.#lab;
    if (!lab) return;
    this.#judging = true;
    this.#firstChange = 0;
    this.#judged = world;
    try {
      const verdicts = await lab.judge(world);
      if (this.#lab === lab) this.#accept(lab, verdicts, world);
    } finally {
      this.#judging = false;
      this.#judgedAt = this.#wall.now();
      this.#changed();
    }
  }

  async hint(world: World, goal: string | null, step: number): Promise<Hint | null> {
    const hint = (await this.#lab?.hint(world, goal, step)) ?? null;
    if (hint) {
      this.#hints = [...this.#hints.filter((old) => old.goal !== hint.goal || old.step !== hint.step), hint];
      this.#changed();
    }
    return hint;
  }

  exam(world: World, progress: (done: number, of: number) => Promise<void>): Promise<ExamResult> {
    if (!this.#lab) return Promise.reject(new Error('no lab is open'));
    return this.#lab.exam(world, progress);
  }

  #accept(lab: LabPort, verdicts: readonly Verdict[], world: World): void {
    this.#verdicts = verdicts;
    const reached = world.lab?.id === lab.id ? world.lab.reached : {};
    const met = new Set(verdicts.filter(({ verdict }) => verdict === 'met').map(({ goal }) => goal));
    const newly = lab.goals.filter(({ id, latched }) => latched && met.has(id) && reached[id] === undefined);
    if (newly.length > 0)
      this.#note(
        lab,
        newly.map(({ id }) => id),
      );
  }

  #due(now: number): boolean {
    if (this.#judged === null) return true;
    if (this.#firstChange > 0) {
      return now - this.#lastChange >= QUIET_MS || now - this.#firstChange >= UNJUDGED_MS_MAX;
    }
    return this.#verdicts.some(({ verdict }) => verdict === 'unsettled') && now - this.#judgedAt >= UNSETTLED_MS;
  }

  #forget(): void {
    this.#verdicts = [];
    this.#hints = [];
    this.#judged = null;
    this.#seen = null;
    this.#firstChange = 0;
  }
}
