import { lookup } from '../../../machine/files';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { BadCall } from '../router';
import { COROSYNC_CONF } from '../rpc/server';

/** Pacemaker's collector of logs and configurations; where it isn't installed, that is what is said. */
const COLLECTOR = '/usr/sbin/crm_report';
/** Status of a command that nothing stands behind. */
const NOT_FOUND = 127;
const DAY = 86_400_000;

/** `pcs cluster report`: runs the collector for the last day, or for the time that is given; an end needs a beginning. */
export async function report(pcs: Pcs, args: string[]): Promise<void> {
  const [destination, ...rest] = args;
  if (destination === undefined || rest.length > 0) throw new BadCall();
  const { machine } = pcs.process;
  const archive = `${destination}.tar.bz2`;
  if (lookup(machine, pcs.absolute(archive)) && !pcs.options.force)
    throw new CommandFailure(`${archive} already exists, use --force to overwrite`);
  if (!lookup(machine, COROSYNC_CONF)) throw new CommandFailure('cluster is not configured on this node');
  const yesterday = new Date(pcs.now - DAY).toISOString().slice(0, 16).replace('T', ' ');
  const from = pcs.options.value('--from');
  const to = from === undefined ? undefined : pcs.options.value('--to');
  const argv = [COLLECTOR, '-f', from ?? yesterday, ...(to === undefined ? [] : ['-t', to]), destination];
  await pcs.flush();
  const { status, stdout, stderr } = await pcs.process.capture(argv);
  if (status === NOT_FOUND) {
    pcs.note('No such file or directory');
    throw new CommandFailure(`unable to locate command: ${COLLECTOR}`);
  }
  if (status !== 0) throw new CommandFailure(`${stdout}\n${stderr}`.trim());
  pcs.raw(`${stdout}\n${stderr}\n`);
}
