import { randomInteger } from '../../../kernel/random';
import { findGroup, findUser } from '../../../machine/accounts';
import {
  exists,
  listDirectory,
  lookup,
  makeDirectory,
  readFileIfThere,
  removeFileIfThere,
  rename,
  writeFile,
} from '../../../machine/files';
import type { Machine } from '../../../world/machine';
import type { World } from '../../../world/world';
import { parseConf } from '../corosync-conf';
import type { RemoteHost } from './client';
import { formatKnownHosts, type KnownHost, parseKnownHosts } from './hosts';

export const COROSYNC_CONF = '/etc/corosync/corosync.conf';
export const COROSYNC_AUTHKEY = '/etc/corosync/authkey';
export const PACEMAKER_AUTHKEY = '/etc/pacemaker/authkey';
const KNOWN_HOSTS = '/var/lib/pcsd/known-hosts';
const SETTINGS = '/var/lib/pcsd/pcs_settings.conf';
const CIB_DIRECTORY = '/var/lib/pacemaker/cib';

const unixNow = (world: World) => world.epoch + world.now;

/** Whether a unit's process runs. */
export function isActive(machine: Machine, unit: string): boolean {
  const active = machine.units[unit]?.active;
  return active === 'active' || active === 'reloading';
}

/** What a host says of itself before it is taken into a cluster. */
export interface HostInfo {
  readonly running: readonly string[];
  readonly missing: readonly string[];
  readonly clusterFiles: boolean;
}

export function hostInfo(machine: Machine): HostInfo {
  const services = ['corosync', 'pacemaker'];
  return {
    running: services.filter((name) => isActive(machine, `${name}.service`)),
    missing: services.filter((name) => machine.packages[name] === undefined),
    clusterFiles: exists(machine, COROSYNC_CONF) || exists(machine, `${CIB_DIRECTORY}/cib.xml`),
  };
}

/** Writes a file for root alone, or for pacemaker's user. */
export function putFile(
  machine: Machine,
  world: World,
  path: string,
  content: string,
  mode: number,
  owner: { user: string; group: string } = { user: 'root', group: 'root' },
): void {
  const uid = findUser(machine, owner.user)?.uid ?? 0;
  const gid = findGroup(machine, owner.group)?.gid ?? 0;
  removeFileIfThere(machine, path, unixNow(world));
  writeFile(machine, path, content, { mode, uid, gid, time: unixNow(world), makeParents: true });
}

/** Replaces corosync.conf; the old one stays beside it with the time in its name. */
export function putCorosyncConf(machine: Machine, world: World, content: string): void {
  if (exists(machine, COROSYNC_CONF)) {
    const seconds = Math.floor(unixNow(world) / 1000);
    rename(machine, COROSYNC_CONF, `${COROSYNC_CONF}.${seconds}`, { time: unixNow(world) });
  }
  putFile(machine, world, COROSYNC_CONF, content, 0o644);
}

/** Removes everything that makes this machine a member of a cluster. */
export function removeClusterFiles(machine: Machine, world: World): void {
  const time = unixNow(world);
  for (const path of [COROSYNC_CONF, COROSYNC_AUTHKEY, PACEMAKER_AUTHKEY, SETTINGS])
    removeFileIfThere(machine, path, time);
  const booth = '/etc/booth';
  removeMatching(machine, CIB_DIRECTORY, /^cib/, time);
  removeMatching(machine, '/var/lib/pacemaker/pengine', /^pe-/, time);
  removeMatching(machine, booth, /\.(conf|key)$/, time);
}

function removeMatching(machine: Machine, directory: string, pattern: RegExp, time: number): void {
  const inode = lookup(machine, directory);
  if (inode?.kind !== 'directory') return;
  for (const name of listDirectory(machine, directory)) {
    if (pattern.test(name)) removeFileIfThere(machine, `${directory}/${name}`, time);
  }
}

export function removeSettings(machine: Machine, world: World): void {
  removeFileIfThere(machine, SETTINGS, unixNow(world));
}

/** pcsd runs a pcs of its own for starting and stopping: what Python needs to begin, in ms. */
export const SUBPROCESS_MS = 500;
/** Hosts that are asked to start at the same moment begin up to so much later than one another. */
const START_SPREAD_MS = 1500;
/** From the last service's start until the asking pcs has the answer, as recorded: 1.5 s to 1.9 s. */
const START_ANSWER_MS = 1700;

/** Stops and disables the cluster on a host and removes its files, as `pcs cluster destroy` there does. */
export async function destroyOn(remote: RemoteHost): Promise<void> {
  await remote.capture(['systemctl', 'stop', 'pacemaker']);
  await remote.capture(['systemctl', 'stop', 'corosync-qdevice']);
  await remote.capture(['systemctl', 'stop', 'corosync']);
  await remote.capture(['systemctl', 'disable', 'corosync', 'corosync-qdevice', 'pacemaker']);
  remote.transact((machine, world) => removeClusterFiles(machine, world));
}

/** Starts the cluster's services. Gives null, or why not. */
export async function startOn(remote: RemoteHost): Promise<string | null> {
  const late = remote.transact((_machine, world) => randomInteger(world, 0, START_SPREAD_MS));
  await remote.process.sleep(SUBPROCESS_MS + late);
  const units = ['corosync', ...(hasDevice(remote.machine) ? ['corosync-qdevice'] : []), 'pacemaker'];
  for (const unit of units) {
    const result = await remote.capture(['systemctl', 'start', unit]);
    if (result.status !== 0) return `Unable to start ${unit}: ${result.stderr.trimEnd()}`;
  }
  await remote.process.sleep(START_ANSWER_MS);
  return null;
}

/** Stops one or more of the cluster's services. Gives null, or why not. */
export async function stopOn(remote: RemoteHost, units: readonly string[]): Promise<string | null> {
  await remote.process.sleep(SUBPROCESS_MS);
  for (const unit of units) {
    const result = await remote.capture(['systemctl', 'stop', unit]);
    if (result.status !== 0) return `Unable to stop ${unit}: ${result.stderr.trimEnd()}`;
  }
  return null;
}

/** Whether corosync.conf names a quorum device. */
export function hasDevice(machine: Machine): boolean {
  const text = readFileIfThere(machine, COROSYNC_CONF);
  const conf = text === undefined ? undefined : parseConf(text);
  return conf !== undefined && typeof conf !== 'string' && conf.device !== undefined;
}

/** Puts hosts into a machine's known-hosts file, or takes them out. */
export function changeKnownHosts(
  machine: Machine,
  world: World,
  add: readonly KnownHost[],
  remove: readonly string[],
): void {
  const present = parseKnownHosts(readFileIfThere(machine, KNOWN_HOSTS) ?? '') ?? { version: 0, hosts: new Map() };
  const hosts = new Map(present.hosts);
  for (const name of remove) hosts.delete(name);
  for (const host of add) hosts.set(host.name, host);
  makeDirectory(machine, '/var/lib/pcsd', { time: unixNow(world), parents: true, mode: 0o700 });
  const text = formatKnownHosts({ version: present.version + 1, hosts });
  putFile(machine, world, KNOWN_HOSTS, text, 0o600);
}
