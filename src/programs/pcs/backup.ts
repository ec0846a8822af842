import { FileError, listDirectory, lookup, readFileIfThere, removeFileIfThere, writeFile } from '../../machine/files';
import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import type { Pcs } from './context';
import { parseConf } from './corosync-conf';
import { CommandFailure } from './failure';
import { BadCall } from './router';
import { askHosts, type RemoteHost } from './rpc/client';
import { readKnownHosts } from './rpc/hosts';
import { COROSYNC_AUTHKEY, COROSYNC_CONF, isActive, PACEMAKER_AUTHKEY, putFile } from './rpc/server';

const SUFFIX = '.tar.bz2';
const CIB_FOLDER = '/var/lib/pacemaker/cib';
const CIB = `${CIB_FOLDER}/cib.xml`;

/** Members of a backup by their names in it, and where they come from. */
const MEMBERS: readonly (readonly [name: string, path: string, mode: number])[] = [
  ['cib.xml', CIB, 0o600],
  ['corosync_authkey', COROSYNC_AUTHKEY, 0o400],
  ['pacemaker_authkey', PACEMAKER_AUTHKEY, 0o440],
  ['corosync.conf', COROSYNC_CONF, 0o644],
];

/** Members without which there is nothing to back up; a cluster may do without the keys. */
const REQUIRED: readonly string[] = ['cib.xml', 'corosync.conf'];

/** A backup's content: its members' texts by name. Nothing is compressed; no tool here looks inside. */
type Members = Readonly<Record<string, string>>;

function pack(machine: Machine): Members {
  const members: Record<string, string> = { 'version.txt': '1' };
  for (const [name, path] of MEMBERS) {
    const text = readFileIfThere(machine, path);
    if (text !== undefined) members[name] = text;
  }
  return members;
}

/** `pcs config backup`: the cluster's files in one file, or on standard output. */
export async function backup(pcs: Pcs, args: string[]): Promise<void> {
  const [given, ...more] = args;
  if (more.length > 0) throw new BadCall();
  const members = pack(pcs.process.machine);
  for (const [name, path] of MEMBERS) {
    if (REQUIRED.includes(name) && members[name] === undefined)
      throw new CommandFailure(`unable to create tarball: [Errno 2] No such file or directory: '${path}'`);
  }
  const text = JSON.stringify(members);
  if (given === undefined) {
    pcs.raw(text);
    return;
  }
  const path = given.endsWith(SUFFIX) ? given : `${given}${SUFFIX}`;
  if (lookup(pcs.process.machine, pcs.absolute(path)) && !pcs.options.force)
    throw new CommandFailure(`'${path}' already exists, use --force to overwrite`);
  pcs.writeFile(path, text, 0o600);
}

/** A backup from a file, or from standard input. What isn't one is told apart only by whether there is anything. */
async function readBackup(pcs: Pcs, path: string | undefined): Promise<Members> {
  const what = pcs.options.has('--local') ? 'unable to restore the cluster' : 'unable to read the tarball';
  try {
    const text = path === undefined ? await pcs.process.stdin.readAll() : pcs.readFile(path);
    if (text === '') throw new CommandFailure(`${what}: empty file`);
    return JSON.parse(text) as Members;
  } catch (error) {
    if (error instanceof FileError) {
      const [number, name] = error.code === 'EISDIR' ? [21, ''] : [error.code === 'EACCES' ? 13 : 2, `: '${path}'`];
      throw new CommandFailure(`${what}: [Errno ${number}] ${error.text}${name}`);
    }
    if (error instanceof SyntaxError) throw new CommandFailure(`${what}: truncated header`);
    throw error;
  }
}

const isRunning = (machine: Machine): boolean =>
  ['pacemaker.service', 'corosync.service'].some((unit) => isActive(machine, unit));

/** Puts a backup's files in place of a machine's; archives of the CIB go. */
function unpack(machine: Machine, world: World, members: Members): void {
  const time = world.epoch + world.now;
  if (lookup(machine, CIB_FOLDER)?.kind === 'directory')
    for (const name of listDirectory(machine, CIB_FOLDER)) removeFileIfThere(machine, `${CIB_FOLDER}/${name}`, time);
  for (const [name, path, mode] of MEMBERS) {
    const text = members[name];
    if (text === undefined) continue;
    if (path === CIB) {
      const hacluster = { user: 'hacluster', group: 'haclient' };
      putFile(machine, world, path, text, mode, hacluster);
    } else if (path === COROSYNC_CONF) writeFile(machine, path, text, { time, mode, makeParents: true });
    else putFile(machine, world, path, text, mode, path === PACEMAKER_AUTHKEY ? KEY_OWNER : undefined);
  }
}

const KEY_OWNER = { user: 'hacluster', group: 'haclient' };

/** `pcs config restore`: on all nodes of the backup, or with `--local` here. */
export async function restore(pcs: Pcs, args: string[]): Promise<number> {
  const [path, ...more] = args;
  if (more.length > 0) throw new BadCall();
  const members = await readBackup(pcs, path);
  if (pcs.options.has('--local')) {
    restoreHere(pcs, members);
    return 0;
  }
  const corosync = parseConf(members['corosync.conf'] ?? '');
  if (typeof corosync === 'string') throw new CommandFailure(corosync);
  const nodes = corosync.nodes.map((node) => node.name);
  const known = readKnownHosts(pcs);
  const looks = await askHosts(pcs, known, nodes, async (remote: RemoteHost) => isRunning(remote.machine));
  for (const { host, value } of looks) {
    if (value === undefined) pcs.note(`Error: Unable to determine status of the node ${host}`);
    else if (value) pcs.note(`Error: ${running(`node ${host}`)}`);
  }
  if (looks.some(({ value }) => value !== false)) return 1;
  const done = await askHosts(pcs, known, nodes, async (remote: RemoteHost) => {
    remote.transact((machine, world) => unpack(machine, world, members));
    return true;
  });
  for (const { host, value } of done) pcs.note(value ? `${host}: Succeeded` : `${host}: Unable to restore`);
  return 0;
}

const running = (where: string): string =>
  `Cluster is currently running on ${where}. You need to stop the cluster in order to restore the configuration.`;

function restoreHere(pcs: Pcs, members: Members): void {
  const { process } = pcs;
  if (isRunning(process.machine)) throw new CommandFailure(running('this node'));
  process.transact((world, machine) => unpack(machine, world, members));
}
