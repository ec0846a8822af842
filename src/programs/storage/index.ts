import type { ProgramTable } from '../../shell/process';
import { blkid, findmnt, lsblk, swapon } from './devices';
import { df } from './df';
import { mount, umount } from './mount';

/** Programs that show disks and file systems. */
export const programs: ProgramTable = { blkid, df, findmnt, lsblk, mount, swapon, umount };
