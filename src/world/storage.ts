import type { Directory } from './file';

/** A disk of a machine besides its system disk. Sizes are bytes. */
export interface Disk {
  size: number;
  major: number;
  minor: number;
  /** The image file on the hypervisor that it is; what is written goes back there when it is pulled out. */
  source: string;
  /** What was made on it last; null: nothing that anybody knows. */
  filesystem: Filesystem | null;
}

/** A file system as it lies on a device: its tree is here whether or not it is mounted. */
export interface Filesystem {
  type: 'xfs' | 'ext4';
  uuid: string;
  label: string | null;
  root: Directory;
}

/** What is seen instead of the directory that it is mounted on. */
export type MountedTree = { target: string } & (
  | { kind: 'tree'; root: Directory }
  /** A file system on one of the machine's disks, by the disk's name. */
  | { kind: 'device'; device: string }
  /** Another place of the same machine's tree. */
  | { kind: 'bind'; path: string }
);
