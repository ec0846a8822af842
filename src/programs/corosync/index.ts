import type { ProgramTable } from '../../shell/process';
import { cfgtool } from './cfgtool';
import { cmapctl } from './cmapctl';
import { corosync, cpgtool, keygen } from './others';
import { quorumtool } from './quorumtool';

/** The daemon's tools. `corosync` itself runs as a service; by hand it only tests configurations. */
export const programs: ProgramTable = {
  corosync,
  'corosync-cfgtool': cfgtool,
  'corosync-cmapctl': cmapctl,
  'corosync-cpgtool': cpgtool,
  'corosync-keygen': keygen,
  'corosync-quorumtool': quorumtool,
};
