import { placeInode, removeFileIfThere } from '../machine/files';
import type { Machine } from '../world/machine';
import type { Disk } from '../world/storage';

/** A block device as the kernel and udev know it. Sizes are bytes. */
export interface BlockDevice {
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly size: number;
  readonly kind: 'disk' | 'part';
  /** The disk that a partition is on. */
  readonly parent: string | null;
  readonly filesystem: {
    readonly type: 'xfs' | 'ext4';
    readonly uuid: string;
    readonly blockSize: number;
    readonly label?: string;
  } | null;
  readonly partitionUuid: string | null;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** The image that guests are made from is 30 GiB, the size that the course asks of virt-builder; the host has a bigger disk. */
const SYSTEM_DISK = { guest: 30 * GIB, hypervisor: 500 * GIB } as const;

/** Identifiers of the image's file systems, equal on all its copies; /etc/fstab names them. */
const ROOT_UUID = '8c3b2a9d-6f5e-4d0b-9a41-7d2c5b1e0f63';
const BOOT_UUID = '0f1c2d3e-aa55-4b66-8c77-9d88ee99ff00';

function partition(number: number, size: number, uuid: string | null): BlockDevice {
  return {
    name: `sda${number}`,
    major: 8,
    minor: number,
    size,
    kind: 'part',
    parent: 'sda',
    filesystem: uuid === null ? null : { type: 'xfs', uuid, blockSize: 512 },
    partitionUuid: `5b1e0f63-7d2c-4a41-9d0b-8c3b2a9d6f0${number}`,
  };
}

function systemDisk(machine: Machine): BlockDevice[] {
  if (machine.virtualization === 'container') return [];
  const size = SYSTEM_DISK[machine.kind];
  return [
    { name: 'sda', major: 8, minor: 0, size, kind: 'disk', parent: null, filesystem: null, partitionUuid: null },
    partition(1, MIB, null),
    partition(2, GIB, BOOT_UUID),
    partition(3, size - GIB - 3 * MIB, ROOT_UUID),
  ];
}

/**
 * Block devices of a machine: its system disk with the BIOS boot partition, /boot and the root (a container has none), and
 * the disks that were plugged in later.
 */
export function blockDevices(machine: Machine): readonly BlockDevice[] {
  const further = Object.entries(machine.disks ?? {}).map(([name, disk]): BlockDevice => {
    const { size, major, minor, filesystem } = disk;
    const blockSize = filesystem?.type === 'ext4' ? 4096 : 512;
    const label = filesystem?.label ?? undefined;
    return {
      name,
      major,
      minor,
      size,
      kind: 'disk',
      parent: null,
      filesystem: filesystem && {
        type: filesystem.type,
        uuid: filesystem.uuid,
        blockSize,
        ...(label === undefined ? {} : { label }),
      },
      partitionUuid: null,
    };
  });
  return [...systemDisk(machine), ...further];
}

/** The device that `/dev/sda3`, `UUID=…`, `LABEL=…` or `PARTUUID=…` means. */
export function findDevice(machine: Machine, source: string): BlockDevice | undefined {
  const tag = /^(UUID|LABEL|PARTUUID)="?([^"]*)"?$/.exec(source);
  return blockDevices(machine).find((device) => {
    if (!tag) return `/dev/${device.name}` === source;
    if (tag[1] === 'LABEL') return device.filesystem?.label === tag[2];
    return (tag[1] === 'UUID' ? device.filesystem?.uuid : device.partitionUuid) === tag[2];
  });
}

/** Major number of virtio disks; each has sixteen minor numbers. */
const VIRTIO_MAJOR = 252;
const DISK_GID = 6;

/** Plugs a disk into a machine. A running kernel makes its device node at once, others when they boot. */
export function plugDisk(
  machine: Machine,
  name: string,
  disk: Pick<Disk, 'size' | 'source' | 'filesystem'>,
  time: number,
): void {
  machine.disks ??= {};
  const minor = 16 * (name.charCodeAt(name.length - 1) - 'a'.charCodeAt(0));
  machine.disks[name] = { ...disk, major: VIRTIO_MAJOR, minor };
  if (machine.power === 'running') placeNode(machine, name, time);
}

/** Pulls a disk out. */
export function unplugDisk(machine: Machine, name: string, time: number): void {
  delete machine.disks?.[name];
  removeFileIfThere(machine, `/dev/${name}`, time);
}

function placeNode(machine: Machine, name: string, time: number): void {
  const disk = machine.disks?.[name];
  if (!disk) return;
  const { major, minor } = disk;
  placeInode(
    machine,
    `/dev/${name}`,
    { kind: 'block', major, minor, mode: 0o660, uid: 0, gid: DISK_GID, mtime: time },
    { time },
  );
}
