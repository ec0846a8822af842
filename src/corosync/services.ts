/** Messages of the services (cfg, votequorum) and what the tools ask the local daemon to do. */
import { schedule } from '../kernel/events';
import { record } from '../kernel/history';
import { randomInteger } from '../kernel/random';
import { serviceExited } from '../machine/units';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { COROSYNC_UNIT, leaveCluster, localAddresses, reconsider, STOP_MS } from './daemon';
import { receiveJoin, receiveLeave, receiveMerge } from './gather';
import { say } from './journal';
import { configureLinks } from './links';
import { announce } from './membership';
import { type Message, multicast } from './messages';
import type { CorosyncMachine } from './nodes';
import { loadConfig } from './problems';
import { cancelWaiting, reloadVotes, setExpected, setVotes } from './quorum';
import { enterRing } from './ring';
import { logReloadedLinks } from './startup';

/** A message of another daemon (or of this one to itself) arrived. */
export function receive(world: World, machine: CorosyncMachine, from: number, message: Message): void {
  if (machine.corosync.phase === 'leaving') return;
  switch (message.kind) {
    case 'join':
      receiveJoin(world, machine, from, message);
      break;
    case 'form':
      enterRing(world, machine, message);
      break;
    case 'merge':
      receiveMerge(world, machine, from, message.ring);
      break;
    case 'leave':
      receiveLeave(world, machine, from);
      break;
    case 'shutdown':
      say(world, machine, 'CFG', `Node ${from} was shut down by sysadmin`);
      announce(world, machine, { kind: 'leaving', nodeId: from });
      break;
    case 'reload':
      reload(world, machine, from);
      break;
    case 'expected-votes':
      setExpected(world, machine, message.votes);
      break;
    case 'node-votes':
      setVotes(world, machine, message.nodeId, message.votes);
      break;
    case 'cancel-waiting':
      cancelWaiting(world, machine);
      break;
    case 'kill':
      if (message.nodeId === machine.corosync.nodeId) dieKilled(world, machine, from);
      break;
  }
}

/** Has all members read their corosync.conf again (`corosync-cfgtool -R`). */
export function requestReload(world: World, machine: CorosyncMachine): void {
  multicast(world, machine, { kind: 'reload' });
}

/** Has all members expect so many votes. */
export function requestExpectedVotes(world: World, machine: CorosyncMachine, votes: number): void {
  multicast(world, machine, { kind: 'expected-votes', votes });
}

/** Has all members count so many votes for a node. */
export function requestNodeVotes(world: World, machine: CorosyncMachine, nodeId: number, votes: number): void {
  multicast(world, machine, { kind: 'node-votes', nodeId, votes });
}

/** Ends the wait for all nodes in the whole partition (cmap key quorum.cancel_wait_for_all). */
export function requestCancelWaiting(world: World, machine: CorosyncMachine): void {
  multicast(world, machine, { kind: 'cancel-waiting' });
}

/**
 * Reads corosync.conf again. What can't change while running stays: the transport, encryption, and knet's ping times.
 * A configuration that can't be used changes nothing.
 */
function reload(world: World, machine: CorosyncMachine, requester: number): void {
  const { corosync } = machine;
  say(world, machine, 'CFG', `Config reload requested by node ${requester}`);
  const loaded = loadConfig(world, machine);
  if (loaded.kind === 'problem') {
    say(world, machine, 'CFG', `Unable to reload config file: ${loaded.problem.message}`, 'error');
    return;
  }
  const before = corosync.settings;
  const { settings } = loaded;
  settings.transport = before.transport;
  settings.crypto = before.crypto;
  for (const [number, old] of Object.entries(before.totem.interfaces)) {
    const now = settings.totem.interfaces[number];
    if (now) {
      now.pingInterval = old.pingInterval;
      now.pingTimeout = old.pingTimeout;
    }
  }
  for (const key of ['waitForAll', 'autoTieBreaker', 'lastManStanding', 'allowDownscale'] as const) {
    settings.quorum[key] = before.quorum[key];
  }
  const sameVotes = JSON.stringify([before.nodes, before.quorum]) === JSON.stringify([settings.nodes, settings.quorum]);
  corosync.settings = settings;
  corosync.reloads++;
  record(world, 'corosync.reloaded', machine.name, { requester });
  corosync.localAddresses = localAddresses(world, machine as Machine, settings, loaded.localNode);
  const known = Object.keys(corosync.links);
  configureLinks(world, machine);
  const added = Object.keys(corosync.links).filter((peer) => !known.includes(peer));
  logReloadedLinks(world, machine, added.map(Number));
  if (!sameVotes) reloadVotes(world, machine);
  reconsider(world);
}

declare module '../kernel/events' {
  interface EventMap {
    /** A daemon that was told to stop by `corosync-cfgtool -H` ends. */
    'corosync.exit': { machine: string };
  }
}

/** Has a member's daemon exit at once (`corosync-cfgtool -k`). */
export function requestKill(world: World, machine: CorosyncMachine, nodeId: number): void {
  multicast(world, machine, { kind: 'kill', nodeId });
}

/** Exit status of a daemon after a fatal error. */
const FATAL_STATUS = 255;

function dieKilled(world: World, machine: CorosyncMachine, killer: number): void {
  say(world, machine, 'CFG', `Killed by node ${killer} : Killed by corosync-cfgtool`, 'error');
  serviceExited(world, machine.name, COROSYNC_UNIT, { kind: 'exited', status: FATAL_STATUS });
}

/** Stops the daemon in an orderly way without systemd (`corosync-cfgtool -H`). */
export function shutDown(world: World, machine: CorosyncMachine): void {
  if (machine.corosync.phase !== 'running') return;
  leaveCluster(world, machine);
  const { name } = machine;
  schedule(world, randomInteger(world, STOP_MS[0], STOP_MS[1]), 'corosync.exit', { machine: name }, { machine: name });
}

/** The daemon that was told to stop is through. */
export function exitAfterShutdown(world: World, machine: Machine): void {
  serviceExited(world, machine.name, COROSYNC_UNIT, { kind: 'exited', status: 0 });
}
