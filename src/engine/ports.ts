import type { Runtime } from '../kernel/runtime';
import type { LabHost } from '../lab/program';
import type { Millis, World } from '../world/world';

/**
 * What the foreground of a terminal does; it decides how the clock runs.
 *
 * - `prompt`: waits for the user.
 * - `work`: a command runs or waits for simulated time: the clock hurries.
 * - `realtime`: a program whose pace is its point (`ping`, `watch`, `journalctl -f`): the clock keeps its speed.
 * - `closed`: the shell has ended.
 */
export type TerminalState = 'prompt' | 'work' | 'realtime' | 'closed';

/** The world's side of an editor that a program opened over a terminal. */
export interface EditorPort {
  readonly editor: 'vi' | 'nano';
  readonly path: string;
  readonly content: string;
  readonly readOnly: boolean;
  /** Writes the file; null on success, else the reason. */
  save(content: string): string | null;
  close(): void;
}

/** A login shell on a tty, as the engine needs it. */
export interface TerminalPort {
  readonly machine: string;
  readonly state: TerminalState;
  /** Keys as a terminal sends them. */
  input(data: string): void;
  resize(columns: number, rows: number): void;
  /** While paused, writes of programs block: the terminal can't keep up. */
  pauseOutput(paused: boolean): void;
  /** The line that is being run in the foreground, else ''. */
  readonly command: string;
  close(): void;
}

export interface TerminalEvents {
  output(data: string): void;
  edit(request: EditorPort): void;
  /** The line that was meant by one typed with the keyboard switched to Hangul. */
  offer(line: string): void;
}

/** A running world, as the engine needs it. */
export interface SimulationPort {
  readonly runtime: Runtime;
  openTerminal(machine: string, columns: number, rows: number, events: TerminalEvents): TerminalPort;
  save(): string;
}

/** Makes simulations; the only thing the engine knows of how rooms are joined. */
export interface SimulationFactory {
  fresh(world: string, seed: number): Promise<World>;
  /** The world that a lab begins in, where it was made beforehand. */
  labStart(lab: string, seed: number): Promise<World | null>;
  /** `lab` answers the command of that name in the terminals. */
  run(world: World, lab: LabHost): SimulationPort;
  /** Throws an error with a readable message for text that isn't a saved world. */
  parse(saved: string): World;
}

export type Language = 'ko' | 'en';
export type Translated = Readonly<Record<Language, string>>;

export interface LabSummary {
  readonly id: string;
  readonly title: Translated;
  /** Start world the lab begins from. */
  readonly world: string;
  /** It begins in a world of its own making: another lab's end, or after what was typed before it. */
  readonly prepared: boolean;
}

export interface Goal {
  readonly id: string;
  readonly level: 'required' | 'extended';
  readonly text: Translated;
  /** Once met it stays met. */
  readonly latched: boolean;
}

/** `unsettled`: the answer may still change by itself (a cluster that is just forming). */
export interface Verdict {
  readonly goal: string;
  readonly verdict: 'met' | 'unmet' | 'unsettled';
  /** What is missing now; '' when met. */
  readonly reason: Translated;
}

/** One rung of a hint ladder: nudge, diagnosis, command. */
export interface Hint {
  readonly goal: string;
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  readonly text: Translated;
  /** What to type, where this rung tells it. */
  readonly type: { readonly machine: string; readonly text: string } | null;
}

export interface ExamFault {
  readonly id: string;
  readonly title: Translated;
  readonly verdict: 'passed' | 'failed';
  /** What was observed. */
  readonly detail: Translated;
  /** Simulated milliseconds watched. */
  readonly watchedMs: Millis;
}

export interface ExamResult {
  readonly passed: boolean;
  readonly faults: readonly ExamFault[];
}

/** One lab, loaded. */
export interface LabPort {
  readonly id: string;
  /** Machines that get a terminal, first the one to type on. */
  readonly machines: readonly string[];
  readonly goals: readonly Goal[];
  /** Markdown. */
  text(language: Language): string;
  start(seed: number): Promise<World>;
  judge(world: World): Promise<readonly Verdict[]>;
  /** The rung `step` of the hint that fits the present state. `goal` null: the first unmet one. */
  hint(world: World, goal: string | null, step: number): Promise<Hint | null>;
  /** Latched goals that this world meets, as far as can be told at once. */
  glimpse(world: World): readonly string[];
  /** Notes on a draft that latched goals were met. */
  note(world: World, goals: readonly string[]): void;
  /** Injects faults into forks of the world and watches. `progress` is told after each, and waited for. */
  exam(world: World, progress: (done: number, of: number) => Promise<void>): Promise<ExamResult>;
}

export interface LabCatalogue {
  readonly labs: readonly LabSummary[];
  load(id: string): Promise<LabPort>;
}

/** Where worlds are kept between visits. */
export interface WorldStore {
  /** Null when nothing was saved. */
  read(key: StoreKey): Promise<string | null>;
  write(key: StoreKey, text: string): Promise<void>;
  remove(key: StoreKey): Promise<void>;
}
export type StoreKey = 'current' | 'broken';
