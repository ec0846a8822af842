import { connectivityReaction } from '../kernel/connectivity';
import { Kernel } from '../kernel/kernel';
import type { World } from '../world/world';
import { handlers } from './handlers';

/** A kernel with the rules of all rooms. */
export function makeKernel(world: World): Kernel {
  return new Kernel(world, handlers, [connectivityReaction]);
}
