/**
 * knet's links: what each node knows of who answers its pings. The network changes at once, a link some pings later.
 */
import { cancelEvent, schedule } from '../kernel/events';
import { record } from '../kernel/history';
import { randomInteger } from '../kernel/random';
import { isDropped } from '../network/faults';
import { connect } from '../network/reach';
import { resolveHost } from '../network/resolve';
import type { InterfaceSettings, LinkState } from '../world/corosync';
import type { World } from '../world/world';
import { say } from './journal';
import { type CorosyncMachine, liveDaemons } from './nodes';
import { linkNumbers } from './settings';

declare module '../kernel/events' {
  interface EventMap {
    /** The time has come for links of a machine to change, see `LinkState.dueAt`. */
    'corosync.links': { machine: string };
    /** Path MTU discovery of new links ends. */
    'corosync.pmtud': { machine: string };
  }
}

/** Payload that fits one packet before and after path MTU discovery on an Ethernet with 1500 bytes (aes256, sha256). */
const FIRST_MTU = 469;
const FOUND_MTU = 1397;
const PMTUD_MS = 200;
/** A link's state is looked at in steps of up to this. */
const CHECK_MS = 200;
/** Pings that nobody listens for are answered with `port unreachable`: how soon that is believed, from … to. */
const REFUSED_MS = [80, 650] as const;
/** What passes besides the pings until a link comes up. */
const UP_BASE_MS = 240;

/** So long after its start a daemon's pings are in step with its links. */
const FRESH_MS = 1000;

/** Sets up the links of a daemon that starts or whose nodelist changed; links that stay keep their state. */
export function configureLinks(world: World, machine: CorosyncMachine): void {
  const { corosync } = machine;
  const me = corosync.settings.nodes.find((node) => node.nodeId === corosync.nodeId);
  const before = corosync.links;
  const links: typeof before = {};
  for (const node of corosync.settings.nodes) {
    if (node.nodeId === corosync.nodeId) continue;
    const ofPeer: Record<string, LinkState> = {};
    for (const number of linkNumbers(corosync.settings)) {
      const localAddress = addressOf(world, machine.name, me?.addresses[number]);
      const remoteAddress = addressOf(world, machine.name, node.addresses[number]);
      if (localAddress === null || remoteAddress === null) continue;
      const kept = before[node.nodeId]?.[number];
      const same = kept && kept.localAddress === localAddress && kept.remoteAddress === remoteAddress;
      ofPeer[number] = same ? kept : newLink(localAddress, remoteAddress);
    }
    links[node.nodeId] = ofPeer;
  }
  corosync.links = links;
}

function newLink(localAddress: string, remoteAddress: string): LinkState {
  return {
    localAddress,
    remoteAddress,
    connected: false,
    passes: false,
    sends: false,
    pingLostAt: null,
    dueAt: null,
    mtu: FIRST_MTU,
    upCount: 0,
    downCount: 0,
  };
}

/** First address that the machine's resolver gives for a nodelist address. */
export function addressOf(world: World, machineName: string, name: string | undefined): string | null {
  return name === undefined ? null : (resolveHost(world, machineName, name)[0] ?? null);
}

/** Looks at every link of every live daemon anew and has those change that now pass or don't. */
export function examineLinks(world: World): void {
  const daemons = liveDaemons(world);
  for (const machine of daemons) {
    // One pinger per node: its links go down and come up together. Just started, it has pinged at once.
    const fresh = world.now - machine.corosync.startedAt < FRESH_MS;
    let drawn: Moment | null = null;
    const moment = () => {
      drawn ??= {
        phase: fresh ? 0 : randomInteger(world, 0, 999) / 1000,
        check: randomInteger(world, 0, (fresh ? CHECK_MS / 4 : CHECK_MS) - 1),
      };
      return drawn;
    };
    for (const [peer, links] of Object.entries(machine.corosync.links)) {
      for (const [number, link] of Object.entries(links)) {
        const other = daemons.find(
          (each) => each.corosync.nodeId === Number(peer) && holdsLink(each, number, link.remoteAddress),
        );
        examine(world, machine, other, number, link, moment);
      }
    }
    scheduleDue(world, machine);
  }
}

function holdsLink({ corosync }: CorosyncMachine, number: string, address: string): boolean {
  return Object.values(corosync.links).some((links) => links[number]?.localAddress === address);
}

/** Where in its ping interval a node is (0 … 1), and how long until it looks at its links (ms). */
interface Moment {
  phase: number;
  check: number;
}

/** How far the two directions of a link work. */
interface Passage {
  passes: boolean;
  sends: boolean;
  refused: boolean;
}

function examine(
  world: World,
  machine: CorosyncMachine,
  other: CorosyncMachine | undefined,
  number: string,
  link: LinkState,
  moment: () => Moment,
): void {
  const settings = machine.corosync.settings.totem.interfaces[number];
  if (!settings) return;
  const now = passage(world, machine, other, number, link, settings);
  link.sends = now.sends;
  if (now.passes === link.passes) return;
  link.passes = now.passes;
  const { phase, check } = moment();
  if (machine.corosync.settings.transport !== 'knet') {
    link.dueAt = link.connected === link.passes ? null : world.now;
    return;
  }
  if (now.passes) {
    const unnoticed = link.connected && link.pingLostAt !== null && world.now < link.pingLostAt;
    link.pingLostAt = null;
    if (unnoticed) link.dueAt = null;
    else if (!link.connected) link.dueAt = world.now + upDelay(settings, phase, check);
    return;
  }
  if (!link.connected) {
    link.dueAt = null;
    return;
  }
  const sincePing = Math.floor(phase * settings.pingInterval);
  link.pingLostAt = world.now + settings.pingInterval - sincePing;
  link.dueAt = now.refused
    ? world.now + REFUSED_MS[0] + Math.floor(phase * (REFUSED_MS[1] - REFUSED_MS[0]))
    : world.now + Math.max(0, settings.pingTimeout - sincePing) + check;
}

/** A link needs `pongCount` answers, counted from the next ping, which is up to a ping interval away. */
function upDelay(settings: InterfaceSettings, phase: number, check: number): number {
  const pongs = Math.max(1, settings.pongCount) + phase;
  return UP_BASE_MS + Math.floor(settings.pingInterval * pongs) + check;
}

function passage(
  world: World,
  machine: CorosyncMachine,
  other: CorosyncMachine | undefined,
  number: string,
  link: LinkState,
  settings: InterfaceSettings,
): Passage {
  const there = connect(world, machine.name, link.remoteAddress, settings.port, 'udp');
  const back = other?.corosync.links[machine.corosync.nodeId]?.[number];
  if (!other || !back || !understand(machine, other)) {
    return { passes: false, sends: false, refused: there.kind === 'refused' };
  }
  // Only who has the address in the nodelist is answered.
  if (back.remoteAddress !== link.localAddress || link.remoteAddress !== back.localAddress) {
    return { passes: false, sends: false, refused: false };
  }
  const answer = connect(world, other.name, back.remoteAddress, settings.port, 'udp');
  // Stateful firewalls let answers in: it's enough that one side takes new packets.
  const way = there.kind === 'connected' ? there : answer;
  const right = there.kind === 'connected' ? other.name : machine.name;
  const passes = way.kind === 'connected' && way.machine === right && way.latencyMs < settings.pingTimeout;
  return { passes, sends: passes || cutBackwardsOnly(world, machine, other, link), refused: false };
}

/** Packets that the other node couldn't decrypt are no packets. */
function understand(a: CorosyncMachine, b: CorosyncMachine): boolean {
  const cryptoOf = ({ corosync }: CorosyncMachine) =>
    `${corosync.settings.crypto.cipher}/${corosync.settings.crypto.hash}/${corosync.key}`;
  return a.corosync.settings.transport === b.corosync.settings.transport && cryptoOf(a) === cryptoOf(b);
}

/** Whether a one-way fault swallows the answers only. */
function cutBackwardsOnly(world: World, a: CorosyncMachine, b: CorosyncMachine, link: LinkState): boolean {
  if (world.faults.length === 0) return false;
  const nic = a.network.nics.find((each) => each.addresses.some((own) => own.address === link.localAddress));
  if (!nic || nic.network === null || !nic.up || !nic.plugged) return false;
  return !isDropped(world, nic.network, a.name, b.name) && isDropped(world, nic.network, b.name, a.name);
}

function scheduleDue(world: World, machine: CorosyncMachine): void {
  const key = `corosync.links/${machine.name}`;
  const times = Object.values(machine.corosync.links)
    .flatMap((links) => Object.values(links))
    .flatMap((link) => (link.dueAt === null ? [] : [link.dueAt]));
  if (times.length === 0) {
    cancelEvent(world, key);
    return;
  }
  const delay = Math.max(0, Math.min(...times) - world.now);
  schedule(world, delay, 'corosync.links', { machine: machine.name }, { key, machine: machine.name });
}

/** Changes the links that are due. Returns whether any did. */
export function changeDueLinks(world: World, machine: CorosyncMachine): boolean {
  const down: [peer: number, link: number][] = [];
  const up: [peer: number, link: number][] = [];
  for (const [peer, links] of Object.entries(machine.corosync.links)) {
    for (const [number, link] of Object.entries(links)) {
      if (link.dueAt === null || link.dueAt > world.now) continue;
      link.dueAt = null;
      if (link.connected) {
        link.connected = false;
        link.downCount++;
        down.push([Number(peer), Number(number)]);
        // It may have healed meanwhile, after the first ping was lost.
        if (link.passes) link.dueAt = world.now + healedDelay(world, machine, number);
      } else if (link.passes) {
        link.connected = true;
        link.upCount++;
        up.push([Number(peer), Number(number)]);
      }
    }
  }
  logDown(world, machine, down);
  logUp(world, machine, up);
  scheduleDue(world, machine);
  return down.length + up.length > 0;
}

function healedDelay(world: World, machine: CorosyncMachine, number: string): number {
  const settings = machine.corosync.settings.totem.interfaces[number];
  return settings ? upDelay(settings, randomInteger(world, 0, 999) / 1000, randomInteger(world, 0, CHECK_MS)) : 0;
}

/** A daemon that was stopped by a signal finds its links timed out when it goes on. */
export function dropAllLinks(world: World, machine: CorosyncMachine): void {
  for (const links of Object.values(machine.corosync.links)) {
    for (const link of Object.values(links)) {
      if (!link.connected) continue;
      link.dueAt = world.now;
      link.pingLostAt = null;
    }
  }
  changeDueLinks(world, machine);
}

function logDown(world: World, machine: CorosyncMachine, down: readonly [number, number][]): void {
  if (down.length === 0 || machine.corosync.settings.transport !== 'knet') return;
  for (const [peer, link] of [...down].reverse()) {
    say(world, machine, 'KNET', `link: host: ${peer} link: ${link} is down`, 'info');
    record(world, 'link.down', machine.name, { peer, link });
  }
  for (const peer of peersOf(down).reverse()) logBestLink(world, machine, peer);
}

function logUp(world: World, machine: CorosyncMachine, up: readonly [number, number][]): void {
  if (up.length === 0 || machine.corosync.settings.transport !== 'knet') return;
  for (const [peer, link] of [...up].reverse()) {
    say(world, machine, 'KNET', `rx: host: ${peer} link: ${link} is up`, 'info');
    say(world, machine, 'KNET', `link: Resetting MTU for link ${link} because host ${peer} joined`, 'info');
    record(world, 'link.up', machine.name, { peer, link });
  }
  const peers = peersOf(up);
  for (const peer of [...peers].reverse()) logBestLink(world, machine, peer);
  schedule(
    world,
    PMTUD_MS,
    'corosync.pmtud',
    { machine: machine.name },
    {
      machine: machine.name,
      key: `corosync.pmtud/${machine.name}`,
    },
  );
}

function peersOf(changes: readonly [number, number][]): number[] {
  return [...new Set(changes.map(([peer]) => peer))].sort((a, b) => a - b);
}

/** `host: host: 3 (passive) best link: 0 (pri: 1)`, and that none is left when it is so. */
export function logBestLink(world: World, machine: CorosyncMachine, peer: number): void {
  const links = Object.entries(machine.corosync.links[peer] ?? {});
  const priority = (number: string) => machine.corosync.settings.totem.interfaces[number]?.priority ?? 1;
  const connected = links.filter(([, link]) => link.connected);
  const best = [...connected].sort(([a], [b]) => priority(b) - priority(a) || Number(a) - Number(b))[0];
  const number = best?.[0] ?? '0';
  const text = `host: host: ${peer} (passive) best link: ${number} (pri: ${priority(number)})`;
  say(world, machine, 'KNET', text, 'info');
  if (connected.length === 0) say(world, machine, 'KNET', `host: host: ${peer} has no active links`, 'warning');
}

/** Path MTU discovery found how much fits through the new links. */
export function discoverMtu(world: World, machine: CorosyncMachine): void {
  for (const [peer, links] of Object.entries(machine.corosync.links).reverse()) {
    for (const [number, link] of Object.entries(links)) {
      if (!link.connected || link.mtu === FOUND_MTU) continue;
      const text = `pmtud: PMTUD link change for host: ${peer} link: ${number} from ${link.mtu} to ${FOUND_MTU}`;
      say(world, machine, 'KNET', text, 'info');
      link.mtu = FOUND_MTU;
    }
  }
  say(world, machine, 'KNET', `pmtud: Global data MTU changed to: ${FOUND_MTU}`, 'info');
}

/** Whether what one daemon sends reaches another: a link that is up at both ends and passes in that direction. */
export function carries(from: CorosyncMachine, to: CorosyncMachine): boolean {
  const back = to.corosync.links[from.corosync.nodeId];
  return Object.entries(from.corosync.links[to.corosync.nodeId] ?? {}).some(
    ([number, link]) =>
      // Healed too late, a link still goes down; what is sent meanwhile doesn't save the token.
      link.connected && link.sends && !(link.passes && link.dueAt !== null) && back?.[number]?.connected === true,
  );
}
