import { cover, coveringMount, FileError, lookup, normalizePath, realPath, uncover, writeFile } from '../machine/files';
import { connect } from '../network/reach';
import { lookup as lookupName } from '../network/resolve';
import type { Directory } from '../world/file';
import type { Machine } from '../world/machine';
import type { MountedTree } from '../world/storage';
import type { World } from '../world/world';
import { findDevice } from './disks';
import { type Mount, mountOf, mountTable } from './mounts';

/** What is asked of mount(2), with the words of whoever asks. */
export interface MountRequest {
  readonly source: string;
  /** Absolute. */
  readonly target: string;
  /** Null or `auto`: what is found on the device. */
  readonly type: string | null;
  readonly options: readonly string[];
}

/** Why nothing was mounted: what `mount` says after `mount: `, and its exit status. */
export interface MountFailure {
  readonly message: string;
  readonly status: number;
}

const NFS_PORT = 2049;

/** File systems that aren't on a device, of those that the kernel has. */
const DEVICELESS = ['tmpfs', 'ramfs'];
const ON_DISK = ['xfs', 'ext4', 'ext3', 'ext2'];

/** Words of the command line that aren't the kernel's options. */
const OWN_WORDS = new Set([
  'defaults',
  'bind',
  'rbind',
  'auto',
  'noauto',
  'user',
  'nouser',
  'loop',
  '_netdev',
  'nofail',
  'rw',
]);

const USUAL: Readonly<Record<string, string>> = {
  xfs: 'attr2,inode64,logbufs=8,logbsize=32k,noquota',
  ext4: '',
  tmpfs: 'inode64',
};

/** Mounts something on a draft. Undefined: it is mounted. */
export function mountTree(world: World, machine: Machine, request: MountRequest): MountFailure | undefined {
  const { source, options } = request;
  const target = request.target;
  if (lookup(machine, target)?.kind !== 'directory') {
    const there = lookup(machine, target) !== undefined && !options.includes('bind');
    return refusal(target, there ? 'mount(2) system call failed: Not a directory' : 'mount point does not exist');
  }
  if (options.includes('remount')) return remount(world, machine, request);
  if (options.includes('bind') || options.includes('rbind')) return bind(world, machine, request);
  const { type } = request;
  if (type !== null && DEVICELESS.includes(type)) {
    const now = world.epoch + world.now;
    const root: Directory = { kind: 'directory', entries: {}, mode: 0o1777, uid: 0, gid: 0, mtime: now };
    attach(
      world,
      machine,
      { source, target, type, options: shown(machine, type, options) },
      { target, kind: 'tree', root },
    );
    return undefined;
  }
  if (/^[^/]+:/.test(source) || type?.startsWith('nfs')) return mountShare(world, machine, request);
  return mountDevice(world, machine, request);
}

/** No machine serves NFS yet, so that every mount of a share ends as it does where nobody answers. */
function mountShare(world: World, machine: Machine, { source, target }: MountRequest): MountFailure {
  if (machine.packages['nfs-utils'] === undefined && machine.distribution !== 'debian-12')
    return refusal(
      target,
      'bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program',
    );
  const host = source.replace(/:.*$/, '');
  const found = lookupName(world, machine.name, host);
  const address = found.kind === 'found' ? found.addresses[0] : undefined;
  if (address === undefined)
    return { message: `mount.nfs: Failed to resolve server ${host}: Name or service not known`, status: 32 };
  const way = connect(world, machine.name, address, NFS_PORT, 'tcp');
  const texts: Readonly<Record<string, string>> = {
    refused: 'Connection refused',
    timeout: 'Connection timed out',
    'network-unreachable': 'Network is unreachable',
  };
  return { message: `mount.nfs: ${texts[way.kind] ?? 'No route to host'}`, status: 32 };
}

function mountDevice(world: World, machine: Machine, request: MountRequest): MountFailure | undefined {
  const { source, target, type, options } = request;
  if (/^(PART)?UUID=|^LABEL=/.test(source) && !findDevice(machine, source))
    return { message: `${target}: can't find ${source}.`, status: 1 };
  const device = findDevice(machine, source);
  const node = lookup(machine, device ? `/dev/${device.name}` : source);
  const named = type !== null && type !== 'auto';
  if (named && !ON_DISK.includes(type)) return refusal(target, `unknown filesystem type '${type}'`);
  if (!node) return refusal(target, `special device ${source} does not exist`);
  if (node.kind !== 'block') return refusal(target, `${source} is not a block device`);
  if (!device?.filesystem || (named && type !== device.filesystem.type))
    return refusal(
      target,
      `wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error`,
    );
  const path = `/dev/${device.name}`;
  const there = mountTable(machine).find((mount) => mount.source === path);
  if (there && (there.target === target || machine.disks?.[device.name] === undefined))
    return refusal(target, `${path} already mounted on ${there.target}`);
  const found = device.filesystem.type;
  const entry = { source: path, target, type: found, options: shown(machine, found, options) };
  attach(world, machine, entry, { target, kind: 'device', device: device.name });
  return undefined;
}

function bind(world: World, machine: Machine, request: MountRequest): MountFailure | undefined {
  const { target, options } = request;
  const source = normalizePath(request.source);
  if (lookup(machine, source)?.kind !== 'directory')
    return refusal(target, `special device ${request.source} does not exist`);
  const path = realPath(machine, source);
  const below = mountOf(mountTable(machine), path);
  const flags = options.includes('ro') ? (below?.options ?? 'rw').replace(/^rw\b/, 'ro') : (below?.options ?? 'rw');
  const entry = { source: below?.source ?? 'none', target, type: below?.type ?? 'none', options: flags };
  attach(world, machine, entry, { target, kind: 'bind', path });
  return undefined;
}

function remount(world: World, machine: Machine, { target, options }: MountRequest): MountFailure | undefined {
  const table = mountTable(machine);
  const at = table.findLastIndex((mount) => mount.target === target);
  const before = table[at];
  if (!before) return refusal(target, 'mount point not mounted or bad option');
  const flag = options.includes('ro') ? 'ro' : options.includes('rw') ? 'rw' : before.options.slice(0, 2);
  setMountTable(world, machine, table.with(at, { ...before, options: flag + before.options.slice(2) }));
  return undefined;
}

/** Options as the kernel shows them: the flag that says whether it may be written, the caller's own, the usual ones. */
function shown(machine: Machine, type: string, asked: readonly string[]): string {
  const own = asked.filter((word) => word !== '' && word !== 'ro' && !OWN_WORDS.has(word));
  const time = own.find((word) => /^(no|rel|strict)atime$/.test(word)) ?? 'relatime';
  const label = machine.distribution === 'centos-stream-9' ? ['seclabel'] : [];
  const rest = own
    .filter((word) => word !== time)
    .map((word) => word.replace(/^size=(.*)$/, (_, size) => `size=${kibibytes(size)}k`));
  const words = [asked.includes('ro') ? 'ro' : 'rw', ...label, time, ...rest, USUAL[type] ?? ''];
  return words.filter((word) => word !== '').join(',');
}

function kibibytes(size: string): number {
  const match = /^(\d+)([kmg]?)/i.exec(size);
  const scale: Readonly<Record<string, number>> = { k: 1, m: 1024, g: 1024 ** 2 };
  const unit = (match?.[2] ?? '').toLowerCase();
  return unit === '' ? Math.ceil(Number(match?.[1] ?? 0) / 1024) : Number(match?.[1]) * (scale[unit] ?? 1);
}

function attach(world: World, machine: Machine, entry: Mount, tree: MountedTree): void {
  cover(machine, tree);
  setMountTable(world, machine, [...mountTable(machine), entry]);
}

function refusal(target: string, reason: string): MountFailure {
  return { message: `${target}: ${reason}.`, status: 32 };
}

/** Writes the kernel's mount table. */
function setMountTable(world: World, machine: Machine, mounts: readonly Mount[]): void {
  const lines = mounts.map(({ source, target, type, options }) => `${source} ${target} ${type} ${options} 0 0\n`);
  writeFile(machine, '/proc/self/mounts', lines.join(''), { time: world.epoch + world.now });
}

/** Processes that work below a place: what makes an unmounting impossible. */
export function processesIn(machine: Machine, path: string): number[] {
  return Object.values(machine.processes)
    .filter(({ cwd }) => cwd !== undefined && (cwd === path || cwd.startsWith(`${path}/`)))
    .map(({ pid }) => pid);
}

/** Takes a mount off, on a draft. The system's own and those in use are busy. */
export function unmountTree(
  world: World,
  machine: Machine,
  target: string,
  options: { lazy?: boolean } = {},
): 'unmounted' | 'busy' | 'not-mounted' {
  const table = mountTable(machine);
  const at = table.findLastIndex((mount) => mount.target === target);
  if (at < 0) return 'not-mounted';
  const own = coveringMount(machine, target) !== undefined;
  const above = table.some((mount) => mount.target.startsWith(`${target === '/' ? '' : target}/`));
  if (!own) {
    // What the system runs from, and what nobody has mounted by hand, holds files.
    const directory = lookup(machine, target);
    if (above || directory?.kind !== 'directory' || Object.keys(directory.entries).length > 0) return 'busy';
  }
  if (!options.lazy && (above || processesIn(machine, target).length > 0)) return 'busy';
  try {
    if (own) uncover(machine, target);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  setMountTable(world, machine, table.toSpliced(at, 1));
  return 'unmounted';
}
