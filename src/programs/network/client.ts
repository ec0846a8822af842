import { holdsAddress } from '../../network/interfaces';
import { type Connection, connect, holdersOf, type Reach } from '../../network/reach';
import { type Lookup, lookup } from '../../network/resolve';
import { routeTo } from '../../network/routes';
import type { Process } from '../../shell/process';
import type { Millis } from '../../world/world';

/** How long the kernel asks for a neighbour by ARP before it gives up: three tries, a second apart. */
export const ARP_GIVES_UP_MS = 3050;

/** How long the kernel tries to open a TCP connection with the default of six retries. */
export const TCP_GIVES_UP_MS = 131_000;

/** Looks a name up; a name server that doesn't answer costs ten seconds, as two tries of five do. */
export async function resolve(process: Process, name: string): Promise<Lookup> {
  const result = lookup(process.world, process.machineName, name);
  if (result.kind === 'temporary-failure') await process.sleep(20);
  else if (result.kind === 'unknown') await process.sleep(10);
  return result;
}

/** What `getaddrinfo` says of a failed look-up. */
export function lookupError(result: Exclude<Lookup, { kind: 'found' }>): string {
  return result.kind === 'unknown' ? 'Name or service not known' : 'Temporary failure in name resolution';
}

/** What `strerror` says of a failed connection. */
export function connectError(failure: Exclude<Reach, { kind: 'connected' }>): string {
  switch (failure.kind) {
    case 'refused':
      return 'Connection refused';
    case 'timeout':
      return 'Connection timed out';
    case 'network-unreachable':
      return 'Network is unreachable';
    default:
      return 'No route to host';
  }
}

/**
 * Opens a connection as connect(2) does, in simulated time: an answer takes the round trip, a silent neighbour three
 * seconds of ARP, lost packets all retries. A way that opens meanwhile is taken. `patience` shortens the wait (ms).
 */
export async function openConnection(
  process: Process,
  address: string,
  port: number,
  protocol: 'tcp' | 'udp' = 'tcp',
  patience: Millis = TCP_GIVES_UP_MS,
): Promise<Connection> {
  const { machineName } = process;
  let now = connect(process.world, machineName, address, port, protocol);
  noteNeighbour(process, address);
  if (now.kind === 'no-route' || now.kind === 'timeout') {
    const wait = Math.min(patience, now.kind === 'no-route' ? ARP_GIVES_UP_MS : TCP_GIVES_UP_MS);
    const failed = now;
    const opened = await process.until((world) => {
      const again = connect(world, machineName, address, port, protocol);
      return again.kind === 'no-route' || again.kind === 'timeout' ? undefined : again;
    }, wait);
    if (!opened) return wait < patience || failed.kind === 'timeout' ? failed : { kind: 'timeout' };
    now = opened;
  }
  await process.sleep(now.kind === 'connected' ? Math.max(1, Math.ceil(now.latencyMs)) : 1);
  return now;
}

/** Notes in the ARP table whom the machine has just asked for, as any packet does. */
export function noteNeighbour(process: Process, address: string): void {
  const { world, machine } = process;
  if (holdsAddress(world, machine, address)) return;
  const hop = routeTo(world, machine, address);
  if (!hop || hop.nic.network === null) return;
  const asked = hop.gateway ?? address;
  const network = world.networks[hop.nic.network];
  const holder = network ? holdersOf(world, network, asked).find((found) => found.machine !== machine) : undefined;
  const mac = holder?.nic.mac ?? null;
  const known = machine.network.neighbours?.[asked];
  if (known?.mac === mac && world.now - known.at < 15_000) return;
  process.transact((draft, own) => {
    own.network.neighbours ??= {};
    own.network.neighbours[asked] = { device: hop.nic.name, mac, at: draft.now };
  });
}
