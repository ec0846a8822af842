import { broadcastOf, netmaskOf, parseCidr } from '../../network/addresses';
import { findInterface, hasCarrier } from '../../network/interfaces';
import { setLink } from '../../network/links';
import { reverseLookup } from '../../network/resolve';
import { routingTable } from '../../network/routes';
import type { Process, Program } from '../../shell/process';
import type { Nic } from '../../world/network';
import { allInterfaces } from './ip/link';
import { portName } from './services-file';

/** Flags of an interface as a number and in words. */
function flagText(process: Process, nic: Nic): string {
  const loop = nic.name === 'lo';
  const words: string[] = [];
  let bits = 0;
  const add = (bit: number, word: string) => {
    bits |= bit;
    words.push(word);
  };
  if (nic.up) add(1, 'UP');
  if (!loop) add(2, 'BROADCAST');
  if (loop) add(8, 'LOOPBACK');
  if (nic.up && hasCarrier(process.world, nic)) add(64, 'RUNNING');
  if (!loop) add(4096, 'MULTICAST');
  return `${bits}<${words.join(',')}>`;
}

function block(process: Process, nic: Nic): string {
  const lines = [`${nic.name}: flags=${flagText(process, nic)}  mtu ${nic.mtu}`];
  const v4 = nic.addresses.find((own) => !own.address.includes(':'));
  if (v4) {
    const broadcast = nic.name === 'lo' ? '' : `  broadcast ${v4.broadcast ?? broadcastOf(v4.address, v4.prefix)}`;
    lines.push(`        inet ${v4.address}  netmask ${netmaskOf(v4.prefix)}${broadcast}`);
  }
  for (const own of nic.addresses.filter((entry) => entry.address.includes(':'))) {
    const scope = own.address === '::1' ? '0x10<host>' : '0x20<link>';
    lines.push(`        inet6 ${own.address}  prefixlen ${own.prefix}  scopeid ${scope}`);
  }
  if (nic.name === 'lo') lines.push('        loop  txqueuelen 1000  (Local Loopback)');
  else lines.push(`        ether ${nic.mac}  txqueuelen 1000  (Ethernet)`);
  lines.push('        RX packets 0  bytes 0 (0.0 B)', '        RX errors 0  dropped 0  overruns 0  frame 0');
  lines.push(
    '        TX packets 0  bytes 0 (0.0 B)',
    '        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0',
  );
  return `${lines.join('\n')}\n\n`;
}

/** ifconfig, thin: shows interfaces, and switches them on and off. */
export const ifconfig: Program = async (process) => {
  const words = process.argv.slice(1);
  const all = words.includes('-a');
  const [name, change] = words.filter((word) => !word.startsWith('-'));
  if (name === undefined) {
    const nics = allInterfaces(process).filter((nic) => all || nic.up);
    const sorted = nics.sort((a, b) => (a.name < b.name ? -1 : 1));
    await process.stdout.write(sorted.map((nic) => block(process, nic)).join(''));
    return 0;
  }
  const nic = findInterface(process.world, process.machine, name);
  if (!nic) {
    await process.stderr.write(`${name}: error fetching interface information: Device not found\n`);
    return 1;
  }
  if (change !== 'up' && change !== 'down') {
    await process.stdout.write(block(process, nic));
    return 0;
  }
  if (process.credentials.uid !== 0) {
    await process.stderr.write('SIOCSIFFLAGS: Operation not permitted\n');
    return 255;
  }
  if (process.machine.network.nics.some((own) => own.name === name)) {
    process.transact((world, machine) => setLink(world, machine.name, name, change === 'up'));
  }
  return 0;
};

/** route, thin: shows the table. */
export const route: Program = async (process) => {
  const numeric = process.argv.slice(1).some((word) => /^-\w*n/.test(word));
  const shown = (address: string) =>
    numeric ? address : (reverseLookup(process.world, process.machineName, address) ?? address);
  let text = 'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n';
  for (const entry of routingTable(process.world, process.machine)) {
    const cidr = entry.destination === 'default' ? { address: '0.0.0.0', prefix: 0 } : parseCidr(entry.destination);
    if (!cidr) continue;
    const destination = cidr.prefix === 0 && !numeric ? 'default' : cidr.address;
    const flags = `U${entry.gateway === null ? '' : 'G'}${cidr.prefix === 32 ? 'H' : ''}`;
    const gateway = entry.gateway === null ? '0.0.0.0' : shown(entry.gateway);
    text += `${destination.padEnd(15)} ${gateway.slice(0, 15).padEnd(15)} ${netmaskOf(cidr.prefix).padEnd(15)} ${flags.padEnd(5)} ${String(entry.metric).padEnd(6)} 0        0 ${entry.device}\n`;
  }
  await process.stdout.write(text);
  return 0;
};

/** arp, thin: shows the table of neighbours. */
export const arp: Program = async (process) => {
  const numeric = process.argv.slice(1).some((word) => /^-\w*n/.test(word));
  const entries = Object.entries(process.machine.network.neighbours ?? {});
  if (entries.length === 0) return 0;
  await process.stdout.write('Address                  HWtype  HWaddress           Flags Mask            Iface\n');
  for (const [address, entry] of entries) {
    const name = numeric ? address : (reverseLookup(process.world, process.machineName, address) ?? address);
    const hardware =
      entry.mac === null ? '        (incomplete)                  ' : `ether   ${entry.mac}   C                  `;
    await process.stdout.write(`${name.slice(0, 23).padEnd(24)} ${hardware}   ${entry.device}\n`);
  }
  return 0;
};

/** netstat, thin: sockets and routes. */
export const netstat: Program = async (process) => {
  const letters = process.argv.slice(1).join('').replace(/-/g, '');
  if (letters.includes('r')) {
    return process.run(['route', ...(letters.includes('n') ? ['-n'] : [])]);
  }
  const numeric = letters.includes('n');
  const both = !letters.includes('t') && !letters.includes('u');
  const programs = letters.includes('p');
  const { machine } = process;
  const port = (number: number, protocol: string) => (numeric ? String(number) : portName(machine, number, protocol));
  const tail = programs ? ' PID/Program name    ' : ' ';
  let text = `Active Internet connections (${letters.includes('a') ? 'servers and established' : letters.includes('l') ? 'only servers' : 'w/o servers'})\n`;
  text += `Proto Recv-Q Send-Q Local Address           Foreign Address         State      ${tail}\n`;
  const line = (protocol: string, local: string, remote: string, state: string, pid: number, name: string) => {
    const holder = programs ? ` ${(name === '' ? '-' : `${pid}/${name}`).padEnd(20)}` : ' ';
    return `${protocol.padEnd(5)}      0      0 ${local.padEnd(23)} ${remote.padEnd(23)} ${state.padEnd(11)}${holder}\n`;
  };
  if (!letters.includes('l') && (letters.includes('t') || both)) {
    for (const open of machine.network.connections ?? []) {
      if (!machine.processes[open.pid]) continue;
      const local = `${open.localAddress}:${port(open.localPort, 'tcp')}`;
      const remote = `${open.peerAddress}:${port(open.peerPort, 'tcp')}`;
      text += line('tcp', local, remote, 'ESTABLISHED', open.pid, open.process);
    }
  }
  if (letters.includes('l') || letters.includes('a')) {
    for (const protocol of ['tcp', 'udp'] as const) {
      if (!both && !letters.includes(protocol.charAt(0))) continue;
      for (const socket of machine.network.sockets) {
        if (socket.protocol !== protocol) continue;
        const v6 = socket.address.includes(':') || socket.address === '*';
        const local = `${socket.address === '*' ? '::' : socket.address}:${port(socket.port, protocol)}`;
        const state = protocol === 'tcp' ? 'LISTEN' : '';
        text += line(
          v6 ? `${protocol}6` : protocol,
          local,
          v6 ? ':::*' : '0.0.0.0:*',
          state,
          socket.pid,
          socket.process,
        );
      }
    }
  }
  await process.stdout.write(text);
  return 0;
};
