import type { World } from '../world/world';
import { type ExamResult, runExam } from './exam';
import { judge, type Verdict } from './goals';
import { type Hint, hintFor } from './hints';
import { type Lab, type LabFiles, readLab } from './lab';
import type { Translated } from './schema';
import { labWorld } from './start';

/** Where labs are read from: a folder, or the chunks of a built page. */
export interface LabSource {
  readonly labs: readonly { readonly id: string; readonly title: Translated; readonly world: string }[];
  /** Contents of one lab's folder. */
  read(id: string): Promise<LabFiles>;
}

/** A loaded lab with all that can be asked of it. */
export class LabSession {
  constructor(
    readonly lab: Lab,
    readonly catalogue: Catalogue,
  ) {}

  get id(): string {
    return this.lab.id;
  }
  get goals(): Lab['goals'] {
    return this.lab.goals;
  }
  text(language: 'ko' | 'en'): string {
    return this.lab.text[language];
  }
  start(seed: number): Promise<World> {
    return labWorld(this.lab, seed, (id) => this.catalogue.lab(id));
  }
  judge(world: World): Promise<Verdict[]> {
    return judge(this.lab, world);
  }
  hint(world: World, goal: string | null, step: number): Promise<Hint | null> {
    return hintFor(this.lab, world, goal, step);
  }
  exam(world: World, progress?: (done: number, of: number) => void | Promise<void>): Promise<ExamResult> {
    return runExam(this.lab, world, progress);
  }
}

/** All labs there are; each is read when it is first asked for. */
export class Catalogue {
  readonly #source: LabSource;
  readonly #read = new Map<string, Promise<Lab>>();

  constructor(source: LabSource) {
    this.#source = source;
  }

  get labs(): LabSource['labs'] {
    return this.#source.labs;
  }

  /** Throws LabError for a lab that can't be used. */
  lab(id: string): Promise<Lab> {
    let lab = this.#read.get(id);
    if (!lab) {
      lab = this.#source.read(id).then((files) => readLab(id, files));
      this.#read.set(id, lab);
    }
    return lab;
  }

  async load(id: string): Promise<LabSession> {
    return new LabSession(await this.lab(id), this);
  }
}
