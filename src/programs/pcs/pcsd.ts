import { exists, FileError } from '../../machine/files';
import type { Pcs } from './context';
import { localConf } from './corosync-conf';
import { CommandFailure } from './failure';
import { plural, quoteList } from './reports';
import { BadCall, command, type Router } from './router';
import { dropTokens } from './rpc/auth';
import { askHosts } from './rpc/client';
import { readKnownHosts } from './rpc/hosts';
import { TOKENS_FILE } from './rpc/tokens';

/** Status where hosts are offline. */
const OFFLINE_STATUS = 2;

/** Prints which hosts' pcsd can be used; gives whether all are online. */
export async function printPcsdStatus(pcs: Pcs, hosts: readonly string[]): Promise<boolean> {
  const known = readKnownHosts(pcs);
  const answers = await askHosts(pcs, known, hosts, async () => true);
  let online = true;
  for (const { host, contact } of answers) {
    const state =
      contact.kind === 'connected' ? 'Online' : contact.kind === 'unauthorized' ? 'Unable to authenticate' : 'Offline';
    if (state !== 'Online') online = false;
    pcs.print(`  ${host}: ${state}`);
  }
  return online;
}

/** `pcs pcsd status` and `pcs status pcsd`: the hosts given, or the cluster's. */
export async function status(pcs: Pcs, args: string[]): Promise<number> {
  const hosts = args.length > 0 ? args : localConf(pcs).nodes.map((node) => node.name);
  return (await printPcsdStatus(pcs, hosts)) ? 0 : OFFLINE_STATUS;
}

function deauth(pcs: Pcs, args: string[]): void {
  if (!exists(pcs.process.machine, TOKENS_FILE)) {
    throw new CommandFailure(
      `Unable to edit data in ${TOKENS_FILE}: [Errno 2] No such file or directory: '${TOKENS_FILE}'`,
    );
  }
  const missing = pcs.process.transact((world, machine) => dropTokens(machine, world, args));
  if (missing.length > 0) {
    throw new CommandFailure(
      `Following ${plural(missing, 'token was', 'tokens were')} not found: ${quoteList(missing)}`,
    );
  }
}

function certkey(pcs: Pcs, args: string[]): void {
  const [certificate, key, ...rest] = args;
  if (certificate === undefined || key === undefined || rest.length > 0) throw new BadCall();
  const targets: [string, string][] = [
    [certificate, '/var/lib/pcsd/pcsd.crt'],
    [key, '/var/lib/pcsd/pcsd.key'],
  ];
  for (const [source] of targets) readOr(pcs, source);
  if (!pcs.options.force && targets.some(([, target]) => exists(pcs.process.machine, target))) {
    throw new CommandFailure('certificate and/or key already exists, use --force to overwrite');
  }
  for (const [source, target] of targets) pcs.writeFile(target, readOr(pcs, source), 0o600);
}

function readOr(pcs: Pcs, path: string): string {
  try {
    return pcs.readFile(path);
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new CommandFailure(`[Errno 2] ${failure.text}: '${path}'`);
  }
}

function acceptToken(pcs: Pcs, args: string[]): void {
  const [path, ...rest] = args;
  if (path === undefined || rest.length > 0) throw new BadCall('1 argument required');
  try {
    pcs.readFile(path);
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new CommandFailure(`Unable to read file '${path}': [Errno 2] ${failure.text}: '${path}'`);
  }
}

export const pcsd: Router = {
  commands: {
    accept_token: command('', acceptToken),
    certkey: command('--force', certkey),
    deauth: command('', deauth),
    status: command('--request-timeout', status),
  },
};
