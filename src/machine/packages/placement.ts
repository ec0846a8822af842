import type { Machine } from '../../world/machine';
import { addUser, findGroup, findUser, freeId, listGroups, listUsers, writeGroup } from '../accounts';
import { lookup, makeDirectory, makeSymlink, parentPath, placeInode, removeDirectory, removeFile } from '../files';
import type { Package, PackageFile } from './package';

/** How Debian's paths differ from CentOS's, applied to paths and texts of files in this order. */
const DEBIAN_PATHS: readonly (readonly [string, string])[] = [
  ['/etc/sysconfig/', '/etc/default/'],
  ['/usr/libexec/pacemaker/', '/usr/lib/pacemaker/'],
  ['/usr/lib/pcsd/pcsd', '/usr/share/pcsd/pcsd'],
  ['/var/log/cluster', '/var/log/corosync'],
  ['/usr/libexec/openssh/', '/usr/lib/openssh/'],
  ['/usr/lib64/', '/usr/lib/x86_64-linux-gnu/'],
];

function debianText(text: string): string {
  return DEBIAN_PATHS.reduce((result, [from, to]) => result.replaceAll(from, to), text);
}

/** A package's file where and as this machine's distribution has it. */
export function placedFile(machine: Machine, file: PackageFile): PackageFile {
  if (machine.distribution !== 'debian-12') return file;
  return { ...file, path: debianText(file.path), content: debianText(file.content) };
}

/** Adds the groups and users of a package that aren't there yet. `time` is Unix ms. */
export function addPackageAccounts(machine: Machine, entry: Package, time: number): void {
  const ownGroups = (entry.users ?? []).filter((user) => !entry.groups?.some((group) => group.name === user.group));
  const groups = [...(entry.groups ?? []), ...ownGroups.map((user) => ({ name: user.group, gid: user.uid }))];
  for (const group of groups) {
    if (findGroup(machine, group.name)) continue;
    const used = listGroups(machine).map((other) => other.gid);
    const gid = used.includes(group.gid) ? freeId(used, true) : group.gid;
    writeGroup(machine, { name: group.name, gid, members: [] }, time);
  }
  for (const user of entry.users ?? []) {
    if (findUser(machine, user.name)) continue;
    const used = listUsers(machine).map((other) => other.uid);
    const uid = used.includes(user.uid) ? freeId(used, true) : user.uid;
    const gid = findGroup(machine, user.group)?.gid ?? uid;
    const { name, comment, home, shell } = user;
    addUser(machine, { name, uid, gid, comment, home, shell }, time, { minDays: null, maxDays: null, warnDays: null });
    for (const extra of user.groups ?? []) {
      const group = findGroup(machine, extra);
      if (group) writeGroup(machine, { ...group, members: [...group.members, user.name] }, time);
    }
  }
}

/** Lays a package's files into the tree. Configuration files that are there already stay. */
export function placeFiles(machine: Machine, entry: Package, time: number): void {
  for (const packaged of entry.files ?? []) {
    const file = placedFile(machine, packaged);
    const uid = file.owner === undefined ? 0 : (findUser(machine, file.owner)?.uid ?? 0);
    const gid = file.group === undefined ? 0 : (findGroup(machine, file.group)?.gid ?? 0);
    const there = lookup(machine, file.path, { follow: false });
    if (there) {
      if (file.kind === 'directory' || file.config || there.kind === 'directory') continue;
      removeFile(machine, file.path, { time });
    }
    makeDirectory(machine, parentPath(file.path), { time, parents: true });
    if (file.kind === 'directory') {
      makeDirectory(machine, file.path, { time, mode: file.mode, uid, gid });
    } else if (file.kind === 'symlink') {
      makeSymlink(machine, file.content, file.path, { time });
    } else {
      placeInode(
        machine,
        file.path,
        {
          kind: 'file',
          content: file.content,
          mode: file.mode,
          uid,
          gid,
          mtime: time,
          ...(file.size === undefined ? {} : { size: file.size }),
          ...(file.program === undefined ? {} : { program: file.program }),
        },
        { time },
      );
    }
  }
}

/** Removes a package's files; a changed configuration file is kept as `.rpmsave`. Gives the paths kept so. */
export function removeFiles(machine: Machine, entry: Package, kept: ReadonlySet<string>, time: number): string[] {
  const saved: string[] = [];
  const files = [...(entry.files ?? [])].reverse().map((file) => placedFile(machine, file));
  for (const file of files) {
    if (kept.has(file.path)) continue;
    const there = lookup(machine, file.path, { follow: false });
    if (!there) continue;
    if (there.kind === 'directory') {
      if (Object.keys(there.entries).length === 0) removeDirectory(machine, file.path, { time });
      continue;
    }
    if (file.config && there.kind === 'file' && there.content !== file.content) {
      const name = `${file.path}.rpmsave`;
      if (!lookup(machine, name)) placeInode(machine, name, { ...there }, { time });
      saved.push(name);
    }
    removeFile(machine, file.path, { time });
  }
  return saved;
}
