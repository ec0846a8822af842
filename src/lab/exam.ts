import { powerOff, powerOn, requestShutdown, reset } from '../machine/power';
import { setCable } from '../network/links';
import { Simulation } from '../simulation/simulation';
import type { Millis, World } from '../world/world';
import type { Lab, Trial } from './lab';
import type { ActionFile, Translated } from './schema';
import { viewOf } from './view';

/** What one trial of the exam showed. */
export interface TrialResult {
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
  readonly faults: readonly TrialResult[];
}

/** How often the copy is looked at, in simulated ms. */
const LOOK_EVERY_MS = 500;

/** Runs every trial in a copy of the world. `progress` is told after each, and waited for: others may want a turn. */
export async function runExam(
  lab: Lab,
  world: World,
  progress: (done: number, of: number) => void | Promise<void> = () => {},
): Promise<ExamResult> {
  const faults: TrialResult[] = [];
  for (const trial of lab.exam) {
    faults.push(await runTrial(trial, world));
    await progress(faults.length, lab.exam.length);
  }
  return { passed: faults.every((fault) => fault.verdict === 'passed'), faults };
}

/** One trial in a copy of the world: its actions, then watching until everything expected was seen or time is up. */
export async function runTrial(trial: Trial, world: World): Promise<TrialResult> {
  const copy = Simulation.ofFork(world);
  const start = copy.world.now;
  const broken = { at: null as Millis | null };
  const watch = (until: Millis) => watchUntil(copy, trial, until, broken);
  for (const action of trial.actions) {
    await act(copy, action, watch);
    if (broken.at !== null) break;
  }
  const acted = copy.world.now;
  const seen = trial.expect.map(() => null as Millis | null);
  const deadline = acted + Math.max(0, ...trial.expect.map((expected) => expected.within)) * 1000;
  while (broken.at === null) {
    const view = viewOf(copy.world);
    trial.expect.forEach((expected, index) => {
      if (
        seen[index] === null &&
        copy.world.now <= acted + expected.within * 1000 &&
        expected.predicate(view, copy.world)
      ) {
        seen[index] = copy.world.now - acted;
      }
    });
    if (copy.world.now >= deadline || seen.every((time) => time !== null)) break;
    await watch(Math.min(deadline, copy.world.now + LOOK_EVERY_MS));
  }
  const watchedMs = copy.world.now - start;
  return {
    id: trial.id,
    title: trial.title,
    watchedMs,
    ...outcome(trial, seen, broken.at === null ? null : broken.at - start),
  };
}

function outcome(
  trial: Trial,
  seen: (Millis | null)[],
  brokenAfter: Millis | null,
): Pick<TrialResult, 'verdict' | 'detail'> {
  const seconds = (ms: Millis) => (ms / 1000).toFixed(1);
  if (brokenAfter !== null && trial.always) {
    return {
      verdict: 'failed',
      detail: {
        ko: `${seconds(brokenAfter)}초 뒤에 깨졌습니다: ${trial.always.text.ko}`,
        en: `Broken after ${seconds(brokenAfter)} s: ${trial.always.text.en}`,
      },
    };
  }
  const missing = trial.expect.find((_, index) => seen[index] === null);
  if (missing) {
    return {
      verdict: 'failed',
      detail: {
        ko: `${missing.within}초 안에 이루어지지 않았습니다: ${missing.text.ko}`,
        en: `Not seen within ${missing.within} s: ${missing.text.en}`,
      },
    };
  }
  const all = (language: 'ko' | 'en') =>
    trial.expect
      .map(
        (expected, index) =>
          `${expected.text[language]} (${seconds(seen[index] as Millis)}${language === 'ko' ? '초' : ' s'})`,
      )
      .join(' · ');
  return { verdict: 'passed', detail: { ko: all('ko'), en: all('en') } };
}

/** Runs the copy on, looking at what must always hold after each change. */
async function watchUntil(copy: Simulation, trial: Trial, until: Millis, broken: { at: Millis | null }): Promise<void> {
  const { always } = trial;
  if (!always) {
    await copy.runtime.run(until);
    return;
  }
  let looked: World | undefined;
  await copy.runtime.run(until, () => {
    const { world } = copy;
    if (world !== looked && broken.at === null) {
      looked = world;
      if (!always.predicate(viewOf(world), world)) broken.at = world.now;
    }
    return broken.at !== null;
  });
}

async function act(copy: Simulation, action: ActionFile, watch: (until: Millis) => Promise<void>): Promise<void> {
  const change = (apply: (world: World) => void) => copy.runtime.transact(apply);
  if ('wait' in action) await watch(copy.world.now + action.wait * 1000);
  else if ('powerOff' in action) change((world) => powerOff(world, action.powerOff));
  else if ('powerOn' in action) change((world) => powerOn(world, action.powerOn));
  else if ('reset' in action) change((world) => reset(world, action.reset));
  else if ('reboot' in action) change((world) => requestShutdown(world, action.reboot, 'reboot'));
  else if ('unplug' in action || 'plug' in action) {
    const plugged = 'plug' in action;
    const [machine = '', nic = ''] = (plugged ? action.plug : action.unplug).split(' ');
    change((world) => setCable(world, machine, nic, plugged));
  } else await copy.command(action.run.machine, action.run.command, { limit: 600_000 });
}
