import { exists } from '../../../machine/files';
import { readCib } from '../../../pacemaker/cib/access';
import { CibError } from '../../../pacemaker/cib/errors';
import { childNamed } from '../../../pacemaker/cib/xml';
import type { World } from '../../../world/world';
import type { Pcs } from '../context';
import { localConf } from '../corosync-conf';
import { CommandFailure } from '../failure';
import { parseTimeout } from '../options';
import { BadCall } from '../router';
import { askHosts, oldComplaint, ROOT } from '../rpc/client';
import { type KnownHosts, readKnownHosts } from '../rpc/hosts';
import { hasDevice, isActive, SUBPROCESS_MS, startOn, stopOn } from '../rpc/server';

/** How often pcs looks whether nodes have started, in ms. */
const LOOK_MS = 1000;
/** `--wait` without a number, in s. */
const LONGEST_WAIT_S = 15 * 60;

/** The nodes that words and `--all` name; null: this machine alone. */
function targets(pcs: Pcs, args: string[]): string[] | null {
  if (pcs.options.has('--all')) {
    if (args.length > 0) throw new CommandFailure('Cannot specify both --all and a list of nodes.');
    return localConf(pcs).nodes.map((node) => node.name);
  }
  return args.length > 0 ? args : null;
}

/** Result lines of hosts, the failed ones told apart. */
interface Outcome {
  readonly host: string;
  readonly failure: string | null;
}

/** Ends a command some of whose hosts failed: the lines come again behind the summary. */
function failedNodes(summary: string, outcomes: readonly Outcome[]): CommandFailure {
  const lines = outcomes.flatMap((outcome) => (outcome.failure === null ? [] : [outcome.failure]));
  return new CommandFailure([summary, ...lines].join('\n'));
}

/** `pcs cluster start`. */
export async function start(pcs: Pcs, args: string[]): Promise<void> {
  const nodes = targets(pcs, args);
  const wait = waitSeconds(pcs);
  if (nodes === null) await startHere(pcs);
  else await startNodes(pcs, nodes);
  if (wait === undefined) return;
  pcs.note('Waiting for node(s) to start...');
  if (nodes === null) {
    await waitHere(pcs, wait);
    return;
  }
  await waitForStart(pcs, readKnownHosts(pcs), nodes, wait, (host) => pcs.note(`${host}: Started`));
}

function waitSeconds(pcs: Pcs): number | undefined {
  const value = pcs.options.given.get('--wait');
  if (value === undefined) return undefined;
  if (value === true) return 0;
  const seconds = parseTimeout(value);
  if (seconds === undefined) throw new CommandFailure(`${value} is not a valid number of seconds to wait`);
  return seconds;
}

async function startHere(pcs: Pcs): Promise<void> {
  if (!exists(pcs.process.machine, pcs.installation.corosyncConf)) {
    throw new CommandFailure('cluster is not currently configured on this node');
  }
  pcs.note('Starting Cluster...');
  await pcs.flush();
  const units = ['corosync', ...(hasDevice(pcs.process.machine) ? ['corosync-qdevice'] : []), 'pacemaker'];
  for (const unit of units) {
    const result = await pcs.process.capture(['systemctl', 'start', unit]);
    if (result.status !== 0) throw new CommandFailure(`Unable to start ${unit}: ${result.stderr.trimEnd()}`);
  }
}

async function startNodes(pcs: Pcs, nodes: readonly string[]): Promise<void> {
  const known = readKnownHosts(pcs);
  const answers = await askHosts(pcs, known, nodes, startOn);
  const outcomes = answers.map(({ host, contact, value }): Outcome => {
    if (contact.kind !== 'connected') return { host, failure: oldComplaint(host, contact) };
    return { host, failure: value ?? null };
  });
  for (const { host, failure } of outcomes) pcs.note(`${host}: ${failure ?? 'Starting Cluster...'}`);
  if (outcomes.every((outcome) => outcome.failure === null)) return;
  throw failedNodes('unable to start all nodes', withHosts(outcomes));
}

/** The failures with their hosts in front. */
function withHosts(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.map(({ host, failure }) => ({ host, failure: failure === null ? null : `${host}: ${failure}` }));
}

/** Whether the pacemaker of a machine sees itself as a full member. */
export function hasStarted(world: World, machineName: string): boolean {
  const machine = world.machines[machineName];
  if (!machine || !isActive(machine, 'pacemaker.service')) return false;
  try {
    const cib = readCib(world, machineName, { kind: 'live' }, { ...ROOT, client: 'crm_mon' });
    const states = childNamed(cib, 'status')?.children ?? [];
    const own = states.find((state) => state.attributes.id === String(machine.corosync?.nodeId ?? ''));
    return own?.attributes.crmd === 'online' && own.attributes.join === 'member' && own.attributes.in_ccm === 'true';
  } catch (failure) {
    if (failure instanceof CibError) return false;
    throw failure;
  }
}

/** Waits until all hosts have started. `tell` is called for each that has. */
export async function waitForStart(
  pcs: Pcs,
  known: KnownHosts,
  hosts: readonly string[],
  seconds: number,
  tell: (host: string) => void,
): Promise<void> {
  const { process } = pcs;
  const end = process.world.now + (seconds === 0 ? LONGEST_WAIT_S : seconds) * 1000;
  let waiting = [...hosts];
  for (;;) {
    const answers = await askHosts(pcs, known, waiting, async (remote) =>
      hasStarted(remote.process.world, remote.machineName),
    );
    for (const { host, value } of answers) if (value) tell(host);
    waiting = answers.filter((answer) => !answer.value).map((answer) => answer.host);
    if (waiting.length === 0) return;
    if (process.world.now + LOOK_MS > end) throw new CommandFailure('unable to verify all nodes have started');
    await pcs.sleep(LOOK_MS);
  }
}

async function waitHere(pcs: Pcs, seconds: number): Promise<void> {
  const { process } = pcs;
  const end = process.world.now + (seconds === 0 ? LONGEST_WAIT_S : seconds) * 1000;
  while (!hasStarted(process.world, process.machineName)) {
    if (process.world.now + LOOK_MS > end) throw new CommandFailure('Waiting timeout');
    await pcs.sleep(LOOK_MS);
  }
  pcs.note('Started');
}

/** `pcs cluster stop`. */
export async function stop(pcs: Pcs, args: string[]): Promise<void> {
  const nodes = targets(pcs, args);
  if (nodes === null) {
    if (!pcs.options.force && losesQuorum(pcs.process.world, pcs.process.machineName, null)) {
      throw new CommandFailure('Stopping the node will cause a loss of the quorum, use --force to override');
    }
    await stopHere(pcs);
    return;
  }
  if (args.length > 0) checkQuorumLoss(pcs, nodes);
  await stopNodes(pcs, nodes, 'all nodes');
}

async function stopHere(pcs: Pcs): Promise<void> {
  for (const unit of ['pacemaker', 'corosync']) {
    pcs.note(`Stopping Cluster (${unit})...`);
    await pcs.flush();
    const result = await pcs.process.capture(['systemctl', 'stop', unit]);
    const missing = pcs.process.machine.packages[unit] === undefined;
    if (result.status !== 0 && !missing) throw new CommandFailure(`Unable to stop ${unit}: ${result.stderr.trimEnd()}`);
  }
}

/** Reads the configuration, as pcs does before it stops named nodes, and looks at the votes. */
function checkQuorumLoss(pcs: Pcs, nodes: readonly string[]): void {
  const members = localConf(pcs).nodes.map((node) => node.name);
  if (pcs.options.force || members.every((name) => nodes.includes(name))) return;
  if (losesQuorum(pcs.process.world, pcs.process.machineName, nodes)) {
    throw new CommandFailure('Stopping the node(s) will cause a loss of the quorum, use --force to override');
  }
}

/** Whether a quorate partition would lose its quorum without these nodes (null: without this machine's node). */
export function losesQuorum(world: World, machineName: string, names: readonly string[] | null): boolean {
  const corosync = world.machines[machineName]?.corosync;
  if (!corosync?.quorum.quorate) return false;
  const leaving = corosync.settings.nodes.filter((node) =>
    names === null ? node.nodeId === corosync.nodeId : names.includes(node.name ?? ''),
  );
  const { quorum } = corosync;
  let votes = quorum.totalVotes;
  for (const node of leaving) if (quorum.members.includes(node.nodeId)) votes -= quorum.votes[node.nodeId] ?? 1;
  return votes > 0 && votes < quorum.needed;
}

/** Stops pacemaker everywhere, then corosync: so no node has to recover what others still stop. */
export async function stopNodes(pcs: Pcs, nodes: readonly string[], what: string): Promise<void> {
  const known = readKnownHosts(pcs);
  const first = await stopUnits(pcs, known, nodes, ['pacemaker'], 'pacemaker');
  const failed = first.filter((outcome) => outcome.failure !== null);
  if (failed.length > 0) {
    pcs.note(`Error: ${failedNodes(`unable to stop ${what}`, withHosts(first)).message}`);
    for (const { host } of failed) pcs.note(`${host}: Not stopping cluster - node is unreachable`);
  }
  const rest = nodes.filter((name) => !failed.some((outcome) => outcome.host === name));
  const second = await stopUnits(pcs, known, rest, ['corosync-qdevice', 'corosync'], 'corosync');
  if (second.some((outcome) => outcome.failure !== null))
    throw failedNodes(`unable to stop ${what}`, withHosts(second));
  if (failed.length > 0) throw new CommandFailure(`unable to stop ${what}`);
}

async function stopUnits(
  pcs: Pcs,
  known: KnownHosts,
  nodes: readonly string[],
  units: readonly string[],
  label: string,
): Promise<Outcome[]> {
  const answers = await askHosts(pcs, known, nodes, (remote) => {
    const present = units.filter((unit) => unit !== 'corosync-qdevice' || isActive(remote.machine, `${unit}.service`));
    return stopOn(remote, present);
  });
  const outcomes = answers.map(({ host, contact, value }): Outcome => {
    if (contact.kind !== 'connected') return { host, failure: oldComplaint(host, contact) };
    return { host, failure: value ?? null };
  });
  for (const { host, failure } of outcomes) pcs.note(`${host}: ${failure ?? `Stopping Cluster (${label})...`}`);
  return outcomes;
}

/** `pcs cluster enable` and `disable`. */
export function enablement(verb: 'enable' | 'disable') {
  const done = verb === 'enable' ? 'Cluster Enabled' : 'Cluster Disabled';
  return async (pcs: Pcs, args: string[]): Promise<void> => {
    const nodes = targets(pcs, args);
    const units = ['corosync', 'pacemaker'];
    if (nodes === null) {
      const result = await pcs.process.capture(['systemctl', verb, ...units]);
      if (result.status !== 0) throw new CommandFailure(`Unable to ${verb} corosync: ${result.stderr.trimEnd()}`);
      return;
    }
    const known = readKnownHosts(pcs);
    const answers = await askHosts(pcs, known, nodes, async (remote) => {
      await remote.process.sleep(SUBPROCESS_MS);
      const result = await remote.capture(['systemctl', verb, ...units]);
      return result.status === 0 ? null : `Unable to ${verb} corosync: ${result.stderr.trimEnd()}`;
    });
    const outcomes = answers.map(({ host, contact, value }): Outcome => {
      if (contact.kind !== 'connected') return { host, failure: oldComplaint(host, contact) };
      return { host, failure: value ?? null };
    });
    for (const { host, failure } of outcomes) pcs.note(`${host}: ${failure ?? done}`);
    if (outcomes.some((outcome) => outcome.failure !== null))
      throw failedNodes(`unable to ${verb} all nodes`, withHosts(outcomes));
  };
}

/** `pcs cluster kill`: kill -9 to all daemons of the cluster here. */
export async function kill(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  await killDaemons(pcs);
}

const DAEMONS = [
  'pacemakerd',
  'pacemaker-attrd',
  'pacemaker-based',
  'pacemaker-controld',
  'pacemaker-execd',
  'pacemaker-fenced',
  'pacemaker-remoted',
  'pacemaker-schedulerd',
  'dlm_controld',
  'gfs_controld',
  'corosync-qdevice',
  'corosync',
];

export async function killDaemons(pcs: Pcs): Promise<void> {
  await pcs.flush();
  await pcs.process.capture(['killall', '-9', ...DAEMONS]);
}
