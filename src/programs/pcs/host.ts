import { exists, FileError, makeDirectory } from '../../machine/files';
import type { Process } from '../../shell/process';
import type { Pcs } from './context';
import { parseConf } from './corosync-conf';
import { askCredentials } from './credentials';
import { CommandFailure } from './failure';
import { quoteList } from './reports';
import { BadCall, command, type Router } from './router';
import { giveToken } from './rpc/auth';
import { askHosts, connectPcsd, PCSD_PORT } from './rpc/client';
import { formatKnownHosts, type KnownHost, knownHostsPath, parseKnownHosts, readKnownHosts } from './rpc/hosts';
import { changeKnownHosts } from './rpc/server';
import { parseOptions } from './text';

/** A wrong password is answered after PAM's delay. */
const WRONG_PASSWORD_MS = 2000;

export interface Destination {
  readonly name: string;
  readonly addr: string;
  readonly port: number;
}

/** Host names, each perhaps with `addr=address:port`. */
function parseHosts(args: readonly string[]): Destination[] {
  const hosts: { name: string; words: string[] }[] = [];
  for (const word of args) {
    if (!word.includes('=')) {
      if (hosts.some((host) => host.name === word)) throw new BadCall(`Host name '${word}' defined multiple times`);
      hosts.push({ name: word, words: [] });
      continue;
    }
    const host = hosts.at(-1);
    if (!host) throw new BadCall(`Invalid character '=' in host name '${word}'`);
    host.words.push(word);
  }
  return hosts.map(({ name, words }) => {
    const options = parseOptions(words);
    const unknown = [...options.keys()].filter((key) => key !== 'addr');
    if (unknown.length > 0) throw new BadCall(`Unknown options ${unknown.sort().join(', ')} for host '${name}'`);
    return { name, ...splitAddress(options.get('addr') || name) };
  });
}

/** `address`, `address:port`, `[v6]:port`. */
function splitAddress(text: string): { addr: string; port: number } {
  const match = /^\[([^\]]+)\](?::(.*))?$/.exec(text) ?? /^([^:]*)(?::([^:]*))?$/.exec(text);
  if (!match) return { addr: text, port: PCSD_PORT };
  if (match[2] === undefined) return { addr: match[1] as string, port: PCSD_PORT };
  const port = Number(match[2]);
  if (!/^\d+$/.test(match[2]) || port < 1 || port > 65535) {
    throw new BadCall(`Invalid port number in address '${text}', use 1..65535`);
  }
  return { addr: match[1] as string, port };
}

type Outcome = { kind: 'token'; token: string } | { kind: 'denied' } | { kind: 'unreachable' };

/** Logs in at a host's pcsd. */
async function logIn(branch: Process, pcs: Pcs, at: Destination, user: string, password: string): Promise<Outcome> {
  const reached = await connectPcsd(branch, pcs, at.addr, at.port);
  if (reached.kind === 'unreachable') return { kind: 'unreachable' };
  const token = branch.transact((world) => {
    const machine = world.machines[reached.machine];
    return machine ? giveToken(machine, world, user, password) : null;
  });
  if (token !== null) return { kind: 'token', token };
  await branch.sleep(WRONG_PASSWORD_MS);
  return { kind: 'denied' };
}

/** Authorizes at the hosts and keeps the tokens. Gives the exit status. */
export async function authorize(
  pcs: Pcs,
  hosts: readonly Destination[],
  user: string,
  password: string,
): Promise<number> {
  await pcs.flush();
  const outcomes = await pcs.process.concurrently(
    hosts.map((host) => (branch: Process) => logIn(branch, pcs, host, user, password)),
  );
  const authorized: KnownHost[] = [];
  const errors: string[] = [];
  for (const [at, outcome] of outcomes.entries()) {
    const host = hosts[at] as Destination;
    if (outcome.kind === 'token') {
      authorized.push({ name: host.name, addresses: [{ addr: host.addr, port: host.port }], token: outcome.token });
      pcs.note(`${host.name}: Authorized`);
    } else if (outcome.kind === 'denied') errors.push(`${host.name}: Username and/or password is incorrect`);
    else errors.push(`Unable to communicate with ${host.name}`);
  }
  for (const text of errors) pcs.note(`Error: ${text}`);
  if (authorized.length > 0) await keepTokens(pcs, authorized, []);
  return errors.length > 0 ? 1 : 0;
}

/** Changes the known hosts here, and on the other members where this machine is in a cluster. */
async function keepTokens(pcs: Pcs, add: readonly KnownHost[], remove: readonly string[]): Promise<void> {
  if (!pcs.isRoot) {
    keepOwnTokens(pcs, add, remove);
    return;
  }
  pcs.process.transact((world, machine) => changeKnownHosts(machine, world, add, remove));
  const members = clusterMembers(pcs);
  if (members.length === 0) return;
  const known = parseKnownHosts(pcs.readFile(pcs.installation.knownHosts));
  if (!known) return;
  const here = pcs.process.machineName;
  await askHosts(pcs, known, members, async (remote) => {
    if (remote.machineName === here) return;
    remote.transact((machine, world) => changeKnownHosts(machine, world, add, remove));
  });
}

/** An ordinary user's file in the home directory. */
function keepOwnTokens(pcs: Pcs, add: readonly KnownHost[], remove: readonly string[]): void {
  const path = knownHostsPath(pcs);
  const known = parseKnownHosts(pcs.readFileIfThere(path) ?? '') ?? { version: 0, hosts: new Map() };
  const hosts = new Map(known.hosts);
  for (const name of remove) hosts.delete(name);
  for (const host of add) hosts.set(host.name, host);
  const directory = path.slice(0, path.lastIndexOf('/'));
  const { credentials } = pcs.process;
  pcs.process.transact((world, machine) => {
    if (!exists(machine, directory)) {
      makeDirectory(machine, directory, { time: world.epoch + world.now, mode: 0o700, as: credentials });
    }
  });
  pcs.writeFile(path, formatKnownHosts({ version: known.version + 1, hosts }), 0o600);
}

/** Nodes of the cluster that this machine is in; none where it is in none. */
export function clusterMembers(pcs: Pcs): string[] {
  const text = pcs.readFileIfThere(pcs.installation.corosyncConf);
  const conf = text === undefined ? undefined : parseConf(text);
  return conf === undefined || typeof conf === 'string' ? [] : conf.nodes.map((node) => node.name);
}

async function auth(pcs: Pcs, args: string[]): Promise<number> {
  const hosts = parseHosts(args);
  if (hosts.length === 0) throw new BadCall('No host specified');
  const tokenFile = pcs.options.value('--token');
  if (tokenFile !== undefined) return keepGivenToken(pcs, hosts, tokenFile);
  const { user, password } = await askCredentials(pcs);
  return authorize(pcs, hosts, user, password);
}

/** `--token`: the token was made elsewhere. */
async function keepGivenToken(pcs: Pcs, hosts: readonly Destination[], path: string): Promise<number> {
  let token: string;
  try {
    token = pcs.readFile(path).trim();
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new CommandFailure(`Unable to read file '${path}': [Errno 2] ${failure.text}: '${path}'`);
  }
  await keepTokens(
    pcs,
    hosts.map((host) => ({ name: host.name, addresses: [{ addr: host.addr, port: host.port }], token })),
    [],
  );
  return 0;
}

async function deauth(pcs: Pcs, args: string[]): Promise<void> {
  const known = readKnownHosts(pcs);
  const missing = args.filter((name) => !known.hosts.has(name));
  if (missing.length > 0) throw new CommandFailure(`Following hosts were not found: ${quoteList(missing)}`);
  const names = args.length > 0 ? args : [...known.hosts.keys()];
  if (names.length > 0) await keepTokens(pcs, [], names);
}

export const host: Router = {
  commands: {
    auth: command('--request-timeout --token -p -u', auth),
    deauth: command('--request-timeout', deauth),
  },
};
