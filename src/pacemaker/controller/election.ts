import { cancelEvent, isPending, schedule } from '../../kernel/events';
import { randomUuid } from '../../kernel/random';
import type { World } from '../../world/world';
import { editLiveCib } from '../cib/edit';
import { liveCib } from '../cib/live';
import { withAttributes } from '../cib/tree';
import { FEATURE_SET, PACEMAKER_VERSION } from '../cib/version';
import { say } from '../journal';
import { controllers, hasPacemaker, isDc, type PacemakerMachine } from '../peers';
import { setOption } from './options';
import { eventOf, waitForDc } from './startup';
import { note, setState } from './state';

declare module '../../kernel/events' {
  interface EventMap {
    /** The votes of an election have come in on this node. */
    'pacemaker.election': { machine: string };
    /** A new designated controller writes what it tells about the cluster. */
    'pacemaker.ruler': { machine: string };
  }
}

/** Votes travel for so long. */
const ELECTION_TIME = 20;
/** From taking over to the end of the join of all members. */
const JOIN_TIME = 130;
/** From the first to the further options that a new designated controller writes. */
const RULER_DELAY = 10;
/** Work within this of the most counts as level. */
const WORK_TOLERANCE = 20;

/** Starts an election in which this node takes part. */
export function startElection(world: World, machine: PacemakerMachine): void {
  const { controller } = machine.pacemaker;
  cancelEvent(world, eventOf(machine, 'dc-timeout').key);
  if (!isDc(machine)) {
    controller.dc = null;
    setState(world, machine, 'S_ELECTION');
  }
  schedule(world, ELECTION_TIME, 'pacemaker.election', { machine: machine.name }, eventOf(machine, 'election'));
}

export function onDcTimeout(world: World, payload: { machine: string }): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine) || machine.pacemaker.controller.state !== 'S_PENDING') return;
  say(world, machine, 'controld', 'warning', 'Input I_DC_TIMEOUT received in state S_PENDING from crm_timer_popped');
  for (const peer of controllers(world, machine.name)) {
    const { state } = peer.pacemaker.controller;
    if (peer.name === machine.name || state === 'S_PENDING' || state === 'S_NOT_DC') startElection(world, peer);
  }
}

/** Who wins: the one with the most work behind it; among those that are level, the one whose name sorts last. */
function strongest(candidates: readonly PacemakerMachine[]): PacemakerMachine | undefined {
  const most = Math.max(...candidates.map((machine) => machine.pacemaker.controller.work));
  const level = candidates.filter((machine) => machine.pacemaker.controller.work > most - WORK_TOLERANCE);
  return [...level].sort((a, b) => (a.pacemaker.nodeName < b.pacemaker.nodeName ? 1 : -1))[0];
}

export function decideElection(world: World, payload: { machine: string }): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine)) return;
  const present = controllers(world, machine.name);
  const staying = present.filter((peer) => !peer.pacemaker.controller.stopping || isDc(peer));
  const voters = staying.length > 0 ? staying : present;
  const rulers = voters.filter(isDc);
  const winner = strongest(rulers.length > 0 ? rulers : voters);
  if (!winner || winner.name === machine.name) {
    if (!isDc(machine)) takeOver(world, machine);
    else keepRole(world, machine, rulers);
    return;
  }
  if (isDc(machine)) release(world, machine);
  else setState(world, machine, 'S_PENDING');
  if (isDc(winner)) invite(world, winner, JOIN_TIME);
  else if (!isPending(world, eventOf(winner, 'election').key)) startElection(world, winner);
  waitForDc(world, machine);
}

/** Stays the designated controller: rivals, who have lost the same election, give way first. */
function keepRole(world: World, machine: PacemakerMachine, rulers: readonly PacemakerMachine[]): void {
  for (const rival of rulers) if (rival.name !== machine.name) startElection(world, rival);
  setState(world, machine, 'S_INTEGRATION');
  invite(world, machine, JOIN_TIME);
}

/** The designated controller offers membership to all who haven't joined. */
export function invite(world: World, dc: PacemakerMachine, delay: number): void {
  schedule(world, delay, 'pacemaker.join', { machine: dc.name }, eventOf(dc, 'join'));
}

/** Gives up the role to another. */
function release(world: World, machine: PacemakerMachine): void {
  const { controller } = machine.pacemaker;
  setState(world, machine, 'S_RELEASE_DC');
  controller.transition = null;
  controller.abortReason = null;
  controller.joined = [];
  controller.dc = null;
  for (const kind of ['scheduler', 'join', 'recheck']) cancelEvent(world, eventOf(machine, kind).key);
  setState(world, machine, 'S_PENDING');
}

/** Becomes the designated controller. */
function takeOver(world: World, machine: PacemakerMachine): void {
  const { controller, nodeName } = machine.pacemaker;
  setState(world, machine, 'S_INTEGRATION');
  note(world, machine, 'pacemaker.dc', { node: nodeName });
  controller.dc = nodeName;
  controller.joined = [];
  controller.transition = null;
  controller.abortReason = null;
  controller.nextTransition = 0;
  controller.fencingFailures = {};
  controller.uuid = randomUuid(world);
  controller.work += 1;
  say(world, machine, 'controld', 'notice', 'Cluster does not have watchdog fencing device');
  // The fencer is asked for watchdogs first; the rest follows when the CIB manager has answered.
  if (liveCib(machine)) setOption(world, machine, 'have-watchdog', 'false');
  schedule(world, RULER_DELAY, 'pacemaker.ruler', { machine: machine.name }, eventOf(machine, 'ruler'));
  invite(world, machine, JOIN_TIME);
}

export function describeCluster(world: World, payload: { machine: string }): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine) || !isDc(machine) || !liveCib(machine)) return;
  writeOptions(world, machine);
  editLiveCib(world, machine.name, (cib) => withAttributes(cib, { crm_feature_set: FEATURE_SET }));
}

/** Attributes of the CIB that the designated controller keeps. */
export function rulerFacts(machine: PacemakerMachine, nodeId = machine.pacemaker.nodeId): Record<string, string> {
  return { 'have-quorum': machine.pacemaker.controller.quorate ? '1' : '0', 'dc-uuid': String(nodeId) };
}

/** Options that tell about the cluster: each is a change of its own, where it changes anything. */
function writeOptions(world: World, machine: PacemakerMachine): void {
  const options = {
    'dc-version': PACEMAKER_VERSION,
    'cluster-infrastructure': 'corosync',
    'cluster-name': machine.corosync?.settings.clusterName ?? '',
  };
  for (const [name, value] of Object.entries(options)) {
    if (value !== '' && liveCib(machine)) setOption(world, machine, name, value);
  }
}
