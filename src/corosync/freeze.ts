/** A daemon stopped by SIGSTOP, or with its machine, is silent; when it goes on it finds the world changed. */
import type { World } from '../world/world';
import { enterGather } from './gather';
import { say } from './journal';
import { dropAllLinks } from './links';
import type { CorosyncMachine } from './nodes';

/** Portion of the token timeout after which the daemon says that it wasn't scheduled. */
const NOT_SCHEDULED = 0.8;

/** Notices daemons that were stopped or continued: their process or their machine says so. */
export function followSignals(world: World): void {
  for (const machine of Object.values(world.machines)) {
    const corosync = machine.corosync;
    if (corosync === null || corosync.phase === 'starting') continue;
    const stopped = machine.power === 'paused' || machine.processes[corosync.pid]?.state === 'T';
    if (stopped && corosync.frozenSince === null) corosync.frozenSince = world.now;
    else if (!stopped && corosync.frozenSince !== null) thaw(world, machine as CorosyncMachine);
  }
}

function thaw(world: World, machine: CorosyncMachine): void {
  const { corosync } = machine;
  const frozenFor = world.now - (corosync.frozenSince ?? world.now);
  corosync.frozenSince = null;
  const { token } = corosync.settings.totem;
  const patience = Math.min(...Object.values(corosync.settings.totem.interfaces).map((each) => each.pingTimeout));
  if (frozenFor > patience) dropAllLinks(world, machine);
  if (frozenFor <= token * NOT_SCHEDULED) return;
  const at = world.epoch + world.now;
  const text =
    `Corosync main process was not scheduled (@${at}) for ${frozenFor.toFixed(4)} ms ` +
    `(threshold is ${(token * NOT_SCHEDULED).toFixed(4)} ms). Consider token timeout increase.`;
  say(world, machine, 'MAIN', text, 'warning');
  // Its timers are all over: it looks for a ring as soon as it hears anybody.
  enterGather(world, machine);
}
