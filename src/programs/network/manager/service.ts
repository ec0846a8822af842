import type { EventHandlers } from '../../../kernel/events';
import { listDirectory, lookup, readFileIfThere } from '../../../machine/files';
import type { ServiceBehaviour } from '../../../machine/service';
import { setLink } from '../../../network/links';
import type { Machine } from '../../../world/machine';
import type { ManagerState, Nic } from '../../../world/network';
import type { World } from '../../../world/world';
import { activate, DHCP_TIMEOUT_MS, dhcpAnswered, managerLog, renewLease } from './activate';
import { LOOPBACK_CONNECTION } from './devices';
import {
  isTrue,
  loadProfile,
  newUuid,
  PROFILE_DIRECTORY,
  type Profile,
  profilesOf,
  readProfile,
  readProfileFiles,
  settingOf,
} from './profile';

/** From the start of the daemon to its name on the bus. */
const START_MS = 350;
const STOP_MS = 40;

/** NetworkManager: reads its profiles and brings up what wants to come up. */
export const networkManager: ServiceBehaviour = {
  start(world, machine) {
    machine.network.manager = {
      profiles: [],
      numbers: {},
      lastNumber: 0,
      activating: {},
      blocked: [],
      leases: {},
      networking: true,
    };
    const manager = machine.network.manager;
    managerLog(world, machine, 'NetworkManager is starting...');
    loadLoopback(world, machine, manager);
    reloadProfiles(machine, manager);
    managerLog(world, machine, 'manager[0x55d0c2a6e0a0]: Networking is enabled by state file');
    for (const nic of machine.network.nics) {
      adoptOrConnect(world, machine, manager, nic);
    }
    return { kind: 'starting', readyAfter: START_MS };
  },
  stop() {
    return STOP_MS;
  },
  ended(_world, machine) {
    // The addresses stay on the devices, as they do when NetworkManager is stopped.
    delete machine.network.manager;
    machine.network.activeConnections = {};
  },
  reload(_world, machine) {
    const manager = machine.network.manager;
    if (manager) reloadProfiles(machine, manager);
  },
};

export const managerHandlers: EventHandlers = {
  'network.dhcp': dhcpAnswered,
  'network.renew': renewLease,
};

/** The loopback device is only watched; its connection lives in memory. */
function loadLoopback(world: World, machine: Machine, manager: ManagerState): void {
  const uuid = newUuid(world, machine);
  loadProfile(
    manager,
    null,
    `[connection]\nid=${LOOPBACK_CONNECTION}\nuuid=${uuid}\ntype=loopback\ninterface-name=lo\n\n[ipv4]\nmethod=manual\n`,
  );
  manager.lastNumber++;
  manager.numbers.lo = manager.lastNumber;
  machine.network.activeConnections.lo = uuid;
}

/** Reads all profile files anew: what `nmcli connection reload` does. Connections that are active stay so. */
export function reloadProfiles(machine: Machine, manager: ManagerState): void {
  const directory = lookup(machine, PROFILE_DIRECTORY);
  const names = directory?.kind === 'directory' ? listDirectory(machine, PROFILE_DIRECTORY) : [];
  const files = readProfileFiles(machine, names);
  const paths = new Set(files.map((file) => file.path));
  manager.profiles = manager.profiles.filter((loaded) => loaded.path === null || paths.has(loaded.path));
  for (const file of files) {
    const known = manager.profiles.find((loaded) => loaded.path === file.path);
    if (known) known.content = file.content;
    else loadProfile(manager, file.path, file.content);
  }
}

/** A device that already has an address (a restart) keeps it under its profile; another one is connected. */
function adoptOrConnect(world: World, machine: Machine, manager: ManagerState, nic: Nic): void {
  if (!nic.up) setLink(world, machine.name, nic.name, true);
  if (nic.network === null && machine.kind === 'guest') return;
  const profile = profileFor(machine, nic) ?? automaticProfile(world, machine, manager, nic);
  if (profile) activate(world, machine, manager, profile, nic);
}

/** The profile that wants to come up on a device by itself: by priority, then by the latest use. */
export function profileFor(machine: Machine, nic: Nic): Profile | null {
  const taken = new Set(Object.values(machine.network.activeConnections));
  const number = (profile: Profile, key: string) => Number(settingOf(profile, 'connection', key) ?? 0) || 0;
  const candidates = profilesOf(machine).filter(
    (profile) =>
      profile.type === 'ethernet' &&
      isTrue(settingOf(profile, 'connection', 'autoconnect'), true) &&
      fits(profile, nic) &&
      !taken.has(profile.uuid),
  );
  candidates.sort(
    (a, b) =>
      number(b, 'autoconnect-priority') - number(a, 'autoconnect-priority') ||
      number(b, 'timestamp') - number(a, 'timestamp'),
  );
  return candidates[0] ?? null;
}

/** Whether a profile may be used on a device. */
export function fits(profile: Profile, nic: Nic): boolean {
  const name = settingOf(profile, 'connection', 'interface-name');
  if (name !== undefined && name !== nic.name) return false;
  const mac = settingOf(profile, 'ethernet', 'mac-address');
  return mac === undefined || mac.toLowerCase() === nic.mac.toLowerCase();
}

/** Configuration directories of the daemon, the later ones overriding the earlier. */
const CONFIGURATION = ['/usr/lib/NetworkManager/conf.d', '/etc/NetworkManager/conf.d'];

/** Whether `no-auto-default` keeps devices without a profile unconnected (package NetworkManager-config-server). */
function withoutAutoDefault(machine: Machine, nic: Nic): boolean {
  let value = '';
  const read = (content: string | undefined) => {
    const found = /^\s*no-auto-default\s*=\s*(.*)$/m.exec(content ?? '')?.[1];
    if (found !== undefined) value = found;
  };
  for (const directory of CONFIGURATION) {
    const inode = lookup(machine, directory);
    if (inode?.kind !== 'directory') continue;
    for (const name of listDirectory(machine, directory)) read(readFileIfThere(machine, `${directory}/${name}`));
  }
  read(readFileIfThere(machine, '/etc/NetworkManager/NetworkManager.conf'));
  return value
    .split(/[,;]/)
    .some((entry) => entry.trim() === '*' || entry.trim() === nic.name || entry.trim() === nic.mac);
}

/** `Wired connection N`: DHCP on a device for which there is no profile at all. In memory only. */
function automaticProfile(world: World, machine: Machine, manager: ManagerState, nic: Nic): Profile | null {
  if (withoutAutoDefault(machine, nic)) return null;
  if (profilesOf(machine).some((profile) => profile.type === 'ethernet' && fits(profile, nic))) return null;
  const taken = profilesOf(machine).map((profile) => profile.id);
  let number = 1;
  while (taken.includes(`Wired connection ${number}`)) number++;
  const loaded = loadProfile(
    manager,
    null,
    `[connection]\nid=Wired connection ${number}\nuuid=${newUuid(world, machine)}\ntype=ethernet\nautoconnect-priority=-999\ninterface-name=${nic.name}\n\n[ethernet]\n\n[ipv4]\nmethod=auto\n\n[ipv6]\naddr-gen-mode=default\nmethod=auto\n`,
  );
  return readProfile(loaded);
}

/** Waits until NetworkManager has done what it does by itself at its start, DHCP included. */
export const waitOnline: ServiceBehaviour = {
  start(_world, machine) {
    const waiting = Object.keys(machine.network.manager?.activating ?? {}).length > 0;
    return { kind: 'starting', readyAfter: waiting ? DHCP_TIMEOUT_MS : 60 };
  },
  stop: () => 5,
  ended() {},
};
