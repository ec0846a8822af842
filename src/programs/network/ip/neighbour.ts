import { findInterface } from '../../../network/interfaces';
import type { Process } from '../../../shell/process';
import { IpError, jsonText, matches, requireRoot, type Style, WRONG } from './style';

/** How long an entry counts as confirmed, in ms. */
const REACHABLE_MS = 30_000;

/** `ip neigh …` */
export async function neighbour(process: Process, style: Style, args: readonly string[]): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined || matches(word, 'show') || matches(word, 'list')) return show(process, style, rest);
  if (matches(word, 'flush') || matches(word, 'delete')) return flush(process, rest);
  if (matches(word, 'help')) {
    await process.stderr.write(
      'Usage: ip neigh { add | del | change | replace }\n                { ADDR [ lladdr LLADDR ] [ nud STATE ] proxy ADDR }\n                [ dev DEV ] [ router ] [ use ] [ managed ] [ extern_learn ]\n',
    );
    return 255;
  }
  throw new IpError(`Command "${word}" is unknown, try "ip neigh help".`, 255);
}

function selected(process: Process, args: readonly string[]) {
  const at = args.indexOf('dev');
  const device = at < 0 ? undefined : args[at + 1];
  if (device !== undefined && !findInterface(process.world, process.machine, device)) {
    throw new IpError(`Cannot find device "${device}"`, WRONG);
  }
  const address = args.find((word, index) => word !== 'dev' && word !== 'all' && index !== at + 1);
  return Object.entries(process.machine.network.neighbours ?? {}).filter(
    ([key, entry]) => (device === undefined || entry.device === device) && (address === undefined || key === address),
  );
}

async function show(process: Process, style: Style, args: readonly string[]): Promise<number> {
  if (style.family === 'inet6') return 0;
  const entries = selected(process, args).map(([address, entry]) => {
    const fresh = process.world.now - entry.at < REACHABLE_MS;
    const state = entry.mac === null ? 'FAILED' : fresh ? 'REACHABLE' : 'STALE';
    return { address, entry, state };
  });
  if (style.json) {
    const list = entries.map(({ address, entry, state }) => ({
      dst: address,
      dev: entry.device,
      ...(entry.mac === null ? {} : { lladdr: entry.mac }),
      state: [state],
    }));
    await process.stdout.write(jsonText(style, list));
    return 0;
  }
  for (const { address, entry, state } of entries) {
    const hardware = entry.mac === null ? '' : `lladdr ${entry.mac} `;
    await process.stdout.write(`${address} dev ${entry.device} ${hardware}${state} \n`);
  }
  return 0;
}

async function flush(process: Process, args: readonly string[]): Promise<number> {
  requireRoot(process);
  const gone = new Set(selected(process, args).map(([address]) => address));
  process.transact((_world, machine) => {
    const table = machine.network.neighbours ?? {};
    for (const address of gone) delete table[address];
  });
  return 0;
}
