import type { ProgramTable } from '../../shell/process';
import { systemctl } from './systemctl';

/** systemd's tools and the small programs around the running system. */
export const programs: ProgramTable = {
  systemctl,
};
