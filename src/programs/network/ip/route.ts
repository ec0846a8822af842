import { inPrefix, isIpv4, networkOf, parseCidr } from '../../../network/addresses';
import { findInterface, hasCarrier, holdsAddress } from '../../../network/interfaces';
import { routeTo, routingTable } from '../../../network/routes';
import type { Process } from '../../../shell/process';
import type { Route } from '../../../world/network';
import { allInterfaces } from './link';
import { IpError, jsonText, kernelError, matches, REFUSED, requireRoot, type Style, WRONG } from './style';

const USAGE = `Usage: ip route { list | flush } SELECTOR
       ip route save SELECTOR
       ip route restore
       ip route showdump
       ip route get [ ROUTE_GET_FLAGS ] ADDRESS
                            [ from ADDRESS iif STRING ]
                            [ oif STRING ] [ tos TOS ]
                            [ mark NUMBER ] [ vrf NAME ]
                            [ uid NUMBER ] [ ipproto PROTOCOL ]
                            [ sport NUMBER ] [ dport NUMBER ]
       ip route { add | del | change | append | replace } ROUTE
`;

/** `ip route …` */
export async function route(process: Process, style: Style, args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined || matches(word, 'list') || matches(word, 'show') || word === 'lst')
    return show(process, style, rest);
  if (matches(word, 'get')) return get(process, rest);
  if (matches(word, 'add') || matches(word, 'append')) return add(process, rest, 'add');
  if (matches(word, 'replace') || matches(word, 'change') || word === 'chg') return add(process, rest, 'replace');
  if (matches(word, 'delete')) return remove(process, rest);
  if (matches(word, 'help')) {
    await process.stderr.write(USAGE);
    return 255;
  }
  throw new IpError(`Command "${word}" is unknown, try "ip route help".`, 255);
}

/** A route as `ip route` prints it, with the blank at its end. */
function routeLine(process: Process, entry: Route): string {
  const words = [entry.destination];
  if (entry.gateway !== null) words.push('via', entry.gateway);
  words.push('dev', entry.device);
  if (entry.protocol !== 'boot') words.push('proto', entry.protocol);
  if (entry.gateway === null) words.push('scope', 'link');
  if (entry.source !== null) words.push('src', entry.source);
  if (entry.metric !== 0) words.push('metric', String(entry.metric));
  const nic = findInterface(process.world, process.machine, entry.device);
  if (nic && !hasCarrier(process.world, nic)) words.push('linkdown');
  return `${words.join(' ')} `;
}

async function show(process: Process, style: Style, args: readonly string[]): Promise<number> {
  if (style.family === 'inet6') return showV6(process);
  let table = routingTable(process.world, process.machine);
  const queue = [...args];
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (word === 'dev' || word === 'oif') {
      const device = queue.shift() ?? '';
      if (!findInterface(process.world, process.machine, device))
        throw new IpError(`Cannot find device "${device}"`, WRONG);
      table = table.filter((entry) => entry.device === device);
    } else if (word === 'table' || word === 'proto' || word === 'scope' || word === 'type') {
      const value = queue.shift() ?? '';
      if (word === 'proto') table = table.filter((entry) => entry.protocol === value);
    } else if (word === 'default') table = table.filter((entry) => entry.destination === 'default');
    else if (word === 'via') {
      const via = queue.shift();
      table = table.filter((entry) => entry.gateway === via);
    } else {
      const wanted =
        word === 'to' || word === 'exact' || word === 'root' || word === 'match' ? (queue.shift() ?? '') : word;
      if (!parseCidr(wanted)) throw new IpError(`Error: any valid prefix is expected rather than "${wanted}".`, WRONG);
      table = table.filter((entry) => entry.destination === wanted);
    }
  }
  if (style.json) {
    await process.stdout.write(jsonText(style, table.map(jsonRoute)));
    return 0;
  }
  await process.stdout.write(table.map((entry) => `${routeLine(process, entry)}\n`).join(''));
  return 0;
}

function jsonRoute(entry: Route): Record<string, unknown> {
  return {
    dst: entry.destination,
    ...(entry.gateway === null ? {} : { gateway: entry.gateway }),
    dev: entry.device,
    protocol: entry.protocol,
    ...(entry.gateway === null ? { scope: 'link' } : {}),
    ...(entry.source === null ? {} : { prefsrc: entry.source }),
    ...(entry.metric === 0 ? {} : { metric: entry.metric }),
    flags: [],
  };
}

async function showV6(process: Process): Promise<number> {
  let text = '::1 dev lo proto kernel metric 256 pref medium\n';
  for (const nic of allInterfaces(process)) {
    for (const own of nic.addresses) {
      if (!own.address.includes(':') || own.prefix === 128 || !nic.up) continue;
      const metric = own.origin === 'manual' ? 256 : 1024;
      text += `${networkOf(own.address, own.prefix)}/${own.prefix} dev ${nic.name} proto kernel metric ${metric} pref medium\n`;
    }
  }
  await process.stdout.write(text);
  return 0;
}

async function get(process: Process, args: readonly string[]): Promise<number> {
  const word = args.find((candidate) => candidate !== 'to');
  if (word === undefined) throw new IpError('need at least a destination address', WRONG);
  const target = parseCidr(word);
  if (!target) throw new IpError(`Error: any valid prefix is expected rather than "${word}".`, WRONG);
  const { world, machine, credentials } = process;
  if (holdsAddress(world, machine, target.address)) {
    await process.stdout.write(
      `local ${target.address} dev lo src ${target.address} uid ${credentials.uid} \n    cache <local> \n`,
    );
    return 0;
  }
  const hop = routeTo(world, machine, target.address);
  if (!hop) throw kernelError('Network is unreachable');
  const via = hop.gateway === null ? '' : ` via ${hop.gateway}`;
  await process.stdout.write(
    `${target.address}${via} dev ${hop.nic.name} src ${hop.source} uid ${credentials.uid} \n    cache \n`,
  );
  return 0;
}

interface Request {
  destination: string;
  gateway: string | null;
  device: string | null;
  metric: number | null;
  source: string | null;
}

function parseRequest(process: Process, args: readonly string[]): Request {
  const request: Request = { destination: '', gateway: null, device: null, metric: null, source: null };
  const queue = [...args];
  const value = () => {
    const next = queue.shift();
    if (next === undefined) throw new IpError('Command line is not complete. Try option "help"', 255);
    return next;
  };
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (word === 'via') {
      request.gateway = value();
      if (!isIpv4(request.gateway))
        throw new IpError(`Error: inet address is expected rather than "${request.gateway}".`, WRONG);
    } else if (word === 'dev' || word === 'oif') request.device = value();
    else if (word === 'metric') request.metric = Number(value()) || 0;
    else if (word === 'src') request.source = value();
    else if (['proto', 'scope', 'table', 'mtu', 'tos'].includes(word)) value();
    else if (word === 'onlink') continue;
    else {
      const text = word === 'to' ? value() : word;
      if (text === 'default') request.destination = 'default';
      else {
        const cidr = parseCidr(text);
        if (!cidr) throw new IpError(`Error: any valid prefix is expected rather than "${text}".`, WRONG);
        request.destination =
          cidr.prefix === 0 ? 'default' : text.includes('/') ? `${cidr.address}/${cidr.prefix}` : text;
      }
    }
  }
  if (request.device !== null && !findInterface(process.world, process.machine, request.device)) {
    throw new IpError(`Cannot find device "${request.device}"`, WRONG);
  }
  return request;
}

async function add(process: Process, args: readonly string[], how: 'add' | 'replace'): Promise<number> {
  const request = parseRequest(process, args);
  requireRoot(process);
  const { world, machine } = process;
  const cidr = request.destination === 'default' ? null : parseCidr(request.destination);
  if (cidr && networkOf(cidr.address, cidr.prefix) !== cidr.address) throw kernelError('Invalid argument');
  let device = request.device;
  if (request.gateway !== null) {
    const gateway = request.gateway;
    const near = machine.network.nics.find(
      (nic) =>
        nic.up &&
        (device === null || nic.name === device) &&
        nic.addresses.some((own) => inPrefix(gateway, own.address, own.prefix)),
    );
    if (!near) throw new IpError('Error: Nexthop has invalid gateway.', REFUSED);
    device = near.name;
  }
  if (device === null) throw kernelError('No such device');
  const nic = findInterface(world, machine, device);
  if (!nic?.up) throw new IpError('Error: Device for nexthop is not up.', REFUSED);
  const made: Route = {
    destination: request.destination,
    gateway: request.gateway,
    device,
    metric: request.metric ?? 0,
    source: request.source,
    protocol: 'boot',
  };
  const same = (entry: Route) => entry.destination === made.destination && entry.metric === made.metric;
  if (how === 'add' && routingTable(world, machine).some(same)) throw kernelError('File exists');
  process.transact((_world, draft) => {
    if (how === 'replace') draft.network.routes = draft.network.routes.filter((entry) => !same(entry));
    draft.network.routes.push(made);
  });
  return 0;
}

async function remove(process: Process, args: readonly string[]): Promise<number> {
  const request = parseRequest(process, args);
  requireRoot(process);
  const found = routingTable(process.world, process.machine).find(
    (entry) =>
      entry.destination === request.destination &&
      (request.gateway === null || entry.gateway === request.gateway) &&
      (request.device === null || entry.device === request.device) &&
      (request.metric === null || entry.metric === request.metric),
  );
  if (!found) throw kernelError('No such process');
  process.transact((_world, machine) => {
    if (found.protocol === 'kernel') {
      const nic = machine.network.nics.find((candidate) => candidate.name === found.device);
      const own = nic?.addresses.find((entry) => entry.address === found.source);
      if (own) own.unrouted = true;
      return;
    }
    const at = machine.network.routes.findIndex(
      (entry) =>
        entry.destination === found.destination && entry.device === found.device && entry.metric === found.metric,
    );
    machine.network.routes.splice(at, 1);
  });
  return 0;
}
