import { Simulation } from '../simulation/simulation';
import type { World } from '../world/world';
import { runTrial } from './exam';
import { judge, newlyReached, noteReached, type Verdict } from './goals';
import type { Lab, Script } from './lab';
import type { ScriptStep } from './script';
import { labWorld } from './start';

/** One demand on a lab, and whether it holds. */
export interface Finding {
  /** What was demanded, e.g. `solution.sh meets every goal`. */
  readonly demand: string;
  readonly holds: boolean;
  /** Why it doesn't, or what was seen. */
  readonly detail: string;
}

export interface Proof {
  readonly lab: string;
  readonly holds: boolean;
  readonly findings: readonly Finding[];
}

export interface ProverOptions {
  readonly seed?: number;
  /** Finds a lab by id: for labs that begin where another ends. */
  readonly find: (id: string) => Promise<Lab>;
  readonly report?: (finding: Finding) => void;
}

/** Simulated time that a step may take, and that a world is given to settle after the last one. */
const STEP_LIMIT_MS = 600_000;
const SETTLE_MS = 120_000;

/**
 * Proves that a lab is solvable and that its grading can fail: the solution meets every goal; doing nothing meets none;
 * leaving out any one step is noticed; near misses don't pass; the exam is survived; promised symptoms are seen.
 */
export async function prove(lab: Lab, options: ProverOptions): Promise<Proof> {
  const findings: Finding[] = [];
  const find = (demand: string, holds: boolean, detail = '') => {
    const finding = { demand, holds, detail };
    findings.push(finding);
    options.report?.(finding);
  };
  const start = await labWorld(lab, options.seed ?? 1, options.find);
  await proveNothingMeetsNothing(lab, start, find);
  for (const solution of lab.solutions) {
    const states = await proveSolution(lab, start, solution, find);
    if (!states) continue;
    await proveEveryStepCounts(lab, solution, states, find);
    if (solution === lab.solutions[0]) await proveExam(lab, states.at(-1) as World, find);
    await proveSymptoms(lab, start, states.at(-1) as World, find);
  }
  for (const script of lab.nearMisses) {
    const end = await settled(lab, (await play(lab, start, script.steps)).at(-1) as World);
    const unmet = required(lab, await judge(lab, end));
    find(
      `${script.file} doesn't pass`,
      unmet.length > 0,
      unmet.length > 0 ? `fails ${ids(unmet)}` : 'it meets every required goal',
    );
  }
  return { lab: lab.id, holds: findings.every((finding) => finding.holds), findings };
}

type Find = (demand: string, holds: boolean, detail?: string) => void;

async function proveNothingMeetsNothing(lab: Lab, start: World, find: Find): Promise<void> {
  const met = (await judge(lab, await settled(lab, start))).filter((verdict) => verdict.verdict === 'met');
  find('doing nothing meets no goal', met.length === 0, met.length > 0 ? `met: ${ids(met)}` : '');
}

/** Plays the solution; gives the worlds before each step and after the last, or undefined when it doesn't pass. */
async function proveSolution(lab: Lab, start: World, solution: Script, find: Find): Promise<World[] | undefined> {
  const states = await play(lab, start, solution.steps);
  const end = await settled(lab, states.at(-1) as World);
  const unmet = (await judge(lab, end)).filter((verdict) => verdict.verdict !== 'met');
  find(
    `${solution.file} meets every goal`,
    unmet.length === 0,
    unmet.map((verdict) => `${verdict.goal}: ${verdict.reason.en}`).join('; '),
  );
  if (unmet.length > 0) return undefined;
  states[states.length - 1] = end;
  return states;
}

async function proveEveryStepCounts(lab: Lab, solution: Script, states: World[], find: Find): Promise<void> {
  for (const [index, step] of solution.steps.entries()) {
    const rest = await play(lab, states[index] as World, solution.steps.slice(index + 1));
    const verdicts = await judge(lab, await settled(lab, rest.at(-1) as World));
    const noticed = verdicts.filter((verdict) => verdict.verdict !== 'met');
    find(
      `leaving out ${solution.file}:${step.line} is noticed`,
      noticed.length > 0,
      noticed.length > 0 ? `by ${ids(noticed)}` : `nobody notices: ${firstLine(step)}`,
    );
  }
}

async function proveExam(lab: Lab, solved: World, find: Find): Promise<void> {
  for (const trial of lab.exam) {
    const result = await runTrial(trial, solved);
    find(`the exam's ${trial.id} is survived`, result.verdict === 'passed', result.detail.en);
  }
}

async function proveSymptoms(lab: Lab, start: World, end: World, find: Find): Promise<void> {
  for (const symptom of lab.symptoms) {
    const copy = Simulation.ofFork(symptom.at === 'start' ? start : end);
    const result = await copy.command(symptom.machine, symptom.run, { limit: STEP_LIMIT_MS });
    const shown = result.stdout + result.stderr;
    const seen = new RegExp(symptom.shows, 'm').test(shown);
    find(`${symptom.machine}# ${symptom.run} shows ${symptom.shows}`, seen, seen ? '' : shown.trim().slice(0, 200));
  }
}

/** Types steps one after the other; gives the world before each and after the last. */
export async function play(lab: Lab, start: World, steps: readonly ScriptStep[]): Promise<World[]> {
  const simulation = Simulation.ofFork(start);
  const states = [start];
  for (const step of steps) {
    await simulation.command(step.machine, step.command, { user: step.user, limit: STEP_LIMIT_MS });
    await note(lab, simulation);
    states.push(simulation.world);
  }
  return states;
}

/** The world once nothing is unsettled any more, or time is up. */
async function settled(lab: Lab, world: World): Promise<World> {
  const simulation = Simulation.ofFork(world);
  const deadline = world.now + SETTLE_MS;
  while (simulation.world.now < deadline) {
    await note(lab, simulation);
    const verdicts = await judge(lab, simulation.world);
    if (!verdicts.some((verdict) => verdict.verdict === 'unsettled')) break;
    await simulation.runtime.run(simulation.world.now + 5000);
  }
  return simulation.world;
}

async function note(lab: Lab, simulation: Simulation): Promise<void> {
  const reached = await newlyReached(lab, simulation.world);
  if (reached.length > 0) simulation.runtime.transact((world) => noteReached(world, lab, reached));
}

function required(lab: Lab, verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter(
    (verdict) => verdict.verdict !== 'met' && lab.goals.find((goal) => goal.id === verdict.goal)?.level === 'required',
  );
}

const ids = (verdicts: readonly Verdict[]) => verdicts.map((verdict) => verdict.goal).join(', ');
const firstLine = (step: ScriptStep) => step.command.split('\n')[0];
