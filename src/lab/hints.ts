import type { World } from '../world/world';
import { judge } from './goals';
import type { HintLadder, Lab } from './lab';
import type { Translated } from './schema';
import { viewOf } from './view';

/** One rung of the ladder: a nudge, a diagnosis, or the command itself. */
export interface Hint {
  readonly goal: string;
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  readonly text: Translated;
  /** What to type, on the last rung. */
  readonly type: { readonly machine: string; readonly text: string } | null;
}

const RUNGS = 3;

/** The hint that fits the present state. `goal` null: of the first goal that isn't met. Null: nothing to say. */
export async function hintFor(lab: Lab, world: World, goal: string | null, step: number): Promise<Hint | null> {
  const wanted = goal ?? (await judge(lab, world)).find((verdict) => verdict.verdict !== 'met')?.goal;
  if (wanted === undefined) return null;
  const view = viewOf(world);
  const ladder = lab.hints.find((hint) => hint.goal === wanted && (hint.when?.(view, world) ?? true));
  return ladder ? rung(ladder, Math.min(Math.max(step, 0), RUNGS - 1)) : null;
}

function rung(ladder: HintLadder, step: number): Hint {
  const { machine, type } = ladder.command;
  const typed = { ko: `${machine}에서 입력합니다.`, en: `Type on ${machine}:` };
  const text = [ladder.nudge, ladder.diagnosis, typed][step] as Translated;
  return { goal: ladder.goal, step, steps: RUNGS, text, type: step === RUNGS - 1 ? { machine, text: type } : null };
}
