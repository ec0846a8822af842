import type { Process, Program } from '../../shell/process';
import { viewOf } from '../../shell/view';
import { type OptionSpec, type ParsedOptions, parseOptions, programName, UsageError } from '../options';
import { connectError, lookupError, openConnection, resolve } from './client';

const OPTIONS: readonly OptionSpec[] = [
  { key: 'z', short: 'z' },
  { key: 'v', short: 'v', long: ['verbose'] },
  { key: 'u', short: 'u', long: ['udp'] },
  { key: 'n', short: 'n', long: ['nodns'] },
  { key: '4', short: '4' },
  { key: '6', short: '6' },
  { key: 't', short: 't', long: ['telnet'] },
  { key: 'send-only', long: ['send-only'] },
  { key: 'recv-only', long: ['recv-only'] },
  { key: 'h', short: 'h', long: ['help'] },
  { key: 'version', long: ['version'] },
  { key: 'w', short: 'w', long: ['wait'], value: 'required' },
  { key: 'i', short: 'i', long: ['idle-timeout'], value: 'required' },
  { key: 'p', short: 'p', long: ['source-port'], value: 'required' },
  { key: 's', short: 's', long: ['source'], value: 'required' },
];

const VERSION = 'Ncat: Version 7.91 ( https://nmap.org/ncat )\n';

/** ncat: tells whether a port can be reached. Connections carry no data: no simulated server speaks free text. */
export const ncat: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions(programName(process), process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(
      `${error.message}\nNcat: Try \`--help' or man(1) ncat for more information, usage options and help. QUITTING.\n`,
    );
    return 2;
  }
  if (options.has('version')) {
    await process.stderr.write(VERSION);
    return 0;
  }
  if (options.has('h')) {
    await process.stdout.write(
      `${VERSION}Usage: ncat [options] [hostname] [port]\n\n  -u  UDP  -z  report only  -v  more words  -w <time>  give up after\n`,
    );
    return 0;
  }
  const [host, port = '31337'] = options.operands;
  if (host === undefined) {
    await process.stderr.write('Ncat: You must specify a host to connect to. QUITTING.\n');
    return 2;
  }
  if (!/^\d+$/.test(port) || Number(port) > 65535 || Number(port) < 1) {
    await process.stderr.write(`Ncat: Invalid port number "${port}". QUITTING.\n`);
    return 2;
  }
  return tryPort(process, options, host, Number(port));
};

async function tryPort(process: Process, options: ParsedOptions, host: string, port: number): Promise<number> {
  const say = async (text: string) => {
    if (options.has('v')) await process.stderr.write(text);
  };
  await say(VERSION);
  const found = await resolve(process, host);
  if (found.kind !== 'found') {
    await process.stderr.write(`Ncat: Could not resolve hostname "${host}": ${lookupError(found)}. QUITTING.\n`);
    return 2;
  }
  const address = found.addresses[0] ?? host;
  const udp = options.has('u');
  const wait = options.value('w');
  const patience = wait == null ? 10_000 : Math.round(Number.parseFloat(wait) * 1000) || 10_000;
  const connection = await openConnection(process, address, port, udp ? 'udp' : 'tcp', patience);
  // A datagram that nobody answers looks like one that arrived.
  if (connection.kind !== 'connected' && !(udp && connection.kind === 'timeout')) {
    const timedOut = connection.kind === 'timeout' && patience <= 10_000;
    await process.stderr.write(`Ncat: ${timedOut ? 'TIMEOUT' : connectError(connection)}.\n`);
    return 1;
  }
  await say(`Ncat: Connected to ${address}:${port}.\n`);
  if (options.has('z')) {
    await say(`Ncat: 0 bytes sent, 0 bytes received in 0.01 seconds.\n`);
    return 0;
  }
  // Typed lines go out; nothing comes back.
  const input = viewOf(process).fd(0);
  if (input) while ((await process.stdin.read()) !== null) await process.sleep(1);
  return 0;
}
