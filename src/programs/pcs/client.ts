import { findGroup } from '../../machine/accounts';
import type { Pcs } from './context';
import { askCredentials } from './credentials';
import { CommandFailure } from './failure';
import { authorize } from './host';
import { BadCall, command, type Router } from './router';
import { PCSD_PORT } from './rpc/client';

/** Lets the present user talk to the local pcsd. Only root and members of haclient may. */
async function localAuth(pcs: Pcs, args: string[]): Promise<number> {
  if (args.length > 1) throw new BadCall();
  const { credentials, machine } = pcs.process;
  const haclient = findGroup(machine, 'haclient');
  const member =
    haclient !== undefined && (credentials.gid === haclient.gid || credentials.groups.includes(haclient.gid));
  if (!pcs.isRoot && !member) throw new CommandFailure('Access denied');
  const { user, password } = await askCredentials(pcs);
  const port = args[0] === undefined ? PCSD_PORT : Number(args[0]);
  return authorize(
    pcs,
    [{ name: 'localhost', addr: 'localhost', port: Number.isInteger(port) ? port : 0 }],
    user,
    password,
  );
}

export const client: Router = {
  commands: { 'local-auth': command('--request-timeout -p -u', localAuth) },
};
