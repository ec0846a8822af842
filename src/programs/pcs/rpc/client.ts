import { isAddress } from '../../../network/addresses';
import { connect, type Failure } from '../../../network/reach';
import { resolveHost } from '../../../network/resolve';
import type { Process } from '../../../shell/process';
import type { Machine } from '../../../world/machine';
import type { World } from '../../../world/world';
import type { Pcs } from '../context';
import { error, type Report, warning } from '../reports';
import type { KnownHosts } from './hosts';
import { tokenUser } from './tokens';

export const PCSD_PORT = 2224;

/** What a request costs on an idle machine, in ms: TLS handshake and the daemon's work. */
const REQUEST_MS = 45;
/** ARP gives up after three tries of a second. */
const NO_ROUTE_MS = 3060;
const DEFAULT_TIMEOUT_S = 60;

/** How a request to a host's pcsd ends before the daemon does anything. */
export type Contact =
  | { readonly kind: 'connected'; readonly machine: string; readonly user: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** A host that answered, and what it said. */
export interface Answer<T> {
  readonly host: string;
  readonly contact: Contact;
  /** Present where the daemon was reached. */
  readonly value?: T;
}

/** What a request does on the host: a task of its own, which may take time there. */
export type RemoteWork<T> = (remote: RemoteHost) => Promise<T>;

/** The far side of a request. */
export class RemoteHost {
  constructor(
    readonly host: string,
    readonly machineName: string,
    readonly process: Process,
  ) {}

  get machine(): Machine {
    return this.process.world.machines[this.machineName] as Machine;
  }

  transact<R>(change: (machine: Machine, world: World) => R): R {
    return this.process.transact((world) => change(world.machines[this.machineName] as Machine, world));
  }

  /** Runs a program there as root. `env`: what it finds beside pcsd's environment. */
  capture(
    argv: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; stdout: string; stderr: string }> {
    return this.process.capture(argv, {
      machine: this.machineName,
      credentials: ROOT,
      env: { ...ROOT_ENV, ...env },
      cwd: '/',
      tty: null,
    });
  }
}

export const ROOT = { user: 'root', uid: 0, gid: 0, groups: [0], home: '/root' } as const;
const ROOT_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LC_ALL: 'C' };

/** Asks the pcsd of each host at the same time. Answers come in the order of the hosts. */
export async function askHosts<T>(
  pcs: Pcs,
  known: KnownHosts,
  hosts: readonly string[],
  work: RemoteWork<T>,
): Promise<Answer<T>[]> {
  await pcs.flush();
  return pcs.process.concurrently(
    hosts.map((host) => async (branch): Promise<Answer<T>> => {
      const contact = await reachPcsd(branch, pcs, known, host);
      if (contact.kind !== 'connected') return { host, contact };
      const value = await work(new RemoteHost(host, contact.machine, branch));
      return { host, contact, value };
    }),
  );
}

/** Connects to a host's pcsd and shows it the token. Tries the host's addresses in turn. */
async function reachPcsd(branch: Process, pcs: Pcs, known: KnownHosts, host: string): Promise<Contact> {
  const entry = known.hosts.get(host);
  const destinations = entry && entry.addresses.length > 0 ? entry.addresses : [{ addr: host, port: PCSD_PORT }];
  let last: Contact = { kind: 'unauthorized' };
  for (const { addr, port } of destinations) {
    const reached = await connectPcsd(branch, pcs, addr, port);
    if (reached.kind === 'unreachable') {
      last = reached;
      continue;
    }
    const machine = branch.world.machines[reached.machine];
    const user = entry && machine ? tokenUser(machine, entry.token) : null;
    return user === null ? { kind: 'unauthorized' } : { kind: 'connected', machine: reached.machine, user };
  }
  return last;
}

/** A TLS connection to a pcsd, without any login. */
export async function connectPcsd(
  branch: Process,
  pcs: Pcs,
  address: string,
  port: number,
): Promise<{ kind: 'connected'; machine: string } | { kind: 'unreachable'; reason: string }> {
  const [ip] = isAddress(address) ? [address] : resolveHost(branch.world, branch.machineName, address);
  if (ip === undefined) return { kind: 'unreachable', reason: `Could not resolve host: ${address}` };
  const way = connect(branch.world, branch.machineName, ip, port, 'tcp');
  if (way.kind === 'connected') {
    await branch.sleep(REQUEST_MS + 2 * Math.ceil(way.latencyMs));
    return { kind: 'connected', machine: way.machine };
  }
  const timeout = Number(pcs.options.value('--request-timeout') ?? DEFAULT_TIMEOUT_S) * 1000;
  const spent = Math.min(timeoutOf(way, timeout), timeout);
  await branch.sleep(spent);
  return { kind: 'unreachable', reason: curlReason(branch.machine, way, address, port, spent, timeout) };
}

function timeoutOf(way: Failure, timeout: number): number {
  if (way.kind === 'timeout') return timeout;
  return way.kind === 'no-route' ? NO_ROUTE_MS : 2;
}

const STRERROR: Readonly<Record<Failure['kind'], string>> = {
  refused: 'Connection refused',
  timeout: 'Connection timed out',
  'no-route': 'No route to host',
  prohibited: 'No route to host',
  'network-unreachable': 'Network is unreachable',
};

/** What libcurl says: 7.88 of Debian counts the milliseconds, 7.76 of CentOS names the error. */
function curlReason(
  machine: Machine,
  way: Failure,
  address: string,
  port: number,
  spent: number,
  timeout: number,
): string {
  if (spent >= timeout) return `Connection timed out after ${timeout + 1} milliseconds`;
  if (machine.distribution === 'debian-12') {
    return `Failed to connect to ${address} port ${port} after ${spent} ms: Couldn't connect to server`;
  }
  return `Failed to connect to ${address} port ${port}: ${STRERROR[way.kind]}`;
}

/** How the older commands word a failed request, the host in front. */
export function oldComplaint(host: string, contact: Contact): string {
  if (contact.kind === 'unauthorized') {
    return `Unable to authenticate to ${host} - (HTTP error: 401), try running 'pcs host auth ${host}'`;
  }
  const reason = contact.kind === 'unreachable' ? contact.reason : '';
  return `Unable to connect to ${host}, check if pcsd is running there or try setting higher timeout with --request-timeout option (${reason})`;
}

/** How library commands word it: an error, or a warning where offline hosts are skipped. */
export function contactReport(host: string, contact: Contact, asWarning = false, override = false): Report {
  const text =
    contact.kind === 'unauthorized'
      ? `Unable to authenticate to ${host} (HTTP error: 401), try running 'pcs host auth ${host}'`
      : `Unable to connect to ${host} (${contact.kind === 'unreachable' ? contact.reason : ''})`;
  if (asWarning) return warning(text);
  return override ? error(text, '--skip-offline') : error(text);
}
