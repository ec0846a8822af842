import { type EventHandlers, schedule } from '../kernel/events';
import { connect } from '../network/reach';
import { lookup } from '../network/resolve';
import { listen } from '../network/sockets';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { readFileIfThere } from './files';
import { logTo } from './log';
import type { ServiceBehaviour, ServiceTable } from './service';

declare module '../kernel/events' {
  interface EventMap {
    /** chronyd has asked its sources often enough to choose one, or to see that none answers. */
    'chronyd.select': { machine: string; pid: number };
  }
}

/** From the start of chronyd to the first selected source, with `iburst`. */
const SELECT_MS = 6_000;
const RETRY_MS = 64_000;

/** A time source of chrony.conf as chronyd sees it now. */
export interface TimeSource {
  name: string;
  address: string;
  reachable: boolean;
}

function confPath(machine: Machine): string {
  return machine.distribution === 'debian-12' ? '/etc/chrony/chrony.conf' : '/etc/chrony.conf';
}

/** The sources that chrony.conf names and that resolve; a pool gives up to four. */
export function timeSources(world: World, machine: Machine): TimeSource[] {
  const text = readFileIfThere(machine, confPath(machine)) ?? readFileIfThere(machine, '/etc/chrony.conf') ?? '';
  const sources: TimeSource[] = [];
  for (const line of text.split('\n')) {
    const [kind = '', name = ''] = line.trim().split(/\s+/);
    if (kind !== 'server' && kind !== 'pool' && kind !== 'peer') continue;
    const found = lookup(world, machine.name, name);
    if (found.kind !== 'found') continue;
    for (const address of found.addresses.slice(0, kind === 'pool' ? 4 : 1)) {
      const reachable = connect(world, machine.name, address, 123, 'udp').kind === 'connected';
      sources.push({ name: address, address, reachable });
    }
  }
  return sources;
}

/** Whether the clock follows a source: what timedatectl and chronyc tell. */
export function isSynchronized(world: World, machine: Machine): boolean {
  const unit = chronyUnit(machine);
  const state = machine.units[unit];
  if (state?.active !== 'active' || world.now - state.since < SELECT_MS) return false;
  return timeSources(world, machine).some((source) => source.reachable);
}

/** Name of the unit that runs chronyd. */
export function chronyUnit(machine: Machine): string {
  return machine.distribution === 'debian-12' ? 'chrony.service' : 'chronyd.service';
}

const FEATURES = '+CMDMON +NTP +REFCLOCK +RTC +PRIVDROP +SCFILTER +SIGND +ASYNCDNS +NTS +SECHASH +IPV6 +DEBUG';

function chronyLog(world: World, machine: Machine, pid: number, message: string, priority = 6): void {
  logTo(world, machine, { identifier: 'chronyd', pid, unit: chronyUnit(machine), message, priority });
}

const chronyd: ServiceBehaviour = {
  start(world, machine, pid) {
    const version = machine.packages.chrony?.version.replace(/-.*/, '') ?? '4.3';
    const features = machine.distribution === 'debian-12' ? FEATURES.replace('+DEBUG', '-DEBUG') : FEATURES;
    chronyLog(world, machine, pid, `chronyd version ${version} starting (${features})`);
    chronyLog(world, machine, pid, 'Loaded 0 symmetric keys');
    chronyLog(world, machine, pid, 'Using right/UTC timezone to obtain leap second data');
    chronyLog(world, machine, pid, 'Loaded seccomp filter (level 2)');
    const unit = chronyUnit(machine);
    for (const address of ['127.0.0.1', '::1']) {
      listen(machine, { protocol: 'udp', address, port: 323, process: 'chronyd', pid, unit });
    }
    schedule(world, SELECT_MS, 'chronyd.select', { machine: machine.name, pid }, { machine: machine.name });
    return { kind: 'starting', readyAfter: 120 };
  },
  stop(world, machine) {
    chronyLog(world, machine, machine.units[chronyUnit(machine)]?.mainPid ?? 0, 'chronyd exiting');
    return 30;
  },
  ended() {},
  command: (machine) => (machine.distribution === 'debian-12' ? '/usr/sbin/chronyd -F 1' : '/usr/sbin/chronyd -F 2'),
  children: (machine) => (machine.distribution === 'debian-12' ? ['/usr/sbin/chronyd -F 1'] : []),
};

/** A oneshot of the boot whose work is done elsewhere, or needn't be done. */
export function oneshot(time: number): ServiceBehaviour {
  return { start: () => ({ kind: 'starting', readyAfter: time }), stop: () => 5, ended() {} };
}

/** A daemon without any work that the simulation would see. */
export function idleDaemon(readyAfter: number): ServiceBehaviour {
  return { start: () => ({ kind: 'starting', readyAfter }), stop: () => 20, ended() {} };
}

export const services: ServiceTable = {
  'chronyd.service': chronyd,
  'chrony.service': chronyd,
  'systemd-tmpfiles-setup.service': oneshot(40),
  'systemd-tmpfiles-clean.service': oneshot(60),
  'systemd-journal-flush.service': oneshot(20),
};

export const handlers: EventHandlers = {
  'chronyd.select': (world, { machine: name, pid }) => {
    const machine = world.machines[name];
    if (!machine || machine.units[chronyUnit(machine)]?.mainPid !== pid) return;
    const source = timeSources(world, machine).find((candidate) => candidate.reachable);
    if (source) chronyLog(world, machine, pid, `Selected source ${source.address}`);
    else schedule(world, RETRY_MS, 'chronyd.select', { machine: name, pid }, { machine: name });
  },
};
