import { schedule } from '../../kernel/events';
import { serviceExited } from '../../machine/units';
import type { World } from '../../world/world';
import { forgetNode, setAttribute } from '../attributes/attributes';
import { editLiveCib } from '../cib/edit';
import { withNodeState, withNodeStateChild } from '../cib/status';
import { say } from '../journal';
import { controllers, hasPacemaker, isDc, type PacemakerMachine, partition, partitionDc } from '../peers';
import { unixSeconds } from '../time';
import { requestDecision } from './decide';
import { startElection } from './election';
import { eventOf } from './startup';
import { note, setState } from './state';

declare module '../../kernel/events' {
  interface EventMap {
    'pacemaker.stop': { machine: string; step: 'leave' | 'exit' | 'escalate' };
  }
}

const LEAVE_DELAY = 20;
/** From the controller's end to pacemakerd's. */
const EXIT_DELAY = 170;
const SHUTDOWN_DECISION = 20;
/** After a peer's controller went away, the DC decides anew so much later. */
const DEPARTURE_DECISION = 1000;
/** shutdown-escalation's default: a node that isn't let go by then goes without leave. */
const ESCALATION = 20 * 60_000;
const UNIT = 'pacemaker.service';

/** systemd (or somebody by TERM) wants the node to leave: asks the DC, or goes at once where there is none. */
export function beginShutdown(world: World, machine: PacemakerMachine): void {
  const { pacemaker } = machine;
  pacemaker.phase = 'stopping';
  say(world, machine, 'pacemakerd', 'notice', "Caught 'Terminated' signal");
  say(world, machine, 'pacemakerd', 'notice', 'Shutting down Pacemaker');
  say(world, machine, 'pacemakerd', 'notice', 'Stopping pacemaker-controld');
  say(world, machine, 'controld', 'notice', "Caught 'Terminated' signal");
  say(world, machine, 'controld', 'notice', 'Initiating controller shutdown sequence');
  pacemaker.controller.stopping = true;
  note(world, machine, 'pacemaker.stopping', { node: pacemaker.nodeName });
  const dc = partitionDc(world, machine.name);
  if (pacemaker.controller.state === 'S_STARTING') {
    leaveSoon(world, machine);
    return;
  }
  setAttribute(world, machine.name, pacemaker.nodeName, 'shutdown', String(unixSeconds(world)));
  // Without a designated controller the election is waited for: whoever wins lets the node go, if need be itself.
  if (dc) requestDecision(world, dc, SHUTDOWN_DECISION, 'Transient attribute change');
  const escalation = { machine: machine.name, step: 'escalate' } as const;
  schedule(world, ESCALATION, 'pacemaker.stop', escalation, eventOf(machine, 'stop'));
}

/** The DC lets the node go (action do_shutdown), or there is nobody to ask. */
export function leaveSoon(world: World, machine: PacemakerMachine): void {
  schedule(world, LEAVE_DELAY, 'pacemaker.stop', { machine: machine.name, step: 'leave' }, eventOf(machine, 'stop'));
}

export function continueShutdown(
  world: World,
  payload: { machine: string; step: 'leave' | 'exit' | 'escalate' },
): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine)) return;
  if (payload.step === 'exit') {
    say(world, machine, 'pacemakerd', 'notice', 'Shutdown complete');
    note(world, machine, 'pacemaker.stopped', { node: machine.pacemaker.nodeName });
    serviceExited(world, machine.name, UNIT, { kind: 'exited', status: 0 });
    return;
  }
  leave(world, machine);
  schedule(world, EXIT_DELAY, 'pacemaker.stop', { machine: machine.name, step: 'exit' }, eventOf(machine, 'stop'));
}

/** The controller leaves its process group: its peers see it go. */
function leave(world: World, machine: PacemakerMachine): void {
  const { controller } = machine.pacemaker;
  const wasDc = isDc(machine);
  if (wasDc) controller.state = 'S_STOPPING';
  else setState(world, machine, 'S_STOPPING');
  controller.transition = null;
  say(world, machine, 'controld', 'notice', 'Disconnected from the executor');
  say(world, machine, 'controld', 'notice', 'Disconnected from Corosync');
  say(world, machine, 'controld', 'notice', 'Disconnected from the CIB manager');
  departGroup(world, machine, wasDc, { expected: 'down' });
  machine.pacemaker.cib = null;
}

/**
 * A controller has gone from its process group: its peers take note. `states`: what its node's state says beside that;
 * a node that went unasked stays expected.
 */
export function departGroup(
  world: World,
  machine: PacemakerMachine,
  wasDc: boolean,
  states: Readonly<Record<string, string>>,
): void {
  const { nodeName } = machine.pacemaker;
  const others = controllers(world, machine.name).filter((peer) => peer.name !== machine.name);
  for (const peer of partition(world, machine.name)) {
    if (peer.name === machine.name) continue;
    forgetNode(world, peer, nodeName);
    peer.pacemaker.controller.peers = peer.pacemaker.controller.peers.filter((name) => name !== nodeName);
  }
  const witness = others[0];
  if (witness) markDeparted(world, witness, machine, states);
  for (const peer of others) {
    if (wasDc) {
      say(world, peer, 'controld', 'notice', `Our peer on the DC (${nodeName}) is dead`);
      startElection(world, peer);
    } else if (isDc(peer)) {
      peer.pacemaker.controller.joined = peer.pacemaker.controller.joined.filter((name) => name !== nodeName);
      requestDecision(world, peer, DEPARTURE_DECISION, 'Peer halt');
    }
  }
}

function markDeparted(
  world: World,
  witness: PacemakerMachine,
  machine: PacemakerMachine,
  states: Readonly<Record<string, string>>,
): void {
  const { nodeId, nodeName } = machine.pacemaker;
  editLiveCib(world, witness.name, (cib) => {
    const state = withNodeState(cib, String(nodeId), nodeName, {
      in_ccm: 'true',
      crmd: 'offline',
      'crm-debug-origin': 'peer_update_callback',
      join: 'down',
      ...states,
    });
    return withNodeStateChild(state, nodeName, 'transient_attributes', null);
  });
}
