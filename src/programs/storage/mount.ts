import { lookup, normalizePath, readFileIfThere } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { findDevice } from '../../storage/disks';
import { type MountFailure, type MountRequest, mountTree, unmountTree } from '../../storage/mount';
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

/** mount's complaint; newer versions (Debian's) say where to look further. */
async function refuse(process: Process, failure: MountFailure): Promise<number> {
  const kernel = failure.status === 32 && process.machine.distribution === 'debian-12';
  const more = kernel ? '       dmesg(1) may have more information after failed mount system call.\n' : '';
  // The helpers of network file systems speak for themselves.
  const helper = failure.message.startsWith('mount.');
  await process.stderr.write(helper ? `${failure.message}\n` : `mount: ${failure.message}\n${more}`);
  return failure.status;
}

async function attach(process: Process, request: MountRequest): Promise<number> {
  if (process.credentials.uid !== 0) {
    await process.stderr.write(`mount: ${request.target}: must be superuser to use mount.\n`);
    return 1;
  }
  const failure = process.transact((world, machine) => mountTree(world, machine, request));
  return failure ? refuse(process, failure) : 0;
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
      { key: 'bind', short: 'B', long: ['bind'] },
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
          status = (await attach(process, requestOf(entry))) || status;
        }
        return status;
      }
      if (first === undefined) return list(process, options);
      if (extra !== undefined) {
        await process.stderr.write("mount: bad usage\nTry 'mount --help' for more information.\n");
        return 1;
      }
      const words = options.values('options').flatMap((value) => value.split(','));
      if (options.has('readOnly')) words.push('ro');
      if (options.has('bind')) words.push('bind');
      if (second === undefined) {
        const asked = normalizePath(first, process.cwd);
        if (words.includes('remount'))
          return attach(process, { source: 'none', target: asked, type: null, options: words });
        const entry = fstab(process).find((one) => one.target === first || one.source === first);
        if (!entry) {
          await process.stderr.write(`mount: ${first}: can't find in /etc/fstab.\n`);
          return 1;
        }
        return attach(process, requestOf(entry));
      }
      const bound = words.includes('bind') && !first.startsWith('/');
      return attach(process, {
        source: bound ? normalizePath(first, process.cwd) : first,
        target: normalizePath(second, process.cwd),
        type: options.value('type') ?? null,
        options: words,
      });
    },
  );

function requestOf({ source, target, type, options }: Mount): MountRequest {
  return { source, target, type, options: options.split(',') };
}

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
      const lazy = options.has('lazy');
      for (const operand of options.operands) status = (await detach(process, operand, lazy)) || status;
      return status;
    },
  );

async function detach(process: Process, operand: string, lazy: boolean): Promise<number> {
  const path = normalizePath(operand, process.cwd);
  const mounts = mountTable(process.machine);
  const found = mounts.findLast((one) => one.target === path || one.source === path);
  const fail = async (message: string) => {
    await process.stderr.write(`umount: ${operand}: ${message}.\n`);
    return 32;
  };
  if (!found) return fail(lookup(process.machine, path) ? 'not mounted' : 'no mount point specified');
  if (process.credentials.uid !== 0) return fail('must be superuser to unmount');
  const outcome = process.transact((world, machine) => unmountTree(world, machine, found.target, { lazy }));
  return outcome === 'busy' ? fail('target is busy') : 0;
}
