import type { Machine } from '../world/machine';

/** A block device as the kernel and udev know it. Sizes are bytes. */
export interface BlockDevice {
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly size: number;
  readonly kind: 'disk' | 'part';
  /** The disk that a partition is on. */
  readonly parent: string | null;
  readonly filesystem: { readonly type: 'xfs'; readonly uuid: string; readonly blockSize: number } | null;
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

/** Block devices of a machine: its system disk with the BIOS boot partition, /boot and the root. A container has none. */
export function blockDevices(machine: Machine): readonly BlockDevice[] {
  if (machine.virtualization === 'container') return [];
  const size = SYSTEM_DISK[machine.kind];
  return [
    { name: 'sda', major: 8, minor: 0, size, kind: 'disk', parent: null, filesystem: null, partitionUuid: null },
    partition(1, MIB, null),
    partition(2, GIB, BOOT_UUID),
    partition(3, size - GIB - 3 * MIB, ROOT_UUID),
  ];
}

/** The device that `/dev/sda3`, `UUID=…` or `PARTUUID=…` means. */
export function findDevice(machine: Machine, source: string): BlockDevice | undefined {
  const tag = /^(UUID|PARTUUID)="?([^"]*)"?$/.exec(source);
  return blockDevices(machine).find((device) => {
    if (!tag) return `/dev/${device.name}` === source;
    return (tag[1] === 'UUID' ? device.filesystem?.uuid : device.partitionUuid) === tag[2];
  });
}
