import { findInterface, hasCarrier, interfacesOf, LOOPBACK } from '../../../network/interfaces';
import { setLink } from '../../../network/links';
import type { Process } from '../../../shell/process';
import type { Nic } from '../../../world/network';
import { interfaceIndex } from '../manager/devices';
import { IpError, joinLines, jsonText, kernelError, matches, paint, requireRoot, type Style, WRONG } from './style';

/** All interfaces in the order of their numbers. */
export function allInterfaces(process: Process): Nic[] {
  return [LOOPBACK, ...interfacesOf(process.world, process.machine)];
}

/** Number of an interface: NICs first, then bridges. */
export function indexOf(process: Process, nic: Nic): number {
  const known = interfaceIndex(process.machine, nic.name);
  const bridges = interfacesOf(process.world, process.machine).slice(process.machine.network.nics.length);
  const at = bridges.findIndex((bridge) => bridge.name === nic.name);
  return at < 0 ? known : process.machine.network.nics.length + 2 + at;
}

export function flagsOf(process: Process, nic: Nic): string[] {
  if (nic === LOOPBACK) return ['LOOPBACK', 'UP', 'LOWER_UP'];
  const flags = ['BROADCAST', 'MULTICAST'];
  if (!nic.up) return flags;
  flags.push('UP');
  if (hasCarrier(process.world, nic)) flags.push('LOWER_UP');
  else flags.unshift('NO-CARRIER');
  return flags;
}

export function stateOf(process: Process, nic: Nic): string {
  if (nic === LOOPBACK) return 'UNKNOWN';
  return nic.up && hasCarrier(process.world, nic) ? 'UP' : 'DOWN';
}

function queueing(process: Process, nic: Nic): string {
  if (nic === LOOPBACK) return 'noqueue';
  const real = process.machine.network.nics.some((own) => own.name === nic.name);
  if (!real || process.machine.virtualization === 'container') return 'noqueue';
  return 'fq_codel';
}

/** Containers' interfaces are one end of a pair and say so. */
export function shownName(process: Process, nic: Nic): string {
  const real = process.machine.network.nics.some((own) => own.name === nic.name);
  if (process.machine.virtualization !== 'container' || !real) return nic.name;
  return `${nic.name}@if${indexOf(process, nic) + 5}`;
}

/** The first two lines of an interface. */
export function headLines(process: Process, style: Style, nic: Nic, withMode: boolean): string[] {
  const state = stateOf(process, nic);
  const shown = state === 'UP' ? paint(style, 'up', 'UP') : state === 'DOWN' ? paint(style, 'down', 'DOWN') : state;
  const stateText = style.color && state !== 'UNKNOWN' ? shown.replace(state, `${state} `) : `${shown} `;
  const name = style.color ? paint(style, 'name', `${shownName(process, nic)}: `) : `${shownName(process, nic)}: `;
  const mode = withMode ? 'mode DEFAULT ' : '';
  const first =
    `${indexOf(process, nic)}: ${name}<${flagsOf(process, nic).join(',')}> mtu ${nic.mtu} ` +
    `qdisc ${queueing(process, nic)} state ${stateText}${mode}group default qlen 1000`;
  const kind = nic === LOOPBACK ? 'loopback' : 'ether';
  const everybody = nic === LOOPBACK ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const pair = shownName(process, nic) === nic.name ? '' : ' link-netnsid 0';
  const second = `    link/${kind} ${paint(style, 'mac', nic.mac)} brd ${paint(style, 'mac', everybody)}${pair}`;
  return [first, second];
}

/** `ip link …` */
export async function link(process: Process, style: Style, args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined || matches(word, 'show') || matches(word, 'list') || word === 'lst')
    return show(process, style, rest);
  if (matches(word, 'set')) return set(process, rest);
  if (matches(word, 'help')) {
    await process.stderr.write(USAGE);
    return 255;
  }
  if (matches(word, 'add') || matches(word, 'delete')) throw kernelError('Operation not supported');
  throw new IpError(`Command "${word}" is unknown, try "ip link help".`, 255);
}

const USAGE = `Usage: ip link set { DEVICE | dev DEVICE | group DEVGROUP }
\t\t[ { up | down } ]
\t\t[ mtu MTU ]

\tip link show [ DEVICE | group GROUP ] [up]
`;

/** Interfaces that a selection such as `dev eth1 up` names. */
export function select(process: Process, args: readonly string[]): Nic[] {
  let nics = allInterfaces(process);
  const queue = [...args];
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (word === 'up') nics = nics.filter((nic) => nic.up);
    else if (word === 'type' || word === 'master' || word === 'group') queue.shift();
    else {
      const name = word === 'dev' ? queue.shift() : word;
      if (name === undefined) throw new IpError('Command line is not complete. Try option "help"', 255);
      const nic = findInterface(process.world, process.machine, name);
      if (!nic) throw new IpError(`Device "${name}" does not exist.`, WRONG);
      nics = nics.filter((candidate) => candidate.name === nic.name);
    }
  }
  return nics;
}

async function show(process: Process, style: Style, args: readonly string[]): Promise<number> {
  const nics = select(process, args);
  if (style.json) {
    await process.stdout.write(
      jsonText(
        style,
        nics.map((nic) => jsonHead(process, nic, true)),
      ),
    );
    return 0;
  }
  for (const nic of nics) {
    if (style.brief) {
      const state = stateOf(process, nic).padEnd(14);
      await process.stdout.write(
        `${shownName(process, nic).padEnd(16)} ${state} ${nic.mac} <${flagsOf(process, nic).join(',')}> \n`,
      );
    } else {
      const lines = headLines(process, style, nic, true);
      if (style.statistics) lines.push(...statistics());
      await process.stdout.write(joinLines(style, lines));
    }
  }
  return 0;
}

/** Packets aren't counted in the simulation. */
function statistics(): string[] {
  return [
    '    RX:  bytes packets errors dropped  missed   mcast           ',
    '             0       0      0       0       0       0 ',
    '    TX:  bytes packets errors dropped carrier collsns           ',
    '             0       0      0       0       0       0 ',
  ];
}

/** What `-j` gives of an interface. */
export function jsonHead(process: Process, nic: Nic, withMode: boolean): Record<string, unknown> {
  return {
    ifindex: indexOf(process, nic),
    ifname: nic.name,
    flags: flagsOf(process, nic),
    mtu: nic.mtu,
    qdisc: queueing(process, nic),
    operstate: stateOf(process, nic),
    ...(withMode ? { linkmode: 'DEFAULT' } : {}),
    group: 'default',
    txqlen: 1000,
    link_type: nic === LOOPBACK ? 'loopback' : 'ether',
    address: nic.mac,
    broadcast: nic === LOOPBACK ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff',
  };
}

async function set(process: Process, args: readonly string[]): Promise<number> {
  const queue = [...args];
  let name: string | null = null;
  const changes: ((nic: Nic) => void)[] = [];
  let up: boolean | null = null;
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (word === 'up') up = true;
    else if (word === 'down') up = false;
    else if (matches(word, 'mtu') && word.length > 1) {
      const value = queue.shift();
      if (value === undefined) throw new IpError('Command line is not complete. Try option "help"', 255);
      if (!/^\d+$/.test(value)) throw new IpError(`Error: argument "${value}" is wrong: Invalid "mtu" value\n`, 255);
      changes.push((nic) => {
        nic.mtu = Number(value);
      });
    } else if (word === 'dev') name = queue.shift() ?? null;
    else if (name === null) name = word;
    else throw new IpError(`Error: either "dev" is duplicate, or "${word}" is a garbage.`, 255);
  }
  if (name === null) throw new IpError('Not enough information: "dev" argument is required.', 255);
  if (!findInterface(process.world, process.machine, name)) throw new IpError(`Cannot find device "${name}"`, WRONG);
  requireRoot(process);
  const device = name;
  process.transact((world, machine) => {
    const nic = machine.network.nics.find((candidate) => candidate.name === device);
    if (!nic) return;
    for (const change of changes) change(nic);
    if (up !== null) setLink(world, machine.name, device, up);
  });
  return 0;
}
