import type { Pcs } from '../context';
import { localConf } from '../corosync-conf';
import { confirm } from '../credentials';
import { CommandFailure } from '../failure';
import { BadCall } from '../router';
import { askHosts, oldComplaint } from '../rpc/client';
import { readKnownHosts } from '../rpc/hosts';
import { destroyOn, removeClusterFiles, stopOn } from '../rpc/server';
import { killDaemons } from './start';

/** What destroying takes beside stopping services, in ms. */
const DESTROY_MS = 900;

/** `pcs cluster destroy`. On a terminal it asks first. */
export async function destroy(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const { process } = pcs;
  if (process.stdin.isTerminal && !pcs.options.force) {
    pcs.warn("It is recommended to run 'pcs cluster stop' before destroying the cluster.");
    const question =
      'WARNING: This would kill all cluster processes and then PERMANENTLY remove cluster state and configuration';
    if (!(await confirm(pcs, question))) return;
  }
  if (pcs.options.has('--all')) await destroyAll(pcs);
  else await destroyHere(pcs);
}

async function destroyHere(pcs: Pcs): Promise<void> {
  const { process } = pcs;
  pcs.note('Shutting down pacemaker/corosync services...');
  await pcs.flush();
  for (const unit of ['pacemaker', 'corosync-qdevice', 'corosync']) await process.capture(['systemctl', 'stop', unit]);
  pcs.note('Killing any remaining services...');
  await killDaemons(pcs);
  await process.capture(['systemctl', 'disable', 'corosync', 'corosync-qdevice', 'pacemaker']);
  pcs.note('Removing all cluster configuration files...');
  process.transact((world, machine) => removeClusterFiles(machine, world));
  await pcs.sleep(DESTROY_MS);
}

async function destroyAll(pcs: Pcs): Promise<void> {
  try {
    await pcs.cib();
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
    pcs.warn('Unable to load CIB to get guest and remote nodes from it, those nodes will not be deconfigured.');
  }
  const nodes = localConf(pcs).nodes.map((node) => node.name);
  const known = readKnownHosts(pcs);
  const stopped = await askHosts(pcs, known, nodes, (remote) => stopOn(remote, ['pacemaker']));
  for (const { host, contact, value } of stopped) {
    const failure = contact.kind !== 'connected' ? oldComplaint(host, contact) : value;
    pcs.note(`${host}: ${failure ?? 'Stopping Cluster (pacemaker)...'}`);
  }
  const destroyed = await askHosts(pcs, known, nodes, async (remote) => {
    await destroyOn(remote);
    await remote.process.sleep(DESTROY_MS);
  });
  const failures: string[] = [];
  for (const { host, contact } of destroyed) {
    if (contact.kind === 'connected') pcs.note(`${host}: Successfully destroyed cluster`);
    else {
      const line = `${host}: ${oldComplaint(host, contact)}`;
      failures.push(line);
      pcs.note(line);
    }
  }
  if (failures.length > 0) throw new CommandFailure(['unable to destroy cluster', ...failures].join('\n'));
}
