import { localMembership } from '../../corosync/membership';
import { schedule } from '../../kernel/events';
import type { ServiceChild } from '../../machine/service';
import type { Machine } from '../../world/machine';
import type { PacemakerDaemon } from '../../world/pacemaker';
import type { World } from '../../world/world';
import { sendAlert } from '../alerts/send';
import { exchangeAttributes, setAttribute } from '../attributes/attributes';
import { readStoredCib } from '../cib/disk';
import { editLiveCib } from '../cib/edit';
import { installCib, liveCib } from '../cib/live';
import { element } from '../cib/new';
import { ensurePath, updateAt, withAttributes } from '../cib/tree';
import { say } from '../journal';
import { controllers, hasPacemaker, isDc, type PacemakerMachine, partition } from '../peers';
import { ctime, unixMs } from '../time';
import { timeOption } from './options';
import { newController, note, setState } from './state';

declare module '../../kernel/events' {
  interface EventMap {
    'pacemaker.startup': { machine: string; step: 'cib' | 'controller' };
    /** Nobody claimed to be the designated controller for dc-deadtime. */
    'pacemaker.dc-timeout': { machine: string };
    /** A designated controller invites whoever hasn't joined it. */
    'pacemaker.join': { machine: string };
  }
}

/** Times of a start, as recorded on an idle node. */
const CIB_READY = 400;
const CONTROLLER_READY = 1450;
/** The election trigger runs a second longer than dc-deadtime says. */
const TRIGGER_EXTRA = 1000;
const DC_DEADTIME = 20_000;
/** From a new peer's arrival to the offer that the designated controller makes it. */
const INTEGRATION_DELAY = 150;

const ROOT_DAEMONS: readonly PacemakerDaemon[] = ['fenced', 'execd'];
const DAEMONS: readonly PacemakerDaemon[] = ['based', 'fenced', 'execd', 'attrd', 'schedulerd', 'controld'];

/** pacemakerd has been started: makes the state and starts the daemons. */
export function startDaemons(world: World, machine: Machine, pid: number): void {
  const corosync = machine.corosync;
  const local = localMembership(world, machine.name);
  const self = local?.nodelist.find((node) => node.nodeId === local.localNodeId);
  machine.pacemaker = {
    pid,
    daemons: { based: 0, fenced: 0, execd: 0, attrd: 0, schedulerd: 0, controld: 0 },
    phase: 'starting',
    startedAt: world.now,
    nodeId: corosync?.nodeId ?? 0,
    nodeName: self?.name ?? machine.hostname,
    cib: null,
    controller: newController(),
    attributes: {},
    executor: { history: {}, recurring: {}, running: [], nextCall: 2 },
    fencing: [],
  };
  if (!hasPacemaker(machine)) return;
  say(world, machine, 'pacemakerd', 'notice', 'Additional logging available in /var/log/pacemaker/pacemaker.log');
  say(world, machine, 'pacemakerd', 'notice', 'Starting Pacemaker 2.1.5');
  say(world, machine, 'pacemakerd', 'notice', 'Pacemaker daemon successfully started and accepting connections');
  schedule(world, CIB_READY, 'pacemaker.startup', { machine: machine.name, step: 'cib' }, eventOf(machine, 'startup'));
}

/** The daemons come up again below a pacemakerd that lives: from the CIB manager on, or the controller alone. */
export function resumeStartup(world: World, machine: PacemakerMachine): void {
  const step = machine.pacemaker.cib === null ? 'cib' : 'controller';
  const delay = step === 'cib' ? CIB_READY : CONTROLLER_READY - CIB_READY;
  schedule(world, delay, 'pacemaker.startup', { machine: machine.name, step }, eventOf(machine, 'startup'));
}

/** A key by which a machine's event of a kind is found again. */
export function eventOf(machine: Machine, kind: string): { key: string; machine: string } {
  return { key: `pacemaker.${kind}:${machine.name}`, machine: machine.name };
}

/** The daemons below pacemakerd: those that need no root's rights run as the cluster's user. */
export function daemonCommands(machine: Machine): ServiceChild[] {
  const folder = machine.distribution === 'debian-12' ? '/usr/lib/pacemaker' : '/usr/libexec/pacemaker';
  return DAEMONS.map((daemon) => ({
    command: `${folder}/pacemaker-${daemon}`,
    user: ROOT_DAEMONS.includes(daemon) ? 'root' : 'hacluster',
  }));
}

/** Finds the daemons' process ids, which systemd's side has given out. */
function findDaemons(machine: PacemakerMachine): void {
  for (const process of Object.values(machine.processes)) {
    const daemon = DAEMONS.find((each) => process.command.endsWith(`/pacemaker-${each}`));
    if (daemon && process.unit === 'pacemaker.service') machine.pacemaker.daemons[daemon] = process.pid;
  }
}

/** The daemons are gone: nothing of them stays but the files. */
export function forgetDaemons(machine: Machine): void {
  machine.pacemaker = null;
}

export function continueStartup(world: World, payload: { machine: string; step: 'cib' | 'controller' }): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine) || machine.pacemaker.phase === 'stopping') return;
  if (payload.step === 'cib') {
    startCibManager(world, machine);
    const rest = { machine: machine.name, step: 'controller' } as const;
    schedule(world, CONTROLLER_READY - CIB_READY, 'pacemaker.startup', rest, eventOf(machine, 'startup'));
  } else startController(world, machine);
}

function startCibManager(world: World, machine: PacemakerMachine): void {
  findDaemons(machine);
  for (const daemon of DAEMONS)
    say(world, machine, daemon, 'notice', 'Additional logging available in /var/log/pacemaker/pacemaker.log');
  say(world, machine, 'based', 'notice', 'Starting Pacemaker CIB manager');
  const stored = readStoredCib(machine);
  if (stored.found === 'missing') {
    const path = '/var/lib/pacemaker/cib/cib.xml';
    say(world, machine, 'based', 'notice', `${path} not found: No such file or directory`);
    say(world, machine, 'based', 'notice', `${path}.sig not found: No such file or directory`);
    say(
      world,
      machine,
      'based',
      'warning',
      `Could not verify cluster configuration file ${path}: No such file or directory (2)`,
    );
  }
  if (stored.found !== 'good') {
    say(
      world,
      machine,
      'based',
      'warning',
      'Primary configuration corrupt or unusable, trying backups in /var/lib/pacemaker/cib',
    );
    say(world, machine, 'based', 'warning', 'Continuing with an empty configuration.');
  }
  if (stored.found === 'good') machine.pacemaker.cib = stored.cib;
  else installCib(world, machine, withAttributes(stored.cib, { 'cib-last-written': ctime(unixMs(world)) }));
  say(world, machine, 'execd', 'notice', 'Starting Pacemaker local executor');
  say(world, machine, 'execd', 'notice', 'OCF resource agent search path is /usr/lib/ocf/resource.d');
  say(world, machine, 'fenced', 'notice', 'Starting Pacemaker fencer');
  say(world, machine, 'attrd', 'notice', 'Starting Pacemaker node attribute manager');
  say(world, machine, 'schedulerd', 'notice', 'Starting Pacemaker scheduler');
  say(world, machine, 'controld', 'notice', 'Starting Pacemaker controller');
  say(world, machine, 'based', 'notice', 'Connecting to corosync cluster infrastructure');
  say(world, machine, 'based', 'notice', 'Pacemaker CIB manager successfully started and accepting connections');
  for (const peer of partition(world, machine.name)) {
    if (peer.name !== machine.name) exchangeAttributes(peer, machine);
  }
}

function startController(world: World, machine: PacemakerMachine): void {
  const local = localMembership(world, machine.name);
  const { controller } = machine.pacemaker;
  say(world, machine, 'controld', 'notice', 'Connecting to corosync cluster infrastructure');
  controller.quorate = local?.quorate === true;
  if (!controller.quorate) say(world, machine, 'controld', 'warning', 'No quorum');
  else say(world, machine, 'controld', 'notice', 'Quorum acquired');
  for (const member of local?.members ?? []) {
    controller.members[String(member.nodeId)] = member.name;
    say(world, machine, 'controld', 'notice', `Node ${member.name} state is now member`);
    const facts = { node: member.name, nodeid: member.nodeId, desc: 'member' };
    if (member.name !== machine.pacemaker.nodeName) sendAlert(world, machine, 'node', facts);
  }
  setAttribute(world, machine.name, machine.pacemaker.nodeName, '#attrd-protocol', '4', { isPrivate: true });
  addNodes(world, machine, local?.nodelist ?? []);
  say(world, machine, 'controld', 'notice', 'Pacemaker controller successfully started and accepting connections');
  machine.pacemaker.phase = 'running';
  setState(world, machine, 'S_PENDING');
  note(world, machine, 'pacemaker.started', { node: machine.pacemaker.nodeName });
  meetPeers(world, machine);
}

/** Every node of corosync's list gets its entry in the configuration. */
export function addNodes(
  world: World,
  machine: PacemakerMachine,
  nodes: readonly { nodeId: number; name: string }[],
): void {
  editLiveCib(world, machine.name, (cib) => {
    const { root, path } = ensurePath(cib, ['configuration', 'nodes']);
    return updateAt(root, path, (section) => {
      const missing = nodes.filter(
        (node) => !section.children.some((child) => child.attributes.id === String(node.nodeId)),
      );
      if (missing.length === 0) return section;
      const made = missing.map((node) => element('node', { id: String(node.nodeId), uname: node.name }));
      return { ...section, children: [...section.children, ...made] };
    });
  });
}

/** A controller has arrived in its partition: it waits for a DC's offer, or for the election. */
export function meetPeers(world: World, machine: PacemakerMachine): void {
  const peers = controllers(world, machine.name);
  const names = peers.map((peer) => peer.pacemaker.nodeName);
  for (const peer of peers) peer.pacemaker.controller.peers = [...names];
  const dc = peers.find(isDc);
  if (dc && dc.name !== machine.name) {
    schedule(world, INTEGRATION_DELAY, 'pacemaker.join', { machine: dc.name }, eventOf(dc, 'join'));
    return;
  }
  waitForDc(world, machine);
}

/** Starts the election trigger. */
export function waitForDc(world: World, machine: PacemakerMachine): void {
  const cib = liveCib(machine);
  const deadtime = cib ? timeOption(cib, 'dc-deadtime', DC_DEADTIME) : DC_DEADTIME;
  const delay = deadtime + TRIGGER_EXTRA;
  schedule(world, delay, 'pacemaker.dc-timeout', { machine: machine.name }, eventOf(machine, 'dc-timeout'));
}
