import { lookup, normalizePath, readFileIfThere, writeFile } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { findDevice } from '../../storage/disks';
import { type Mount, mountTable } from '../../storage/mounts';
import { type ParsedOptions, withOptions } from '../options';

/** A line of /etc/fstab, its source as the device that it means. */
function fstab(process: Process): Mount[] {
  const entries: Mount[] = [];
  for (const line of (readFileIfThere(process.machine, '/etc/fstab') ?? '').split('\n')) {
    const [source, target, type = 'auto', options = 'defaults'] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (!source || target === undefined) continue;
    const device = findDevice(process.machine, source);
    entries.push({ source: device ? `/dev/${device.name}` : source, target, type, options });
  }
  return entries;
}

/** Ends with a complaint; newer versions (Debian's) say where to look further. */
async function refuse(process: Process, target: string, message: string): Promise<number> {
  const more =
    process.machine.distribution === 'debian-12'
      ? '       dmesg(1) may have more information after failed mount system call.\n'
      : '';
  await process.stderr.write(`mount: ${target}: ${message}.\n${more}`);
  return 32;
}

/** Writes the kernel's mount table. */
function setTable(process: Process, mounts: readonly Mount[]): void {
  process.transact((world, machine) => {
    const text = mounts.map(({ source, target, type, options }) => `${source} ${target} ${type} ${options} 0 0\n`);
    writeFile(machine, '/proc/self/mounts', text.join(''), { time: world.epoch + world.now });
  });
}

async function attach(process: Process, source: string, target: string, type: string | null): Promise<number> {
  if (process.credentials.uid !== 0) {
    await process.stderr.write(`mount: ${target}: must be superuser to use mount.\n`);
    return 1;
  }
  const { machine } = process;
  if (lookup(machine, target)?.kind !== 'directory') return refuse(process, target, 'mount point does not exist');
  if (type !== null && type !== 'xfs' && type !== 'auto' && !lookup(machine, source)) {
    return refuse(process, target, `unknown filesystem type '${type}'`);
  }
  if (/^(PART)?UUID=/.test(source) && !findDevice(machine, source)) {
    await process.stderr.write(`mount: ${target}: can't find ${source}.\n`);
    return 1;
  }
  const device = findDevice(machine, source);
  const node = device ? lookup(machine, `/dev/${device.name}`) : lookup(machine, normalizePath(source, process.cwd));
  if (!node) return refuse(process, target, `special device ${source} does not exist`);
  if (node.kind !== 'block') return refuse(process, target, `${source} is not a block device`);
  if (!device?.filesystem || (type !== null && type !== 'auto' && type !== device.filesystem.type)) {
    return refuse(
      process,
      target,
      `wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error`,
    );
  }
  const mounts = mountTable(machine);
  const path = `/dev/${device.name}`;
  const there = mounts.find((mount) => mount.source === path);
  if (there) return refuse(process, target, `${path} already mounted on ${there.target}`);
  const options = 'rw,seclabel,relatime,attr2,inode64,logbufs=8,logbsize=32k,noquota';
  setTable(process, [...mounts, { source: path, target, type: device.filesystem.type, options }]);
  return 0;
}

async function list(process: Process, options: ParsedOptions): Promise<number> {
  const types = options.values('type').flatMap((value) => value.split(','));
  for (const { source, target, type, options: flags } of mountTable(process.machine)) {
    if (types.length > 0 && !types.includes(type)) continue;
    await process.stdout.write(`${source} on ${target} type ${type} (${flags})\n`);
  }
  return 0;
}

/** mount of util-linux: shows the table, and mounts the disks' own file systems. */
export const mount: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'type', short: 't', long: ['types'], value: 'required' },
      { key: 'options', short: 'o', long: ['options'], value: 'required' },
      { key: 'label', short: 'l', long: ['show-labels'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'readOnly', short: 'r', long: ['read-only'] },
      { key: 'version', short: 'V', long: ['version'] },
    ],
    async (options) => {
      const [first, second, extra] = options.operands;
      if (options.has('version')) {
        await process.stdout.write(
          'mount from util-linux 2.37.4 (libmount 2.37.4: selinux, smack, btrfs, verity, namespaces, assert, debug)\n',
        );
        return 0;
      }
      if (options.has('all')) {
        let status = 0;
        const mounted = new Set(mountTable(process.machine).map(({ target }) => target));
        for (const entry of fstab(process)) {
          if (mounted.has(entry.target) || entry.type === 'swap' || entry.options.split(',').includes('noauto'))
            continue;
          status = (await attach(process, entry.source, entry.target, entry.type)) || status;
        }
        return status;
      }
      if (first === undefined) return list(process, options);
      if (extra !== undefined) {
        await process.stderr.write("mount: bad usage\nTry 'mount --help' for more information.\n");
        return 1;
      }
      const remount = options.values('options').some((value) => value.split(',').includes('remount'));
      if (second === undefined || remount) {
        const target = second ?? first;
        if (remount && mountTable(process.machine).some((one) => one.target === target)) return 0;
        const entry = fstab(process).find((one) => one.target === first || one.source === first);
        if (!entry) {
          await process.stderr.write(`mount: ${first}: can't find in /etc/fstab.\n`);
          return 1;
        }
        return attach(process, entry.source, entry.target, entry.type);
      }
      return attach(process, first, normalizePath(second, process.cwd), options.value('type') ?? null);
    },
  );

/** umount of util-linux. What the system runs from is busy. */
export const umount: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'force', short: 'f', long: ['force'] },
      { key: 'lazy', short: 'l', long: ['lazy'] },
      { key: 'recursive', short: 'R', long: ['recursive'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
    async (options) => {
      if (options.operands.length === 0) {
        await process.stderr.write("umount: bad usage\nTry 'umount --help' for more information.\n");
        return 1;
      }
      let status = 0;
      for (const operand of options.operands) status = (await detach(process, operand)) || status;
      return status;
    },
  );

async function detach(process: Process, operand: string): Promise<number> {
  const path = normalizePath(operand, process.cwd);
  const mounts = mountTable(process.machine);
  const found = mounts.findLast((one) => one.target === path || one.source === path);
  const fail = async (message: string) => {
    await process.stderr.write(`umount: ${operand}: ${message}.\n`);
    return 32;
  };
  if (!found) return fail(lookup(process.machine, path) ? 'not mounted' : 'no mount point specified');
  if (process.credentials.uid !== 0) return fail('must be superuser to unmount');
  const directory = lookup(process.machine, found.target);
  const inUse = directory?.kind !== 'directory' || Object.keys(directory.entries).length > 0;
  const workedIn = process.cwd === found.target || process.cwd.startsWith(`${found.target}/`);
  if (inUse || workedIn) return fail('target is busy');
  setTable(
    process,
    mounts.filter((one) => one !== found),
  );
  return 0;
}
