/** What pacemakerd does when daemons below it end, and when corosync does. */
import { localMembership } from '../../corosync/membership';
import { schedule } from '../../kernel/events';
import { findUser } from '../../machine/accounts';
import { addProcess } from '../../machine/systemd/processes';
import type { Machine } from '../../world/machine';
import type { PacemakerDaemon } from '../../world/pacemaker';
import type { World } from '../../world/world';
import { say } from '../journal';
import { hasPacemaker, isDc, type PacemakerMachine } from '../peers';
import { departGroup } from './shutdown';
import { daemonCommands, eventOf, resumeStartup } from './startup';
import { newController } from './state';

declare module '../../kernel/events' {
  interface EventMap {
    /** pacemakerd tries to reach corosync again. */
    'pacemaker.reconnect': { machine: string };
  }
}

const UNIT = 'pacemaker.service';
const RETRY_MS = 1000;

/** Daemons that end with another one, as they lose their connection to it. */
const FOLLOWERS: Readonly<Record<PacemakerDaemon, readonly PacemakerDaemon[]>> = {
  based: ['attrd', 'controld', 'fenced'],
  execd: ['controld'],
  controld: [],
  attrd: [],
  fenced: [],
  schedulerd: [],
};
/** Daemons that end when corosync does. */
const MEMBERS: readonly PacemakerDaemon[] = ['controld', 'based', 'fenced', 'attrd'];

/** A daemon was killed: those that depend on it end too, and pacemakerd starts them all again at once. */
export function daemonKilled(world: World, machine: Machine, pid: number): void {
  if (!hasPacemaker(machine)) return;
  const { daemons } = machine.pacemaker;
  const found = Object.entries(daemons).find(([, number]) => number === pid);
  if (!found || machine.pacemaker.phase === 'stopping') return;
  const killed = found[0] as PacemakerDaemon;
  const ended = [killed, ...FOLLOWERS[killed]];
  const watched = machine.pacemaker.pid !== 0;
  for (const daemon of watched ? ended : []) {
    say(
      world,
      machine,
      'pacemakerd',
      'error',
      `pacemaker-${daemon}[${daemons[daemon]}] terminated with signal 9 (Killed)`,
    );
    say(world, machine, 'pacemakerd', 'notice', `Respawning pacemaker-${daemon} subdaemon after unexpected exit`);
  }
  if (ended.includes('controld')) {
    const wasDc = isDc(machine);
    machine.pacemaker.controller.state = 'S_STOPPING';
    departGroup(world, machine, wasDc, {});
  }
  endDaemons(world, machine, ended);
  if (watched) respawn(world, machine, ended);
}

/**
 * pacemakerd was killed: the unit's `KillMode=process` leaves the daemons below it running, and the cluster doesn't
 * notice. Says whether any does; if so their state stays, with no process id for pacemakerd.
 */
export function outlivePacemakerd(machine: Machine): boolean {
  if (!hasPacemaker(machine) || machine.pacemaker.phase === 'stopping') return false;
  const { pacemaker } = machine;
  const left = Object.values(pacemaker.daemons).flatMap((pid) => machine.processes[pid] ?? []);
  for (const process of left) process.ppid = 1;
  pacemaker.pid = 0;
  return left.length > 0;
}

/** A new pacemakerd takes over the daemons that outlived the one before it, and starts those that are missing. */
export function trackDaemons(world: World, machine: PacemakerMachine, pid: number): void {
  const { pacemaker } = machine;
  pacemaker.pid = pid;
  say(world, machine, 'pacemakerd', 'notice', 'Additional logging available in /var/log/pacemaker/pacemaker.log');
  say(world, machine, 'pacemakerd', 'notice', 'Starting Pacemaker 2.1.5');
  const daemons = Object.entries(pacemaker.daemons) as [PacemakerDaemon, number][];
  for (const [daemon, number] of daemons.filter((entry) => entry[1] !== 0)) {
    const text = `Tracking existing pacemaker-${daemon} process (pid=${number})`;
    say(world, machine, 'pacemakerd', 'notice', text);
  }
  const missing = daemons.filter((entry) => entry[1] === 0).map((entry) => entry[0]);
  respawn(world, machine, missing);
  say(world, machine, 'pacemakerd', 'notice', 'Pacemaker daemon successfully started and accepting connections');
}

/** corosync is gone: the daemons that live by it end, pacemakerd waits for it. */
export function loseCluster(world: World, machine: PacemakerMachine): void {
  say(world, machine, 'controld', 'crit', 'Lost connection to cluster layer, shutting down');
  const waiting = 'Lost connection to cluster layer (connection will be reattempted once per second)';
  say(world, machine, 'pacemakerd', 'warning', waiting);
  for (const daemon of ['based', 'fenced', 'attrd'] as const)
    say(world, machine, daemon, 'crit', 'Lost connection to cluster layer, shutting down');
  endDaemons(world, machine, MEMBERS);
  retry(world, machine);
}

function retry(world: World, machine: PacemakerMachine): void {
  schedule(world, RETRY_MS, 'pacemaker.reconnect', { machine: machine.name }, eventOf(machine, 'reconnect'));
}

export function reconnect(world: World, payload: { machine: string }): void {
  const machine = world.machines[payload.machine];
  if (!hasPacemaker(machine) || machine.pacemaker.phase === 'stopping') return;
  if (localMembership(world, machine.name) === null) {
    say(world, machine, 'pacemakerd', 'crit', 'Could not connect to Corosync CFG: CS_ERR_LIBRARY');
    retry(world, machine);
    return;
  }
  say(world, machine, 'pacemakerd', 'notice', 'Cluster connection reestablished');
  respawn(world, machine, MEMBERS);
}

/** Takes away the daemons and what only they knew. */
function endDaemons(world: World, machine: PacemakerMachine, ended: readonly PacemakerDaemon[]): void {
  const { pacemaker } = machine;
  for (const daemon of ended) {
    delete machine.processes[pacemaker.daemons[daemon]];
    pacemaker.daemons[daemon] = 0;
  }
  if (ended.includes('attrd')) pacemaker.attributes = {};
  if (ended.includes('based')) pacemaker.cib = null;
  if (!ended.includes('controld')) return;
  pacemaker.controller = newController();
  // A new controller knows of no results: the node is probed anew. Recurring operations end with who ordered them.
  pacemaker.executor = { history: {}, recurring: {}, running: [], nextCall: 2 };
  world.queue = world.queue.filter((event) => event.machine !== machine.name || !event.type.startsWith('pacemaker.'));
}

function respawn(world: World, machine: PacemakerMachine, daemons: readonly PacemakerDaemon[]): void {
  for (const child of daemonCommands(machine)) {
    const daemon = daemons.find((each) => child.command.endsWith(`/pacemaker-${each}`));
    if (daemon === undefined) continue;
    const uid = findUser(machine, child.user)?.uid ?? 0;
    const { command } = child;
    machine.pacemaker.daemons[daemon] = addProcess(world, machine, {
      command,
      unit: UNIT,
      uid,
      ppid: machine.pacemaker.pid,
    });
  }
  if (daemons.includes('controld')) resumeStartup(world, machine);
}
