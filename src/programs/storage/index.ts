import type { ProgramTable } from '../../shell/process';
import { blkid, findmnt, lsblk, swapon } from './devices';
import { df } from './df';
import { mkfs, mkfsExt4, mkfsXfs } from './mkfs';
import { mount, umount } from './mount';

/** Programs that show disks and file systems. */
export const programs: ProgramTable = {
  blkid,
  df,
  findmnt,
  lsblk,
  mkfs,
  'mkfs.ext4': mkfsExt4,
  'mkfs.xfs': mkfsXfs,
  mount,
  swapon,
  umount,
};
