import { localMembership } from '../../../corosync/membership';
import { parseXml } from '../../../pacemaker/cib/parse';
import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { clusterNodes } from '../cib/nodes';
import type { Pcs } from '../context';
import { localConf } from '../corosync-conf';
import { runCrm } from '../crm';
import { CommandFailure } from '../failure';
import { BadCall } from '../router';

const KINDS = ['Online', 'Standby', 'Standby with resource(s) running', 'Maintenance', 'Offline'] as const;

/** `pcs status nodes [corosync | both | config]`. */
export async function nodes(pcs: Pcs, args: string[]): Promise<void> {
  const [what] = args;
  if (args.length > 1) throw new BadCall();
  if (what === 'config') {
    pcs.options.allow('--corosync_conf', '-f');
    await printConfigured(pcs);
    return;
  }
  if (what === 'corosync' || what === 'both') {
    pcs.options.allow();
    printCorosync(pcs);
    if (what === 'corosync') return;
  }
  await printPacemaker(pcs);
}

function printNames(pcs: Pcs, title: string, names: readonly string[]): void {
  pcs.print([` ${title}:`, ...names].join(' '));
}

/** Members and others of corosync.conf. */
function printCorosync(pcs: Pcs): void {
  const { world, machineName } = pcs.process;
  const membership = localMembership(world, machineName);
  if (!membership) throw new CommandFailure('unable to get list of corosync nodes');
  const online = membership.members.map((member) => member.name);
  pcs.print('Corosync Nodes:');
  printNames(
    pcs,
    'Online',
    membership.nodelist.map((node) => node.name).filter((name) => online.includes(name)),
  );
  printNames(
    pcs,
    'Offline',
    membership.nodelist.map((node) => node.name).filter((name) => !online.includes(name)),
  );
}

async function printConfigured(pcs: Pcs): Promise<void> {
  const names = localConf(pcs).nodes.map((node) => node.name);
  const members = clusterNodes(await pcs.cib())
    .filter((node) => node.kind === 'member')
    .map((node) => node.name);
  pcs.print('Corosync Nodes:');
  pcs.print(` ${names.join(' ')}`);
  pcs.print('Pacemaker Nodes:');
  pcs.print(` ${members.sort().join(' ')}`);
}

async function printPacemaker(pcs: Pcs): Promise<void> {
  const mon = await runCrm(pcs, ['crm_mon', '--one-shot', '--output-as=xml', '--inactive']);
  if (mon.status !== 0) throw new CommandFailure('error running crm_mon, is pacemaker running?');
  const all = childNamed(parseXml(mon.stdout), 'nodes')?.children ?? [];
  const members = all.filter((node) => node.attributes.type === 'member');
  const remotes = all.filter((node) => node.attributes.type === 'remote');
  printGroup(pcs, 'Pacemaker Nodes:', members);
  printGroup(pcs, 'Pacemaker Remote Nodes:', remotes);
}

function kindOf({ attributes }: Element): (typeof KINDS)[number] {
  if (attributes.online !== 'true') return 'Offline';
  if (attributes.standby === 'true' || attributes.standby_onfail === 'true') {
    return attributes.resources_running === '0' ? 'Standby' : 'Standby with resource(s) running';
  }
  return attributes.maintenance === 'true' ? 'Maintenance' : 'Online';
}

function printGroup(pcs: Pcs, title: string, group: readonly Element[]): void {
  pcs.print(title);
  for (const kind of KINDS) {
    const names = group.filter((node) => kindOf(node) === kind).map((node) => node.attributes.name ?? '');
    printNames(pcs, kind, names);
  }
}
