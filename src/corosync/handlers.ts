import type { EventHandlers } from '../kernel/events';
import type { World } from '../world/world';
import { continueStart, reconsider } from './daemon';
import { followSignals } from './freeze';
import { consensusTimedOut, lookForOthers, repeatJoin, sendMergeDetect, tokenLost } from './gather';
import { changeDueLinks, discoverMtu } from './links';
import type { MembershipListener } from './membership';
import { type CorosyncMachine, isAlive } from './nodes';
import { lastManWindowOver } from './quorum';
import { finishSynchronization } from './ring';
import { exitAfterShutdown, receive } from './services';
import { warnOfToken, watchTokens } from './token';

/** Runs `act` on a machine whose daemon takes part, else nothing. */
function onLive(world: World, name: string, act: (machine: CorosyncMachine) => void): void {
  const machine = world.machines[name];
  if (isAlive(machine)) act(machine);
}

/** The event handlers of this room; `listeners` hear of changes of membership and quorum on every machine. */
export function corosyncHandlers(listeners: readonly MembershipListener[]): EventHandlers {
  return {
    'connectivity.changed': (world) => {
      followSignals(world);
      reconsider(world);
    },
    'corosync.start': (world, { machine, pid, stage }) => {
      const starting = world.machines[machine];
      if (starting?.corosync?.pid === pid) continueStart(world, starting as CorosyncMachine, stage);
    },
    'corosync.exit': (world, { machine }) => {
      const leaving = world.machines[machine];
      if (leaving?.corosync?.phase === 'leaving') exitAfterShutdown(world, leaving);
    },
    'corosync.links': (world, { machine }) =>
      onLive(world, machine, (live) => {
        if (!changeDueLinks(world, live)) return;
        watchTokens(world);
        lookForOthers(world, 'idle');
      }),
    'corosync.pmtud': (world, { machine }) => onLive(world, machine, (live) => discoverMtu(world, live)),
    'corosync.message': (world, { machine, from, message }) =>
      onLive(world, machine, (live) => receive(world, live, from, message)),
    'corosync.consensus': (world, { machine }) => onLive(world, machine, (live) => consensusTimedOut(world, live)),
    'corosync.repeat-join': (world, { machine, to }) =>
      onLive(world, machine, (live) => onLive(world, to, (other) => repeatJoin(world, live, other))),
    'corosync.merge-detect': (world, { machine, to }) =>
      onLive(world, machine, (live) => onLive(world, to, (other) => sendMergeDetect(world, live, other))),
    'corosync.token': (world, { machine, stage }) =>
      onLive(world, machine, (live) => (stage === 'lost' ? tokenLost(world, live) : warnOfToken(world, live))),
    'corosync.watch': (world) => watchTokens(world),
    'corosync.synchronized': (world, { machine }) =>
      onLive(world, machine, (live) => finishSynchronization(world, live)),
    'corosync.last-man': (world, { machine }) => onLive(world, machine, (live) => lastManWindowOver(world, live)),
    'corosync.announce': (world, { machine, change }) => {
      for (const listener of listeners) listener(world, machine, change);
    },
  };
}
