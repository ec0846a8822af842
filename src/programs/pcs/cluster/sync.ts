import { FileError, readFileIfThere } from '../../../machine/files';
import type { Pcs } from '../context';
import { type CorosyncConf, loadCorosyncConf, localConf } from '../corosync-conf';
import { CommandFailure } from '../failure';
import { error, overridable } from '../reports';
import { BadCall } from '../router';
import { askHosts, contactReport, oldComplaint } from '../rpc/client';
import { readKnownHosts } from '../rpc/hosts';
import { isActive, putCorosyncConf } from '../rpc/server';
import { groupByKeywords, parseOptions, wordsOf } from '../text';
import { makeUuid } from './random';
import { answered, step } from './setup-hosts';
import { onlyOnce, unknownHosts } from './setup-request';
import { checkTotem, checkTransport } from './validate';

/** Writing corosync.conf on a host, in ms. */
const WRITE_MS = 150;

/** `pcs cluster sync`: this machine's corosync.conf to all nodes in it. */
export async function sync(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const conf = localConf(pcs);
  const text = pcs.readFile(pcs.installation.corosyncConf);
  const known = readKnownHosts(pcs);
  const answers = await askHosts(
    pcs,
    known,
    conf.nodes.map((node) => node.name),
    async (remote) => {
      await remote.process.sleep(WRITE_MS);
      remote.transact((machine, world) => putCorosyncConf(machine, world, text));
    },
  );
  for (const { host, contact } of answers) {
    if (contact.kind === 'connected') {
      pcs.note(`${host}: Succeeded`);
      continue;
    }
    const complaint = oldComplaint(host, contact);
    pcs.note(complaint);
    throw new CommandFailure(`Unable to set corosync config: ${complaint}`);
  }
  pcs.warn(
    "Corosync configuration has been synchronized, please reload corosync daemon using 'pcs cluster reload corosync' command.",
  );
}

/** `pcs cluster reload corosync`. */
export async function reload(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length !== 1 || args[0] !== 'corosync') throw new BadCall();
  const result = await pcs.process.capture(['corosync-cfgtool', '-R']);
  if (result.status !== 0 || !result.stdout.includes('Done')) {
    throw new CommandFailure((result.stderr + result.stdout).trimEnd());
  }
  pcs.note('Corosync reloaded');
}

/** `pcs cluster corosync [node]`: the file as it is. */
export async function printConf(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 1) throw new BadCall();
  const [node] = args;
  if (node !== undefined) {
    await printRemoteConf(pcs, node);
    return;
  }
  try {
    pcs.print(pcs.readFile(pcs.installation.corosyncConf).trimEnd());
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new CommandFailure(`Unable to read ${pcs.installation.corosyncConf}: ${failure.text}`);
  }
}

async function printRemoteConf(pcs: Pcs, node: string): Promise<void> {
  const path = pcs.installation.corosyncConf;
  const [answer] = await askHosts(pcs, readKnownHosts(pcs), [node], async (remote) =>
    readFileIfThere(remote.machine, path),
  );
  if (!answer) return;
  if (answer.contact.kind !== 'connected') throw new CommandFailure(oldComplaint(node, answer.contact));
  if (answer.value === undefined) {
    throw new CommandFailure(`Unable to read ${path}: No such file or directory`);
  }
  pcs.print(answer.value.trimEnd());
}

/** Gives all nodes a changed corosync.conf and has it loaded, as library commands do. */
export async function distributeConf(
  pcs: Pcs,
  conf: CorosyncConf,
  options: { hosts?: readonly string[]; stopped?: boolean } = {},
): Promise<void> {
  const known = readKnownHosts(pcs);
  const hosts = options.hosts ?? conf.nodes.map((node) => node.name);
  const strangers = hosts.filter((name) => !known.hosts.has(name));
  if (strangers.length > 0) {
    pcs.report(unknownHosts(strangers));
    if (strangers.length === hosts.length) pcs.report(error('None of hosts is known to pcs.'));
    pcs.stopOnErrors();
  }
  if (options.stopped) await checkStopped(pcs, hosts);
  pcs.note('Sending updated corosync.conf to nodes...');
  const { text } = conf;
  const sent = await askHosts(pcs, known, hosts, async (remote) => {
    await remote.process.sleep(WRITE_MS);
    remote.transact((machine, world) => putCorosyncConf(machine, world, text));
  });
  for (const { host, contact } of sent) {
    if (contact.kind === 'connected') {
      pcs.note(`${host}: Succeeded`);
      continue;
    }
    const { skipOffline } = pcs.options;
    pcs.report(contactReport(host, contact, skipOffline, true));
    pcs.report(overridable(`${host}: Unable to set corosync config`, skipOffline, '--skip-offline'));
  }
  pcs.stopOnErrors();
  await reloadSomewhere(pcs, hosts);
}

/** The first node that runs corosync tells all others to read the file. */
export async function reloadSomewhere(pcs: Pcs, hosts: readonly string[]): Promise<void> {
  const known = readKnownHosts(pcs);
  for (const host of hosts) {
    const [answer] = await askHosts(pcs, known, [host], async (remote) => {
      if (!isActive(remote.machine, 'corosync.service')) return false;
      const result = await remote.capture(['corosync-cfgtool', '-R']);
      return result.status === 0;
    });
    if (!answer?.value) continue;
    pcs.note(`${host}: Corosync configuration reloaded`);
    return;
  }
}

/** Some options can only be changed while corosync runs nowhere. */
async function checkStopped(pcs: Pcs, hosts: readonly string[]): Promise<void> {
  pcs.note('Checking corosync is not running on nodes...');
  const answers = await step(pcs, readKnownHosts(pcs), hosts, async (remote) =>
    isActive(remote.machine, 'corosync.service'),
  );
  for (const host of answered(answers)) {
    const running = answers.find((answer) => answer.host === host)?.value;
    if (running) pcs.report({ ...error('corosync is running'), context: host });
    else pcs.note(`${host}: corosync is not running`);
  }
  pcs.stopOnErrors();
}

/** `pcs cluster config uuid generate`. */
export async function generateUuid(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const conf = loadCorosyncConf(pcs);
  if (conf.clusterUuid) {
    pcs.report(overridable('Cluster UUID has already been set', pcs.options.force));
    pcs.stopOnErrors();
  }
  const totem = conf.section('totem');
  totem.values = totem.values.filter(([key]) => key !== 'cluster_uuid');
  totem.values.push(['cluster_uuid', makeUuid(pcs)]);
  await saveConf(pcs, conf);
}

/** `pcs cluster config update`. */
export async function updateConfig(pcs: Pcs, args: string[]): Promise<void> {
  const keywords = ['transport', 'compression', 'crypto', 'totem'];
  const groups = groupByKeywords(args, keywords);
  if (wordsOf(groups, '').length > 0) throw new BadCall();
  onlyOnce(groups, keywords);
  const options = {
    transport: parseOptions(wordsOf(groups, 'transport')),
    compression: parseOptions(wordsOf(groups, 'compression')),
    crypto: parseOptions(wordsOf(groups, 'crypto')),
    totem: parseOptions(wordsOf(groups, 'totem')),
  };
  const conf = loadCorosyncConf(pcs);
  pcs.report(...checkTotem(options.totem, true));
  pcs.report(...checkTransport(conf.transport, options, { crypto: conf.options('crypto') }));
  pcs.stopOnErrors();
  for (const group of ['totem', 'transport', 'compression', 'crypto'] as const) conf.setOptions(group, options[group]);
  await saveConf(pcs, conf);
}

/** Puts a changed configuration where it came from: the file of `--corosync_conf`, or all nodes. */
export async function saveConf(pcs: Pcs, conf: CorosyncConf, stopped = false): Promise<void> {
  const path = pcs.options.value('--corosync_conf');
  if (path !== undefined) pcs.writeFile(path, conf.text);
  else await distributeConf(pcs, conf, { stopped });
}
