import { exists } from '../../../machine/files';
import type { Pcs } from '../context';
import { CommandFailure, LibraryFailure } from '../failure';
import { error, quoteList } from '../reports';
import { BadCall } from '../router';
import { readKnownHosts } from '../rpc/hosts';
import { setUpOnHosts } from './setup-hosts';
import { checkRequest, newConf, parseRequest, type SetupRequest, withDefaultAddresses } from './setup-request';

/** `pcs cluster setup`. */
export async function setup(pcs: Pcs, args: string[]): Promise<void> {
  const local = pcs.options.value('--corosync_conf');
  if (local !== undefined) {
    const live = ['--enable', '--no-keys-sync', '--start', '--wait'];
    if (live.some((name) => pcs.options.has(name))) {
      throw new CommandFailure(`Cannot specify any of ${quoteList(live)} when '--corosync_conf' is specified`);
    }
  }
  if (args.length < 2) throw new BadCall();
  const request = parseRequest(args);
  if (local !== undefined) {
    setUpFile(pcs, request, local);
    return;
  }
  await setUpOnHosts(pcs, request);
}

/** Local mode: only writes the file. */
function setUpFile(pcs: Pcs, request: SetupRequest, path: string): void {
  const known = readKnownHosts(pcs);
  const nodes = withDefaultAddresses(pcs, request.nodes, known, true);
  const full = { ...request, nodes };
  checkRequest(pcs, full);
  pcs.stopOnErrors();
  if (exists(pcs.process.machine, pcs.absolute(path)) && !pcs.options.has('--overwrite')) {
    throw new LibraryFailure([
      error(`Corosync configuration file '${path}' already exists, use --overwrite to overwrite existing file(s)`),
    ]);
  }
  pcs.writeFile(path, newConf(pcs, full).text);
}
