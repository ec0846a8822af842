import { randomUuid } from '../../../kernel/random';
import { readFileIfThere } from '../../../machine/files';
import { parseCidr } from '../../../network/addresses';
import type { Machine } from '../../../world/machine';
import type { LoadedProfile, ManagerState } from '../../../world/network';
import type { World } from '../../../world/world';
import { formatKeyfile, type Keyfile, parseKeyfile } from './keyfile';

/** Directory of the profiles that survive a reboot. */
export const PROFILE_DIRECTORY = '/etc/NetworkManager/system-connections';

/** A connection profile of NetworkManager. */
export interface Profile {
  uuid: string;
  id: string;
  /** As in the keyfile: `ethernet`, `bond`, `dummy`, … */
  type: string;
  file: Keyfile;
  /** File it is kept in; null: in memory only. */
  path: string | null;
  number: number;
}

/** A profile from what NetworkManager has loaded. Null when the text isn't a usable keyfile. */
export function readProfile(loaded: LoadedProfile): Profile | null {
  const file = parseKeyfile(loaded.content);
  const connection = file?.get('connection');
  const uuid = connection?.get('uuid');
  const id = connection?.get('id');
  const type = connection?.get('type');
  if (!file || !uuid || !id || !type) return null;
  return { uuid, id, type, file, path: loaded.path, number: loaded.number };
}

/** All usable profiles of a machine whose NetworkManager runs. */
export function profilesOf(machine: Machine): Profile[] {
  const loaded = machine.network.manager?.profiles ?? [];
  return loaded.map(readProfile).filter((profile) => profile !== null);
}

/** Value of `setting.key`, undefined when it isn't set. */
export function settingOf(profile: Profile, section: string, key: string): string | undefined {
  return profile.file.get(section)?.get(key);
}

export function isTrue(value: string | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  return /^(true|yes|on|1)$/i.test(value);
}

export interface ProfileAddress {
  address: string;
  prefix: number;
}

/** The static addresses of a profile and its gateway; `address1=IP/PREFIX,GATEWAY` is the older way to say it. */
export function addressesOf(
  profile: Profile,
  family: 'ipv4' | 'ipv6',
): { addresses: ProfileAddress[]; gateway: string | null } {
  const section = profile.file.get(family);
  const addresses: ProfileAddress[] = [];
  let gateway = section?.get('gateway') ?? null;
  for (const [key, value] of section ?? []) {
    if (!/^address(es)?\d*$/.test(key)) continue;
    const [cidr = '', via] = value.split(/[,;]/);
    const parsed = parseCidr(cidr.trim());
    if (!parsed) continue;
    addresses.push(parsed);
    if (via?.trim()) gateway ??= via.trim();
  }
  return { addresses, gateway };
}

/** Elements of a list such as `dns=192.168.90.1;8.8.8.8;`. */
export function listOf(value: string | undefined): string[] {
  return (value ?? '')
    .split(/[;,]/)
    .map((element) => element.trim())
    .filter(Boolean);
}

/** The routes of a profile: `route1=10.0.0.0/8,192.168.90.1,100`. */
export function routesOf(profile: Profile): { destination: string; gateway: string | null; metric: number | null }[] {
  const routes: { destination: string; gateway: string | null; metric: number | null }[] = [];
  for (const [key, value] of profile.file.get('ipv4') ?? []) {
    if (!/^route\d+$/.test(key)) continue;
    const [destination = '', gateway = '', metric = ''] = value.split(',').map((part) => part.trim());
    if (!parseCidr(destination)) continue;
    routes.push({
      destination,
      gateway: gateway === '' || gateway === '0.0.0.0' ? null : gateway,
      metric: /^\d+$/.test(metric) ? Number(metric) : null,
    });
  }
  return routes;
}

/** Reads the profile files of a machine, in the order of their names. Unusable ones are left out. */
export function readProfileFiles(machine: Machine, names: readonly string[]): { path: string; content: string }[] {
  const files: { path: string; content: string }[] = [];
  for (const name of names) {
    if (!name.endsWith('.nmconnection')) continue;
    const path = `${PROFILE_DIRECTORY}/${name}`;
    const content = readFileIfThere(machine, path);
    if (content === undefined) continue;
    if (readProfile({ number: 0, path, content })) files.push({ path, content });
  }
  return files;
}

/** A UUID that no profile of the machine has. */
export function newUuid(world: World, machine: Machine): string {
  const taken = new Set(profilesOf(machine).map((profile) => profile.uuid));
  let uuid = randomUuid(world);
  while (taken.has(uuid)) uuid = randomUuid(world);
  return uuid;
}

/** Adds a profile to NetworkManager's memory and gives it the next D-Bus number. */
export function loadProfile(manager: ManagerState, path: string | null, content: string): LoadedProfile {
  const number = manager.profiles.reduce((most, profile) => Math.max(most, profile.number), 0) + 1;
  const loaded = { number, path, content };
  manager.profiles.push(loaded);
  return manager.profiles[manager.profiles.length - 1] ?? loaded;
}

/** The text of a profile as NetworkManager writes it: `id`, `uuid` and `type` first, the rest sorted. */
export function profileText(file: Keyfile): string {
  const ordered: Keyfile = new Map();
  const first = ['connection', 'ethernet', 'dummy', 'bond', 'bridge', 'vlan', 'loopback'];
  const last = ['ipv4', 'ipv6', 'proxy'];
  const rank = (name: string) => {
    if (first.includes(name)) return first.indexOf(name) - 100;
    return last.includes(name) ? last.indexOf(name) : -1;
  };
  const names = [...file.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  for (const name of names) {
    const keys = [...(file.get(name) ?? [])];
    const lead = name === 'connection' ? ['id', 'uuid', 'type'] : [];
    const place = (key: string) => (lead.includes(key) ? lead.indexOf(key) : lead.length);
    keys.sort(([a], [b]) => place(a) - place(b) || (place(a) === lead.length ? compareKeys(a, b) : 0));
    ordered.set(name, new Map(keys));
  }
  return formatKeyfile(ordered);
}

/** Numbered keys (`address10`) come in the order of their numbers. */
function compareKeys(a: string, b: string): number {
  const [, stemA = a, numberA = ''] = /^(.*?)(\d*)$/.exec(a) ?? [];
  const [, stemB = b, numberB = ''] = /^(.*?)(\d*)$/.exec(b) ?? [];
  if (stemA !== stemB) return stemA < stemB ? -1 : 1;
  return Number(numberA) - Number(numberB);
}
