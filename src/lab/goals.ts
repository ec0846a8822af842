import { Simulation } from '../simulation/simulation';
import type { World } from '../world/world';
import type { Check, Goal, Lab } from './lab';
import type { Translated } from './schema';
import { type LabView, viewOf } from './view';

/** A goal's state. `unsettled`: it fails now, and may come true by itself. */
export interface Verdict {
  readonly goal: string;
  readonly verdict: 'met' | 'unmet' | 'unsettled';
  /** What is missing now; empty when met. */
  readonly reason: Translated;
}

const nothing: Translated = { ko: '', en: '' };
const DEFAULT_LIMIT_SECONDS = 60;

/** Judges every goal of a lab in a world. Probes run in copies: the world isn't changed. */
export async function judge(lab: Lab, world: World): Promise<Verdict[]> {
  const view = viewOf(world);
  const verdicts: Verdict[] = [];
  for (const goal of lab.goals) verdicts.push(await judgeGoal(goal, lab, world, view));
  return verdicts;
}

async function judgeGoal(goal: Goal, lab: Lab, world: World, view: LabView): Promise<Verdict> {
  const reached = world.lab?.id === lab.id && world.lab.reached[goal.id] !== undefined;
  if (goal.latched && reached) return { goal: goal.id, verdict: 'met', reason: nothing };
  for (const check of goal.checks) {
    if (await passes(check, world, view)) continue;
    const settling = goal.settling?.(view, world) ?? false;
    return { goal: goal.id, verdict: settling ? 'unsettled' : 'unmet', reason: check.otherwise };
  }
  return { goal: goal.id, verdict: 'met', reason: nothing };
}

async function passes(check: Check, world: World, view: LabView): Promise<boolean> {
  if (check.predicate) return check.predicate(view, world);
  const { probe } = check;
  if (!probe || world.machines[probe.machine]?.power !== 'running') return false;
  const result = await Simulation.ofFork(world).command(probe.machine, probe.run, {
    user: probe.user ?? 'root',
    limit: (probe.limit ?? DEFAULT_LIMIT_SECONDS) * 1000,
  });
  return result.status === (probe.status ?? 0) && (probe.pattern?.test(result.stdout) ?? true);
}

/**
 * Latched goals that this very world meets, of those that need no probe. Quick enough to be asked of every world on the
 * way: what must have been so for a moment may be over when goals are judged.
 */
export function glimpse(lab: Lab, world: World): string[] {
  const open = lab.goals.filter(
    (goal) =>
      goal.latched &&
      goal.checks.every((check) => check.predicate !== null) &&
      (world.lab?.id !== lab.id || world.lab.reached[goal.id] === undefined),
  );
  if (open.length === 0) return [];
  const view = viewOf(world);
  return open.filter((goal) => goal.checks.every((check) => check.predicate?.(view, world))).map((goal) => goal.id);
}

/** Goals that are met now and stay met once reached, and aren't noted yet. */
export async function newlyReached(lab: Lab, world: World): Promise<string[]> {
  const view = viewOf(world);
  const found: string[] = [];
  for (const goal of lab.goals) {
    if (!goal.latched) continue;
    if (world.lab?.id === lab.id && world.lab.reached[goal.id] !== undefined) continue;
    if ((await judgeGoal(goal, lab, world, view)).verdict === 'met') found.push(goal.id);
  }
  return found;
}

/** Notes goals as reached, on a draft. */
export function noteReached(world: World, lab: Lab, goals: readonly string[]): void {
  if (world.lab?.id !== lab.id) world.lab = { id: lab.id, reached: {} };
  for (const goal of goals) world.lab.reached[goal] ??= world.now;
}
