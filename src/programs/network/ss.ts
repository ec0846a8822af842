import { lookup } from '../../machine/files';
import { reverseLookup } from '../../network/resolve';
import type { Process, Program } from '../../shell/process';
import type { ListeningSocket } from '../../world/network';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { portName } from './services-file';

const OPTIONS: readonly OptionSpec[] = [
  { key: 'h', short: 'h', long: ['help'] },
  { key: 'V', short: 'V', long: ['version'] },
  { key: 'n', short: 'n', long: ['numeric'] },
  { key: 'r', short: 'r', long: ['resolve'] },
  { key: 'a', short: 'a', long: ['all'] },
  { key: 'l', short: 'l', long: ['listening'] },
  { key: 'o', short: 'o', long: ['options'] },
  { key: 'e', short: 'e', long: ['extended'] },
  { key: 'm', short: 'm', long: ['memory'] },
  { key: 'p', short: 'p', long: ['processes'] },
  { key: 'i', short: 'i', long: ['info'] },
  { key: 's', short: 's', long: ['summary'] },
  { key: '4', short: '4', long: ['ipv4'] },
  { key: '6', short: '6', long: ['ipv6'] },
  { key: 't', short: 't', long: ['tcp'] },
  { key: 'u', short: 'u', long: ['udp'] },
  { key: 'd', short: 'd', long: ['dccp'] },
  { key: 'S', short: 'S', long: ['sctp'] },
  { key: 'w', short: 'w', long: ['raw'] },
  { key: 'x', short: 'x', long: ['unix'] },
  { key: 'f', short: 'f', long: ['family'], value: 'required' },
  { key: 'H', short: 'H', long: ['no-header'] },
  { key: 'O', short: 'O', long: ['oneline'] },
  { key: 'Z', short: 'Z', long: ['context'] },
  { key: 'A', short: 'A', long: ['query', 'socket'], value: 'required' },
];

const USAGE = `Usage: ss [ OPTIONS ]
       ss [ OPTIONS ] [ FILTER ]
   -h, --help          this text
   -V, --version       version
   -n, --numeric       numbers instead of names
   -a, --all           listening and established sockets
   -l, --listening     listening sockets only
   -p, --processes     who holds a socket
   -s, --summary       numbers of sockets

   -4, --ipv4          IPv4 only
   -6, --ipv6          IPv6 only
   -t, --tcp           TCP
   -u, --udp           UDP
   -x, --unix          Unix domain
   -H, --no-header     without the header line
`;

/** Accept queues by holder; others have the kernel's default. */
const BACKLOGS: Readonly<Record<string, number>> = {
  sshd: 128,
  httpd: 511,
  apache2: 511,
  pcsd: 128,
  'corosync-qnetd': 10,
  '': 256,
};
const DEFAULT_BACKLOG = 4096;

/** One socket of the table. */
interface Entry {
  netid: 'udp' | 'tcp' | 'u_str';
  state: string;
  receive: number;
  send: number;
  local: string;
  localPort: string;
  peer: string;
  peerPort: string;
  users: string;
  /** For filters. */
  port: number;
  remotePort: number;
}

export const ss: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('ss', process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${USAGE}`);
    return 255;
  }
  const family = options.value('f');
  if (family && !['inet', 'inet6', 'link', 'unix', 'netlink', 'vsock', 'tipc', 'xdp', 'help'].includes(family)) {
    await process.stderr.write(`ss: "${family}" is invalid family\n${USAGE}`);
    return 255;
  }
  if (options.has('h')) {
    await process.stdout.write(USAGE);
    return 0;
  }
  if (options.has('V')) {
    await process.stdout.write('ss utility, iproute2-6.1.0\n');
    return 0;
  }
  if (options.has('s')) return summary(process);
  const filter = parseFilter(options.operands);
  if (filter === null) {
    await process.stderr.write(
      `Error: an inet prefix is expected rather than "${options.operands[0]}".\nCannot parse dst/src address.\n`,
    );
    return 255;
  }
  const kinds = chosenKinds(options);
  const entries = collect(process, options, kinds).filter(filter);
  await process.stdout.write(format(entries, kinds.length > 1, options));
  return 0;
};

function chosenKinds(options: ParsedOptions): Entry['netid'][] {
  const query = (options.value('A') ?? '').split(',');
  const kinds: Entry['netid'][] = [];
  const inet = query.includes('inet') || query.includes('all');
  if (options.has('u') || query.includes('udp') || inet) kinds.push('udp');
  if (options.has('t') || query.includes('tcp') || inet) kinds.push('tcp');
  if (options.has('x') || query.includes('unix') || query.includes('all')) kinds.push('u_str');
  const others = ['d', 'S', 'w'].some((key) => options.has(key));
  return kinds.length > 0 || others ? kinds : ['u_str', 'udp', 'tcp'];
}

/** `sport = :22`, `dport = :22`, `state listening` and their combinations with `or` and `and`. Null: can't be read. */
function parseFilter(words: readonly string[]): ((entry: Entry) => boolean) | null {
  const tokens = words
    .join(' ')
    .replace(/[()]/g, ' $& ')
    .replace(/(!?==?)/g, ' $1 ')
    .trim()
    .split(/\s+/)
    .filter(Boolean);
  const tests: ((entry: Entry) => boolean)[] = [];
  let either = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === '(' || token === ')' || token === 'and' || token === '&' || token === '&&') continue;
    if (token === 'or' || token === '|' || token === '||') {
      either = true;
      continue;
    }
    if (token === 'state') {
      const state = tokens[++at] ?? '';
      const names: Record<string, string[]> = {
        listening: ['LISTEN'],
        established: ['ESTAB'],
        unconnected: ['UNCONN'],
      };
      const wanted = names[state] ?? [state.toUpperCase()];
      tests.push((entry) => wanted.includes(entry.state) || state === 'all' || state === 'connected');
      continue;
    }
    if (token !== 'sport' && token !== 'dport') return null;
    let operator = '=';
    if (/^(=|==|!=|eq|neq)$/.test(tokens[at + 1] ?? '')) operator = tokens[++at] ?? '=';
    const value = (tokens[++at] ?? '').replace(/^.*:/, '');
    const local = token === 'sport';
    tests.push((entry) => {
      const equal = /^\d+$/.test(value)
        ? (local ? entry.port : entry.remotePort) === Number(value)
        : (local ? entry.localPort : entry.peerPort) === value;
      return operator === '!=' || operator === 'neq' ? !equal : equal;
    });
  }
  return (entry) =>
    tests.length === 0 ? true : either ? tests.some((test) => test(entry)) : tests.every((test) => test(entry));
}

function collect(process: Process, options: ParsedOptions, kinds: readonly Entry['netid'][]): Entry[] {
  const { network } = process.machine;
  const listening = options.has('l') || options.has('a');
  const established = !options.has('l');
  const entries: Entry[] = [];
  const wantsV4 = options.has('4') || !options.has('6');
  const wantsV6 = options.has('6') || !options.has('4');
  const isV6 = (address: string) => address.includes(':') || address === '*';
  for (const kind of kinds) {
    if (kind === 'u_str') continue;
    const sockets = network.sockets.filter((socket) => socket.protocol === kind);
    if (kind === 'tcp' && established) entries.push(...connections(process, options, wantsV4, wantsV6));
    if (!listening) continue;
    for (const socket of sockets)
      if (wantsV4 && !isV6(socket.address)) entries.push(listener(process, options, socket));
    for (const socket of sockets) if (wantsV6 && isV6(socket.address)) entries.push(listener(process, options, socket));
  }
  return entries;
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function shownAddress(process: Process, options: ParsedOptions, address: string): string {
  if (options.has('r') && !options.has('n'))
    return reverseLookup(process.world, process.machineName, address) ?? bracketed(address);
  return bracketed(address);
}

function shownPort(process: Process, options: ParsedOptions, port: number, protocol: string): string {
  return options.has('n') ? String(port) : portName(process.machine, port, protocol);
}

/** Only root sees who holds the sockets of others. */
function users(
  process: Process,
  options: ParsedOptions,
  name: string,
  pid: number,
  fd: number,
  further: readonly number[] = [],
): string {
  if (!options.has('p') || name === '') return '';
  const record = process.machine.processes[pid];
  if (process.credentials.uid !== 0 && record?.uid !== process.credentials.uid) return '';
  const holders = [pid, ...further].sort((first, second) => second - first);
  return `users:(${holders.map((holder) => `("${name}",pid=${holder},fd=${fd})`).join(',')})`;
}

function listener(process: Process, options: ParsedOptions, socket: ListeningSocket): Entry {
  const any = socket.address === '*' ? '*' : socket.address.includes(':') ? '[::]' : '0.0.0.0';
  const udp = socket.protocol === 'udp';
  return {
    netid: socket.protocol,
    state: udp ? 'UNCONN' : 'LISTEN',
    receive: 0,
    send: udp ? 0 : (BACKLOGS[socket.process] ?? DEFAULT_BACKLOG),
    local: shownAddress(process, options, socket.address),
    localPort: shownPort(process, options, socket.port, socket.protocol),
    peer: any,
    peerPort: '*',
    users: users(process, options, socket.process, socket.pid, socket.fd, socket.holders),
    port: socket.port,
    remotePort: 0,
  };
}

function connections(process: Process, options: ParsedOptions, v4: boolean, v6: boolean): Entry[] {
  const { machine } = process;
  const open = (machine.network.connections ?? []).filter((entry) => machine.processes[entry.pid] !== undefined);
  return open
    .filter((entry) => (entry.localAddress.includes(':') ? v6 : v4))
    .map((entry) => ({
      netid: 'tcp' as const,
      state: 'ESTAB',
      receive: 0,
      send: 0,
      local: shownAddress(process, options, entry.localAddress),
      localPort: shownPort(process, options, entry.localPort, 'tcp'),
      peer: shownAddress(process, options, entry.peerAddress),
      peerPort: shownPort(process, options, entry.peerPort, 'tcp'),
      users: users(process, options, entry.process, entry.pid, entry.fd),
      port: entry.localPort,
      remotePort: entry.peerPort,
    }));
}

/** Columns: header, alignment, and whether a blank stands before it. The holder brings its own blank along. */
const COLUMNS: readonly { header: string; right: boolean; blank: boolean; value: (entry: Entry) => string }[] = [
  { header: 'Netid', right: false, blank: false, value: (entry) => entry.netid },
  { header: 'State', right: false, blank: true, value: (entry) => entry.state },
  { header: 'Recv-Q', right: false, blank: true, value: (entry) => String(entry.receive) },
  { header: 'Send-Q', right: false, blank: true, value: (entry) => String(entry.send) },
  { header: 'Local Address:', right: true, blank: true, value: (entry) => `${entry.local}:` },
  { header: 'Port', right: false, blank: false, value: (entry) => entry.localPort },
  { header: 'Peer Address:', right: true, blank: true, value: (entry) => `${entry.peer}:` },
  { header: 'Port', right: false, blank: false, value: (entry) => entry.peerPort },
  { header: 'Process', right: false, blank: false, value: (entry) => (entry.users ? ` ${entry.users}` : '') },
];

function format(entries: readonly Entry[], withNetid: boolean, options: ParsedOptions): string {
  const columns = withNetid ? COLUMNS : COLUMNS.slice(1);
  const header = !options.has('H');
  const widths = columns.map((column) =>
    Math.max(header ? column.header.length : 0, ...entries.map((entry) => column.value(entry).length)),
  );
  const line = (cells: readonly string[]) => {
    const text = columns.map((column, at) => {
      const cell = cells[at] ?? '';
      const filled = column.right ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
      return (column.blank && at > 0 ? ' ' : '') + filled;
    });
    return `${text.join('')}\n`;
  };
  const rows = entries.map((entry) => line(columns.map((column) => column.value(entry))));
  return (header ? line(columns.map((column) => column.header)) : '') + rows.join('');
}

async function summary(process: Process): Promise<number> {
  const { machine } = process;
  const count = (protocol: string, v6: boolean) =>
    machine.network.sockets.filter((socket) => socket.protocol === protocol && socket.address.includes(':') === v6)
      .length;
  const open = (machine.network.connections ?? []).filter((entry) => machine.processes[entry.pid] !== undefined).length;
  const [udp4, udp6, tcp4, tcp6] = [
    count('udp', false),
    count('udp', true),
    count('tcp', false) + open,
    count('tcp', true),
  ];
  const row = (name: string, v4: number, v6: number) =>
    `${name}\t  ${String(v4 + v6).padEnd(9)} ${String(v4).padEnd(9)} ${String(v6).padEnd(9)}\n`;
  const inode = lookup(machine, '/run');
  const unix =
    inode?.kind === 'directory' ? Object.values(inode.entries).filter((entry) => entry.kind === 'socket').length : 0;
  await process.stdout.write(
    `Total: ${udp4 + udp6 + tcp4 + tcp6 + unix}\nTCP:   ${tcp4 + tcp6} (estab ${open}, closed 0, orphaned 0, timewait 0)\n\n` +
      `Transport Total     IP        IPv6\n${row('RAW', 0, 0)}${row('UDP', udp4, udp6)}${row('TCP', tcp4, tcp6)}` +
      `${row('INET', udp4 + tcp4, udp6 + tcp6)}${row('FRAG', 0, 0)}\n`,
  );
  return 0;
}
