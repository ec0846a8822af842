import { OUTSIDE, OUTSIDE_LAN } from '../../network/outside';
import { ping } from '../../network/reach';
import { reverseLookup } from '../../network/resolve';
import { routeTo } from '../../network/routes';
import type { Process, Program } from '../../shell/process';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../options';
import { lookupError, resolve } from './client';

const OPTIONS: readonly OptionSpec[] = [
  ...['4', '6', 'b', 'n', 'V'].map((letter) => ({ key: letter, short: letter })),
  ...['l', 'm', 'p'].map((letter) => ({ key: letter, short: letter, value: 'required' as const })),
];

const USAGE = `
Usage
  tracepath [options] <destination>

Options:
  -4             use IPv4
  -6             use IPv6
  -b             print both name and IP
  -l <length>    use packet <length>
  -m <hops>      use maximum <hops>
  -n             no reverse DNS name resolution
  -p <port>      use destination <port>
  -V             print version and exit
  <destination>  DNS name or IP address

For more details see tracepath(8).
`;

/** tracepath: the routers on the way to a host. */
export const tracepath: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions('tracepath', process.argv, OPTIONS);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${USAGE}`);
    return 2;
  }
  const target = options.operands[0];
  if (target === undefined) {
    await process.stderr.write(USAGE);
    return 2;
  }
  const found = await resolve(process, target);
  if (found.kind !== 'found') {
    await process.stderr.write(`tracepath: ${target}: ${lookupError(found)}\n`);
    return 1;
  }
  return trace(process, options, found.addresses[0] ?? target);
};

async function trace(process: Process, options: ParsedOptions, address: string): Promise<number> {
  const print = (text: string) => process.stdout.write(text);
  const shown = (hop: string) =>
    options.has('n') ? hop : (reverseLookup(process.world, process.machineName, hop) ?? hop);
  const line = (number: number, name: string, ms: number, end = '') =>
    `${String(number).padStart(2)}:  ${name.padEnd(50)} ${ms.toFixed(3).padStart(7)}ms${end}\n`;
  await print(` 1?: [LOCALHOST]${' '.repeat(22)}pmtu 1500\n`);
  const way = ping(process.world, process.machineName, address);
  const hops: string[] = [];
  const gateway = routeTo(process.world, process.machine, address)?.gateway ?? null;
  if (gateway !== null && gateway !== address) hops.push(gateway);
  if (way.kind === 'connected' && way.machine === OUTSIDE && address !== OUTSIDE_LAN.gateway)
    hops.push(OUTSIDE_LAN.gateway);
  let number = 0;
  for (const hop of hops) await print(line(++number, shown(hop), 0.412));
  if (way.kind === 'connected') {
    await process.sleep(Math.ceil(way.latencyMs));
    await print(line(++number, shown(address), way.latencyMs, ' reached'));
    await print(`     Resume: pmtu 1500 hops ${number} back ${number} \n`);
    return 0;
  }
  while (++number <= 30) {
    await process.sleep(3000);
    await print(`${String(number).padStart(2)}:  no reply\n`);
  }
  await print('     Too many hops: pmtu 1500\n     Resume: pmtu 1500 \n');
  return 1;
}
