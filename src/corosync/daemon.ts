/** corosync.service: the life of the daemon's process. */
import { schedule } from '../kernel/events';
import { record } from '../kernel/history';
import { randomInteger } from '../kernel/random';
import { readFileIfThere } from '../machine/files';
import type { ServiceBehaviour, ServiceEnd, ServiceStart, ServiceTable } from '../machine/service';
import { closeSockets, listen } from '../network/sockets';
import type { CorosyncNode, CorosyncSettings, CorosyncState } from '../world/corosync';
import type { Machine } from '../world/machine';
import type { Millis, World } from '../world/world';
import { say } from './journal';
import { addressOf, configureLinks, examineLinks } from './links';
import { announce } from './membership';
import { broadcast } from './messages';
import type { CorosyncMachine } from './nodes';
import { CONFIG_EXIT_STATUS, loadConfig } from './problems';
import { initialVotes } from './quorum';
import { decodeSequence, enterRing, sequenceFile } from './ring';
import { linkNumbers } from './settings';
import { logExit, logLinks, logProblem, logServices, logStarting, logUnloading } from './startup';
import { watchTokens } from './token';

declare module '../kernel/events' {
  interface EventMap {
    /** A starting daemon gets one step further. */
    'corosync.start': { machine: string; pid: number; stage: 'announce' | 'run' };
  }
}

export const COROSYNC_UNIT = 'corosync.service';

/** Steps of a start, in ms: until the first lines, until the services run, until the first ring stands. */
const START_MS = { announce: [25, 60], run: 305, ready: 8 } as const;
/** What an orderly stop takes after the services were unloaded, from … to. */
export const STOP_MS = [430, 520] as const;
/** Until the daemon has read a configuration that it can't use. */
const FAIL_MS = 12;

const behaviour: ServiceBehaviour = {
  start(world, machine, pid): ServiceStart {
    const loaded = loadConfig(world, machine);
    if (loaded.kind === 'problem') {
      logProblem(world, machine, pid, loaded.problem);
      return { kind: 'failed', status: CONFIG_EXIT_STATUS, after: FAIL_MS };
    }
    machine.corosync = freshState(world, machine, pid, loaded.settings, loaded.localNode, loaded.key);
    const first = randomInteger(world, START_MS.announce[0], START_MS.announce[1]);
    later(world, machine, first, pid, 'announce');
    later(world, machine, first + START_MS.run, pid, 'run');
    return { kind: 'starting', readyAfter: first + START_MS.run + START_MS.ready };
  },

  stop(world, machine): Millis {
    const { corosync } = machine;
    if (corosync === null || corosync.phase !== 'running') return 0;
    leaveCluster(world, machine as CorosyncMachine);
    return randomInteger(world, STOP_MS[0], STOP_MS[1]);
  },

  ended(world, machine, how) {
    end(world, machine, how);
  },
};

export const services: ServiceTable = { [COROSYNC_UNIT]: behaviour };

function later(world: World, machine: Machine, delay: Millis, pid: number, stage: 'announce' | 'run'): void {
  schedule(world, delay, 'corosync.start', { machine: machine.name, pid, stage }, { machine: machine.name });
}

function freshState(
  world: World,
  machine: Machine,
  pid: number,
  settings: CorosyncSettings,
  localNode: CorosyncNode,
  key: string | null,
): CorosyncState {
  const { nodeId } = localNode;
  const stored = decodeSequence(readFileIfThere(machine, sequenceFile(nodeId)) ?? '');
  // A restarted daemon starts one beyond what it stored.
  const ring = { representative: nodeId, sequence: stored + 1 };
  return {
    nodeId,
    pid,
    startedAt: world.now,
    phase: 'starting',
    frozenSince: null,
    settings,
    reloads: 0,
    localAddresses: localAddresses(world, machine, settings, localNode),
    links: {},
    totem: {
      state: 'gather',
      ring,
      members: [],
      gather: null,
      tokenMissingSince: null,
      highestSequence: ring.sequence,
      leftCleanly: [],
      synchronizing: false,
      counters: {
        gatherEntered: 1,
        commitEntered: 1,
        recoveryEntered: 0,
        operationalEntered: 0,
        operationalTokenLost: 0,
        consensusTimeouts: 0,
      },
    },
    quorum: initialVotes(settings, nodeId),
    known: {},
    key,
    cmap: {},
  };
}

/** Own address on each link. */
export function localAddresses(
  world: World,
  machine: Machine,
  settings: CorosyncSettings,
  node: CorosyncNode,
): Record<string, string> {
  const addresses: Record<string, string> = {};
  for (const number of linkNumbers(settings)) {
    const address = addressOf(world, machine.name, node.addresses[number]);
    if (address !== null) addresses[number] = address;
  }
  return addresses;
}

/** One step of a start. */
export function continueStart(world: World, machine: CorosyncMachine, stage: 'announce' | 'run'): void {
  if (stage === 'announce') {
    logStarting(world, machine, machine.corosync.pid);
    if (machine.corosync.settings.transport === 'knet') {
      say(world, machine, 'TOTEM', 'Initializing transport (Kronosnet).');
    } else {
      const name = machine.corosync.settings.transport === 'udpu' ? 'UDP/IP Unicast' : 'UDP/IP Multicast';
      say(world, machine, 'TOTEM', `Initializing transport (${name}).`);
    }
    return;
  }
  logServices(world, machine);
  openSockets(machine);
  configureLinks(world, machine);
  logLinks(world, machine);
  const { corosync } = machine;
  corosync.phase = 'running';
  const { totem, nodeId } = corosync;
  enterRing(world, machine, {
    kind: 'form',
    ring: { representative: nodeId, sequence: totem.ring.sequence + 4 },
    members: [nodeId],
    previous: {},
  });
  reconsider(world);
}

function openSockets(machine: CorosyncMachine): void {
  const { corosync } = machine;
  for (const [number, address] of Object.entries(corosync.localAddresses)) {
    const port = corosync.settings.totem.interfaces[number]?.port;
    if (port === undefined) continue;
    const { pid } = corosync;
    listen(machine, {
      protocol: 'udp',
      address,
      port,
      process: 'corosync',
      pid,
      fd: 29 + Number(number),
      unit: COROSYNC_UNIT,
    });
  }
}

/** Tells the others, unloads the services and falls silent; the process ends some time later. */
export function leaveCluster(world: World, machine: CorosyncMachine): void {
  const { corosync } = machine;
  say(world, machine, 'CFG', `Node ${corosync.nodeId} was shut down by sysadmin`);
  broadcast(world, machine, { kind: 'shutdown' });
  broadcast(world, machine, { kind: 'leave' });
  logUnloading(world, machine);
  record(world, 'corosync.stopping', machine.name, { nodeId: corosync.nodeId });
  corosync.phase = 'leaving';
  corosync.totem.state = 'gather';
  corosync.totem.gather = null;
  cancelOwnEvents(world, machine);
}

function end(world: World, machine: Machine, how: ServiceEnd): void {
  cancelOwnEvents(world, machine);
  if (machine.corosync === null) return;
  const running = machine as CorosyncMachine;
  if (how.kind === 'signal' && how.signal === 'TERM' && running.corosync.phase === 'running') {
    say(world, running, 'MAIN', 'Node was shut down by a signal');
    leaveCluster(world, running);
  }
  const orderly = how.kind === 'signal' ? how.signal === 'TERM' : how.kind === 'stopped' || how.status === 0;
  if (orderly) logExit(world, running);
  record(world, 'corosync.ended', machine.name, {
    how: how.kind,
    ...(how.kind === 'signal' ? { signal: how.signal } : {}),
  });
  closeSockets(machine, COROSYNC_UNIT);
  machine.corosync = null;
  announce(world, machine, { kind: 'ended' });
  reconsider(world);
}

/** What a daemon had ahead of it, but for what its clients are told. */
function cancelOwnEvents(world: World, machine: Machine): void {
  world.queue = world.queue.filter(
    (event) =>
      event.machine !== machine.name || !event.type.startsWith('corosync.') || event.type === 'corosync.announce',
  );
}

/** Has everybody look at links and tokens anew. */
export function reconsider(world: World): void {
  examineLinks(world);
  watchTokens(world);
}
