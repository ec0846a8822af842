import type { Pcs } from '../context';
import type { CorosyncConf } from '../corosync-conf';
import { error, info, overridable, quoteInOrder, quoteList, type Report } from '../reports';
import { type Answer, askHosts, contactReport, type RemoteHost } from '../rpc/client';
import { type KnownHosts, readKnownHosts } from '../rpc/hosts';
import {
  COROSYNC_AUTHKEY,
  COROSYNC_CONF,
  changeKnownHosts,
  destroyOn,
  type HostInfo,
  hostInfo,
  PACEMAKER_AUTHKEY,
  putFile,
  removeSettings,
  startOn,
} from '../rpc/server';
import { makeKey } from './random';
import { checkRequest, newConf, type SetupRequest, unknownHosts, withDefaultAddresses } from './setup-request';
import { waitForStart } from './start';

/** Work of a host's daemon at each step of a setup, in ms. */
const DESTROY_MS = 900;
const FILES_MS = 150;

/** `pcs cluster setup` on the hosts themselves. */
export async function setUpOnHosts(pcs: Pcs, request: SetupRequest): Promise<void> {
  const known = readKnownHosts(pcs);
  const strangers = request.nodes.map((node) => node.name).filter((name) => name !== '' && !known.hosts.has(name));
  if (strangers.length > 0) pcs.report(unknownHosts(strangers));
  const full = { ...request, nodes: withDefaultAddresses(pcs, request.nodes, known, false) };
  const hosts = request.nodes.map((node) => node.name).filter((name) => known.hosts.has(name));
  if (hosts.length === 0) pcs.report(error('None of hosts is known to pcs.'));
  checkStartOptions(pcs);
  checkRequest(pcs, full);
  if (hosts.length > 0) await checkHosts(pcs, known, hosts);
  pcs.stopOnErrors();
  await build(pcs, known, hosts, newConf(pcs, full));
  pcs.note('Cluster has been successfully set up.');
  await enableAndStart(pcs, known, hosts);
}

/** `--wait` without `--start` makes no sense. */
export function checkStartOptions(pcs: Pcs): void {
  if (pcs.options.has('--wait') && !pcs.options.has('--start')) {
    pcs.report(error("Cannot specify '--wait' without specifying '--start'"));
  }
}

/** Asks hosts whether they are free to join a cluster and have what it needs. */
export async function checkHosts(pcs: Pcs, known: KnownHosts, hosts: readonly string[]): Promise<void> {
  const answers = await askHosts(pcs, known, hosts, async (remote) => {
    await remote.process.sleep(FILES_MS);
    return hostInfo(remote.machine);
  });
  let occupied = false;
  for (const { host, contact, value } of answers) {
    if (value === undefined) pcs.report(contactReport(host, contact));
    else if (reportHost(pcs, host, value)) occupied = true;
  }
  if (occupied && !pcs.options.force) {
    pcs.report(
      error(
        'Some nodes are already in a cluster. Enforcing this will destroy existing cluster on those nodes. You should remove the nodes from their clusters instead to keep the clusters working properly',
        '--force',
      ),
    );
  }
}

function reportHost(pcs: Pcs, host: string, value: HostInfo): boolean {
  const { force } = pcs.options;
  const on = (report: Report): Report => ({ ...report, context: host });
  if (value.missing.length > 0) {
    pcs.report(on(error(`Required cluster services not installed: ${quoteList(value.missing)}`)));
  }
  if (value.running.length > 0) {
    pcs.report(
      on(
        overridable(
          `The host seems to be in a cluster already as the following services are found to be running: ${quoteList(value.running)}. If the host is not part of a cluster, stop the services and retry`,
          force,
        ),
      ),
    );
  }
  if (value.clusterFiles) {
    pcs.report(
      on(
        overridable(
          `The host seems to be in a cluster already as cluster configuration files have been found on the host. If the host is not part of a cluster, run 'pcs cluster destroy' on host '${host}' to remove those configuration files`,
          force,
        ),
      ),
    );
  }
  return value.running.length > 0 || value.clusterFiles;
}

/** Asks hosts in one step of a longer command: failures end the command. */
export async function step<T>(
  pcs: Pcs,
  known: KnownHosts,
  hosts: readonly string[],
  work: (remote: RemoteHost) => Promise<T>,
): Promise<Answer<T>[]> {
  const answers = await askHosts(pcs, known, hosts, work);
  for (const { host, contact, value } of answers) {
    if (contact.kind !== 'connected' && value === undefined) pcs.report(contactReport(host, contact));
  }
  return answers;
}

/** The hosts of answers that came, in order. */
export function answered<T>(answers: readonly Answer<T>[]): string[] {
  return answers.filter((answer) => answer.contact.kind === 'connected').map((answer) => answer.host);
}

export async function destroyHosts(pcs: Pcs, known: KnownHosts, hosts: readonly string[]): Promise<void> {
  pcs.report(info(`Destroying cluster on hosts: ${quoteList(hosts)}...`));
  const answers = await step(pcs, known, hosts, async (remote) => {
    await destroyOn(remote);
    await remote.process.sleep(DESTROY_MS);
  });
  for (const host of answered(answers)) pcs.note(`${host}: Successfully destroyed cluster`);
}

async function build(pcs: Pcs, known: KnownHosts, hosts: readonly string[], conf: CorosyncConf): Promise<void> {
  await destroyHosts(pcs, known, hosts);
  pcs.stopOnErrors();
  const entries = hosts.flatMap((name) => known.hosts.get(name) ?? []);
  await step(pcs, known, hosts, async (remote) => {
    remote.transact((machine, world) => changeKnownHosts(machine, world, entries, []));
  });
  pcs.note(`Requesting remove 'pcsd settings' from ${quoteList(hosts)}`);
  const removed = await step(pcs, known, hosts, async (remote) => remote.transact(removeSettings));
  for (const host of answered(removed)) pcs.note(`${host}: successful removal of the file 'pcsd settings'`);
  if (!pcs.options.has('--no-keys-sync')) {
    await sendKeys(pcs, known, hosts, makeKey(pcs, 256), makeKey(pcs, 256));
  }
  pcs.note(`Sending 'corosync.conf' to ${quoteList(hosts)}`);
  const text = conf.text;
  const sent = await step(pcs, known, hosts, async (remote) => {
    await remote.process.sleep(FILES_MS);
    remote.transact((machine, world) => putFile(machine, world, COROSYNC_CONF, text, 0o644));
  });
  for (const host of answered(sent)) pcs.note(`${host}: successful distribution of the file 'corosync.conf'`);
  pcs.stopOnErrors();
}

/** Gives hosts the keys by which corosync and pacemaker_remote know each other. */
export async function sendKeys(
  pcs: Pcs,
  known: KnownHosts,
  hosts: readonly string[],
  corosyncKey: string | undefined,
  pacemakerKey: string | undefined,
): Promise<void> {
  const files: [string, string, string, { user: string; group: string }][] = [];
  if (corosyncKey !== undefined) {
    files.push(['corosync authkey', COROSYNC_AUTHKEY, corosyncKey, { user: 'root', group: 'root' }]);
  }
  if (pacemakerKey !== undefined) {
    files.push(['pacemaker authkey', PACEMAKER_AUTHKEY, pacemakerKey, { user: 'hacluster', group: 'haclient' }]);
  }
  pcs.note(`Sending ${quoteInOrder(files.map(([name]) => name))} to ${quoteList(hosts)}`);
  const answers = await step(pcs, known, hosts, async (remote) => {
    await remote.process.sleep(FILES_MS);
    remote.transact((machine, world) => {
      for (const [, path, content, owner] of files) putFile(machine, world, path, content, 0o400, owner);
    });
  });
  for (const host of answered(answers)) {
    for (const [name] of files) pcs.note(`${host}: successful distribution of the file '${name}'`);
  }
  pcs.stopOnErrors();
}

/** `--enable` and `--start [--wait]` of setup and node add. */
export async function enableAndStart(pcs: Pcs, known: KnownHosts, hosts: readonly string[]): Promise<void> {
  if (pcs.options.has('--enable')) {
    pcs.note(`Enabling cluster on hosts: ${quoteList(hosts)}...`);
    const answers = await step(pcs, known, hosts, (remote) =>
      remote.capture(['systemctl', 'enable', 'corosync', 'pacemaker']),
    );
    for (const host of answered(answers)) pcs.note(`${host}: Cluster enabled`);
  }
  if (!pcs.options.has('--start')) return;
  pcs.note(`Starting cluster on hosts: ${quoteList(hosts)}...`);
  const answers = await step(pcs, known, hosts, startOn);
  for (const { host, value } of answers) if (value) pcs.report({ ...error(value), context: host });
  pcs.stopOnErrors();
  const wait = pcs.options.wait();
  if (wait === undefined) return;
  pcs.note(`Waiting for node(s) to start: ${quoteList(hosts)}...`);
  await waitForStart(pcs, known, hosts, wait, (host) => pcs.note(`${host}: Cluster started`));
}
