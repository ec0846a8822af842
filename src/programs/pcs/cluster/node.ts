import { readFileIfThere } from '../../../machine/files';
import { clusterNodes } from '../cib/nodes';
import type { Pcs } from '../context';
import { type CorosyncConf, loadCorosyncConf } from '../corosync-conf';
import { CommandFailure } from '../failure';
import { error, overridable, quoteList, warning } from '../reports';
import { BadCall } from '../router';
import { askHosts, contactReport } from '../rpc/client';
import { type KnownHosts, readKnownHosts } from '../rpc/hosts';
import { COROSYNC_AUTHKEY, changeKnownHosts, PACEMAKER_AUTHKEY } from '../rpc/server';
import { checkHosts, checkStartOptions, destroyHosts, enableAndStart, sendKeys, step } from './setup-hosts';
import { unknownHosts, unresolvable, withDefaultAddresses } from './setup-request';
import { losesQuorum } from './start';
import { distributeConf } from './sync';
import { checkNodes, type NewNode } from './validate';

const DISABLE_SBD_MS = 100;

/** Words of `node add`: the name, then options. */
function parseNewNode(args: readonly string[]): NewNode {
  const [name, ...rest] = args;
  if (name === undefined || name.includes('=')) throw new BadCall();
  const addresses: string[] = [];
  const unknown: string[] = [];
  for (const word of rest) {
    const equals = word.indexOf('=');
    if (equals < 0) throw new BadCall(`missing value of '${word}' option`);
    const key = word.slice(0, equals);
    if (key === 'addr') addresses.push(word.slice(equals + 1));
    else if (key !== 'watchdog' && key !== 'device') unknown.push(key);
  }
  if (unknown.length > 0) throw new BadCall(`Unknown options ${quoteList(unknown)} for node '${name}'`);
  return { name, addresses };
}

/** Makes a name's addresses by link number, in the cluster's links. */
function byLink(conf: CorosyncConf, addresses: readonly string[]): Map<string, string> {
  const links = conf.links;
  return new Map(addresses.map((address, at) => [links[at] ?? String(at), address]));
}

/** `pcs cluster node add`. */
export async function add(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const request = parseNewNode(args);
  const conf = loadCorosyncConf(pcs);
  const known = readKnownHosts(pcs);
  const strange = !known.hosts.has(request.name);
  const members = conf.nodes.map((node) => node.name);
  const strangers = members.filter((name) => !known.hosts.has(name));
  if (strange || strangers.length > 0) pcs.report(unknownHosts([...strangers, ...(strange ? [request.name] : [])]));
  const [node] = withDefaultAddresses(pcs, [request], known, false) as [NewNode];
  if (strange) pcs.report(error('None of hosts is known to pcs.'));
  checkStartOptions(pcs);
  await checkNew(pcs, conf, node);
  if (!strange) await checkHosts(pcs, known, [node.name]);
  pcs.stopOnErrors();
  await join(pcs, known, conf, node);
}

async function checkNew(pcs: Pcs, conf: CorosyncConf, node: NewNode): Promise<void> {
  const names = conf.nodes.map((each) => each.name);
  let others: string[] = [];
  try {
    others = clusterNodes(await pcs.cib())
      .filter((each) => each.kind !== 'member')
      .map((each) => each.name);
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
    pcs.report(
      overridable(
        'Unable to load CIB to get guest and remote nodes from it, those nodes cannot be considered in configuration validation',
        pcs.options.force,
      ),
    );
  }
  pcs.report(
    ...checkNodes({
      nodes: [node],
      transport: conf.transport,
      unresolvable: unresolvable(pcs, [node]),
      force: pcs.options.force,
      existing: { names: [...names, ...others], addresses: conf.nodes.flatMap((each) => [...each.addresses.values()]) },
      wantedCount: Math.max(1, conf.links.length),
    }),
  );
}

async function join(pcs: Pcs, known: KnownHosts, conf: CorosyncConf, node: NewNode): Promise<void> {
  const hosts = [node.name];
  const members = conf.nodes.map((each) => each.name);
  pcs.note('Disabling sbd...');
  await step(pcs, known, hosts, async (remote) => {
    await remote.process.sleep(DISABLE_SBD_MS);
    if (remote.machine.packages.sbd) await remote.capture(['systemctl', 'disable', 'sbd']);
  });
  pcs.note(`${node.name}: sbd disabled`);
  await shareHosts(pcs, known, [...members, node.name]);
  const { machine } = pcs.process;
  const keys = [COROSYNC_AUTHKEY, PACEMAKER_AUTHKEY].map((path) => readFileIfThere(machine, path));
  if (keys[0] !== undefined || keys[1] !== undefined) await sendKeys(pcs, known, hosts, keys[0], keys[1]);
  const ids = conf.nodes.map((each) => Number(each.nodeId));
  let id = 1;
  while (ids.includes(id)) id++;
  conf.addNode(node.name, id, byLink(conf, node.addresses));
  await distributeConf(pcs, conf);
  await enableAndStart(pcs, known, hosts);
}

/** Old and new members learn each other's tokens. */
async function shareHosts(pcs: Pcs, known: KnownHosts, names: readonly string[]): Promise<void> {
  const entries = names.flatMap((name) => known.hosts.get(name) ?? []);
  const here = pcs.process.machineName;
  await askHosts(pcs, known, names, async (remote) => {
    if (remote.machineName === here) return;
    remote.transact((machine, world) => changeKnownHosts(machine, world, entries, []));
  });
}

/** `pcs cluster node delete` and `remove`. */
export async function remove(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const known = readKnownHosts(pcs);
  const conf = loadCorosyncConf(pcs);
  const members = conf.nodes.map((node) => node.name);
  for (const name of [...new Set(args)].sort()) {
    if (!members.includes(name)) pcs.report(error(`Node '${name}' does not appear to exist in configuration`));
  }
  const left = members.filter((name) => !args.includes(name));
  if (left.length === 0) {
    pcs.report(
      error(
        "No nodes would be left in the cluster, if you intend to destroy the whole cluster, run 'pcs cluster destroy --all' instead",
      ),
    );
  }
  pcs.stopOnErrors();
  const gone = await checkReachable(pcs, known, members, args);
  checkVotes(pcs, args, left, gone);
  pcs.stopOnErrors();
  const reachable = args.filter((name) => !gone.includes(name));
  if (reachable.length > 0) await destroyHosts(pcs, known, reachable);
  conf.removeNodes(args);
  await distributeConf(pcs, conf, { hosts: left.filter((name) => !gone.includes(name)) });
  await forget(pcs, known, left, args);
}

/** Hosts that don't answer are an error, or left out on demand. */
async function checkReachable(
  pcs: Pcs,
  known: KnownHosts,
  members: readonly string[],
  leaving: readonly string[],
): Promise<string[]> {
  const { skipOffline } = pcs.options;
  const answers = await askHosts(pcs, known, members, async () => true);
  const gone: string[] = [];
  for (const { host, contact } of answers) {
    if (contact.kind === 'connected') continue;
    gone.push(host);
    if (skipOffline) pcs.report(warning(`Omitting node '${host}'`));
    else pcs.report(contactReport(host, contact, false, true));
    if (leaving.includes(host)) pcs.report(contactReport(host, contact, true));
  }
  return gone;
}

/** Without the leaving nodes the others must still have quorum. */
function checkVotes(pcs: Pcs, leaving: readonly string[], left: readonly string[], gone: readonly string[]): void {
  const { world, machineName } = pcs.process;
  const { force } = pcs.options;
  if (gone.some((name) => leaving.includes(name)) && left.length > 0) {
    pcs.report(overridable('Unable to determine whether this action will cause a loss of the quorum', force));
    return;
  }
  if (losesQuorum(world, machineName, leaving)) {
    pcs.report(overridable('This action will cause a loss of the quorum', force));
  }
}

/** A remaining node tells pacemaker to forget the removed ones. */
async function forget(pcs: Pcs, known: KnownHosts, left: readonly string[], names: readonly string[]): Promise<void> {
  for (const host of left) {
    const [answer] = await askHosts(pcs, known, [host], async (remote) => {
      let done = true;
      for (const name of names) {
        // pcsd works for the user whose token came with the request.
        const result = await remote.capture(['crm_node', '--force', '--remove', name], { CIB_user: 'hacluster' });
        if (result.status !== 0) done = false;
      }
      return done;
    });
    if (answer?.value) return;
  }
}

/** `pcs cluster node clear`. */
export async function clear(pcs: Pcs, args: string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || rest.length > 0) throw new BadCall();
  const conf = loadCorosyncConf(pcs);
  let nodes = conf.nodes.map((node) => node.name);
  try {
    nodes = [...nodes, ...clusterNodes(await pcs.cib()).map((node) => node.name)];
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
  }
  if (nodes.includes(name)) {
    pcs.report(
      overridable(
        `node '${name}' seems to be still in the cluster; this command should be used only with nodes that have been removed from the cluster`,
        pcs.options.force,
      ),
    );
    pcs.stopOnErrors();
  }
  const result = await pcs.process.capture(['crm_node', '--force', '--remove', name]);
  if (result.status !== 0) {
    pcs.report(error(`unable to remove node '${name}' from pacemaker: ${result.stderr.trimEnd()}`));
    pcs.stopOnErrors();
  }
}
