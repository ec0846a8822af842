import type { ProgramTable } from '../../shell/process';
import { testWorld } from '../../shell/testing';
import type { World } from '../../world/world';

/** The moment at which the recordings' clock stood still. */
const RECORDED_AT = Date.UTC(2024, 2, 1, 12, 0, 0);

/** The machine of the recordings: `node1`, as root, no cluster daemon running. */
export function recordingWorld(programs: ProgramTable): World {
  const world = testWorld(programs);
  world.epoch = RECORDED_AT;
  return world;
}
