import { byteLength, lookup, readFileIfThere } from '../machine/files';
import type { Inode } from '../world/file';
import type { Machine } from '../world/machine';
import { findDevice } from './disks';

/** One line of the kernel's mount table. */
export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly options: string;
}

/** The kernel's mount table, in the order of mounting. */
export function mountTable(machine: Machine): Mount[] {
  const mounts: Mount[] = [];
  for (const line of (readFileIfThere(machine, '/proc/self/mounts') ?? '').split('\n')) {
    const [source, target, type, options] = line.split(' ');
    if (source !== undefined && target !== undefined && type !== undefined && options !== undefined) {
      mounts.push({ source, target, type, options });
    }
  }
  return mounts;
}

/** Whether `path` is `directory` or lies under it. */
function isUnder(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

/** The mount that a path is on; undefined on a machine without a root. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  return mounts
    .filter((mount) => isUnder(path, mount.target))
    .toSorted((a, b) => a.target.length - b.target.length)
    .at(-1);
}

/** The mount under which a mount stands; undefined for the root. */
export function parentMount(mounts: readonly Mount[], mount: Mount): Mount | undefined {
  return mountOf(
    mounts.filter((other) => other !== mount && other.target.length < mount.target.length),
    mount.target,
  );
}

/** How full a file system is: bytes and inodes. */
export interface Usage {
  readonly size: number;
  readonly used: number;
  readonly available: number;
  readonly inodes: number;
  readonly usedInodes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const BLOCK = 4096;

/** Bytes and inodes of what lies under a directory, other mounts left out. */
function content(mounts: readonly Mount[], path: string, inode: Inode): { bytes: number; inodes: number } {
  if (inode.kind === 'file') {
    const held = inode.program === undefined ? Math.min(inode.size ?? 0, 4 * inode.content.length) : (inode.size ?? 0);
    const bytes = inode.size === undefined ? byteLength(inode.content) : held;
    return { bytes: Math.ceil(bytes / BLOCK) * BLOCK, inodes: 1 };
  }
  let total = { bytes: 0, inodes: 1 };
  if (inode.kind !== 'directory') return total;
  for (const [name, child] of Object.entries(inode.entries)) {
    const below = `${path === '/' ? '' : path}/${name}`;
    if (mounts.some((mount) => mount.target === below)) continue;
    const { bytes, inodes } = content(mounts, below, child);
    total = { bytes: total.bytes + bytes, inodes: total.inodes + inodes };
  }
  return total;
}

/** Bytes of a tmpfs: its `size=`, else half of the memory. */
function memorySize(machine: Machine, options: string): number {
  const size = /(?:^|,)size=(\d+)k/.exec(options)?.[1];
  if (size !== undefined) return Number(size) * KIB;
  const total = /^MemTotal:\s+(\d+)/m.exec(readFileIfThere(machine, '/proc/meminfo') ?? '')?.[1];
  return Math.floor((Number(total ?? 0) * KIB) / 2 / BLOCK) * BLOCK;
}

/** How full a mounted file system is; null for those that hold nothing (proc, sysfs, cgroup2 …). */
export function usage(machine: Machine, mounts: readonly Mount[], mount: Mount): Usage | null {
  const root = lookup(machine, mount.target);
  if (!root) return null;
  if (mount.type === 'tmpfs' || mount.type === 'devtmpfs') {
    const size = memorySize(machine, mount.options);
    const { bytes, inodes } = content(mounts, mount.target, root);
    return { size, used: bytes, available: size - bytes, inodes: Math.floor(size / BLOCK), usedInodes: inodes };
  }
  const device = findDevice(machine, mount.source);
  if (!device) return null;
  // XFS keeps its log out of the size, and counts what its own trees reserve as used.
  const log = Math.max(10 * MIB, Math.floor(device.size / 2048 / BLOCK) * BLOCK);
  const size = Math.floor((device.size - log) / BLOCK) * BLOCK;
  // A directory that is bound elsewhere is on a file system that is counted as a whole.
  const whole = mounts.find((other) => other.source === mount.source) ?? mount;
  const { bytes, inodes } = content(mounts, whole.target, lookup(machine, whole.target) ?? root);
  const used = Math.ceil((25 * MIB + size * 0.0071 + bytes) / BLOCK) * BLOCK;
  return { size, used, available: size - used, inodes: Math.floor(size / 2 / KIB), usedInodes: inodes };
}
