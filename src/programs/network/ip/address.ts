import { broadcastOf, parseCidr } from '../../../network/addresses';
import { findInterface, LOOPBACK } from '../../../network/interfaces';
import { addAddress, removeAddress } from '../../../network/links';
import type { Process } from '../../../shell/process';
import type { InterfaceAddress, Nic } from '../../../world/network';
import { headLines, indexOf, jsonHead, select, shownName, stateOf } from './link';
import {
  IpError,
  joinLines,
  jsonText,
  kernelError,
  matches,
  paint,
  REFUSED,
  requireRoot,
  type Style,
  WRONG,
} from './style';

const USAGE = `Usage: ip address {add|change|replace} IFADDR dev IFNAME [ LIFETIME ]
                                                      [ CONFFLAG-LIST ]
       ip address del IFADDR dev IFNAME [mngtmpaddr]
       ip address {save|flush} [ dev IFNAME ] [ scope SCOPE-ID ]
                            [ to PREFIX ] [ FLAG-LIST ] [ label LABEL ] [up]
       ip address [ show [ dev IFNAME ] [ scope SCOPE-ID ] [ master DEVICE ]
                         [ nomaster ]
                         [ type TYPE ] [ to PREFIX ] [ FLAG-LIST ]
                         [ label LABEL ] [up] [ vrf NAME ] ]
       ip address {showdump|restore}
IFADDR := PREFIX | ADDR peer PREFIX
          [ broadcast ADDR ] [ anycast ADDR ]
          [ label IFNAME ] [ scope SCOPE-ID ] [ metric METRIC ]
SCOPE-ID := [ host | link | global | NUMBER ]
`;

/** `ip address …` */
export async function address(process: Process, style: Style, args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined || matches(word, 'show') || matches(word, 'list') || word === 'lst')
    return show(process, style, rest);
  if (matches(word, 'add') || matches(word, 'change') || matches(word, 'replace')) return add(process, rest);
  if (matches(word, 'delete')) return remove(process, rest);
  if (matches(word, 'flush')) return flush(process, rest);
  if (matches(word, 'help')) {
    await process.stderr.write(USAGE);
    return 255;
  }
  throw new IpError(`Command "${word}" is unknown, try "ip address help".`, 255);
}

function scopeOf(own: InterfaceAddress): string {
  if (own.address.startsWith('127.') || own.address === '::1') return 'host';
  return own.address.startsWith('fe80:') ? 'link' : 'global';
}

/** Seconds that an address is still valid; null: for ever. */
function lifetime(process: Process, nic: Nic, own: InterfaceAddress): number | null {
  const lease = process.machine.network.manager?.leases[nic.name];
  if (own.origin !== 'dynamic' || lease?.address !== own.address) return null;
  return Math.max(0, Math.floor((lease.expires - process.world.now) / 1000));
}

function addressLines(process: Process, style: Style, nic: Nic, own: InterfaceAddress): string[] {
  const v6 = own.address.includes(':');
  const managed = nic !== LOOPBACK && own.origin !== 'manual';
  const broadcast =
    own.broadcast === undefined && managed && !v6 ? broadcastOf(own.address, own.prefix) : own.broadcast;
  const words = [v6 ? 'inet6' : 'inet', `${paint(style, v6 ? 'inet6' : 'inet', own.address)}/${own.prefix}`];
  if (broadcast) words.push('brd', paint(style, 'inet', broadcast));
  words.push('scope', scopeOf(own));
  if (own.secondary) words.push('secondary');
  if (own.origin === 'dynamic') words.push('dynamic');
  if (managed) words.push('noprefixroute');
  words.push(v6 ? '' : (own.label ?? nic.name));
  const left = lifetime(process, nic, own);
  const valid = left === null ? 'forever' : `${left}sec`;
  return [`    ${words.join(' ')}`, `       valid_lft ${valid} preferred_lft ${valid}`];
}

interface Selection {
  nics: Nic[];
  keep: (own: InterfaceAddress) => boolean;
  /** Whether interfaces without a matching address are left out. */
  narrowed: boolean;
}

function selection(process: Process, style: Style, args: readonly string[]): Selection {
  const rest: string[] = [];
  const tests: ((own: InterfaceAddress) => boolean)[] = [];
  const queue = [...args];
  let narrowed = false;
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (word === 'scope') {
      const scope = queue.shift();
      tests.push((own) => scopeOf(own) === scope);
      narrowed = true;
    } else if (word === 'to') {
      const wanted = parseCidr(queue.shift() ?? '');
      tests.push((own) => own.address === wanted?.address);
      narrowed = true;
    } else if (['dynamic', 'permanent', 'secondary', 'primary'].includes(word)) {
      const test: Record<string, (own: InterfaceAddress) => boolean> = {
        dynamic: (own) => own.origin === 'dynamic',
        permanent: (own) => own.origin !== 'dynamic',
        secondary: (own) => own.secondary,
        primary: (own) => !own.secondary,
      };
      const chosen = test[word];
      if (chosen) tests.push(chosen);
      narrowed = true;
    } else if (word === 'label') {
      const label = queue.shift();
      tests.push((own) => own.label === label);
      narrowed = true;
    } else rest.push(word);
  }
  if (style.family !== null) {
    tests.push((own) => own.address.includes(':') === (style.family === 'inet6'));
    narrowed = true;
  }
  return { nics: select(process, rest), keep: (own) => tests.every((test) => test(own)), narrowed };
}

async function show(process: Process, style: Style, args: readonly string[]): Promise<number> {
  const { nics, keep, narrowed } = selection(process, style, args);
  const objects: unknown[] = [];
  let text = '';
  for (const nic of nics) {
    const own = nic.addresses.filter(keep);
    if (narrowed && own.length === 0) continue;
    if (style.json)
      objects.push({
        ...jsonHead(process, nic, false),
        addr_info: own.map((entry) => jsonAddress(process, nic, entry)),
      });
    else if (style.brief) text += briefLine(process, nic, own);
    else if (style.oneline) {
      for (const entry of own) {
        const [first = '', second = ''] = addressLines(process, style, nic, entry);
        text += `${indexOf(process, nic)}: ${nic.name}    ${first.trimStart()}\\${second}\n`;
      }
    } else {
      const head = headLines(process, style, nic, false);
      // With a family only the addresses of that family follow, without the hardware's.
      const pair = / link-netnsid 0$/.test(head[1] ?? '') ? ' link-netnsid 0' : '';
      const lines = style.family === null ? head : [`${head[0]}${pair}`];
      for (const entry of own) lines.push(...addressLines(process, style, nic, entry));
      text += joinLines(style, lines);
    }
  }
  await process.stdout.write(style.json ? jsonText(style, objects) : text);
  return 0;
}

function briefLine(process: Process, nic: Nic, own: readonly InterfaceAddress[]): string {
  const list = own.map((entry) => `${entry.address}/${entry.prefix} `).join('');
  return `${shownName(process, nic).padEnd(16)} ${stateOf(process, nic).padEnd(14)} ${list}\n`;
}

function jsonAddress(process: Process, nic: Nic, own: InterfaceAddress): Record<string, unknown> {
  const v6 = own.address.includes(':');
  const left = lifetime(process, nic, own) ?? 4294967295;
  return {
    family: v6 ? 'inet6' : 'inet',
    local: own.address,
    prefixlen: own.prefix,
    ...(own.broadcast ? { broadcast: own.broadcast } : {}),
    scope: scopeOf(own),
    ...(own.secondary ? { secondary: true } : {}),
    ...(own.origin === 'dynamic' ? { dynamic: true } : {}),
    ...(own.origin !== 'manual' ? { noprefixroute: true } : {}),
    ...(v6 ? {} : { label: own.label ?? nic.name }),
    valid_life_time: left,
    preferred_life_time: left,
  };
}

interface Request {
  address: string;
  prefix: number;
  device: Nic;
  broadcast: string | null;
  label: string | null;
}

function parseRequest(process: Process, args: readonly string[]): Request {
  const queue = [...args];
  let cidr: { address: string; prefix: number } | null = null;
  let device: string | null = null;
  let broadcast: string | null = null;
  let label: string | null = null;
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    const value = () => {
      const next = queue.shift();
      if (next === undefined) throw new IpError('Command line is not complete. Try option "help"', 255);
      return next;
    };
    if (word === 'dev') device = value();
    else if (word === 'brd' || word === 'broadcast') broadcast = value();
    else if (word === 'label') label = value();
    else if (word === 'scope' || word === 'valid_lft' || word === 'preferred_lft' || word === 'metric') value();
    else if (['noprefixroute', 'nodad', 'home', 'mngtmpaddr'].includes(word)) continue;
    else {
      const text = word === 'local' ? value() : word;
      cidr = parseCidr(text);
      if (!cidr) throw new IpError(`Error: any valid prefix is expected rather than "${text}".`, WRONG);
    }
  }
  if (device === null) throw new IpError('Not enough information: "dev" argument is required.', WRONG);
  const nic = findInterface(process.world, process.machine, device);
  if (!nic) throw new IpError(`Cannot find device "${device}"`, WRONG);
  if (!cidr) throw new IpError('RTNETLINK answers: Invalid argument', REFUSED);
  if (broadcast === '+') broadcast = broadcastOf(cidr.address, cidr.prefix);
  return { ...cidr, device: nic, broadcast: broadcast === '-' ? null : broadcast, label };
}

async function add(process: Process, args: readonly string[]): Promise<number> {
  const request = parseRequest(process, args);
  requireRoot(process);
  if (!process.machine.network.nics.some((nic) => nic.name === request.device.name))
    throw kernelError('Operation not supported');
  const added = process.transact((world, machine) =>
    addAddress(world, machine.name, request.device.name, request.address, request.prefix, {
      origin: 'manual',
      label: request.label,
      broadcast: request.broadcast,
      announce: false,
    }),
  );
  if (added) return 0;
  throw request.address.includes(':')
    ? new IpError('RTNETLINK answers: File exists', REFUSED)
    : new IpError('Error: ipv4: Address already assigned.', REFUSED);
}

async function remove(process: Process, args: readonly string[]): Promise<number> {
  const request = parseRequest(process, args);
  requireRoot(process);
  const withPrefix = args.some((word) => word.startsWith(`${request.address}/`));
  const removed = process.transact((world, machine) => {
    const nic = machine.network.nics.find((candidate) => candidate.name === request.device.name);
    if (!nic) return false;
    return removeAddress(world, machine.name, nic.name, request.address, withPrefix ? request.prefix : undefined);
  });
  if (removed) return 0;
  throw request.address.includes(':')
    ? new IpError('RTNETLINK answers: Cannot assign requested address', REFUSED)
    : new IpError('Error: ipv4: Address not found.', REFUSED);
}

async function flush(process: Process, args: readonly string[]): Promise<number> {
  if (args.length === 0) throw new IpError('Flush requires arguments.', 255);
  requireRoot(process);
  const chosen = select(process, args);
  process.transact((world, machine) => {
    for (const nic of machine.network.nics) {
      if (!chosen.some((candidate) => candidate.name === nic.name)) continue;
      while (nic.addresses[0]) removeAddress(world, machine.name, nic.name, nic.addresses[0].address);
    }
  });
  return 0;
}
