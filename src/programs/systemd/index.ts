import type { ProgramTable } from '../../shell/process';
import { chronyc } from './chronyc';
import { hostnamectl, localectl, timedatectl } from './host';
import { journalctl } from './journalctl';
import {
  detectVirtualization,
  dmesg,
  free,
  getenforce,
  last,
  logger,
  loginctl,
  lscpu,
  lsmod,
  modprobe,
  selinuxenabled,
  sestatus,
  setenforce,
  sysctl,
  uptime,
  w,
  who,
} from './system';
import { systemctl } from './systemctl';

/** systemd's tools and the small programs around the running system. */
export const programs: ProgramTable = {
  chronyc,
  dmesg,
  free,
  getenforce,
  hostnamectl,
  journalctl,
  last,
  localectl,
  logger,
  loginctl,
  lscpu,
  lsmod,
  modprobe,
  selinuxenabled,
  sestatus,
  setenforce,
  sysctl,
  systemctl,
  'systemd-detect-virt': detectVirtualization,
  timedatectl,
  uptime,
  w,
  who,
};
