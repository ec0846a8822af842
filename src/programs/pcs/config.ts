import type { Element } from '../../world/xml';
import { backup, restore } from './backup';
import { checkpoint } from './checkpoint';
import { clusterNodes } from './cib/nodes';
import { configLines } from './config-lines';
import type { Pcs } from './context';
import { type CorosyncConf, localConf } from './corosync-conf';
import { runCrm } from './crm';
import { CommandFailure } from './failure';
import { loadQuorumConf } from './quorum/conf';
import { quorumLines } from './quorum/quorum';
import { BadCall, command, type Router } from './router';
import { crmMonFailure } from './status/status';

const indent = (lines: readonly string[], by = '  ') => lines.map((line) => `${by}${line}`);

/** The configuration of corosync; without one (and without `-f`) nothing is known of the cluster's name. */
function conf(pcs: Pcs): CorosyncConf | undefined {
  if (pcs.store.file !== null || pcs.options.has('--corosync_conf')) return loadQuorumConf(pcs);
  try {
    return localConf(pcs);
  } catch (failure) {
    if (failure instanceof CommandFailure) return undefined;
    throw failure;
  }
}

/** Ends the command, with the words of the tools that would have been asked, where no cluster runs. */
async function checkRunning(pcs: Pcs, configured: boolean): Promise<void> {
  if (pcs.store.file !== null) return;
  const mon = await runCrm(pcs, ['crm_mon', '--one-shot', '--inactive']);
  if (mon.status === 0) return;
  if (!configured) {
    pcs.note(
      'Error: unable to get crm_config\nCould not connect to the CIB: Transport endpoint is not connected\nInit failed, could not perform requested operations\n',
    );
  }
  throw crmMonFailure(mon.stderr, ['Not connected']);
}

function nodeLines(cib: Element, corosync: CorosyncConf | undefined): string[] {
  const names = corosync?.nodes.map((node) => node.name) ?? [];
  const members = clusterNodes(cib)
    .filter((node) => node.kind === 'member')
    .map((node) => node.name)
    .sort();
  return [
    'Corosync Nodes:',
    ...(names.length === 0 ? [] : [` ${names.join(' ')}`]),
    'Pacemaker Nodes:',
    ...(members.length === 0 ? [] : [` ${members.join(' ')}`]),
  ];
}

/** `pcs config`. */
async function show(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const corosync = conf(pcs);
  pcs.print(`Cluster Name: ${corosync?.clusterName ?? ''}`);
  await checkRunning(pcs, corosync !== undefined);
  const cib = await pcs.cib();
  const lines = [
    ...nodeLines(cib, corosync),
    '',
    ...configLines(pcs, cib),
    '',
    'Quorum:',
    ...indent(corosync ? quorumLines(corosync) : []),
  ];
  for (const line of lines) pcs.print(line);
}

export const config: Router = {
  otherwise: 'show',
  commands: {
    show: command('--corosync_conf -f', show),
    checkpoint,
    backup: command('--force', backup),
    restore: command('--local --request-timeout', restore),
  },
};
