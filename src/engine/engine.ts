import type { LabHost } from '../lab/program';
import type { World } from '../world/world';
import { Checkpoints } from './checkpoints';
import { Desk } from './desk';
import { faultLabel, injectFault } from './faults';
import { Pacer } from './pacer';
import type { ExamResult, LabCatalogue, Language, SimulationFactory, SimulationPort, WorldStore } from './ports';
import { Projector } from './project';
import type { EngineNotice, FaultRequest, PageNotice, ResourceAnswer, StartAnswer } from './protocol';
import { leadingCib } from './resources';
import { Saver } from './saver';
import { Terminals } from './terminals';
import { diffViews, type PublicView, type Speed } from './view';
import type { Wall } from './wall';

/** Wall ms the simulation may run before messages get their turn. */
const SLICE_MS = 8;
/** Shortest wall time between two views: 20 a second. */
const VIEW_MS = 50;
/** The loop looks around at least so often while the clock follows the wall. */
const IDLE_MS_MAX = 250;
/** Simulated ms that one command may hurry through; then the clock goes on at its own speed, so that nothing hurries forever. */
const HURRY_MS_MAX = 60 * 60 * 1000;
const HISTORY_FIRST = 400;

export interface EngineOptions {
  readonly factory: SimulationFactory;
  readonly labs: LabCatalogue;
  readonly store: WorldStore;
  readonly wall: Wall;
  /** Start world when no lab is open. */
  readonly world: string;
  readonly seed: () => number;
  readonly emit: (notice: EngineNotice) => void;
  /** Whether another engine writes to the same store. */
  readonly storeIsTaken?: () => Promise<boolean>;
}

/** Owns one simulation: drives its clock, carries its terminals, publishes what is to be seen, and keeps it safe. */
export class Engine {
  readonly desk: Desk;
  readonly terminals: Terminals;
  readonly #options: EngineOptions;
  readonly #checkpoints = new Checkpoints();
  readonly #projector = new Projector();
  readonly #saver: Saver;
  readonly #startWorlds = new Map<string, World>();
  /** Language of the page: what the `lab` command answers in. */
  language: Language = 'en';
  #simulation: SimulationPort | null = null;
  #pacer: Pacer;
  #wakeUp: (() => void) | null = null;
  #poked = false;
  #hurrying = false;
  #hurriedFrom: number | null = null;
  #published: PublicView | null = null;
  #publishedAt = Number.NEGATIVE_INFINITY;
  /** Something may have changed that was too early to tell. */
  #viewPending = false;
  #historySent = -1;
  #historyRestart = true;
  #closed = false;
  #looping: Promise<void> | null = null;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.terminals = new Terminals(options.emit);
    this.desk = new Desk(
      options.labs,
      options.wall,
      () => this.poke(),
      (lab, goals) => this.simulation.runtime.transact((world) => lab.note(world, goals)),
    );
    this.#pacer = new Pacer(options.wall.now(), 0);
    this.#saver = new Saver(
      options.store,
      options.wall,
      () => this.simulation.save(),
      () => this.poke(),
    );
  }

  get simulation(): SimulationPort {
    if (!this.#simulation) throw new Error('the engine has not been started');
    return this.#simulation;
  }

  get world(): World {
    return this.simulation.runtime.world;
  }

  /** Runs the saved world, or a fresh one when there is none, or when `fresh` asks for it. */
  async start(lab: string | null, fresh: boolean): Promise<StartAnswer> {
    const { store, factory, labs, storeIsTaken } = this.#options;
    if (await storeIsTaken?.()) this.#saver.turnOff('other-tab');
    let saved: string | null = null;
    try {
      saved = fresh ? null : await store.read('current');
    } catch {
      this.#saver.turnOff('no-storage');
    }
    let answer: StartAnswer = { outcome: 'fresh', reason: null };
    let world: World | null = null;
    if (saved !== null) {
      try {
        world = factory.parse(saved);
        answer = { outcome: 'resumed', reason: null };
      } catch (error) {
        answer = { outcome: 'broken', reason: messageOf(error) };
        // Nothing may overwrite what can't be read before the user has decided.
        this.#saver.turnOff('broken-world');
      }
    }
    const wanted = lab ?? world?.lab?.id ?? (world === null ? labs.labs[0]?.id : undefined);
    const known = labs.labs.find(({ id }) => id === wanted) ?? null;
    if (world && known && world.lab?.id !== known.id) {
      // The address asks for another lab: the work so far is one undo away.
      this.#checkpoints.keep(`lab ${known.id}`, world);
      world = null;
    }
    world ??= await this.#startWorld(known?.id ?? null);
    this.#run(world);
    this.#looping ??= this.#loop();
    // The first prompt doesn't wait for the lab's text and goals.
    if (known) void this.#openDesk(known.id);
    return answer;
  }

  /** Stops the loop; for tests and the command line. */
  async close(): Promise<void> {
    this.#closed = true;
    this.poke();
    await this.#looping;
  }

  openTerminal(terminal: number, machine: string, columns: number, rows: number): void {
    if (this.world.machines[machine]?.power !== 'running') throw new Error(`${machine} is not running`);
    this.terminals.open(this.simulation, terminal, machine, columns, rows);
    this.poke();
  }

  notice(notice: PageNotice): void {
    switch (notice.kind) {
      case 'terminal.input': {
        const machine = this.terminals.startsCommand(notice.terminal, notice.data);
        if (machine !== null) this.#checkpoints.keep(machine, this.world);
        this.#hurriedFrom = null;
        this.desk.postpone();
        this.terminals.input(notice.terminal, notice.data);
        break;
      }
      case 'terminal.resize':
        this.terminals.resize(notice.terminal, notice.columns, notice.rows);
        break;
      case 'terminal.ack':
        this.terminals.ack(notice.terminal, notice.characters);
        break;
      case 'visibility':
        if (!notice.visible) void this.#saver.write();
        break;
    }
    this.poke();
  }

  setSpeed(speed: Speed): void {
    this.#pacer.setSpeed(speed, this.#options.wall.now(), this.world.now);
    this.poke();
  }

  /** Pauses, and moves to just behind the next event. */
  async step(): Promise<void> {
    this.setSpeed(0);
    const { runtime } = this.simulation;
    const next = runtime.nextTime;
    if (next !== undefined) await runtime.run(next, () => false);
    this.poke();
  }

  fault(request: FaultRequest): void {
    this.#checkpoints.keep(faultLabel(request), this.world);
    this.simulation.runtime.transact((world) => injectFault(world, request));
    this.poke();
  }

  undo(): void {
    const checkpoint = this.#checkpoints.undo(this.world);
    if (checkpoint) this.#run(checkpoint.world);
    else this.poke();
  }

  /** The lab's start world again, or that of the engine without a lab. */
  async reset(): Promise<void> {
    const start = await this.#startWorld(this.desk.lab?.id ?? null);
    this.#checkpoints.keep('reset', this.world);
    this.#run(start);
  }

  async openLab(id: string, keepWorld: boolean): Promise<void> {
    const start = keepWorld ? null : await this.#startWorld(id);
    await this.desk.open(id);
    if (start) {
      this.#checkpoints.keep(`lab ${id}`, this.world);
      this.#run(start);
    }
    this.poke();
  }

  /** The exam of the open lab, on the world as it is now; terminals get their turns between the trials. */
  exam(): Promise<ExamResult> {
    const { emit, wall } = this.#options;
    return this.desk.exam(this.world, async (done, of) => {
      emit({ kind: 'exam.progress', done, of });
      await wall.breathe();
    });
  }

  /** Why a resource is where it is, in the present world; null when there is no cluster or no such resource. */
  async explain(resource: string): Promise<ResourceAnswer | null> {
    const { answerWhy } = await import('./why');
    const world = this.world;
    return answerWhy(world, leadingCib(world, this.#projector.machines(world)), resource);
  }

  /** Puts another world in place: from a file. */
  replace(world: World, label: string): void {
    this.#checkpoints.keep(label, this.world);
    this.#run(world);
  }

  /** Lets the store be written again after a broken world was dealt with. */
  async discardBroken(): Promise<void> {
    await this.#options.store.remove('current');
    this.#saver.turnOn();
    this.poke();
  }

  async #openDesk(id: string): Promise<void> {
    try {
      await this.desk.open(id);
    } catch (error) {
      this.#options.emit({ kind: 'failure', message: messageOf(error), detail: stackOf(error), kept: true });
    }
    this.poke();
  }

  /** Worlds are values: the one a lab begins in is made once, and a reset only puts it in place again. */
  async #startWorld(lab: string | null): Promise<World> {
    const key = lab ?? '';
    const start = this.#startWorlds.get(key) ?? (await this.#makeStart(lab));
    this.#startWorlds.set(key, start);
    return start;
  }

  async #makeStart(id: string | null): Promise<World> {
    const { factory, labs, seed, world } = this.#options;
    const summary = labs.labs.find((lab) => lab.id === id);
    if (!summary) return factory.fresh(world, seed());
    // Something has to be played first: another lab's solution, or what was typed before this one.
    if (summary.prepared)
      return (await factory.labStart(summary.id, seed())) ?? (await this.desk.load(summary.id)).start(seed());
    return { ...(await factory.fresh(summary.world, seed())), lab: { id: summary.id, reached: {} } };
  }

  #run(world: World): void {
    if (this.#simulation) this.terminals.dropAll();
    const speed = this.#pacer.speed;
    this.#simulation = this.#options.factory.run(world, this.#labHost());
    this.#pacer = new Pacer(this.#options.wall.now(), world.now);
    this.#pacer.setSpeed(speed, this.#options.wall.now(), world.now);
    this.#hurriedFrom = null;
    this.#historyRestart = true;
    this.#publishedAt = Number.NEGATIVE_INFINITY;
    this.poke();
  }

  /** What the `lab` command in a terminal can ask for; replacing the world ends that terminal's shell. */
  #labHost(): LabHost {
    const engine = this;
    const { emit } = this.#options;
    const replacing = (change: () => Promise<void>) => {
      change().catch((error: unknown) => {
        emit({ kind: 'failure', message: messageOf(error), detail: stackOf(error), kept: true });
      });
    };
    return {
      get language() {
        return engine.language;
      },
      get labs() {
        return engine.desk.catalogue.labs;
      },
      get open() {
        return engine.desk.lab;
      },
      judge: async () => (await engine.desk.lab?.judge(engine.world)) ?? [],
      hint: (goal, step) => engine.desk.hint(engine.world, goal, step),
      start: (id) => replacing(() => engine.openLab(id, false)),
      reset: () => replacing(() => engine.reset()),
    };
  }

  /** Something has happened that the loop should look at now. */
  poke(): void {
    this.#poked = true;
    this.#wakeUp?.();
  }

  async #loop(): Promise<void> {
    const { wall, emit } = this.#options;
    while (!this.#closed) {
      this.#poked = false;
      let more = false;
      try {
        more = await this.#slice();
        this.#after();
      } catch (error) {
        emit({ kind: 'failure', message: messageOf(error), detail: stackOf(error), kept: true });
        this.setSpeed(0);
      }
      await wall.breathe();
      if (!more && !this.#poked) await this.#rest();
    }
  }

  /** Runs the simulation for one slice. Gives whether there is more to do at once. */
  async #slice(): Promise<boolean> {
    const { wall } = this.#options;
    const simulation = this.simulation;
    const { runtime } = simulation;
    const end = wall.now() + SLICE_MS;
    const over = () => wall.now() >= end || this.#simulation !== simulation;
    this.#hurrying = this.#mayHurry(runtime.world.now);
    if (this.#hurrying) {
      const outcome = await runtime.run(Number.POSITIVE_INFINITY, () => over() || !this.#mayHurry(runtime.world.now));
      this.#pacer.rebase(wall.now(), runtime.world.now);
      this.#hurrying = outcome === 'stopped' && this.#mayHurry(runtime.world.now);
      return outcome === 'stopped';
    }
    const outcome = await runtime.run(this.#pacer.due(wall.now(), runtime.world.now), over);
    return outcome === 'stopped' || this.#mayHurry(runtime.world.now);
  }

  /** Only while somebody waits for the simulation, and nobody watches something whose pace is its point. */
  #mayHurry(now: number): boolean {
    const states = this.terminals.states;
    if (this.#pacer.speed === 0 || !states.includes('work') || states.includes('realtime')) {
      this.#hurriedFrom = null;
      return false;
    }
    if (this.terminals.working.length === 0) return false;
    this.#hurriedFrom ??= now;
    return now - this.#hurriedFrom < HURRY_MS_MAX;
  }

  #after(): void {
    const world = this.world;
    this.terminals.flush((machine) => world.machines[machine]?.power === 'running');
    this.desk.watch(world);
    this.#saver.watch(world);
    this.#publish();
  }

  async #rest(): Promise<void> {
    const { wall } = this.#options;
    const { runtime } = this.simulation;
    const next = runtime.nextTime;
    const wait = next === undefined ? IDLE_MS_MAX : this.#pacer.wait(next, runtime.world.now);
    const longest = this.#viewPending || this.#pacer.speed > 1 ? VIEW_MS : IDLE_MS_MAX;
    const { done, wake } = wall.sleep(Math.min(Math.max(wait, 1), longest));
    this.#wakeUp = wake;
    await done;
    this.#wakeUp = null;
  }

  #publish(): void {
    const now = this.#options.wall.now();
    this.#viewPending = now - this.#publishedAt < VIEW_MS;
    if (this.#viewPending) return;
    const view = this.#view();
    const diff = diffViews(this.#published, view) ?? {};
    const history = this.#newHistory();
    if (history) diff.history = history;
    if (Object.keys(diff).length === 0) return;
    this.#published = view;
    this.#publishedAt = now;
    this.#options.emit({ kind: 'view', diff });
  }

  #newHistory() {
    const { history } = this.world;
    const restart = this.#historyRestart;
    const newest = history.at(-1)?.id ?? -1;
    if (!restart && newest === this.#historySent) return null;
    let from = history.length;
    while (from > 0 && (restart || (history[from - 1]?.id ?? -1) > this.#historySent)) from--;
    const entries = history.slice(restart ? Math.max(0, history.length - HISTORY_FIRST) : from);
    this.#historySent = newest;
    this.#historyRestart = false;
    return { restart, entries };
  }

  #view(): PublicView {
    const world = this.world;
    const working = this.terminals.working[0];
    const undo = this.#checkpoints.newest;
    return {
      world: world.name,
      clock: {
        now: world.now,
        epoch: world.epoch,
        speed: this.#pacer.speed,
        hurrying: this.#hurrying,
        waitingFor: working ? `${working.machine}: ${working.command}` : null,
      },
      machines: this.#projector.machines(world),
      networks: this.#projector.networks(world),
      ...this.#projector.resources(world),
      faults: this.#projector.faults(world),
      undo: undo ? { label: undo.label, count: this.#checkpoints.count } : null,
      saving: this.#saver.view,
      labs: this.desk.catalogue.labs,
      lab: this.desk.view,
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
