import { checkQuorum } from '../cluster/validate';
import type { Pcs } from '../context';
import type { CorosyncConf } from '../corosync-conf';
import { CommandFailure } from '../failure';
import { compareText, error, quoteList } from '../reports';
import { BadCall, command, type Router } from '../router';
import { isActive } from '../rpc/server';
import { parseOptions } from '../text';
import { loadQuorumConf, saveQuorumConf } from './conf';
import * as device from './device';

/** Lines below `Options:` of `pcs quorum config`, the quorum device included. */
export function quorumLines(conf: CorosyncConf): string[] {
  const lines = ['Options:'];
  for (const [name, value] of [...conf.quorumOptions].sort(([a], [b]) => compareText(a, b)))
    lines.push(`  ${name}: ${value}`);
  if (!conf.device) return lines;
  const values = new Map(conf.device.values);
  const model = values.get('model') ?? '';
  values.delete('model');
  const sorted = (pairs: Iterable<[string, string]>) => [...pairs].sort(([a], [b]) => compareText(a, b));
  const section = (name: string) => sorted(conf.device?.sections.find((child) => child.name === name)?.values ?? []);
  lines.push('Device:');
  for (const [name, value] of sorted(values)) lines.push(`  ${name}: ${value}`);
  lines.push(`  Model: ${model}`);
  for (const [name, value] of section(model)) lines.push(`    ${name}: ${value}`);
  const heuristics = section('heuristics');
  if (heuristics.length > 0) lines.push('  Heuristics:');
  for (const [name, value] of heuristics) lines.push(`    ${name}: ${value}`);
  return lines;
}

function config(pcs: Pcs, args: string[]): void {
  if (args.length > 0) throw new BadCall();
  for (const line of quorumLines(loadQuorumConf(pcs))) pcs.print(line);
}

/** `pcs quorum status` and `pcs status quorum`. */
export async function status(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const result = await pcs.process.capture(['corosync-quorumtool', '-p']);
  if (result.status !== 0) throw new CommandFailure(`Unable to get quorum status: ${result.stderr}`);
  pcs.raw(`${result.stdout}\n`);
}

async function update(pcs: Pcs, args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (options.size === 0) throw new BadCall();
  const conf = loadQuorumConf(pcs);
  pcs.report(...checkQuorum(options, conf.quorumOptions, true));
  if (conf.device) {
    const bad = ['auto_tie_breaker', 'last_man_standing', 'last_man_standing_window'].filter((name) =>
      options.has(name),
    );
    if (bad.length > 0) pcs.report(error(`${quoteList(bad)} cannot be set when a quorum device is used`));
  }
  pcs.stopOnErrors();
  conf.setQuorumOptions(options);
  await saveQuorumConf(pcs, conf, true);
}

async function expectedVotes(pcs: Pcs, args: string[]): Promise<void> {
  const [votes, ...rest] = args;
  if (votes === undefined || rest.length > 0) throw new BadCall();
  if (!/^\d+$/.test(votes) || Number(votes) < 1) {
    throw new CommandFailure(`'${votes}' is not a valid expected votes value, use positive integer`);
  }
  const result = await pcs.process.capture(['corosync-quorumtool', '-e', votes]);
  if (result.status !== 0) throw new CommandFailure(`Unable to set expected votes: ${result.stderr}`);
}

/** `pcs quorum unblock`: goes on without the nodes that wait_for_all waits for. */
async function unblock(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const { process } = pcs;
  const { corosync } = process.machine;
  if (!corosync || !isActive(process.machine, 'corosync.service'))
    throw new CommandFailure('unable to check quorum status');
  if (!corosync.quorum.waiting) throw new CommandFailure('cluster is not waiting for nodes to establish quorum');
  const nodes = corosync.settings.nodes.map((node) => node.name ?? '');
  const missing = corosync.settings.nodes
    .filter((node) => !corosync.quorum.members.includes(node.nodeId))
    .map((node) => node.name ?? '');
  if (missing.length === 0 && nodes.length > 0) throw new CommandFailure('no unjoined nodes found');
  const risk = `If node(s) ${quoteList(missing)} are not powered off or they do have access to shared resources, data corruption and/or cluster failure may occur`;
  if (!pcs.options.force) throw new CommandFailure(`${risk}, use --force to override`);
  pcs.warn(risk);
  for (const node of missing) await confirmFenced(pcs, node);
  const result = await process.capture(['corosync-cmapctl', '-s', 'quorum.cancel_wait_for_all', 'u8', '1']);
  if (result.status !== 0) throw new CommandFailure('unable to cancel waiting for nodes');
  pcs.note('Quorum unblocked');
  pcs.note('Waiting for nodes canceled');
}

async function confirmFenced(pcs: Pcs, node: string): Promise<void> {
  const result = await pcs.process.capture(['stonith_admin', '-C', node]);
  pcs.warn(
    `If node '${node}' is not powered off or it does have access to shared resources, data corruption and/or cluster failure may occur`,
  );
  if (result.status === 0) pcs.print(`Node: ${node} confirmed fenced`);
}

async function deviceStatus(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  const argv = ['corosync-qdevice-tool', '-s', ...(pcs.options.has('--full') ? ['-v'] : [])];
  const result = await pcs.process.capture(argv);
  if (result.status !== 0) throw new CommandFailure(`Unable to get quorum device status: ${result.stderr.trimEnd()}`);
  pcs.raw(result.stdout);
}

const CONF = '--corosync_conf --force --request-timeout --skip-offline';
const CONF_NO_FORCE = '--corosync_conf --request-timeout --skip-offline';

export const quorum: Router = {
  otherwise: 'config',
  commands: {
    config: command('--corosync_conf', config),
    status: command('', status),
    'expected-votes': command('', expectedVotes),
    unblock: command('--force', unblock),
    update: command(CONF, update),
    device: {
      commands: {
        add: command(CONF, device.add),
        delete: command(CONF_NO_FORCE, device.remove),
        remove: command(CONF_NO_FORCE, device.remove),
        status: command('--full', deviceStatus),
        update: command(CONF, device.update),
        heuristics: {
          commands: {
            delete: command(CONF_NO_FORCE, device.removeHeuristics),
            remove: command(CONF_NO_FORCE, device.removeHeuristics),
          },
        },
      },
    },
  },
};
