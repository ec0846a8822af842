import type { ProgramTable } from '../../shell/process';
import { su, sudo } from './become';
import { nano, vi } from './editors';
import { less } from './less';
import { more } from './more';
import { ps } from './ps';
import { kill, killall, pgrep, pidof, pkill } from './signals';
import { clear, reset, stty, tput, tty } from './terminal';
import { sleep, timeout, watch } from './time';
import { top } from './top';
import { env, nice, nohup, setsid, which, xargs } from './wrappers';

/** Programs around processes and terminals. `bash` and `sh` are the process table's own. */
export const programs: ProgramTable = {
  clear,
  env,
  kill,
  killall,
  less,
  more,
  nano,
  nice,
  nohup,
  pgrep,
  pidof,
  pkill,
  ps,
  reset,
  setsid,
  sleep,
  stty,
  su,
  sudo,
  timeout,
  top,
  tput,
  tty,
  vi,
  vim: vi,
  watch,
  which,
  xargs,
};
