import { enablementOf } from '../../../machine/enablement';
import { findSection } from '../../../pacemaker/cib/sections';
import { childNamed, walk } from '../../../pacemaker/cib/xml';
import type { Machine } from '../../../world/machine';
import type { Element } from '../../../world/xml';
import { boothStatus } from '../booth/booth';
import { valueIn } from '../cib/nvset';
import type { Pcs } from '../context';
import { type CorosyncConf, loadCorosyncConf, localConf } from '../corosync-conf';
import { runCrm } from '../crm';
import { CommandFailure } from '../failure';
import { status as pcsdStatus, printPcsdStatus } from '../pcsd';
import { clusterProperty } from '../property';
import { loadQuorumConf } from '../quorum/conf';
import { status as quorumStatus } from '../quorum/quorum';
import { quoteList } from '../reports';
import { BadCall, command, type Router } from '../router';
import { isTrue, parseBoolean } from '../text';
import { nodes } from './nodes';
import { resourcesStatus } from './resources';

/** Lines of a failed crm_mon, as `pcs status` shows them. */
export function crmMonFailure(stderr: string, extra: readonly string[] = []): CommandFailure {
  const lines = [...extra, ...stderr.split('\n').filter((line) => line !== '')].map((line) => `  ${line}`);
  return new CommandFailure(['error running crm_mon, is pacemaker running?', ...lines].join('\n'));
}

async function full(pcs: Pcs, args: string[]): Promise<void> {
  const { options } = pcs;
  if (args.length > 0) throw new BadCall();
  const live = pcs.store.file === null;
  if (live !== !options.has('--corosync_conf')) {
    const [first, second] = live ? ['--corosync_conf', '-f'] : ['-f', '--corosync_conf'];
    throw new CommandFailure(`When '${first}' is specified, '${second}' must be specified as well`);
  }
  const verbose = options.has('--full');
  const argv = ['crm_mon', '--one-shot'];
  if (!options.has('--hide-inactive')) argv.push('--inactive');
  if (verbose) argv.push('--show-detail', '--show-node-attributes', '--failcounts', '--fence-history=3');
  const mon = await runCrm(pcs, argv);
  if (mon.status !== 0) throw crmMonFailure(mon.stderr);
  const conf = live ? loadCorosyncConf(pcs) : loadQuorumConf(pcs);
  const cib = await pcs.cib();
  pcs.print(`Cluster name: ${conf.clusterName}`);
  printWarnings(pcs, warnings(cib));
  pcs.print(mon.stdout.trimEnd());
  if (verbose) await printTickets(pcs);
  if (!live) return;
  if (verbose) {
    pcs.print('');
    pcs.print('PCSD Status:');
    await printPcsdStatus(
      pcs,
      conf.nodes.map((node) => node.name),
    );
  }
  pcs.print('');
  for (const line of daemonLines(pcs.process.machine)) pcs.print(line);
}

async function printTickets(pcs: Pcs): Promise<void> {
  const tickets = await runCrm(pcs, ['crm_ticket', '--details']);
  pcs.print('');
  pcs.print('Tickets:');
  for (const line of tickets.stdout.split('\n')) if (tickets.status === 0 && line !== '') pcs.print(`  ${line}`);
}

function printWarnings(pcs: Pcs, lines: readonly string[]): void {
  if (lines.length === 0) return;
  pcs.print('');
  pcs.print('WARNINGS:');
  for (const line of lines) pcs.print(line);
  pcs.print('');
}

/** What is amiss with fencing. */
function warnings(cib: Element): string[] {
  const lines: string[] = [];
  const devices = [...walk(findSection(cib, 'resources') ?? cib)].filter(
    (element) => element.name === 'primitive' && element.attributes.class === 'stonith',
  );
  const having = (name: string, fits: (value: string) => boolean) =>
    devices
      .filter((device) => {
        const value = valueIn(childNamed(device, 'instance_attributes'), name);
        return value !== undefined && fits(value);
      })
      .map((device) => device.attributes.id ?? '');
  const action = having('action', (value) => value !== '');
  if (action.length > 0) {
    lines.push(
      `Following stonith devices have the 'action' option set, it is recommended to set 'pcmk_off_action', 'pcmk_reboot_action' instead: ${quoteList(action)}`,
    );
  }
  const cycle = having('method', (value) => value === 'cycle');
  if (cycle.length > 0) {
    lines.push(
      `Following stonith devices have the 'method' option set to 'cycle' which is potentially dangerous, please consider using 'onoff': ${quoteList(cycle)}`,
    );
  }
  const enabled = parseBoolean(clusterProperty(cib, 'stonith-enabled') ?? 'true') !== false;
  if (enabled && devices.length === 0 && !isTrue(clusterProperty(cib, 'have-watchdog'))) {
    lines.push('No stonith devices and stonith-enabled is not false');
  }
  const moved = movedResources(cib);
  if (moved.length > 0) {
    lines.push(
      `Following resources have been moved and their move constraints are still in place: ${quoteList(moved)}`,
      "Run 'pcs constraint location' or 'pcs resource clear <resource id>' to view or remove the constraints, respectively",
    );
  }
  return lines;
}

/** Resources with constraints that `move-with-constraint` or `ban` left. */
function movedResources(cib: Element): string[] {
  const constraints = findSection(cib, 'constraints')?.children ?? [];
  const left = constraints.filter(({ attributes }) => /^cli-(prefer|ban)-/.test(attributes.id ?? ''));
  return [...new Set(left.flatMap(({ attributes }) => attributes.rsc ?? []))];
}

/** `Daemon Status:` with state and enablement of each service. */
function daemonLines(machine: Machine): string[] {
  const shown = ['corosync', 'pacemaker', 'pacemaker_remote', 'pcsd', 'sbd'];
  const lines = ['Daemon Status:'];
  for (const name of shown) {
    const unit = `${name}.service`;
    const enabled = enablementOf(machine, unit) === 'enabled';
    const active = machine.units[unit]?.active ?? 'inactive';
    const optional = name === 'pacemaker_remote' || name === 'sbd';
    if (optional && !enabled && active !== 'active') continue;
    lines.push(`  ${name}: ${active}/${enabled ? 'enabled' : 'disabled'}`);
  }
  return lines;
}

/** `pcs status cluster`: crm_mon up to the resources, one blank further in. */
export async function clusterStatus(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const mon = await runCrm(pcs, ['crm_mon', '-1', '-r']);
  if (mon.status !== 0) throw new CommandFailure('cluster is not currently running on this node');
  pcs.print('Cluster Status:');
  for (const line of mon.stdout.split('\n')) {
    if (line === 'Full List of Resources:' || line === 'Active Resources:') break;
    if (line !== '') pcs.print(` ${line}`);
  }
  if (pcs.store.file !== null) return;
  let conf: CorosyncConf;
  try {
    conf = localConf(pcs);
  } catch {
    return;
  }
  pcs.print('');
  pcs.print('PCSD Status:');
  await printPcsdStatus(
    pcs,
    conf.nodes.map((node) => node.name),
  );
}

async function corosync(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const result = await pcs.process.capture(['corosync-quorumtool', '-l']);
  if (result.status !== 0) throw new CommandFailure('corosync not running');
  pcs.raw(result.stdout);
}

async function xml(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const result = await runCrm(pcs, ['crm_mon', '--one-shot', '--inactive', '--output-as', 'xml']);
  if (result.status !== 0) throw new CommandFailure(`error running crm_mon, is pacemaker running?`);
  // pcs calls the tool by its path, and the answer says so.
  pcs.print(result.stdout.trim().replace('request="crm_mon ', 'request="/usr/sbin/crm_mon '));
}

const ALL = '--corosync_conf --full --hide-inactive --request-timeout -f';

export const status: Router = {
  otherwise: 'status',
  commands: {
    status: command(ALL, full),
    resources: command('--hide-inactive -f', resourcesStatus(false)),
    cluster: command('--request-timeout -f', clusterStatus),
    corosync: command('', corosync),
    quorum: command('', quorumStatus),
    nodes: command('--corosync_conf -f', nodes),
    booth: command('', boothStatus),
    pcsd: command('--request-timeout', pcsdStatus),
    xml: command('-f', xml),
  },
};
