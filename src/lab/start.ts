import { Simulation } from '../simulation/simulation';
import type { World } from '../world/world';
import type { Lab } from './lab';
import { startWorld } from './worlds';

const STEP_LIMIT_MS = 600_000;
const SETTLE_MS = 60_000;

/** The world a lab begins in. Labs that follow another one begin where that one's first solution ends. */
export async function labWorld(lab: Lab, seed: number, find: (id: string) => Promise<Lab>): Promise<World> {
  const world = lab.after === null ? startWorld(lab.world, seed) : await solvedWorld(await find(lab.after), seed, find);
  return { ...world, lab: { id: lab.id, reached: {} } };
}

async function solvedWorld(lab: Lab, seed: number, find: (id: string) => Promise<Lab>): Promise<World> {
  const simulation = Simulation.ofFork(await labWorld(lab, seed, find));
  for (const step of lab.solutions[0]?.steps ?? []) {
    await simulation.command(step.machine, step.command, { user: step.user, limit: STEP_LIMIT_MS });
  }
  await simulation.runtime.run(simulation.world.now + SETTLE_MS);
  return simulation.world;
}
