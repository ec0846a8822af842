import type { Process, Program } from '../../shell/process';
import { type BlockDevice, blockDevices, findDevice } from '../../storage/disks';
import { type Mount, mountOf, mountTable, parentMount, usage } from '../../storage/mounts';
import { withOptions } from '../options';

/** A size as util-linux shows it: one letter, a decimal where it isn't whole. */
function sizeText(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T', 'P'];
  let value = bytes;
  let at = 0;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at++;
  }
  const tenth = Math.round(value * 10) / 10;
  return `${tenth}${units[at]}`;
}

type Column = { readonly right?: boolean; value(device: BlockDevice, view: View): string };

/** What the columns look at besides the device. */
interface View {
  readonly process: Process;
  readonly mounts: readonly Mount[];
  readonly bytes: boolean;
}

function mountedAs(device: BlockDevice, { mounts }: View): Mount | undefined {
  return mounts.find((mount) => mount.source === `/dev/${device.name}`);
}

function fullness(device: BlockDevice, view: View) {
  const mount = mountedAs(device, view);
  return mount ? usage(view.process.machine, view.mounts, mount) : null;
}

const COLUMNS: Readonly<Record<string, Column>> = {
  NAME: { value: (device) => device.name },
  KNAME: { value: (device) => device.name },
  PATH: { value: (device) => `/dev/${device.name}` },
  PKNAME: { value: (device) => device.parent ?? '' },
  'MAJ:MIN': { value: (device) => `${String(device.major).padStart(3)}:${String(device.minor).padEnd(3)}` },
  RM: { right: true, value: () => '0' },
  RO: { right: true, value: () => '0' },
  SIZE: { right: true, value: (device, view) => (view.bytes ? String(device.size) : sizeText(device.size)) },
  TYPE: { value: (device) => device.kind },
  MOUNTPOINT: { value: (device, view) => mountedAs(device, view)?.target ?? '' },
  MOUNTPOINTS: { value: (device, view) => mountedAs(device, view)?.target ?? '' },
  FSTYPE: { value: (device) => device.filesystem?.type ?? '' },
  FSVER: { value: (device) => (device.filesystem?.type === 'ext4' ? '1.0' : '') },
  LABEL: { value: (device) => device.filesystem?.label ?? '' },
  UUID: { value: (device) => device.filesystem?.uuid ?? '' },
  PARTUUID: { value: (device) => device.partitionUuid ?? '' },
  FSAVAIL: {
    right: true,
    value: (device, view) => {
      const full = fullness(device, view);
      return full ? sizeText(full.available) : '';
    },
  },
  'FSUSE%': {
    right: true,
    value: (device, view) => {
      const full = fullness(device, view);
      return full ? `${Math.round((full.used * 100) / full.size)}%` : '';
    },
  },
  MODEL: { value: (device) => (device.kind === 'disk' ? 'QEMU HARDDISK' : '') },
  VENDOR: { value: (device) => (device.kind === 'disk' ? 'QEMU    ' : '') },
};

const USUAL = ['NAME', 'MAJ:MIN', 'RM', 'SIZE', 'RO', 'TYPE', 'MOUNTPOINTS'];
const FILESYSTEMS = ['NAME', 'FSTYPE', 'FSVER', 'LABEL', 'UUID', 'FSAVAIL', 'FSUSE%', 'MOUNTPOINTS'];

/** `├─sda1`: a partition hangs on its disk, where the disk is shown too. */
function treeName(device: BlockDevice, shown: readonly BlockDevice[], prefix: string): string {
  const { parent } = device;
  if (parent === null || !shown.some((other) => other.name === parent)) return prefix + device.name;
  const last = shown.findLast((other) => other.parent === parent) === device;
  return `${last ? '└─' : '├─'}${prefix}${device.name}`;
}

/** lsblk of util-linux 2.37 */
export const lsblk: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'bytes', short: 'b', long: ['bytes'] },
      { key: 'nodeps', short: 'd', long: ['nodeps'] },
      { key: 'fs', short: 'f', long: ['fs'] },
      { key: 'list', short: 'l', long: ['list'] },
      { key: 'bare', short: 'n', long: ['noheadings'] },
      { key: 'output', short: 'o', long: ['output'], value: 'required' },
      { key: 'paths', short: 'p', long: ['paths'] },
    ],
    async (options) => {
      const { machine } = process;
      const names = options.value('output')?.toUpperCase().split(',') ?? (options.has('fs') ? FILESYSTEMS : USUAL);
      const unknown = names.find((name) => !COLUMNS[name]);
      if (unknown !== undefined) {
        await process.stderr.write(`lsblk: unknown column: ${options.value('output')}\n`);
        return 1;
      }
      let status = 0;
      let devices = [...blockDevices(machine)];
      if (options.operands.length > 0) {
        const asked = options.operands.map((operand) => findDevice(machine, operand));
        for (const [at, operand] of options.operands.entries()) {
          if (asked[at]) continue;
          await process.stderr.write(`lsblk: ${operand}: not a block device\n`);
          status = 32;
        }
        devices = devices.filter((device) =>
          asked.some((one) => one?.name === device.name || one?.name === device.parent),
        );
      }
      if (options.has('nodeps')) devices = devices.filter((device) => device.parent === null);
      if (devices.length === 0) return status;
      const view: View = { process, mounts: mountTable(machine), bytes: options.has('bytes') };
      const prefix = options.has('paths') ? '/dev/' : '';
      const rows = devices.map((device) =>
        names.map((name) => {
          if (name !== 'NAME') return COLUMNS[name]?.value(device, view) ?? '';
          return options.has('list') ? prefix + device.name : treeName(device, devices, prefix);
        }),
      );
      await process.stdout.write(aligned(options.has('bare') ? rows : [names, ...rows], rows, names));
      return status;
    },
  );

function aligned(lines: readonly string[][], rows: readonly string[][], names: readonly string[]): string {
  const widths = names.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return lines
    .map((line) => {
      const cells = line.map((cell, at) => {
        if (COLUMNS[names[at] ?? '']?.right) return cell.padStart(widths[at] ?? 0);
        return at === line.length - 1 ? cell : cell.padEnd(widths[at] ?? 0);
      });
      return `${cells.join(' ')}\n`;
    })
    .join('');
}

/** blkid: what is found on the devices. Status 2: nothing. */
export const blkid: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'tag', short: 's', long: ['match-tag'], value: 'required' },
      { key: 'format', short: 'o', long: ['output'], value: 'required' },
      { key: 'uuid', short: 'U', long: ['uuid'], value: 'required' },
      { key: 'probe', short: 'p', long: ['probe'] },
    ],
    async (options) => {
      const { machine } = process;
      const uuid = options.value('uuid');
      if (uuid) {
        const device = findDevice(machine, `UUID=${uuid}`);
        if (device) await process.stdout.write(`/dev/${device.name}\n`);
        return device ? 0 : 2;
      }
      const all = blockDevices(machine);
      const asked =
        options.operands.length === 0 ? all : options.operands.map((operand) => findDevice(machine, operand));
      let shown = 0;
      for (const device of asked) {
        if (!device) continue;
        const tags: [string, string][] = [];
        if (device.filesystem) {
          if (device.filesystem.label !== undefined) tags.push(['LABEL', device.filesystem.label]);
          tags.push(['UUID', device.filesystem.uuid], ['BLOCK_SIZE', String(device.filesystem.blockSize)]);
          tags.push(['TYPE', device.filesystem.type]);
        }
        if (device.partitionUuid) tags.push(['PARTUUID', device.partitionUuid]);
        const kept = tags.filter(([name]) => !options.has('tag') || options.values('tag').includes(name));
        if (kept.length === 0) continue;
        shown++;
        if (options.value('format') === 'value') {
          await process.stdout.write(kept.map(([, value]) => `${value}\n`).join(''));
        } else {
          const text = kept.map(([name, value]) => `${name}="${value}"`).join(' ');
          await process.stdout.write(`/dev/${device.name}: ${text}\n`);
        }
      }
      return shown > 0 ? 0 : 2;
    },
    { status: 4 },
  );

/** findmnt: the mounts as a tree, or the one at a place. */
export const findmnt: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'bare', short: 'n', long: ['noheadings'] },
      { key: 'list', short: 'l', long: ['list'] },
      { key: 'type', short: 't', long: ['types'], value: 'required' },
      { key: 'output', short: 'o', long: ['output'], value: 'required' },
      { key: 'target', short: 'T', long: ['target'], value: 'required' },
    ],
    async (options) => {
      const mounts = mountTable(process.machine);
      const names = options.value('output')?.toUpperCase().split(',') ?? ['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS'];
      const unknown = names.find((name) => !['TARGET', 'SOURCE', 'FSTYPE', 'OPTIONS'].includes(name));
      if (unknown !== undefined) {
        await process.stderr.write(`findmnt: unknown column: ${options.value('output')}\n`);
        return 1;
      }
      const wanted = options.operands[0] ?? options.value('target');
      const types = options.values('type').flatMap((value) => value.split(','));
      const chosen = mounts.filter(
        (mount) =>
          (!wanted || mount.target === wanted || mount.source === wanted) &&
          (types.length === 0 || types.includes(mount.type)),
      );
      if (chosen.length === 0) return 1;
      const flat = wanted || types.length > 0 || options.has('list');
      const rows = (flat ? chosen.map((mount) => ({ mount, indent: '' })) : tree(mounts)).map(({ mount, indent }) =>
        names.map((name) => {
          if (name === 'TARGET') return indent + mount.target;
          return name === 'SOURCE'
            ? sourceText(process, mounts, mount)
            : name === 'FSTYPE'
              ? mount.type
              : mount.options;
        }),
      );
      await process.stdout.write(aligned(options.has('bare') ? rows : [names, ...rows], rows, names));
      return 0;
    },
  );

/** The source; of a directory that is bound elsewhere with its place on the file system: `/dev/sda3[/data]`. */
function sourceText(process: Process, mounts: readonly Mount[], mount: Mount): string {
  const bound = Object.values(process.machine.mounts ?? {}).findLast((each) => each.target === mount.target);
  if (bound?.kind !== 'bind') return mount.source;
  const under = mountOf(mounts, bound.path)?.target ?? '/';
  const place = under === '/' ? bound.path : bound.path.slice(under.length);
  return place === '' ? mount.source : `${mount.source}[${place}]`;
}

function tree(mounts: readonly Mount[]): { mount: Mount; indent: string }[] {
  const result: { mount: Mount; indent: string }[] = [];
  const visit = (mount: Mount, lead: string, last: boolean, top: boolean) => {
    result.push({ mount, indent: top ? '' : lead + (last ? '└─' : '├─') });
    const children = mounts.filter((other) => parentMount(mounts, other) === mount);
    for (const [at, child] of children.entries()) {
      visit(child, top ? '' : lead + (last ? '  ' : '│ '), at === children.length - 1, false);
    }
  };
  for (const mount of mounts) if (!parentMount(mounts, mount)) visit(mount, '', true, true);
  return result;
}

/** swapon: these machines have no swap, so there is nothing to show. */
export const swapon: Program = async (process) => {
  const operand = process.argv.slice(1).find((arg) => !arg.startsWith('-'));
  if (operand === undefined) return 0;
  const reason = findDevice(process.machine, operand) ? 'read swap header failed' : 'cannot open';
  await process.stderr.write(
    reason === 'cannot open'
      ? `swapon: cannot open ${operand}: No such file or directory\n`
      : `swapon: ${operand}: ${reason}\n`,
  );
  return 255;
};
