import { cancelEvent, schedule } from '../../../kernel/events';
import { readFileIfThere, writeFile } from '../../../machine/files';
import { logTo } from '../../../machine/log';
import { stableLinkLocalOf } from '../../../network/addresses';
import { requestLease } from '../../../network/dhcp';
import { bindInterface, unbindInterface } from '../../../network/firewall';
import { hasCarrier } from '../../../network/interfaces';
import { addAddress, announce, dropRoutes, setLink } from '../../../network/links';
import { deviceMetric } from '../../../network/routes';
import type { Machine } from '../../../world/machine';
import type { DeviceLease, ManagerState, Nic } from '../../../world/network';
import type { World } from '../../../world/world';
import { addressesOf, isTrue, listOf, type Profile, profilesOf, routesOf, settingOf } from './profile';

declare module '../../../kernel/events' {
  interface EventMap {
    /** A DHCP server's answer arrives, or the wait for one ends. */
    'network.dhcp': { machine: string; device: string; uuid: string; deadline: boolean };
    /** Half of a lease has passed. */
    'network.renew': { machine: string; device: string };
  }
}

/** Discover, offer, request, acknowledge on a virtual network. */
const DHCP_ANSWER_MS = 60;

/** How long NetworkManager waits for a DHCP server. */
export const DHCP_TIMEOUT_MS = 45_000;

export const MANAGER_UNIT = 'NetworkManager.service';

/** A line of NetworkManager in the journal; its messages bear their own time stamp. */
export function managerLog(world: World, machine: Machine, message: string, level: 'info' | 'warn' = 'info'): void {
  const seconds = ((world.epoch + world.now) / 1000).toFixed(4);
  const pid = machine.units[MANAGER_UNIT]?.mainPid ?? null;
  logTo(world, machine, {
    identifier: 'NetworkManager',
    priority: level === 'warn' ? 4 : 6,
    unit: MANAGER_UNIT,
    pid,
    message: `<${level}>  [${seconds}] ${message}`,
  });
}

function eventKey(machine: Machine, device: string): string {
  return `dhcp ${machine.name} ${device}`;
}

/** How an activation began. */
export type Activation = 'activated' | 'activating' | 'no-device' | 'unavailable';

/** Activates a profile on a NIC of a machine, ending what was active there. */
export function activate(
  world: World,
  machine: Machine,
  manager: ManagerState,
  profile: Profile,
  nic: Nic,
): Activation {
  if (!nic.up) setLink(world, machine.name, nic.name, true);
  if (!hasCarrier(world, nic)) return 'unavailable';
  if (machine.network.activeConnections[nic.name] !== undefined || manager.activating[nic.name] !== undefined) {
    clearDevice(world, machine, manager, nic);
  }
  manager.blocked = manager.blocked.filter((device) => device !== nic.name);
  manager.lastNumber++;
  manager.numbers[nic.name] = manager.lastNumber;
  managerLog(world, machine, `device (${nic.name}): Activation: starting connection '${profile.id}' (${profile.uuid})`);
  machine.network.activeConnections[nic.name] = profile.uuid;
  const method = settingOf(profile, 'ipv4', 'method') ?? 'auto';
  if (method !== 'auto') {
    applyProfile(world, machine, manager, profile, nic);
    return 'activated';
  }
  manager.activating[nic.name] = profile.uuid;
  // A static address of a profile that also asks DHCP is there at once.
  addStaticAddresses(world, machine, profile, nic);
  schedule(
    world,
    DHCP_ANSWER_MS,
    'network.dhcp',
    { machine: machine.name, device: nic.name, uuid: profile.uuid, deadline: false },
    { key: eventKey(machine, nic.name), machine: machine.name },
  );
  return 'activating';
}

/** Handles the answer of a DHCP server, or its absence. */
export function dhcpAnswered(
  world: World,
  payload: { machine: string; device: string; uuid: string; deadline: boolean },
): void {
  const machine = world.machines[payload.machine];
  const manager = machine?.network.manager;
  const nic = machine?.network.nics.find((candidate) => candidate.name === payload.device);
  if (!machine || !manager || !nic || manager.activating[nic.name] !== payload.uuid) return;
  const profile = profilesOf(machine).find((candidate) => candidate.uuid === payload.uuid);
  const offer = hasCarrier(world, nic) ? requestLease(world, nic.network, nic.mac, machine.hostname) : null;
  if (profile && offer) {
    manager.leases[nic.name] = { ...offer, expires: world.now + 3_600_000 };
    applyProfile(world, machine, manager, profile, nic);
    scheduleRenewal(world, machine, nic.name);
    return;
  }
  if (!payload.deadline) {
    schedule(
      world,
      DHCP_TIMEOUT_MS - DHCP_ANSWER_MS,
      'network.dhcp',
      { ...payload, deadline: true },
      { key: eventKey(machine, nic.name), machine: machine.name },
    );
    return;
  }
  managerLog(
    world,
    machine,
    `device (${nic.name}): state change: ip-config -> failed (reason 'ip-config-unavailable', sys-iface-state: 'managed')`,
  );
  managerLog(
    world,
    machine,
    `device (${nic.name}): Activation: failed for connection '${profile?.id ?? payload.uuid}'`,
    'warn',
  );
  clearDevice(world, machine, manager, nic);
  manager.blocked.push(nic.name);
}

function scheduleRenewal(world: World, machine: Machine, device: string): void {
  schedule(
    world,
    1_800_000,
    'network.renew',
    { machine: machine.name, device },
    {
      key: eventKey(machine, device),
      machine: machine.name,
    },
  );
}

/** Renews a lease at half its time; an address that can't be renewed is given up when the lease ends. */
export function renewLease(world: World, payload: { machine: string; device: string }): void {
  const machine = world.machines[payload.machine];
  const manager = machine?.network.manager;
  const nic = machine?.network.nics.find((candidate) => candidate.name === payload.device);
  const lease = manager?.leases[payload.device];
  if (!machine || !manager || !nic || !lease) return;
  const offer = nic.up && hasCarrier(world, nic) ? requestLease(world, nic.network, nic.mac, machine.hostname) : null;
  if (offer && offer.address === lease.address) {
    manager.leases[nic.name] = { ...offer, expires: world.now + 3_600_000 };
  } else if (world.now >= lease.expires) {
    clearDevice(world, machine, manager, nic);
    return;
  }
  scheduleRenewal(world, machine, nic.name);
}

/** Gives a device the addresses, routes, names and zone of its profile. */
export function applyProfile(world: World, machine: Machine, manager: ManagerState, profile: Profile, nic: Nic): void {
  delete manager.activating[nic.name];
  addStaticAddresses(world, machine, profile, nic);
  const lease = manager.leases[nic.name] ?? null;
  if (lease) addAddress(world, machine.name, nic.name, lease.address, lease.prefix, { origin: 'dynamic' });
  addRoutes(machine, profile, nic, lease);
  addLinkLocal(world, machine, profile, nic);
  bindInterface(machine, nic.name, settingOf(profile, 'connection', 'zone') ?? null);
  announce(world, nic);
  writeResolvConf(world, machine);
  managerLog(world, machine, `device (${nic.name}): Activation: successful, device activated.`);
}

function addStaticAddresses(world: World, machine: Machine, profile: Profile, nic: Nic): void {
  for (const own of addressesOf(profile, 'ipv4').addresses) {
    addAddress(world, machine.name, nic.name, own.address, own.prefix, { origin: 'static' });
  }
  const method = settingOf(profile, 'ipv6', 'method') ?? 'auto';
  if (method === 'disabled' || method === 'ignore') return;
  for (const own of addressesOf(profile, 'ipv6').addresses) {
    addAddress(world, machine.name, nic.name, own.address, own.prefix, { origin: 'static' });
  }
}

function addLinkLocal(world: World, machine: Machine, profile: Profile, nic: Nic): void {
  const method = settingOf(profile, 'ipv6', 'method') ?? 'auto';
  if (method === 'disabled' || method === 'ignore') return;
  const address = stableLinkLocalOf(nic.mac, profile.uuid);
  addAddress(world, machine.name, nic.name, address, 64, { origin: 'static' });
}

function addRoutes(machine: Machine, profile: Profile, nic: Nic, lease: DeviceLease | null): void {
  dropRoutes(machine, nic.name);
  const configured = Number(settingOf(profile, 'ipv4', 'route-metric') ?? -1);
  const metric = configured >= 0 ? configured : deviceMetric(machine, nic.name);
  const neverDefault = isTrue(settingOf(profile, 'ipv4', 'never-default'), false);
  const gateway = addressesOf(profile, 'ipv4').gateway;
  const automatic = isTrue(settingOf(profile, 'ipv4', 'ignore-auto-routes'), false) ? null : (lease?.gateway ?? null);
  const via = gateway ?? automatic;
  if (via !== null && !neverDefault) {
    machine.network.routes.push({
      destination: 'default',
      gateway: via,
      device: nic.name,
      metric,
      source: gateway === null && lease ? lease.address : null,
      protocol: gateway === null ? 'dhcp' : 'static',
    });
  }
  for (const route of routesOf(profile)) {
    machine.network.routes.push({
      destination: route.destination,
      gateway: route.gateway,
      device: nic.name,
      metric: route.metric ?? metric,
      source: null,
      protocol: 'static',
    });
  }
}

/** Ends whatever is active on a device: addresses, routes and lease go. Addresses that others added stay. */
export function clearDevice(world: World, machine: Machine, manager: ManagerState, nic: Nic): void {
  cancelEvent(world, eventKey(machine, nic.name));
  delete manager.activating[nic.name];
  delete manager.leases[nic.name];
  delete manager.numbers[nic.name];
  delete machine.network.activeConnections[nic.name];
  nic.addresses = [];
  dropRoutes(machine, nic.name);
  unbindInterface(machine, nic.name);
  writeResolvConf(world, machine);
}

/** Ends a connection as `nmcli con down` does: the device stays as it is until somebody activates one. */
export function deactivate(world: World, machine: Machine, manager: ManagerState, nic: Nic): void {
  managerLog(
    world,
    machine,
    `device (${nic.name}): state change: activated -> deactivating (reason 'user-requested', sys-iface-state: 'managed')`,
  );
  clearDevice(world, machine, manager, nic);
  manager.blocked.push(nic.name);
}

/** Name servers and search domains of a device: the profile's own, then DHCP's. */
export function dnsOf(machine: Machine, device: string): { servers: string[]; search: string[] } {
  const uuid = machine.network.activeConnections[device];
  const profile = profilesOf(machine).find((candidate) => candidate.uuid === uuid);
  const lease = machine.network.manager?.leases[device];
  const automatic = profile && lease && !isTrue(settingOf(profile, 'ipv4', 'ignore-auto-dns'), false) ? lease : null;
  return {
    servers: [...(profile ? listOf(settingOf(profile, 'ipv4', 'dns')) : []), ...(automatic ? [automatic.dns] : [])],
    search: [
      ...(profile ? listOf(settingOf(profile, 'ipv4', 'dns-search')) : []),
      ...(automatic?.domain ? [automatic.domain] : []),
    ],
  };
}

const RESOLV_CONF = '/etc/resolv.conf';

/** Writes /etc/resolv.conf from all active devices. */
export function writeResolvConf(world: World, machine: Machine): void {
  const servers: string[] = [];
  const search: string[] = [];
  for (const nic of machine.network.nics) {
    const dns = dnsOf(machine, nic.name);
    servers.push(...dns.servers);
    search.push(...dns.search);
  }
  const lines = ['# Generated by NetworkManager'];
  if (search.length > 0) lines.push(`search ${[...new Set(search)].join(' ')}`);
  for (const server of new Set(servers)) lines.push(`nameserver ${server}`);
  const content = `${lines.join('\n')}\n`;
  if (readFileIfThere(machine, RESOLV_CONF) === content) return;
  writeFile(machine, RESOLV_CONF, content, { time: world.epoch + world.now, makeParents: true });
}
