import { readFileIfThere } from '../../../machine/files';
import type { Pcs } from '../context';
import { loadCorosyncConf } from '../corosync-conf';
import { askCredentials } from '../credentials';
import { LibraryFailure } from '../failure';
import { authorize } from '../host';
import { error } from '../reports';
import { BadCall } from '../router';
import { PCSD_PORT } from '../rpc/client';
import { readKnownHosts } from '../rpc/hosts';
import { COROSYNC_AUTHKEY, putFile } from '../rpc/server';
import { makeKey } from './random';
import { answered, step } from './setup-hosts';
import { unknownHosts } from './setup-request';
import { reloadSomewhere } from './sync';

/** `pcs cluster auth`: authorizes at all nodes of this machine's cluster. */
export async function auth(pcs: Pcs, args: string[]): Promise<number> {
  if (args.length > 0) throw new BadCall();
  const known = readKnownHosts(pcs);
  const conf = loadCorosyncConf(pcs);
  const hosts = conf.nodes.map((node) => {
    const destination = known.hosts.get(node.name)?.addresses[0];
    const [address] = [...node.addresses.values()];
    return { name: node.name, addr: destination?.addr ?? address ?? node.name, port: destination?.port ?? PCSD_PORT };
  });
  const { user, password } = await askCredentials(pcs);
  return authorize(pcs, hosts, user, password);
}

/** `pcs cluster authkey corosync`: a new key for all nodes. */
export async function authkey(pcs: Pcs, args: string[]): Promise<void> {
  const [path, ...rest] = args;
  if (rest.length > 0) throw new BadCall();
  const conf = loadCorosyncConf(pcs);
  const known = readKnownHosts(pcs);
  const hosts = conf.nodes.map((node) => node.name);
  const strangers = hosts.filter((name) => !known.hosts.has(name));
  if (strangers.length > 0) {
    pcs.report(unknownHosts(strangers));
    if (strangers.length === hosts.length) pcs.report(error('None of hosts is known to pcs.'));
    pcs.stopOnErrors();
  }
  const key = path === undefined ? makeKey(pcs, 256) : readKey(pcs, path);
  pcs.note(
    `Sending 'corosync authkey' to ${hosts
      .map((host) => `'${host}'`)
      .sort()
      .join(', ')}`,
  );
  const answers = await step(pcs, known, hosts, async (remote) => {
    remote.transact((machine, world) => putFile(machine, world, COROSYNC_AUTHKEY, key, 0o400));
  });
  for (const host of answered(answers)) pcs.note(`${host}: successful distribution of the file 'corosync authkey'`);
  pcs.stopOnErrors();
  await reloadSomewhere(pcs, hosts);
}

function readKey(pcs: Pcs, path: string): string {
  const key = readFileIfThere(pcs.process.machine, pcs.absolute(path));
  if (key !== undefined) return key;
  throw new LibraryFailure([error(`Unable to read Corosync authkey '${path}': No such file or directory: '${path}'`)]);
}
