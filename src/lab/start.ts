import type { CommandResult } from '../shell/command';
import { Simulation } from '../simulation/simulation';
import type { World } from '../world/world';
import { type Lab, LabError, type Script } from './lab';
import type { ScriptStep } from './script';
import { startWorld } from './worlds';

const STEP_LIMIT_MS = 600_000;
const SETTLE_MS = 60_000;

/**
 * The world a lab begins in: its start world, or where the first solution of the lab it follows ends; then what its
 * `before.sh` types. Throws LabError when that fails.
 */
export async function labWorld(lab: Lab, seed: number, find: (id: string) => Promise<Lab>): Promise<World> {
  const world = lab.after === null ? startWorld(lab.world, seed) : await solvedWorld(await find(lab.after), seed, find);
  const prepared = lab.before ? await prepare(lab, lab.before, world) : world;
  return { ...prepared, lab: { id: lab.id, reached: {} } };
}

async function solvedWorld(lab: Lab, seed: number, find: (id: string) => Promise<Lab>): Promise<World> {
  const world = await labWorld(lab, seed, find);
  const [solution] = lab.solutions;
  return solution ? typed(world, solution) : world;
}

/** Throws LabError when a preparation fails: the lab wouldn't begin where its author thinks. */
async function prepare(lab: Lab, script: Script, world: World): Promise<World> {
  return typed(world, script, (step, result) => {
    if (result.status === 0) return;
    const said = (result.stderr || result.stdout).trim().split('\n')[0];
    throw new LabError(lab.id, [`${script.file}: line ${step.line}: exit status ${result.status}: ${said}`]);
  });
}

/** The world after a script, settled. */
async function typed(
  world: World,
  script: Script,
  check?: (step: ScriptStep, result: CommandResult) => void,
): Promise<World> {
  const simulation = Simulation.ofFork(world);
  for (const step of script.steps) {
    const result = await simulation.command(step.machine, step.command, { user: step.user, limit: STEP_LIMIT_MS });
    check?.(step, result);
  }
  await simulation.runtime.run(simulation.world.now + SETTLE_MS);
  return simulation.world;
}
