import type { Pcs } from '../context';
import { runCrm } from '../crm';
import { CommandFailure } from '../failure';
import { overridable } from '../reports';
import { BadCall, command, type Router } from '../router';

/** `pcs stonith fence`. */
export async function fence(pcs: Pcs, args: string[]): Promise<void> {
  const [node, ...rest] = args;
  if (node === undefined || rest.length > 0) throw new CommandFailure('must specify one (and only one) node to fence');
  const action = pcs.options.has('--off') ? '-F' : '-B';
  const result = await runCrm(pcs, ['stonith_admin', action, node]);
  if (result.status !== 0) throw new CommandFailure(`unable to fence '${node}'\n${result.stdout}${result.stderr}`);
  pcs.note(`Node: ${node} fenced`);
}

/** `pcs stonith confirm`: the user says that the node is down. */
export async function confirm(pcs: Pcs, args: string[]): Promise<void> {
  const [node, ...rest] = args;
  if (node === undefined || rest.length > 0)
    throw new CommandFailure('must specify one (and only one) node to confirm fenced');
  const danger = `If node '${node}' is not powered off or it does have access to shared resources, data corruption and/or cluster failure may occur`;
  const { force } = pcs.options;
  if (!force) throw new CommandFailure(`${danger}, use --force to override`);
  pcs.report(overridable(danger, true));
  const result = await runCrm(pcs, ['stonith_admin', '-C', node]);
  if (result.status !== 0) {
    throw new CommandFailure(`unable to confirm fencing of node '${node}'\n${result.stdout}${result.stderr}`.trimEnd());
  }
  pcs.note(`Node: ${node} confirmed fenced`);
}

/** Runs stonith_admin and prints what it says; `data`: that is what was asked for. */
async function admin(pcs: Pcs, argv: readonly string[], what: string, data = false): Promise<void> {
  const result = await runCrm(pcs, ['stonith_admin', ...argv]);
  const output = [result.stdout, result.stderr].map((text) => text.trimEnd()).filter((text) => text !== '');
  if (result.status !== 0) {
    throw new CommandFailure(`Unable to ${what}: ${output.join('\n')}`);
  }
  for (const text of output) {
    if (data) pcs.print(text);
    else pcs.note(text);
  }
}

async function historyShow(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 1) throw new BadCall();
  await admin(pcs, ['--history', args[0] ?? '*', '--verbose'], 'show fence history', true);
}

async function historyCleanup(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 1) throw new BadCall();
  await admin(pcs, ['--history', args[0] ?? '*', '--cleanup'], 'cleanup fence history');
}

async function historyUpdate(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length > 0) throw new BadCall();
  await admin(pcs, ['--history', '*', '--broadcast'], 'update fence history');
}

export const history: Router = {
  otherwise: 'show',
  commands: {
    show: command('', historyShow),
    cleanup: command('', historyCleanup),
    update: command('', historyUpdate),
  },
};
