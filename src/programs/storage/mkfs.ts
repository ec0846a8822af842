import { randomHex } from '../../kernel/random';
import { lookup } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { type BlockDevice, findDevice } from '../../storage/disks';
import { mountTable } from '../../storage/mounts';
import type { Directory } from '../../world/file';
import type { Filesystem } from '../../world/storage';
import { withOptions } from '../options';

/** A disk that a file system can be made on; a text: why not. */
function target(process: Process, path: string): BlockDevice | string {
  const device = findDevice(process.machine, path);
  if (!device) return lookup(process.machine, path) ? 'Is not a block device' : 'No such file or directory';
  return device;
}

function isMounted(process: Process, device: BlockDevice): boolean {
  return mountTable(process.machine).some((mount) => mount.source === `/dev/${device.name}`);
}

/** Writes an empty file system on a disk. Gives its UUID. */
function format(process: Process, device: BlockDevice, type: Filesystem['type'], label: string | null): string {
  return process.transact((world, machine) => {
    const hex = randomHex(world, 32);
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    const time = world.epoch + world.now;
    const root: Directory = { kind: 'directory', entries: {}, mode: 0o755, uid: 0, gid: 0, mtime: time };
    if (type === 'ext4')
      root.entries['lost+found'] = { kind: 'directory', entries: {}, mode: 0o700, uid: 0, gid: 0, mtime: time };
    const disk = machine.disks?.[device.name];
    if (disk) disk.filesystem = { type, uuid, label, root };
    return uuid;
  });
}

/** The system disk's file systems are always mounted; its bare parts aren't for this. */
function isBusy(process: Process, device: BlockDevice): boolean {
  return isMounted(process, device) || process.machine.disks?.[device.name] === undefined;
}

const XFS_USAGE = 'Usage: mkfs.xfs\n\t\t\tdevicename\n<devicename> is required unless -d name=xxx is given.\n';
const XFS_LABEL_MAX = 12;

/** mkfs.xfs of xfsprogs */
export const mkfsXfs: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'force', short: 'f' },
      { key: 'label', short: 'L', value: 'required' },
      { key: 'quiet', short: 'q' },
      { key: 'dry', short: 'N' },
      { key: 'version', short: 'V' },
      ...['b', 'd', 'i', 'l', 'm', 'n', 's'].map((short) => ({ key: short, short, value: 'required' as const })),
    ],
    async (options) => {
      const [path] = options.operands;
      const fail = async (message: string, usage = true) => {
        await process.stderr.write(`${message}\n${usage ? XFS_USAGE : ''}`);
        return 1;
      };
      if (options.has('version')) {
        await process.stdout.write('mkfs.xfs version 5.14.2\n');
        return 0;
      }
      if (path === undefined) return fail('no device name given in argument list');
      const label = options.value('label') ?? null;
      if (label !== null && label.length > XFS_LABEL_MAX) return fail(`Invalid value ${label} for -L option`);
      if (process.credentials.uid !== 0) return fail(`mkfs.xfs: cannot open ${path}: Permission denied`, false);
      const device = target(process, path);
      if (typeof device === 'string') return fail(`Error accessing specified device ${path}: ${device}`);
      if (isBusy(process, device)) return fail(`mkfs.xfs: ${path} contains a mounted filesystem`);
      if (device.filesystem && !options.has('force')) {
        const found = device.filesystem.type;
        await process.stderr.write(`mkfs.xfs: ${path} appears to contain an existing filesystem (${found}).\n`);
        return fail('mkfs.xfs: Use the -f option to force overwrite.', false);
      }
      if (!options.has('quiet')) await process.stdout.write(xfsGeometry(path, device.size, process));
      if (!options.has('dry')) format(process, device, 'xfs', label);
      return 0;
    },
    { status: 1 },
  );

const BLOCK = 4096;
const AGS = 4;

function xfsGeometry(path: string, size: number, process: Process): string {
  const debian = process.machine.distribution === 'debian-12';
  const blocks = Math.floor(size / BLOCK);
  const agsize = Math.ceil(blocks / AGS);
  // The log is a 2048th, at least 10 MiB; version 6 makes it 64 MiB.
  const log = Math.max(debian ? 16_384 : 2560, Math.floor(blocks / 2048));
  const field = (text: string) => text.padEnd(23);
  const next = debian ? ' nrext64=0' : '';
  return `meta-data=${field(path)}isize=512    agcount=${AGS}, agsize=${agsize} blks
         =${field('')}sectsz=512   attr=2, projid32bit=1
         =${field('')}crc=1        finobt=1, sparse=1, rmapbt=0
         =${field('')}reflink=1    bigtime=1 inobtcount=1${next}
data     =${field('')}bsize=4096   blocks=${blocks}, imaxpct=25
         =${field('')}sunit=0      swidth=0 blks
naming   =${field('version 2')}bsize=4096   ascii-ci=0, ftype=1
log      =${field('internal log')}bsize=4096   blocks=${log}, version=2
         =${field('')}sectsz=512   sunit=0 blks, lazy-count=1
realtime =${field('none')}extsz=4096   blocks=0, rtextents=0
`;
}

/** mkfs.ext4 of e2fsprogs */
export const mkfsExt4: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'force', short: 'F' },
      { key: 'label', short: 'L', value: 'required' },
      { key: 'quiet', short: 'q' },
      { key: 'version', short: 'V' },
      ...['b', 'i', 'm', 'O', 'E', 'N', 'U', 't'].map((short) => ({ key: short, short, value: 'required' as const })),
    ],
    async (options) => {
      const version = process.machine.distribution === 'debian-12' ? '1.47.0 (5-Feb-2023)' : '1.46.5 (30-Dec-2021)';
      const [path] = options.operands;
      if (!options.has('quiet')) await process.stderr.write(`mke2fs ${version}\n`);
      if (options.has('version')) return 0;
      if (path === undefined) {
        await process.stderr.write('Usage: mkfs.ext4 [-c|-l filename] [-b block-size] [-C cluster-size]\n');
        return 1;
      }
      const device = target(process, path);
      if (typeof device === 'string') {
        await process.stderr.write(`The file ${path} does not exist and no size was specified.\n`);
        return 1;
      }
      if (isBusy(process, device)) {
        await process.stderr.write(`${path} is mounted; will not make a filesystem here!\n`);
        return 1;
      }
      const uuid = format(process, device, 'ext4', options.value('label') ?? null);
      if (!options.has('quiet')) await process.stdout.write(ext4Report(device.size, uuid));
      return 0;
    },
    { status: 1 },
  );

/** Below this size blocks are of 1 KiB and inodes are denser. */
const SMALL = 512 * 2 ** 20;

function ext4Report(size: number, uuid: string): string {
  const block = size < SMALL ? 1024 : BLOCK;
  const blocks = Math.floor(size / block);
  const perGroup = block * 8;
  const groups = Math.ceil(blocks / perGroup);
  const wanted = size / (size < SMALL ? 4096 : 16_384);
  const perBlock = block / 256;
  const inodes = Math.ceil(wanted / groups / perBlock) * perBlock * groups;
  const journal = blocks < 32_768 ? 1024 : blocks < 262_144 ? 4096 : blocks < 524_288 ? 8192 : 16_384;
  const backups = Array.from({ length: groups }, (_, group) => group)
    .filter((group) => group === 1 || [3, 5, 7].some((base) => isPower(group, base)))
    .map((group) => group * perGroup + (block === 1024 ? 1 : 0));
  const digits = String(groups).length;
  const counter = `${'0'.padStart(digits)}/${groups}`;
  const back = '\b'.repeat(counter.length);
  const progress = `${counter}${back}${' '.repeat(counter.length)}${back}done`;
  const tail = ' '.repeat(28);
  return `Creating filesystem with ${blocks} ${block / 1024}k blocks and ${inodes} inodes
Filesystem UUID: ${uuid}
Superblock backups stored on blocks: 
\t${backups.join(', ')}

Allocating group tables: ${progress}${tail}
Writing inode tables: ${progress}${tail}
Creating journal (${journal} blocks): done
Writing superblocks and filesystem accounting information: ${progress}

`;
}

function isPower(value: number, base: number): boolean {
  let power = base;
  while (power < value) power *= base;
  return power === value;
}

/** mkfs: the program of the type that is asked for. */
export const mkfs: Program = async (process) => {
  const words = process.argv.slice(1);
  const at = words.findIndex((word) => word === '-t' || word === '--type');
  const glued = words.find((word) => /^(-t.|--type=)/.test(word));
  const type = at >= 0 ? (words[at + 1] ?? '') : glued ? glued.replace(/^(-t|--type=)/, '') : 'ext2';
  const rest = words.filter((word, index) => word !== glued && (at < 0 || (index !== at && index !== at + 1)));
  const name = `/usr/sbin/mkfs.${type}`;
  if (lookup(process.machine, name)?.kind === 'file') return process.run([name, ...rest]);
  await process.stderr.write(`mkfs: failed to execute mkfs.${type}: No such file or directory\n`);
  return 1;
};
