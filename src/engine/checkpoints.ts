import type { World } from '../world/world';

/** Worlds are values, so a checkpoint costs a reference and what has changed since. */
const CHECKPOINTS_MAX = 200;

export interface Checkpoint {
  readonly label: string;
  readonly world: World;
}

/** The worlds before each command and each fault, newest last. */
export class Checkpoints {
  #kept: Checkpoint[] = [];

  get newest(): Checkpoint | null {
    return this.#kept.at(-1) ?? null;
  }

  get count(): number {
    return this.#kept.length;
  }

  keep(label: string, world: World): void {
    if (this.newest?.world === world) return;
    this.#kept.push({ label, world });
    if (this.#kept.length > CHECKPOINTS_MAX) this.#kept.shift();
  }

  /**
   * Takes the newest checkpoint from which something really differs now. Those since which only time and terminals
   * moved are dropped on the way: undoing `ls` would show nothing.
   */
  undo(present: World): Checkpoint | null {
    for (;;) {
      const checkpoint = this.#kept.pop();
      if (!checkpoint) return null;
      if (!sameButForTime(checkpoint.world, present)) return checkpoint;
    }
  }

  clear(): void {
    this.#kept = [];
  }
}

/** Whether two worlds differ in nothing that a user did: machines apart from their sessions' processes, networks, faults. */
export function sameButForTime(a: World, b: World): boolean {
  if (a.networks !== b.networks || a.faults !== b.faults) return false;
  const names = Object.keys(a.machines);
  if (names.length !== Object.keys(b.machines).length) return false;
  return names.every((name) => {
    const before = a.machines[name];
    const after = b.machines[name];
    if (before === after) return true;
    if (!before || !after) return false;
    return (Object.keys(before) as (keyof typeof before)[]).every(
      (key) => key === 'processes' || key === 'nextPid' || key === 'log' || before[key] === after[key],
    );
  });
}
