import { isIpv4, isIpv6, parseCidr } from '../../../network/addresses';
import { type Keyfile, sectionName } from '../manager/keyfile';
import { addressesOf, listOf, type Profile, routesOf, settingOf } from '../manager/profile';
import { CONNECTION_TYPES, type Property } from './properties';

/** A value that a property doesn't take; the message is what nmcli says after `failed to modify SETTING.PROPERTY: `. */
export class ValueError extends Error {}

const BOOLEANS = new Set([
  'autoconnect',
  'auto-negotiate',
  'never-default',
  'may-fail',
  'ignore-auto-routes',
  'ignore-auto-dns',
  'dhcp-send-hostname',
  'read-only',
  'browser-only',
]);

const INTEGERS = new Set([
  'autoconnect-priority',
  'autoconnect-retries',
  'auth-retries',
  'route-metric',
  'dns-priority',
  'dhcp-timeout',
  'required-timeout',
  'dad-timeout',
  'wait-device-timeout',
  'wait-activation-delay',
  'gateway-ping-timeout',
  'speed',
  'ra-timeout',
]);

const METHODS: Readonly<Record<string, readonly string[]>> = {
  ipv4: ['auto', 'link-local', 'manual', 'shared', 'disabled'],
  ipv6: ['ignore', 'auto', 'dhcp', 'link-local', 'manual', 'shared', 'disabled'],
};

/** Names of the types of sections in keyfiles back to nmcli's. */
function longType(type: string): string {
  return type === 'ethernet' ? '802-3-ethernet' : type === 'wifi' ? '802-11-wireless' : type;
}

function yesNo(value: string): string {
  return /^(true|yes|on|1)$/i.test(value) ? 'yes' : 'no';
}

/** What `nmcli connection show PROFILE` prints for a property; empty when it has no value. */
export function displayValue(profile: Profile, property: Property): string {
  const { setting, name } = property;
  const section = sectionName(setting);
  if (setting === 'ipv4' || setting === 'ipv6') {
    if (name === 'addresses') {
      return addressesOf(profile, setting)
        .addresses.map((own) => `${own.address}/${own.prefix}`)
        .join(', ');
    }
    if (name === 'gateway') return addressesOf(profile, setting).gateway ?? '';
    if (name === 'routes') return setting === 'ipv4' ? displayRoutes(profile) : '';
    if (name === 'method') return settingOf(profile, section, 'method') ?? 'auto';
    if (name === 'dns' || name === 'dns-search' || name === 'dns-options') {
      return listOf(settingOf(profile, section, name)).join(',');
    }
  }
  if (setting === 'connection' && name === 'type') return longType(profile.type);
  const value = settingOf(profile, section, name);
  if (value === undefined) return property.unset;
  return BOOLEANS.has(name) ? yesNo(value) : value;
}

function displayRoutes(profile: Profile): string {
  return routesOf(profile)
    .map((route) => {
      const parts = [`ip = ${route.destination}`];
      if (route.gateway !== null) parts.push(`nh = ${route.gateway}`);
      if (route.metric !== null) parts.push(`mt = ${route.metric}`);
      return `{ ${parts.join(', ')} }`;
    })
    .join('; ');
}

export type Change = 'set' | 'add' | 'remove';

/** Sets, adds to or removes from a property of a keyfile. Throws ValueError for a value that it doesn't take. */
export function changeValue(file: Keyfile, property: Property, value: string, change: Change): void {
  const section = sectionName(property.setting);
  const keys = file.get(section) ?? new Map<string, string>();
  file.set(section, keys);
  const { setting, name } = property;
  if (setting === 'ipv4' || setting === 'ipv6') {
    if (name === 'addresses') changeAddresses(keys, setting, value, change);
    else if (name === 'dns' || name === 'dns-search' || name === 'dns-options') {
      changeList(keys, setting, name, value, change);
    } else if (name === 'routes') changeRoutes(keys, value, change);
    else if (name === 'gateway') setGateway(keys, setting, value);
    else setPlain(keys, property, value);
    return;
  }
  setPlain(keys, property, value);
}

function setPlain(keys: Map<string, string>, { setting, name, unset }: Property, value: string): void {
  if (value === '') {
    keys.delete(name);
    return;
  }
  if (name === 'method' && METHODS[setting]) {
    const allowed = METHODS[setting];
    const matches = allowed.includes(value) ? [value] : allowed.filter((method) => method.startsWith(value));
    if (matches.length !== 1) throw new ValueError(`'${value}' not among [${allowed.join(', ')}]`);
    keys.set(name, matches[0] ?? value);
    return;
  }
  if (setting === 'connection' && name === 'type') {
    keys.set(name, shortType(value) ?? value);
    return;
  }
  if (BOOLEANS.has(name)) {
    if (!/^(true|yes|on|1|t|y|false|no|off|0|f|n)$/i.test(value)) {
      throw new ValueError(`'${value}' is not valid; use [yes, true, on] or [no, false, off]`);
    }
    const text = /^(true|yes|on|1|t|y)$/i.test(value) ? 'true' : 'false';
    // What equals the default isn't kept.
    if ((text === 'true' ? 'yes' : 'no') === unset) keys.delete(name);
    else keys.set(name, text);
    return;
  }
  if (INTEGERS.has(name) && !/^-?\d+$/.test(value)) throw new ValueError(`'${value}' is not a number`);
  if (INTEGERS.has(name) && value === unset.split(' ')[0]) keys.delete(name);
  else keys.set(name, value);
}

/** Name of a connection type in keyfiles, from its name or alias or a beginning; null when there is no such type. */
export function shortType(type: string): string | null {
  const exact = CONNECTION_TYPES.find(([name, alias]) => name === type || (alias !== '' && alias === type));
  if (!exact) return null;
  return exact[1] || exact[0];
}

function splitList(value: string): string[] {
  return value.split(/[,\s;]+/).filter(Boolean);
}

function parseAddress(setting: 'ipv4' | 'ipv6', text: string): string {
  const [address = '', prefix] = text.split('/');
  const good = setting === 'ipv4' ? isIpv4(address) : isIpv6(address);
  const version = setting === 'ipv4' ? 'IPv4' : 'IPv6';
  if (!good) throw new ValueError(`invalid IP address: Invalid ${version} address '${address}'`);
  const bits = setting === 'ipv4' ? 32 : 128;
  if (prefix === undefined) return `${address}/${bits}`;
  if (!/^\d+$/.test(prefix) || Number(prefix) > bits || Number(prefix) < 1) {
    throw new ValueError(`invalid prefix '${prefix}'; <1-${bits}> allowed`);
  }
  return `${address}/${Number(prefix)}`;
}

/** Takes the numbered keys of a list out and gives their values in order. */
function takeNumbered(keys: Map<string, string>, stem: RegExp): string[] {
  const found = [...keys].filter(([key]) => stem.test(key));
  for (const [key] of found) keys.delete(key);
  return found.map(([, value]) => value);
}

function changeAddresses(keys: Map<string, string>, setting: 'ipv4' | 'ipv6', value: string, change: Change): void {
  const wanted = splitList(value).map((text) => parseAddress(setting, text));
  const before = takeNumbered(keys, /^address(es)?\d*$/).map((text) => text.split(','));
  const gateway = before.map(([, via]) => via).find((via) => via !== undefined) ?? keys.get('gateway');
  const kept = before.map(([cidr = '']) => cidr);
  let now = wanted;
  if (change === 'add') now = [...kept, ...wanted.filter((cidr) => !kept.includes(cidr))];
  if (change === 'remove') {
    const numbers = /^\d+$/.test(value.trim()) ? [Number(value.trim())] : null;
    now = kept.filter((cidr, at) => (numbers ? !numbers.includes(at) : !wanted.includes(cidr)));
  }
  writeAddresses(keys, now, gateway ?? null);
}

/** The gateway stands behind the first address, as NetworkManager writes it. */
function writeAddresses(keys: Map<string, string>, addresses: readonly string[], gateway: string | null): void {
  keys.delete('gateway');
  for (const [at, cidr] of addresses.entries()) {
    keys.set(`address${at + 1}`, at === 0 && gateway ? `${cidr},${gateway}` : cidr);
  }
  if (addresses.length === 0 && gateway) keys.set('gateway', gateway);
}

function setGateway(keys: Map<string, string>, setting: 'ipv4' | 'ipv6', value: string): void {
  const good = setting === 'ipv4' ? isIpv4(value) : isIpv6(value);
  if (value !== '' && !good) {
    const version = setting === 'ipv4' ? 'IPv4' : 'IPv6';
    throw new ValueError(`invalid IP address: Invalid ${version} address '${value}'`);
  }
  const addresses = takeNumbered(keys, /^address(es)?\d*$/).map((text) => text.split(',')[0] ?? '');
  writeAddresses(keys, addresses, value === '' ? null : value);
}

function changeList(keys: Map<string, string>, setting: string, name: string, value: string, change: Change): void {
  const wanted = splitList(value);
  if (name === 'dns') {
    for (const server of wanted) {
      const good = setting === 'ipv4' ? isIpv4(server) : isIpv6(server);
      if (!good && !(change === 'remove' && /^\d+$/.test(server))) {
        throw new ValueError(`invalid IP address: Invalid ${setting === 'ipv4' ? 'IPv4' : 'IPv6'} address '${server}'`);
      }
    }
  }
  const before = listOf(keys.get(name));
  let now = wanted;
  if (change === 'add') now = [...before, ...wanted.filter((entry) => !before.includes(entry))];
  if (change === 'remove') {
    now = before.filter((entry, at) => !wanted.includes(entry) && !wanted.includes(String(at)));
  }
  if (now.length === 0) keys.delete(name);
  else keys.set(name, now.map((entry) => `${entry};`).join(''));
}

/** `10.0.0.0/8 192.168.90.1 100, …` */
function changeRoutes(keys: Map<string, string>, value: string, change: Change): void {
  const wanted = value
    .split(',')
    .map((text) => text.trim())
    .filter(Boolean)
    .map((text) => {
      const [destination = '', gateway, metric] = text.split(/\s+/);
      if (!parseCidr(destination)) {
        throw new ValueError(`invalid route: Invalid IPv4 address '${destination.split('/')[0]}'`);
      }
      if (gateway !== undefined && !isIpv4(gateway))
        throw new ValueError(`invalid route: Invalid IPv4 address '${gateway}'`);
      return [destination, ...(gateway === undefined ? [] : [gateway]), ...(metric === undefined ? [] : [metric])].join(
        ',',
      );
    });
  const before = takeNumbered(keys, /^route\d+$/);
  let now = wanted;
  if (change === 'add') now = [...before, ...wanted.filter((route) => !before.includes(route))];
  if (change === 'remove') now = before.filter((route) => !wanted.includes(route));
  for (const [at, route] of now.entries()) keys.set(`route${at + 1}`, route);
}

/** What keeps a profile from being saved, as `SETTING.PROPERTY: reason`; null when it is good. */
export function verify(file: Keyfile): string | null {
  for (const family of ['ipv4', 'ipv6'] as const) {
    const profile: Profile = { uuid: '', id: '', type: '', file, path: null, number: 0 };
    const method = settingOf(profile, family, 'method') ?? 'auto';
    const { addresses, gateway } = addressesOf(profile, family);
    if (method === 'manual' && addresses.length === 0) {
      return `${family}.addresses: this property cannot be empty for 'method=manual'`;
    }
    if ((method === 'disabled' || method === 'link-local') && addresses.length > 0) {
      return `${family}.addresses: this property is not allowed for 'method=${method}'`;
    }
    if (gateway !== null && addresses.length === 0) {
      return `${family}.gateway: gateway cannot be set if there are no addresses configured`;
    }
    if (gateway !== null && settingOf(profile, family, 'never-default') === 'true') {
      return `${family}.gateway: a gateway is incompatible with 'never-default'`;
    }
  }
  const name = file.get('connection')?.get('interface-name');
  if (name !== undefined && !/^[^\s/:]{1,15}$/.test(name)) {
    return `connection.interface-name: '${name}': interface name is longer than 15 characters`;
  }
  return null;
}
