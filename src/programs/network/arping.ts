import { randomInteger } from '../../kernel/random';
import { isCut } from '../../network/faults';
import { hasCarrier } from '../../network/interfaces';
import { holdersOf } from '../../network/reach';
import { routeTo } from '../../network/routes';
import type { Process, Program } from '../../shell/process';
import type { Nic } from '../../world/network';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { lookupError, resolve } from './client';

const OPTIONS: readonly OptionSpec[] = [
  ...['f', 'q', 'b', 'D', 'U', 'A', 'V', 'h'].map((letter) => ({ key: letter, short: letter })),
  ...['c', 'w', 'i', 'I', 's'].map((letter) => ({ key: letter, short: letter, value: 'required' as const })),
];

const USAGE = `
Usage:
  arping [options] <destination>

Options:
  -f            quit on first reply
  -q            be quiet
  -b            keep on broadcasting, do not unicast
  -D            duplicate address detection mode
  -U            unsolicited ARP mode, update your neighbours
  -A            ARP answer mode, update your neighbours
  -V            print version and exit
  -c <count>    how many packets to send
  -w <timeout>  how long to wait for a reply
  -i <interval> set interval between packets (default: 1 second)
  -I <device>   which ethernet device to use
  -s <source>   source IP address
  <destination> DNS name or IP address
`;

/** arping: asks a network who holds an address; all holders answer. */
export const arping: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('arping', process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${USAGE}`);
    return 2;
  }
  const target = options.operands[0];
  if (options.has('h') || target === undefined) {
    await process.stderr.write(target === undefined && !options.has('h') ? `arping: usage error${USAGE}` : USAGE);
    return options.has('h') ? 0 : 1;
  }
  const found = await resolve(process, target);
  if (found.kind !== 'found') {
    await process.stderr.write(`arping: ${target}: ${lookupError(found)}\n`);
    return 2;
  }
  const address = found.addresses[0] ?? target;
  const name = options.value('I');
  const { machine, world } = process;
  const nic = name
    ? machine.network.nics.find((candidate) => candidate.name === name)
    : routeTo(world, machine, address)?.nic;
  if (!nic) {
    await process.stderr.write(`arping: Device ${name ?? ''} not available.\n`);
    return 2;
  }
  if (!nic.up) {
    await process.stderr.write(`Interface "${nic.name}" is down\n`);
    return 2;
  }
  return ask(process, options, address, nic);
};

async function ask(process: Process, options: ParsedOptions, address: string, nic: Nic): Promise<number> {
  const duplicate = options.has('D');
  const source = duplicate ? '0.0.0.0' : (options.value('s') ?? nic.addresses[0]?.address ?? '0.0.0.0');
  const count = options.value('c') == null ? Number.POSITIVE_INFINITY : Number(options.value('c'));
  const end =
    process.world.now + (options.value('w') == null ? Number.POSITIVE_INFINITY : Number(options.value('w')) * 1000);
  const quiet = options.has('q');
  let interrupted = false;
  process.onSignal('INT', () => {
    interrupted = true;
  });
  if (!quiet) await process.stdout.write(`ARPING ${address} from ${source} ${nic.name}\n`);
  let sent = 0;
  let received = 0;
  while (!interrupted && sent < count && process.world.now < end) {
    sent++;
    const { world, machineName } = process;
    const network = nic.network === null ? undefined : world.networks[nic.network];
    const answers =
      network && hasCarrier(world, nic)
        ? holdersOf(world, network, address).filter(
            (holder) =>
              holder.machine.name !== machineName && !isCut(world, network.name, machineName, holder.machine.name),
          )
        : [];
    for (const holder of answers) {
      received++;
      const micros = process.transact((draft) => randomInteger(draft, 600, 1200));
      if (!quiet) {
        const mac = holder.nic.mac.toUpperCase();
        await process.stdout.write(`Unicast reply from ${address} [${mac}]  ${(micros / 1000).toFixed(3)}ms\n`);
      }
    }
    if (answers.length > 0 && (options.has('f') || duplicate)) break;
    if (sent >= count) break;
    await process.until(() => (interrupted ? true : undefined), Math.min(1000, Math.max(0, end - process.world.now)));
  }
  if (!quiet) {
    await process.stdout.write(`Sent ${sent} probes (${sent} broadcast(s))\nReceived ${received} response(s)\n`);
  }
  if (duplicate) return received > 0 ? 1 : 0;
  return received > 0 ? 0 : 1;
}
