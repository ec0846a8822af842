import type { MembershipListener } from '../corosync/membership';
import type { EventHandlers } from '../kernel/events';
import { logTo } from '../machine/log';
import type { ServiceTable } from '../machine/service';
import { endAlert } from './alerts/send';
import { writeCib } from './cib/live';
import { dispatch } from './controller/action';
import { hearAttributeChange, hearCibChange } from './controller/changes';
import { decideElection, describeCluster, onDcTimeout } from './controller/election';
import { joinMembers } from './controller/join';
import { forgetEvents, hearMembership } from './controller/membership';
import type { ControllerParts } from './controller/parts';
import { hearResult } from './controller/results';
import { beginShutdown, continueShutdown } from './controller/shutdown';
import { continueStartup, daemonCommands, forgetDaemons, startDaemons } from './controller/startup';
import { daemonKilled, outlivePacemakerd, reconnect, trackDaemons } from './controller/subdaemons';
import { advance, decide, recheck } from './controller/transition';
import { finishOperation, repeatOperation } from './executor/executor';
import { hasPacemaker } from './peers';

/** Exit status of pacemakerd when corosync doesn't answer. */
const NO_CLUSTER = 102;

/** What pacemaker.service's process does. */
export const services: ServiceTable = {
  'pacemaker.service': {
    start(world, machine, pid) {
      if (!machine.corosync) {
        logTo(world, machine, {
          identifier: 'pacemakerd',
          priority: 2,
          message: ' crit: Could not connect to Corosync CMAP: CS_ERR_LIBRARY',
          unit: 'pacemaker.service',
          pid,
        });
        return { kind: 'failed', status: NO_CLUSTER, after: 100 };
      }
      if (hasPacemaker(machine)) trackDaemons(world, machine, pid);
      else startDaemons(world, machine, pid);
      return { kind: 'starting', readyAfter: 20 };
    },
    stop(world, machine) {
      if (!hasPacemaker(machine)) return 0;
      beginShutdown(world, machine);
      return 'asynchronous';
    },
    children: daemonCommands,
    childEnded: daemonKilled,
    ended(world, machine, how) {
      if (how.kind === 'signal' && outlivePacemakerd(machine)) return;
      forgetEvents(world, machine.name);
      forgetDaemons(machine);
    },
  },
};

/** Hears corosync on behalf of the daemons. */
export const membershipListener: MembershipListener = hearMembership;

/** Handlers of all of pacemaker's events, given the code of other rooms that they work with. */
export function pacemakerHandlers(parts: ControllerParts): EventHandlers {
  return {
    'pacemaker.startup': continueStartup,
    'pacemaker.dc-timeout': onDcTimeout,
    'pacemaker.election': decideElection,
    'pacemaker.ruler': describeCluster,
    'pacemaker.join': joinMembers,
    'pacemaker.scheduler': (world, payload) => decide(world, payload, parts),
    'pacemaker.advance': (world, payload) => {
      const machine = world.machines[payload.machine];
      if (hasPacemaker(machine)) advance(world, machine, parts);
    },
    'pacemaker.recheck': recheck,
    'pacemaker.cib-changed': hearCibChange,
    'pacemaker.cib-store': writeCib,
    'pacemaker.attribute-changed': hearAttributeChange,
    'pacemaker.dispatch': (world, payload) => dispatch(world, payload, parts),
    'pacemaker.operation': (world, payload) => finishOperation(world, payload, parts.findAgent),
    'pacemaker.recurring': (world, payload) => repeatOperation(world, payload, parts.findAgent),
    'pacemaker.result': (world, payload) => hearResult(world, payload, parts),
    'pacemaker.stop': continueShutdown,
    'pacemaker.reconnect': reconnect,
    'pacemaker.alert-timeout': endAlert,
  };
}
