import { exists, FileError, listDirectory, readFile, removeFileIfThere } from '../../../machine/files';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { BadCall } from '../router';
import { parseOptions } from '../text';

interface UidGid {
  readonly path: string;
  readonly uid: string;
  readonly gid: string;
}

/** Who may connect to corosync, from the files of the directory. */
function entries(pcs: Pcs): UidGid[] {
  const directory = pcs.installation.uidgidDirectory;
  const { machine } = pcs.process;
  let names: string[];
  try {
    names = listDirectory(machine, directory);
  } catch (failure) {
    if (failure instanceof FileError) return [];
    throw failure;
  }
  return names.flatMap((name) => {
    const text = readFile(machine, `${directory}/${name}`);
    if (!text.includes('uidgid')) return [];
    const value = (key: string) => new RegExp(`^\\s*${key}\\s*:\\s*(\\S+)`, 'm').exec(text)?.[1] ?? '';
    return [{ path: `${directory}/${name}`, uid: value('uid'), gid: value('gid') }];
  });
}

function list(pcs: Pcs): void {
  const all = entries(pcs);
  for (const { uid, gid } of all) pcs.print(`UID/GID: uid=${uid} gid=${gid}`);
  if (all.length === 0) pcs.note('No uidgids configured');
}

function parse(args: readonly string[]): { uid: string; gid: string } {
  if (args.length === 0) throw new BadCall();
  const options = parseOptions(args);
  for (const key of options.keys()) {
    if (key !== 'uid' && key !== 'gid') {
      throw new CommandFailure('uidgid options must be of the form uid=<uid> gid=<gid>');
    }
  }
  const uid = options.get('uid') ?? '';
  const gid = options.get('gid') ?? '';
  if (uid === '' && gid === '') throw new CommandFailure('you must set either uid or gid');
  return { uid, gid };
}

function add(pcs: Pcs, args: string[]): void {
  const { uid, gid } = parse(args);
  if (entries(pcs).some((entry) => entry.uid === uid && entry.gid === gid)) {
    throw new CommandFailure(`uidgid file with uid=${uid} and gid=${gid} already exists`);
  }
  const directory = pcs.installation.uidgidDirectory;
  let path = `${directory}/pcs-uidgid-${uid}-${gid}`;
  for (let at = 0; exists(pcs.process.machine, path); at++) path = `${directory}/pcs-uidgid-${uid}-${gid}-${at}`;
  const lines = [...(uid === '' ? [] : [`  uid: ${uid}`]), ...(gid === '' ? [] : [`  gid: ${gid}`])];
  pcs.writeFile(path, `uidgid {\n${lines.join('\n')}\n}\n`);
}

function remove(pcs: Pcs, args: string[]): void {
  const { uid, gid } = parse(args);
  const matching = entries(pcs).filter((entry) => entry.uid === uid && entry.gid === gid);
  if (matching.length === 0) throw new CommandFailure(`no uidgid files with uid=${uid} and gid=${gid} found`);
  pcs.process.transact((world, machine) => {
    for (const { path } of matching) removeFileIfThere(machine, path, world.epoch + world.now);
  });
}

/** `pcs cluster uidgid` and its verbs. */
export function uidgid(pcs: Pcs, args: string[]): void {
  const [verb, ...rest] = args;
  if (verb === undefined) list(pcs);
  else if (verb === 'add') add(pcs, rest);
  else if (verb === 'delete' || verb === 'remove') remove(pcs, rest);
  else if (verb === 'rm') {
    throw new CommandFailure(
      "This command has been replaced with 'pcs cluster uidgid delete', 'pcs cluster uidgid remove'. See 'man pcs' -> Changes in pcs-0.11.",
    );
  } else throw new BadCall();
}
