import type { Millis } from './world';

/** Runtime state of a systemd unit. What the unit *is* stands in its unit file. */
export interface UnitState {
  active: 'inactive' | 'activating' | 'active' | 'deactivating' | 'failed' | 'reloading';
  /** systemd's sub-state, e.g. `running`, `dead`, `exited`, `failed`, `listening`. */
  sub: string;
  /** `success`, `exit-code`, `signal`, `timeout`, … */
  result: string;
  mainPid: number;
  /** Exit code or signal number of the main process when it ended, else null. */
  exitStatus: number | null;
  /** When the active state was last entered. */
  since: Millis;
  /** Unix ms of the process start, when one runs. */
  startedAt: Millis | null;
  restarts: number;
}

/** One line of a machine's journal (journald and kernel log). */
export interface LogEntry {
  time: Millis;
  /** 0 emergency … 7 debug, as syslog. */
  priority: number;
  /** syslog identifier, e.g. `systemd`, `corosync`, `kernel`. */
  identifier: string;
  pid: number | null;
  /** Unit it belongs to. */
  unit: string | null;
  message: string;
  /** Boot it belongs to. */
  boot: number;
}

/** A process as `ps` shows it. The code that runs it, if any, isn't in the world. */
export interface ProcessRecord {
  pid: number;
  ppid: number;
  uid: number;
  /** Full command line as `ps -f` shows it. */
  command: string;
  tty: string | null;
  startedAt: Millis;
  /** `S` sleeping, `R` running, `T` stopped, `Z` zombie. */
  state: 'R' | 'S' | 'T' | 'Z';
  unit: string | null;
  /** Set for processes that belong to a terminal or a script: a fork or a reload drops them. */
  session: boolean;
}
