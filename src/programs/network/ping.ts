import { randomInteger } from '../../kernel/random';
import { isIpv4, isIpv6 } from '../../network/addresses';
import { findInterface, holdsAddress } from '../../network/interfaces';
import { OUTSIDE } from '../../network/outside';
import { ping as probe, type Reach } from '../../network/reach';
import { reverseLookup } from '../../network/resolve';
import { routeTo } from '../../network/routes';
import type { Process, Program } from '../../shell/process';
import { type OptionSpec, type ParsedOptions, parseOptions, programName, UsageError } from '../options';
import { ARP_GIVES_UP_MS, lookupError, noteNeighbour, resolve } from './client';

const OPTIONS: readonly OptionSpec[] = [
  ...['a', 'A', 'B', 'C', 'D', 'd', 'f', 'h', 'L', 'n', 'O', 'q', 'r', 'U', 'v', 'V', '4', 'b', 'R', '6'].map(
    (letter) => ({ key: letter, short: letter }),
  ),
  ...['c', 'e', 'I', 'i', 'l', 'm', 'M', 'p', 'Q', 's', 'S', 't', 'w', 'W', 'T', 'F', 'N'].map((letter) => ({
    key: letter,
    short: letter,
    value: 'required' as const,
  })),
];

const USAGE = `
Usage
  ping [options] <destination>

Options:
  <destination>      host name or address to ask
  -c <count>         end after <count> packets
  -D                 time stamp before each line
  -h                 this text
  -I <interface>     interface or address to send from
  -i <interval>      seconds between packets
  -n                 numbers only, no names
  -O                 report answers that are outstanding
  -q                 only the summary
  -s <size>          bytes of data in a packet
  -t <ttl>           time to live
  -V                 version
  -w <deadline>      end after <deadline> seconds
  -W <timeout>       seconds to wait for an answer
  -4                 use IPv4
  -6                 use IPv6

For more details see ping(8).
`;

interface Settings {
  target: string;
  /** As shown in brackets. */
  address: string;
  shownName: string;
  count: number | null;
  intervalMs: number;
  deadlineMs: number | null;
  timeoutMs: number;
  size: number;
  ttl: number;
  quiet: boolean;
  numeric: boolean;
  stamps: boolean;
  outstanding: boolean;
  source: string | null;
}

/** A wrong value: ping's own error, exit status 1 (or 2). */
class PingError extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

function wholeNumber(text: string, low: number, high: string): number {
  if (!/^[+-]?\d+$/.test(text.trim())) throw new PingError(`invalid argument: '${text}'`);
  const value = Number(text);
  if (value < low || value > Number(high)) {
    throw new PingError(`invalid argument: '${text}': out of range: ${low} <= value <= ${high}`);
  }
  return value;
}

function seconds(text: string): number {
  if (!/^\d*\.?\d+$|^\d+\.$/.test(text.trim())) throw new PingError(`bad timing interval: ${text}`);
  return Math.round(Number(text) * 1000);
}

export const ping: Program = async (process) => {
  const name = programName(process);
  let options: ParsedOptions;
  try {
    options = parseOptions(name, process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${USAGE}`);
    return 2;
  }
  if (options.has('V')) {
    await process.stdout.write(`ping from iputils 20210202\n`);
    return 0;
  }
  if (options.has('h')) {
    await process.stderr.write(USAGE);
    return 2;
  }
  try {
    return await run(process, await readSettings(process, options));
  } catch (error) {
    if (!(error instanceof PingError)) throw error;
    await process.stderr.write(`${name}: ${error.message}\n`);
    return error.status;
  }
};

async function readSettings(process: Process, options: ParsedOptions): Promise<Settings> {
  const count = options.value('c');
  const value = (key: string) => options.value(key) ?? undefined;
  const limit = '9223372036854775807';
  const settings = {
    count: count == null ? null : wholeNumber(count, 1, limit),
    intervalMs: value('i') === undefined ? 1000 : seconds(value('i') ?? ''),
    deadlineMs: value('w') === undefined ? null : wholeNumber(value('w') ?? '', 0, '2147483647') * 1000,
    timeoutMs: value('W') === undefined ? 10_000 : seconds(value('W') ?? ''),
    size: value('s') === undefined ? 56 : wholeNumber(value('s') ?? '', 0, '127992'),
    ttl: value('t') === undefined ? 64 : wholeNumber(value('t') ?? '', 0, '255'),
    quiet: options.has('q'),
    numeric: options.has('n'),
    stamps: options.has('D'),
    outstanding: options.has('O'),
  };
  const target = options.operands.at(-1);
  if (target === undefined) throw new PingError('usage error: Destination address required');
  if (settings.intervalMs < 2 && process.credentials.uid !== 0) {
    throw new PingError('cannot flood, minimal interval for user must be >= 2 ms, use -i 0.002 (or higher)', 2);
  }
  const result = await resolve(process, target);
  if (result.kind !== 'found') throw new PingError(`${target}: ${lookupError(result)}`, 2);
  const wanted = options.has('6') ? isIpv6 : options.has('4') ? isIpv4 : () => true;
  const address = result.addresses.find(wanted);
  if (address === undefined) throw new PingError(`${target}: Address family for hostname not supported`, 2);
  return { ...settings, target, address, shownName: result.canonical, source: sourceOf(process, options, address) };
}

/** The address to send from with `-I`, which names an interface or an address. */
function sourceOf(process: Process, options: ParsedOptions, address: string): string | null {
  const wanted = options.value('I');
  if (wanted == null) return null;
  const nic = findInterface(process.world, process.machine, wanted);
  if (nic) {
    const own = nic.addresses.find((candidate) => candidate.address.includes(':') === address.includes(':'));
    return own ? `${own.address} ${nic.name}` : ` ${nic.name}`;
  }
  if (!isIpv4(wanted) && !isIpv6(wanted)) throw new PingError(`unknown iface: ${wanted}`, 2);
  if (!holdsAddress(process.world, process.machine, wanted)) {
    throw new PingError('bind: Cannot assign requested address', 2);
  }
  return wanted;
}

/** Packets that are on their way at once while ARP gets no answer: one a second for three seconds, and the next. */
const ARP_PIPE = 4;

/** What has happened so far. */
interface Tally {
  sent: number;
  received: number;
  errors: number;
  times: number[];
  startedAt: number;
  /** Simulated time of the last packet. */
  lastAt: number;
}

/** What is left of 64 after the routers on the way to the world outside. */
const OUTSIDE_TTL = 53;

/** A plausible round trip around the simulated latency, in microseconds. */
function roundTrip(process: Process, way: Extract<Reach, { kind: 'connected' }>): number {
  const base = Math.round(way.latencyMs * 1000);
  return process.transact((world) => randomInteger(world, Math.round(base * 0.75), Math.round(base * 1.4)));
}

async function run(process: Process, settings: Settings): Promise<number> {
  const v6 = settings.address.includes(':');
  const first = probe(process.world, process.machineName, settings.address);
  if (first.kind === 'network-unreachable') throw new PingError('connect: Network is unreachable', 2);
  await process.stdout.write(header(settings, v6));
  const tally: Tally = {
    sent: 0,
    received: 0,
    errors: 0,
    times: [],
    startedAt: process.world.now,
    lastAt: process.world.now,
  };
  const end = process.world.now + (settings.deadlineMs ?? Number.POSITIVE_INFINITY);
  let interrupted = false;
  process.onSignal('INT', () => {
    interrupted = true;
  });
  const stopped = () => interrupted || process.world.now >= end;
  const unanswered: number[] = [];
  while (!stopped() && (settings.count === null || tally.sent < settings.count)) {
    tally.sent++;
    tally.lastAt = process.world.now;
    await sendOne(process, settings, tally, unanswered);
    if (settings.count !== null && tally.sent >= settings.count) break;
    await pause(
      process,
      Math.min(nextDelay(process, settings), Math.max(0, end - process.world.now)),
      () => interrupted,
    );
  }
  await lastAnswers(process, settings, tally, unanswered, end, () => interrupted);
  await process.stdout.write(statistics(settings, tally));
  return tally.received > 0 &&
    (settings.deadlineMs === null || settings.count === null || tally.received >= settings.count)
    ? 0
    : 1;
}

function header(settings: Settings, v6: boolean): string {
  const shown = isIpv4(settings.target) || isIpv6(settings.target) ? settings.target : settings.shownName;
  const from = settings.source === null ? '' : ` from ${settings.source}:`;
  if (v6) return `PING ${shown}(${settings.address})${from} ${settings.size} data bytes\n`;
  return `PING ${shown} (${settings.address})${from} ${settings.size}(${settings.size + 28}) bytes of data.\n`;
}

/** Sends a packet and waits for its answer; one that gets none yet is kept in `unanswered`. */
async function sendOne(process: Process, settings: Settings, tally: Tally, unanswered: number[]): Promise<void> {
  const sequence = tally.sent;
  const way = probe(process.world, process.machineName, settings.address);
  noteNeighbour(process, settings.address);
  await reportUnreachable(process, settings, tally, unanswered);
  if (way.kind === 'connected') {
    const micros = roundTrip(process, way);
    await process.sleep(Math.floor(micros / 1000));
    tally.received++;
    tally.times.push(micros);
    if (!settings.quiet)
      await process.stdout.write(
        replyLine(process, settings, sequence, micros, way.machine === OUTSIDE ? OUTSIDE_TTL : 64),
      );
    return;
  }
  if (way.kind === 'network-unreachable') {
    await process.stderr.write('ping: sendmsg: Network is unreachable\n');
    return;
  }
  if (way.kind === 'prohibited' || way.kind === 'refused') {
    tally.errors++;
    const text = way.kind === 'prohibited' ? 'Packet filtered' : 'Destination Port Unreachable';
    const from = way.kind === 'prohibited' ? settings.address : gatewayOf(process, settings.address);
    await process.stdout.write(`From ${shownAddress(process, settings, from)} icmp_seq=${sequence} ${text}\n`);
    return;
  }
  if (settings.outstanding && sequence > 1) {
    await process.stdout.write(`no answer yet for icmp_seq=${sequence - 1}\n`);
  }
  // Only what fails for want of an ARP answer is reported later.
  if (way.kind === 'no-route') unanswered.push(sequence, process.world.now);
}

function gatewayOf(process: Process, address: string): string {
  return routeTo(process.world, process.machine, address)?.gateway ?? address;
}

/** After three seconds without an ARP answer the kernel reports all waiting packets. */
async function reportUnreachable(
  process: Process,
  settings: Settings,
  tally: Tally,
  unanswered: number[],
): Promise<void> {
  const oldest = unanswered[1];
  if (oldest === undefined || process.world.now - oldest < ARP_GIVES_UP_MS - 60) return;
  const own = routeTo(process.world, process.machine, settings.address)?.source ?? '0.0.0.0';
  const due = unanswered.splice(0, 6);
  for (let at = 0; at < due.length; at += 2) {
    tally.errors++;
    if (settings.quiet) continue;
    await process.stdout.write(
      `From ${shownAddress(process, settings, own)} icmp_seq=${due[at]} Destination Host Unreachable\n`,
    );
  }
}

/** An address with its name before it, as ping prints who answered. */
function shownAddress(process: Process, settings: Settings, address: string): string {
  if (settings.numeric || isIpv4(settings.target) || isIpv6(settings.target)) return address;
  const name = reverseLookup(process.world, process.machineName, address);
  return name === null ? address : `${name} (${address})`;
}

function replyLine(process: Process, settings: Settings, sequence: number, micros: number, ttl: number): string {
  const unix = (process.world.epoch + process.world.now) / 1000;
  const stamp = settings.stamps ? `[${unix.toFixed(6)}] ` : '';
  const from = shownAddress(process, settings, settings.address);
  return `${stamp}${settings.size + 8} bytes from ${from}: icmp_seq=${sequence} ttl=${ttl} time=${formatTime(micros)} ms\n`;
}

/** Milliseconds with as many decimals as ping prints. */
function formatTime(micros: number): string {
  const ms = micros / 1000;
  if (ms >= 100) return ms.toFixed(0);
  if (ms >= 10) return ms.toFixed(1);
  return ms >= 1 ? ms.toFixed(2) : ms.toFixed(3);
}

/** The interval, and what the scheduler adds to it. */
function nextDelay(process: Process, settings: Settings): number {
  const late = settings.intervalMs < 200 ? 0 : process.transact((world) => randomInteger(world, 0, 28));
  return settings.intervalMs + late;
}

/** Waits until the next packet is due, or the user ends it. */
async function pause(process: Process, ms: number, ended: () => boolean): Promise<void> {
  if (ms > 0) await process.until(() => (ended() ? true : undefined), ms);
}

/** After the last packet ping waits for what is still on its way. */
async function lastAnswers(
  process: Process,
  settings: Settings,
  tally: Tally,
  unanswered: number[],
  end: number,
  ended: () => boolean,
): Promise<void> {
  if (ended() || tally.received === tally.sent) return;
  const wait =
    unanswered.length > 0 ? ARP_GIVES_UP_MS - (process.world.now - (unanswered[1] ?? 0)) : settings.timeoutMs;
  const left = Math.min(wait, end - process.world.now, settings.timeoutMs);
  if (tally.errors < tally.sent) await pause(process, Math.max(0, Math.round(left)), ended);
  await reportUnreachable(process, settings, tally, unanswered);
}

function statistics(settings: Settings, tally: Tally): string {
  const loss = tally.sent === 0 ? 0 : ((tally.sent - tally.received) * 100) / tally.sent;
  const percent = Number.isInteger(loss) ? String(loss) : String(Number(loss.toPrecision(6)));
  const errors = tally.errors > 0 ? `, +${tally.errors} errors` : '';
  const elapsed = tally.lastAt - tally.startedAt;
  let text = `\n--- ${isIpv4(settings.target) ? settings.target : settings.shownName} ping statistics ---\n`;
  text += `${tally.sent} packets transmitted, ${tally.received} received${errors}, ${percent}% packet loss, time ${elapsed}ms\n`;
  if (tally.times.length > 0) text += `${roundTripLine(tally.times)}\n`;
  else if (tally.errors > 0 && tally.sent > 1) text += `pipe ${Math.min(ARP_PIPE, tally.sent)}\n`;
  else text += '\n';
  return text;
}

function roundTripLine(times: readonly number[]): string {
  const sum = times.reduce((total, time) => total + time, 0);
  const mean = sum / times.length;
  const squares = times.reduce((total, time) => total + time * time, 0) / times.length;
  const deviation = Math.sqrt(Math.max(0, squares - mean * mean));
  const ms = (micros: number) => (Math.floor(micros) / 1000).toFixed(3);
  return `rtt min/avg/max/mdev = ${ms(Math.min(...times))}/${ms(mean)}/${ms(Math.max(...times))}/${ms(deviation)} ms`;
}
