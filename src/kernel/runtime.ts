import type { Millis, World } from '../world/world';
import type { Kernel } from './kernel';
import { type Task, TaskPool } from './tasks';

/** Why `Runtime.run` came back. */
export type RunEnd = 'time' | 'stopped' | 'idle';

/**
 * A kernel and the tasks beside it, under the one law of determinism: simulated time moves only while every task is
 * blocked. Events of the world come before timers of tasks at the same time.
 */
export class Runtime {
  readonly kernel: Kernel;
  readonly tasks: TaskPool;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.tasks = new TaskPool(() => kernel.world.now);
  }

  get world(): World {
    return this.kernel.world;
  }

  spawn(name: string, body: (task: Task) => Promise<void>): Task {
    return this.tasks.spawn(name, body);
  }

  /** Changes the world and tells the tasks that wait for it. */
  transact<R>(change: (draft: World) => R): R {
    const result = this.kernel.transact(change);
    this.tasks.worldChanged();
    return result;
  }

  /** Time of the next event or timer. */
  get nextTime(): Millis | undefined {
    const event = this.kernel.nextEventTime;
    const timer = this.tasks.nextTimer;
    if (event === undefined) return timer;
    return timer === undefined ? event : Math.min(event, timer);
  }

  /**
   * Runs until simulated time `until`, or until `stop` says so (asked between turns and between events), or until
   * nothing at all is pending. At the end of `time`, `now === until`.
   */
  async run(until: Millis, stop: () => boolean = () => false): Promise<RunEnd> {
    for (;;) {
      await this.tasks.drain(() => !stop());
      if (stop()) return 'stopped';
      const next = this.nextTime;
      if (next === undefined || next > until) {
        if (Number.isFinite(until)) this.kernel.advance(Math.max(until, this.world.now));
        return next === undefined ? 'idle' : 'time';
      }
      if (this.kernel.nextEventTime === next) {
        this.kernel.step();
        this.tasks.worldChanged();
      } else {
        this.kernel.advance(next);
        this.tasks.fireTimers();
      }
    }
  }
}
