import type { ServiceBehaviour } from '../../machine/service';
import { bindInterface } from '../../network/firewall';
import type { Machine } from '../../world/machine';
import { profilesOf, settingOf } from '../network/manager/profile';
import { loadState } from './permanent';

/** Python, D-Bus and the first set of rules. */
const START_MS = 900;
const STOP_MS = 350;

/** Puts the devices of NetworkManager's active connections into their zones. */
export function bindManaged(machine: Machine): void {
  const profiles = profilesOf(machine);
  for (const nic of machine.network.nics) {
    const uuid = machine.network.activeConnections[nic.name];
    if (uuid === undefined) continue;
    const profile = profiles.find((candidate) => candidate.uuid === uuid);
    bindInterface(machine, nic.name, (profile && settingOf(profile, 'connection', 'zone')) ?? null);
  }
}

/** Reads the permanent configuration again; what was only in memory is gone. */
export function reloadFirewall(machine: Machine): void {
  machine.network.firewall = loadState(machine);
  // Debian's build asks NetworkManager nothing: there the interfaces fall to the default zone unnamed.
  if (machine.distribution !== 'debian-12') bindManaged(machine);
}

/** firewalld: from its start on it filters by zones, before that (and after) nothing is filtered. */
export const firewalld: ServiceBehaviour = {
  start(_world, machine) {
    machine.network.firewall = loadState(machine);
    bindManaged(machine);
    return { kind: 'starting', readyAfter: START_MS };
  },
  command: (machine) =>
    `/usr/bin/python3${machine.distribution === 'debian-12' ? '' : ' -s'} /usr/sbin/firewalld --nofork --nopid`,
  stop() {
    return STOP_MS;
  },
  ended(_world, machine) {
    machine.network.firewall = null;
  },
  reload(_world, machine) {
    reloadFirewall(machine);
  },
};
