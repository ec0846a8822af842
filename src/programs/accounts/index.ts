import type { ProgramTable } from '../../shell/process';
import { getent, groups, id, whoami } from './identity';
import { gpasswd, groupadd, groupdel, groupmod, useradd, userdel, usermod } from './manage';
import { chage, chpasswd, passwd } from './passwd';

/** Users, groups and passwords. */
export const programs: ProgramTable = {
  chage,
  chpasswd,
  getent,
  gpasswd,
  groupadd,
  groupdel,
  groupmod,
  groups,
  id,
  passwd,
  useradd,
  userdel,
  usermod,
  whoami,
};
