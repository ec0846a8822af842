import type { Directory, Inode, RegularFile, Symlink } from '../world/file';
import type { Machine } from '../world/machine';
import type { MountedTree } from '../world/storage';

/** Linux error codes that file operations give, and the text `strerror` has for each. */
export const errorText = {
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  EINVAL: 'Invalid argument',
  EBUSY: 'Device or resource busy',
  EROFS: 'Read-only file system',
  ENAMETOOLONG: 'File name too long',
  ENOSPC: 'No space left on device',
  ENXIO: 'No such device or address',
} as const;

export type FileErrorCode = keyof typeof errorText;

/** A file operation failed as the kernel would make it fail: the simulated program reports it. */
export class FileError extends Error {
  constructor(
    readonly code: FileErrorCode,
    readonly path: string,
  ) {
    super(`${path}: ${errorText[code]}`);
    this.name = 'FileError';
  }
  /** What `strerror` says. */
  get text(): string {
    return errorText[this.code];
  }
}

/** Who asks. Null stands for the kernel: every permission. */
export interface Actor {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export interface LookupOptions {
  /** Follow a symlink in the last component (default true). */
  follow?: boolean;
  /** Checks search permission on the way; default: no check. */
  as?: Actor | null;
  /** Numbers of mounts that are looked through, to the directories under them. */
  covered?: readonly string[];
}

const SYMLINK_LIMIT = 40;
const NAME_LIMIT = 255;

/** An absolute path without `.`, `..`, or doubled slashes; relative ones start at `cwd`. Symlinks aren't looked at. */
export function normalizePath(path: string, cwd = '/'): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The directory part of a normalized path. */
export function parentPath(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

/** The last component of a normalized path; `/` for the root. */
export function baseName(path: string): string {
  return path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `actor` has all of `wanted` (4 read, 2 write, 1 execute/search) on an inode. */
export function permitted(inode: Inode, actor: Actor | null, wanted: number): boolean {
  if (actor === null) return true;
  if (actor.uid === 0) return wanted !== 1 || inode.kind === 'directory' || (inode.mode & 0o111) !== 0;
  const shift = actor.uid === inode.uid ? 6 : actor.gid === inode.gid || actor.groups.includes(inode.gid) ? 3 : 0;
  return ((inode.mode >> shift) & wanted) === wanted;
}

/** Where a path leads: the real path after symlinks, and the inode there if it exists. */
interface Resolved {
  path: string;
  inode: Inode | undefined;
  parent: Directory;
  name: string;
}

/**
 * Walks the tree. A missing last component is an answer; everything else gives its error code. It doesn't throw, as most
 * look-ups just ask whether something is there.
 */
function walk(machine: Machine, path: string, options: LookupOptions): Resolved | FileErrorCode {
  const actor = options.as ?? null;
  const trailingSlash = path.length > 1 && path.endsWith('/');
  const pending = path.split('/').filter((part) => part !== '' && part !== '.');
  const stack: { name: string; directory: Directory }[] = [{ name: '', directory: machine.root }];
  let links = 0;
  const top = () => (stack[stack.length - 1] as { directory: Directory }).directory;
  const pathSoFar = () =>
    stack
      .slice(1)
      .map((level) => `/${level.name}`)
      .join('');

  while (pending.length > 0) {
    const name = pending.shift() as string;
    const last = pending.length === 0;
    if (name === '..') {
      if (stack.length > 1) stack.pop();
      continue;
    }
    if (name.length > NAME_LIMIT) return 'ENAMETOOLONG';
    const directory = top();
    if (!permitted(directory, actor, 1)) return 'EACCES';
    const inode = Object.hasOwn(directory.entries, name) ? directory.entries[name] : undefined;
    if (inode === undefined) {
      if (!last) return 'ENOENT';
      return { path: `${pathSoFar()}/${name}`, inode: undefined, parent: directory, name };
    }
    if (inode.kind === 'symlink' && (!last || trailingSlash || (options.follow ?? true))) {
      if (++links > SYMLINK_LIMIT) return 'ELOOP';
      if (inode.target.startsWith('/')) stack.length = 1;
      pending.unshift(...inode.target.split('/').filter((part) => part !== '' && part !== '.'));
      continue;
    }
    if (inode.kind === 'directory') {
      stack.push({ name, directory: visible(machine, inode, options.covered) });
      continue;
    }
    if (!last || trailingSlash) return 'ENOTDIR';
    return { path: `${pathSoFar()}/${name}`, inode, parent: directory, name };
  }
  const level = stack[stack.length - 1] as { name: string; directory: Directory };
  const parent = stack.length > 1 ? (stack[stack.length - 2] as { directory: Directory }).directory : machine.root;
  return { path: pathSoFar() || '/', inode: level.directory, parent, name: level.name };
}

/** The tree that is seen at a directory: that of the mount on it, if any. `covered` mounts are looked through. */
function visible(machine: Machine, directory: Directory, covered: readonly string[] = []): Directory {
  const number = directory.mounted;
  const mount = number === undefined || covered.includes(number) ? undefined : machine.mounts?.[number];
  if (number === undefined || mount === undefined) return directory;
  const root = mountedRoot(machine, number, covered);
  return root?.mounted === undefined || root === directory
    ? (root ?? directory)
    : visible(machine, root, [...covered, number]);
}

function mountedRoot(machine: Machine, number: string, covered: readonly string[]): Directory | undefined {
  const mount = machine.mounts?.[number];
  if (mount?.kind === 'tree') return mount.root;
  if (mount?.kind === 'device') return machine.disks?.[mount.device]?.filesystem?.root;
  // A place that is bound onto itself, or onto a place below, shows what was there before.
  const source = mount && lookup(machine, mount.path, { covered: [...covered, number] });
  return source?.kind === 'directory' ? source : undefined;
}

/** A boot finds nothing mounted but what it mounts itself. What lies on disks stays there. */
export function forgetMounts(machine: Machine): void {
  for (const mount of Object.values(machine.mounts ?? {}).reverse()) uncover(machine, mount.target);
  delete machine.mounts;
}

/** Takes the uppermost mount off a directory; the directory as it was, or the mount below, is seen again. */
export function uncover(machine: Machine, path: string): void {
  const number = coveringMount(machine, path);
  if (number === undefined) return;
  const directory = lookup(machine, path, { covered: [number] });
  if (directory?.kind === 'directory' && directory.mounted === number) delete directory.mounted;
  if (machine.mounts) delete machine.mounts[number];
}

/** Number of the uppermost mount on a directory. */
export function coveringMount(machine: Machine, path: string): string | undefined {
  return Object.keys(machine.mounts ?? {}).findLast((number) => machine.mounts?.[number]?.target === path);
}

/** Covers a directory with a mount. Gives its number. */
export function cover(machine: Machine, mount: MountedTree): string {
  machine.mounts ??= {};
  const number = String(1 + Math.max(0, ...Object.keys(machine.mounts).map(Number)));
  const directory = stat(machine, mount.target);
  if (directory.kind !== 'directory') throw new FileError('ENOTDIR', mount.target);
  directory.mounted = number;
  machine.mounts[number] = mount;
  return number;
}

/** As `walk`, but throws FileError. */
function resolve(machine: Machine, path: string, options: LookupOptions): Resolved {
  const at = walk(machine, path, options);
  if (typeof at === 'string') throw new FileError(at, path);
  return at;
}

/** The inode at an absolute path, or undefined when there is none (or the way to it is barred or broken). */
export function lookup(machine: Machine, path: string, options: LookupOptions = {}): Inode | undefined {
  const at = walk(machine, path, options);
  return typeof at === 'string' ? undefined : at.inode;
}

/** The inode at an absolute path. Throws FileError. */
export function stat(machine: Machine, path: string, options: LookupOptions = {}): Inode {
  const { inode } = resolve(machine, path, options);
  if (!inode) throw new FileError('ENOENT', path);
  return inode;
}

/** The path after all symlinks (the last component may be missing). Throws FileError. */
export function realPath(machine: Machine, path: string, options: LookupOptions = {}): string {
  return resolve(machine, path, options).path;
}

export function exists(machine: Machine, path: string): boolean {
  return lookup(machine, path) !== undefined;
}

/** Content of a regular file. Throws FileError. */
export function readFile(machine: Machine, path: string, as: Actor | null = null): string {
  const inode = stat(machine, path, { as });
  if (inode.kind === 'directory') throw new FileError('EISDIR', path);
  if (!permitted(inode, as, 4)) throw new FileError('EACCES', path);
  if (inode.kind !== 'file') {
    if (inode.kind === 'character') return '';
    throw new FileError('ENXIO', path);
  }
  return inode.content;
}

/** Content of a regular file, or undefined when it can't be read. */
export function readFileIfThere(machine: Machine, path: string): string | undefined {
  const inode = lookup(machine, path);
  return inode?.kind === 'file' ? inode.content : undefined;
}

/** Names in a directory in byte order. Throws FileError. */
export function listDirectory(machine: Machine, path: string, as: Actor | null = null): string[] {
  const inode = stat(machine, path, { as });
  if (inode.kind !== 'directory') throw new FileError('ENOTDIR', path);
  if (!permitted(inode, as, 4)) throw new FileError('EACCES', path);
  return Object.keys(inode.entries).sort();
}

/** XFS keeps a small directory inside its inode; beyond this it takes a block. */
const XFS_INLINE_DIRECTORY = 336;

/** Size in bytes as `ls -l` shows it; directories as XFS has them (CentOS), or as ext4 (Debian). */
export function fileSize(inode: Inode, distribution: Machine['distribution'] = 'centos-stream-9'): number {
  switch (inode.kind) {
    case 'file':
      return inode.size ?? byteLength(inode.content);
    case 'symlink':
      return byteLength(inode.target);
    case 'directory': {
      if (distribution === 'debian-12') return 4096;
      const inline = Object.keys(inode.entries).reduce((sum, name) => sum + byteLength(name) + 8, 6);
      return inline <= XFS_INLINE_DIRECTORY ? inline : 4096;
    }
    default:
      return 0;
  }
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code < 0xdc00) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

/** What a change of the tree needs to know: who makes it and when (Unix ms, becomes mtime). */
export interface ChangeOptions {
  as?: Actor | null;
  /** Unix milliseconds. */
  time: number;
}

export interface WriteOptions extends ChangeOptions {
  /** Mode of a file that is created (default 0o644); an existing file keeps its own. */
  mode?: number;
  append?: boolean;
  /** Fail with EEXIST where the file exists (noclobber). */
  exclusive?: boolean;
  /** Create the directories above it. */
  makeParents?: boolean;
  /** Owner of a file that is created; default: the actor, else root. */
  uid?: number;
  gid?: number;
}

/** Creates or overwrites a regular file on a draft. Throws FileError. */
export function writeFile(machine: Machine, path: string, content: string, options: WriteOptions): RegularFile {
  const as = options.as ?? null;
  if (options.makeParents)
    makeDirectory(machine, parentPath(normalizePath(path)), { ...options, mode: 0o755, parents: true });
  const at = resolve(machine, path, { as });
  if (at.inode) {
    if (options.exclusive) throw new FileError('EEXIST', path);
    if (at.inode.kind === 'directory') throw new FileError('EISDIR', path);
    if (!permitted(at.inode, as, 2)) throw new FileError('EACCES', path);
    if (at.inode.kind !== 'file') {
      // Devices swallow what is written to them.
      return {
        kind: 'file',
        content: '',
        mode: at.inode.mode,
        uid: at.inode.uid,
        gid: at.inode.gid,
        mtime: options.time,
      };
    }
    at.inode.content = options.append ? at.inode.content + content : content;
    delete at.inode.size;
    delete at.inode.program;
    at.inode.mtime = options.time;
    return at.inode;
  }
  if (path.endsWith('/')) throw new FileError('EISDIR', path);
  const file: RegularFile = {
    kind: 'file',
    content,
    mode: options.mode ?? 0o644,
    uid: options.uid ?? as?.uid ?? 0,
    gid: options.gid ?? as?.gid ?? 0,
    mtime: options.time,
  };
  addEntry(at, file, path, options);
  return at.parent.entries[at.name] as RegularFile;
}

export interface MakeDirectoryOptions extends ChangeOptions {
  mode?: number;
  /** As `mkdir -p`: an existing directory is fine, missing ones above are made. */
  parents?: boolean;
  uid?: number;
  gid?: number;
}

/** Creates a directory on a draft. Throws FileError. */
export function makeDirectory(machine: Machine, path: string, options: MakeDirectoryOptions): void {
  const normalized = normalizePath(path);
  if (options.parents && normalized !== '/') {
    const above = parentPath(normalized);
    if (!lookup(machine, above)) makeDirectory(machine, above, { ...options, mode: 0o755 });
  }
  const at = resolve(machine, normalized, { as: options.as ?? null });
  if (at.inode) {
    if (options.parents && at.inode.kind === 'directory') return;
    throw new FileError('EEXIST', path);
  }
  const directory: Directory = {
    kind: 'directory',
    entries: {},
    mode: options.mode ?? 0o755,
    uid: options.uid ?? options.as?.uid ?? 0,
    gid: options.gid ?? options.as?.gid ?? 0,
    mtime: options.time,
  };
  addEntry(at, directory, path, options);
}

/** Creates a symlink on a draft. Throws FileError. */
export function makeSymlink(machine: Machine, target: string, path: string, options: ChangeOptions): void {
  const at = resolve(machine, path, { as: options.as ?? null, follow: false });
  if (at.inode) throw new FileError('EEXIST', path);
  const link: Symlink = {
    kind: 'symlink',
    target,
    mode: 0o777,
    uid: options.as?.uid ?? 0,
    gid: options.as?.gid ?? 0,
    mtime: options.time,
  };
  addEntry(at, link, path, options);
}

/** Puts a ready inode (a device node, a socket, a copied tree) at a free path of a draft. Throws FileError. */
export function placeInode(machine: Machine, path: string, inode: Inode, options: ChangeOptions): void {
  const at = resolve(machine, path, { as: options.as ?? null, follow: false });
  if (at.inode) throw new FileError('EEXIST', path);
  addEntry(at, inode, path, options);
}

/** Removes a file, symlink or special file. Directories: EISDIR. Throws FileError. */
export function removeFile(machine: Machine, path: string, options: ChangeOptions): void {
  const at = removable(machine, path, options);
  if (at.inode.kind === 'directory') throw new FileError('EISDIR', path);
  delete at.parent.entries[at.name];
  at.parent.mtime = options.time;
}

/** Removes a file if it is there. Gives whether it was. */
export function removeFileIfThere(machine: Machine, path: string, time: number): boolean {
  const inode = lookup(machine, path, { follow: false });
  if (!inode || inode.kind === 'directory') return false;
  removeFile(machine, path, { time });
  return true;
}

/** Removes an empty directory, or with `recursive` everything below it too. Throws FileError. */
export function removeDirectory(
  machine: Machine,
  path: string,
  options: ChangeOptions & { recursive?: boolean },
): void {
  const at = removable(machine, path, options);
  if (at.inode.kind !== 'directory') throw new FileError('ENOTDIR', path);
  if (at.inode === machine.root) throw new FileError('EBUSY', path);
  if (!options.recursive && Object.keys(at.inode.entries).length > 0) throw new FileError('ENOTEMPTY', path);
  delete at.parent.entries[at.name];
  at.parent.mtime = options.time;
}

/** Moves an inode, replacing a file (or an empty directory by a directory) at the new path. Throws FileError. */
export function rename(machine: Machine, from: string, to: string, options: ChangeOptions): void {
  const source = removable(machine, from, options);
  const sourcePath = realPath(machine, from, { follow: false });
  const target = resolve(machine, to, { as: options.as ?? null, follow: false });
  if (target.path === sourcePath) return;
  if (target.path.startsWith(`${sourcePath}/`)) throw new FileError('EINVAL', to);
  if (target.inode) {
    if (target.inode.kind === 'directory') {
      if (source.inode.kind !== 'directory') throw new FileError('EISDIR', to);
      if (Object.keys(target.inode.entries).length > 0) throw new FileError('ENOTEMPTY', to);
    } else if (source.inode.kind === 'directory') throw new FileError('ENOTDIR', to);
  }
  if (!permitted(target.parent, options.as ?? null, 3)) throw new FileError('EACCES', to);
  const moved = copyInode(source.inode);
  delete source.parent.entries[source.name];
  source.parent.mtime = options.time;
  target.parent.entries[target.name] = moved;
  target.parent.mtime = options.time;
}

/** A deep copy of an inode that shares nothing with a draft. */
export function copyInode(inode: Inode): Inode {
  if (inode.kind !== 'directory') return { ...inode };
  const entries: Record<string, Inode> = {};
  for (const [name, entry] of Object.entries(inode.entries)) entries[name] = copyInode(entry);
  const { mounted, ...rest } = inode;
  return { ...rest, entries };
}

/** Changes mode bits on a draft. Throws FileError (EPERM unless owner or root). */
export function changeMode(
  machine: Machine,
  path: string,
  mode: number,
  options: ChangeOptions & { follow?: boolean },
): void {
  const inode = owned(machine, path, options);
  inode.mode = mode & 0o7777;
}

/** Changes owner and group on a draft; -1 keeps. Throws FileError (EPERM unless root, or own group). */
export function changeOwner(
  machine: Machine,
  path: string,
  uid: number,
  gid: number,
  options: ChangeOptions & { follow?: boolean },
): void {
  const inode = owned(machine, path, options);
  const as = options.as ?? null;
  if (as && as.uid !== 0) {
    const groupIsOwn = gid < 0 || gid === as.gid || as.groups.includes(gid);
    if ((uid >= 0 && uid !== inode.uid) || !groupIsOwn) throw new FileError('EPERM', path);
  }
  if (uid >= 0) inode.uid = uid;
  if (gid >= 0) inode.gid = gid;
}

/** Sets the modification time (Unix ms) on a draft. Throws FileError. */
export function changeTime(machine: Machine, path: string, options: ChangeOptions & { follow?: boolean }): void {
  const inode = stat(machine, path, { as: options.as ?? null, follow: options.follow ?? true });
  if (!permitted(inode, options.as ?? null, 2)) throw new FileError('EACCES', path);
  inode.mtime = options.time;
}

function owned(machine: Machine, path: string, options: ChangeOptions & { follow?: boolean }): Inode {
  const as = options.as ?? null;
  const inode = stat(machine, path, { as, follow: options.follow ?? true });
  if (as && as.uid !== 0 && as.uid !== inode.uid) throw new FileError('EPERM', path);
  return inode;
}

function removable(machine: Machine, path: string, options: ChangeOptions): Resolved & { inode: Inode } {
  const as = options.as ?? null;
  const at = resolve(machine, path, { as, follow: false });
  if (!at.inode) throw new FileError('ENOENT', path);
  if (!permitted(at.parent, as, 3)) throw new FileError('EACCES', path);
  const entry = at.parent.entries[at.name];
  if (entry?.kind === 'directory' && entry.mounted !== undefined) throw new FileError('EBUSY', path);
  const sticky = (at.parent.mode & 0o1000) !== 0;
  if (sticky && as && as.uid !== 0 && as.uid !== at.inode.uid && as.uid !== at.parent.uid) {
    throw new FileError('EPERM', path);
  }
  return { ...at, inode: at.inode };
}

function addEntry(at: Resolved, inode: Inode, path: string, options: ChangeOptions): void {
  if (!permitted(at.parent, options.as ?? null, 3)) throw new FileError('EACCES', path);
  at.parent.entries[at.name] = inode;
  at.parent.mtime = options.time;
}
