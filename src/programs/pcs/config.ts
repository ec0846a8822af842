import type { Element } from '../../world/xml';
import { alertLines } from './alert';
import { clusterNodes } from './cib/nodes';
import { allLines as constraintLines } from './constraint/constraint';
import type { Pcs } from './context';
import { type CorosyncConf, localConf } from './corosync-conf';
import { runCrm } from './crm';
import { defaultsLines } from './defaults/defaults';
import { CommandFailure } from './failure';
import { propertyLines } from './property';
import { loadQuorumConf } from './quorum/conf';
import { quorumLines } from './quorum/quorum';
import { allLines as resourceLines } from './resource/show';
import { BadCall, command, type Router } from './router';
import { crmMonFailure } from './status/status';
import { levelLines } from './stonith/level';
import { tagLines } from './tag';

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
  const view = { all: false, full: true, now: pcs.now };
  const tags = tagLines(cib);
  const lines = [
    ...nodeLines(cib, corosync),
    '',
    'Resources:',
    ...indent(resourceLines(cib, false)),
    '',
    'Stonith Devices:',
    ...indent(resourceLines(cib, true)),
    'Fencing Levels:',
    ...indent(levelLines(cib)),
    '',
    ...constraintLines(pcs, cib, true, false),
    '',
    'Alerts:',
    ...alertLines(cib),
    '',
    'Resources Defaults:',
    ...indent(defaultsLines(cib, 'rsc', view)),
    'Operations Defaults:',
    ...indent(defaultsLines(cib, 'op', view)),
    '',
    'Cluster Properties:',
    ...indent(propertyLines(cib), ' '),
    '',
    'Tags:',
    ...(tags.length === 0 ? [' No tags defined'] : indent(tags, ' ')),
    '',
    'Quorum:',
    ...indent(corosync ? quorumLines(corosync) : []),
  ];
  for (const line of lines) pcs.print(line);
}

export const config: Router = {
  otherwise: 'show',
  commands: { show: command('--corosync_conf -f', show) },
};
