/** What the daemon logs while it starts and stops. */
import type { Machine } from '../world/machine';
import type { World } from '../world/world';
import { say, sayPlain } from './journal';
import { logBestLink } from './links';
import type { CorosyncMachine } from './nodes';
import { CONFIG_EXIT_STATUS, type ConfigProblem } from './problems';
import { sayWaiting } from './quorum';

export const COROSYNC_VERSION = '3.1.7';

/** How the distribution built the daemon. */
export interface BuildFeatures {
  features: string;
  /** Resource monitoring and watchdog services are built in. */
  watchdog: boolean;
  knetDirectory: string;
}

/** Debian builds with everything, CentOS without monitoring and watchdog. */
export function buildOf(machine: Machine): BuildFeatures {
  return machine.distribution === 'debian-12'
    ? {
        features: 'dbus monitoring watchdog augeas systemd xmlconf vqsim nozzle snmp pie relro bindnow',
        watchdog: true,
        knetDirectory: '/usr/lib/x86_64-linux-gnu/kronosnet',
      }
    : {
        features: 'dbus systemd xmlconf vqsim nozzle snmp pie relro bindnow',
        watchdog: false,
        knetDirectory: '/usr/lib64/kronosnet',
      };
}

/** The first lines of every start. */
export function logStarting(world: World, machine: Machine, pid: number): void {
  const line = (text: string, priority: 'notice' | 'info') => {
    if (machine.corosync === null) sayPlain(world, machine, `  [MAIN  ] ${text}`, pid, priority);
    else say(world, machine, 'MAIN', text, priority);
  };
  line(`Corosync Cluster Engine ${COROSYNC_VERSION} starting up`, 'notice');
  line(`Corosync built-in features: ${buildOf(machine).features}`, 'info');
}

/** Why the daemon can't start, as it says it. */
export function logProblem(world: World, machine: Machine, pid: number, problem: ConfigProblem): void {
  if (problem.kind === 'file') {
    sayPlain(world, machine, problem.message, pid);
    return;
  }
  logStarting(world, machine, pid);
  sayPlain(world, machine, `  [MAIN  ] ${problem.message}`, pid);
  const text = `Corosync Cluster Engine exiting with status ${CONFIG_EXIT_STATUS} at ${problem.exitsAt}.`;
  sayPlain(world, machine, `  [MAIN  ] ${text}`, pid);
}

/** The transport and the service engines come up. */
export function logServices(world: World, machine: CorosyncMachine): void {
  const { settings } = machine.corosync;
  const build = buildOf(machine);
  const knet = settings.transport === 'knet';
  if (knet) {
    say(world, machine, 'TOTEM', 'totemknet initialized', 'info');
    say(world, machine, 'KNET', 'pmtud: MTU manually set to: 0', 'info');
    if (machine.corosync.key !== null) {
      const module = `crypto_${settings.crypto.model}.so`;
      say(world, machine, 'KNET', `common: ${module} has been loaded from ${build.knetDirectory}/${module}`, 'info');
    }
  }
  const loaded = (name: string) => say(world, machine, 'SERV', `Service engine loaded: corosync ${name}`);
  const server = (name: string) => say(world, machine, 'QB', `server name: ${name}`, 'info');
  loaded('configuration map access [0]');
  server('cmap');
  loaded('configuration service [1]');
  server('cfg');
  loaded('cluster closed process group service v1.01 [2]');
  server('cpg');
  loaded('profile loading service [4]');
  if (build.watchdog) {
    loaded('resource monitoring service [6]');
    say(world, machine, 'WD', 'Watchdog not enabled by configuration', 'warning');
    say(world, machine, 'WD', 'resource load_15min missing a recovery key.', 'warning');
    say(world, machine, 'WD', 'resource memory_used missing a recovery key.', 'warning');
    say(world, machine, 'WD', 'no resources configured.', 'info');
    loaded('watchdog service [7]');
  }
  if (settings.quorum.provider !== null) {
    say(world, machine, 'QUORUM', `Using quorum provider ${settings.quorum.provider}`);
    if (machine.corosync.quorum.waiting) sayWaiting(world, machine);
    loaded('vote quorum service v1.0 [5]');
    server('votequorum');
  }
  loaded('cluster quorum service v0.1 [3]');
  server('quorum');
}

/** The links are set up. */
export function logLinks(world: World, machine: CorosyncMachine): void {
  const { corosync } = machine;
  logConfiguredLinks(world, machine);
  if (corosync.settings.transport !== 'knet') return;
  for (const number of Object.keys(corosync.localAddresses)) {
    const text = `link: Resetting MTU for link ${number} because host ${corosync.nodeId} joined`;
    say(world, machine, 'KNET', text, 'info');
  }
  // Host added, link added, policy set: each recalculates the best link.
  for (const peer of Object.keys(corosync.links)) {
    for (let times = 0; times < 3; times++) logBestLink(world, machine, Number(peer));
  }
}

function logConfiguredLinks(world: World, machine: CorosyncMachine): void {
  const { corosync } = machine;
  for (const [number, address] of Object.entries(corosync.localAddresses)) {
    const port = corosync.settings.totem.interfaces[number]?.port ?? 0;
    say(world, machine, 'TOTEM', `Configuring link ${number}`, 'info');
    const text = `Configured link number ${number}: local addr: ${address}, port=${port}`;
    say(world, machine, 'TOTEM', text, 'info');
  }
}

/** The links are set up anew after a reload; `added` are the peers that weren't in the nodelist before. */
export function logReloadedLinks(world: World, machine: CorosyncMachine, added: readonly number[]): void {
  logConfiguredLinks(world, machine);
  if (machine.corosync.settings.transport !== 'knet') return;
  for (const peer of added) logBestLink(world, machine, peer);
  say(world, machine, 'KNET', 'pmtud: MTU manually set to: 0', 'info');
  for (const peer of added) {
    for (let times = 0; times < 2; times++) logBestLink(world, machine, peer);
  }
}

/** The service engines are unloaded. */
export function logUnloading(world: World, machine: CorosyncMachine): void {
  const build = buildOf(machine);
  say(world, machine, 'SERV', 'Unloading all Corosync service engines.');
  const withdrawn = [
    ...(machine.corosync.settings.quorum.provider !== null ? ['vote quorum service v1.0'] : []),
    'configuration map access',
    'configuration service',
    'cluster closed process group service v1.01',
    'cluster quorum service v0.1',
  ];
  for (const service of withdrawn) {
    say(world, machine, 'QB', 'withdrawing server sockets', 'info');
    say(world, machine, 'SERV', `Service engine unloaded: corosync ${service}`);
  }
  const others = [
    'profile loading service',
    ...(build.watchdog ? ['resource monitoring service', 'watchdog service'] : []),
  ];
  for (const service of others) say(world, machine, 'SERV', `Service engine unloaded: corosync ${service}`);
}

/** The last lines. */
export function logExit(world: World, machine: CorosyncMachine): void {
  const { corosync } = machine;
  if (corosync.settings.transport === 'knet') {
    const hosts = [corosync.nodeId];
    for (const [peer, links] of Object.entries(corosync.links)) {
      if (Object.values(links).some((link) => link.connected)) hosts.push(Number(peer));
    }
    for (const host of hosts.sort((a, b) => b - a)) {
      say(world, machine, 'KNET', `link: Resetting MTU for link 0 because host ${host} joined`, 'info');
    }
  }
  say(world, machine, 'MAIN', 'Corosync Cluster Engine exiting normally');
}
