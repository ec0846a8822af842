import type { Member, MembershipChange } from '../../corosync/membership';
import { cancelEvent, cancelMachineEvents } from '../../kernel/events';
import type { World } from '../../world/world';
import { sendAlert } from '../alerts/send';
import { exchangeAttributes, forgetNode } from '../attributes/attributes';
import { editLiveCib } from '../cib/edit';
import { nodeStateOf, withNodeState, withNodeStateChild } from '../cib/status';
import { withAttributes } from '../cib/tree';
import { say } from '../journal';
import { controllers, hasPacemaker, isDc, type PacemakerMachine, partition } from '../peers';
import { requestDecision } from './decide';
import { rulerFacts, startElection } from './election';
import { integrate } from './join';
import { eventOf } from './startup';
import { note } from './state';
import { loseCluster } from './subdaemons';

/** The scheduler runs so soon after a node was lost. */
const LOSS_DECISION = 50;
/** A quorum change alone. */
const QUORUM_DECISION = 50;
/** From a merged membership to the DC's offer. */
const OFFER_DELAY = 120;

/** What corosync tells the daemons of one node. */
export function hearMembership(world: World, machineName: string, change: MembershipChange): void {
  const machine = world.machines[machineName];
  if (!hasPacemaker(machine)) return;
  if (change.kind === 'ended') loseCluster(world, machine);
  else if (machine.pacemaker.controller.state === 'S_STARTING') return;
  else if (change.kind === 'membership') meetMembership(world, machine, change.members, change.quorate);
  else if (change.kind === 'quorum') quorumChanged(world, machine, change.quorate, true);
}

function quorumChanged(world: World, machine: PacemakerMachine, quorate: boolean, decide: boolean): void {
  const { controller } = machine.pacemaker;
  if (controller.quorate === quorate) return;
  controller.quorate = quorate;
  if (quorate) say(world, machine, 'controld', 'notice', 'Quorum acquired');
  else say(world, machine, 'controld', 'warning', 'Quorum lost');
  if (!isDc(machine)) return;
  editLiveCib(world, machine.name, (cib) => withAttributes(cib, rulerFacts(machine)));
  if (decide) requestDecision(world, machine, QUORUM_DECISION, 'Quorum changed');
}

function meetMembership(world: World, machine: PacemakerMachine, members: readonly Member[], quorate: boolean): void {
  const { controller, nodeName } = machine.pacemaker;
  const before = controller.members;
  const now = Object.fromEntries(members.map((member) => [String(member.nodeId), member.name]));
  const lost = Object.entries(before).filter(([id]) => !(id in now));
  const arrived = Object.entries(now).filter(([id]) => !(id in before));
  controller.members = now;
  quorumChanged(world, machine, quorate, false);
  for (const [id, name] of arrived) announce(world, machine, id, name, 'member');
  for (const [id, name] of lost) {
    forgetNode(world, machine, name);
    announce(world, machine, id, name, 'lost');
  }
  controller.peers = controllers(world, machine.name).map((peer) => peer.pacemaker.nodeName);
  if (lost.length + arrived.length > 0)
    note(world, machine, 'pacemaker.membership', {
      node: nodeName,
      lost: lost.map(([, name]) => name),
      joined: arrived.map(([, name]) => name),
    });
  for (const peer of partition(world, machine.name)) if (peer.name !== machine.name) exchangeAttributes(peer, machine);
  if (isDc(machine)) rulerMeets(world, machine, lost, arrived.length > 0);
  else subjectMeets(world, machine, lost);
}

/** A node has come or gone: the journal and the alert agents hear of it. */
function announce(world: World, machine: PacemakerMachine, id: string, name: string, desc: 'member' | 'lost'): void {
  say(world, machine, 'controld', 'notice', `Node ${name} state is now ${desc}`);
  sendAlert(world, machine, 'node', { node: name, nodeid: id, desc });
}

/** The designated controller after a change of membership. */
function rulerMeets(
  world: World,
  machine: PacemakerMachine,
  lost: readonly (readonly [string, string])[],
  newcomers: boolean,
): void {
  const { controller } = machine.pacemaker;
  for (const [id, name] of lost) {
    controller.joined = controller.joined.filter((joined) => joined !== name);
    say(world, machine, 'controld', 'warning', `Stonith/shutdown of node ${name} was not expected`);
    markLost(world, machine, id, name);
  }
  editLiveCib(world, machine.name, (cib) => withAttributes(cib, rulerFacts(machine)));
  const rival = controllers(world, machine.name).find((peer) => isDc(peer) && peer.name !== machine.name);
  if (rival) {
    say(world, machine, 'controld', 'warning', `Another DC detected: ${rival.pacemaker.nodeName} (op=noop)`);
    startElection(world, machine);
    return;
  }
  if (newcomers) integrate(world, machine, OFFER_DELAY);
  if (lost.length > 0) {
    failActionsOn(
      machine,
      lost.map(([, name]) => name),
    );
    requestDecision(world, machine, LOSS_DECISION, 'Node lost');
  }
}

/** Actions that a lost node was to do will never be answered. */
function failActionsOn(machine: PacemakerMachine, names: readonly string[]): void {
  const { transition } = machine.pacemaker.controller;
  if (!transition) return;
  transition.aborted = true;
  for (const synapse of transition.synapses) {
    if (synapse.state !== 'fired') continue;
    for (const action of synapse.actions) {
      if (action.state === 'fired' && action.node !== null && names.includes(action.node)) action.state = 'failed';
    }
    if (synapse.actions.every((action) => action.state === 'done' || action.state === 'failed')) {
      synapse.state = 'failed';
      transition.incomplete++;
    }
  }
}

/** A lost node's state: offline; what is expected of it stays, and makes it unclean or not. */
function markLost(world: World, machine: PacemakerMachine, id: string, name: string): void {
  editLiveCib(world, machine.name, (cib) => {
    if (!nodeStateOf(cib, name)) return cib;
    const state = withNodeState(cib, id, name, {
      in_ccm: 'false',
      crmd: 'offline',
      'crm-debug-origin': 'post_cache_update',
      join: 'down',
    });
    return withNodeStateChild(state, name, 'transient_attributes', null);
  });
}

/** Any other controller after a change of membership. */
function subjectMeets(world: World, machine: PacemakerMachine, lost: readonly (readonly [string, string])[]): void {
  const { controller } = machine.pacemaker;
  const dcLost = controller.dc !== null && lost.some(([, name]) => name === controller.dc);
  if (dcLost) {
    say(world, machine, 'controld', 'warning', `Our DC node (${controller.dc}) left the cluster`);
    startElection(world, machine);
    return;
  }
  const ruler = controllers(world, machine.name).find(isDc);
  if (ruler && controller.state === 'S_PENDING') {
    cancelEvent(world, eventOf(machine, 'dc-timeout').key);
    integrate(world, ruler, OFFER_DELAY);
  } else if (ruler && controller.dc !== null && controller.dc !== ruler.pacemaker.nodeName) {
    controller.dc = null;
    integrate(world, ruler, OFFER_DELAY);
  }
}

/** Drops every pending event of a machine's daemons but those of others on it. */
export function forgetEvents(world: World, machineName: string): void {
  const pending = world.queue.filter((event) => event.machine === machineName && event.type.startsWith('pacemaker.'));
  if (pending.length === world.queue.filter((event) => event.machine === machineName).length && pending.length > 0) {
    cancelMachineEvents(world, machineName);
    return;
  }
  const dropped = new Set(pending.map((event) => event.sequence));
  world.queue = world.queue.filter((event) => !dropped.has(event.sequence));
}
