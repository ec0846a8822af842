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
  /** The unit file and drop-ins as systemd read them: what counts until the next daemon-reload. Null: not loaded. */
  loaded: LoadedUnit | null;
  /** Processes of the `Exec…=` lines that ran since the last start, for `systemctl status`. */
  commands: CommandRecord[];
  /** Number of the process of an `Exec…=` line that is running now, else 0. */
  controlPid: number;
  /** When `active` was last left, or entered, for `Duration:`. */
  activeSince: Millis | null;
  activeUntil: Millis | null;
  /** Times of the latest starts, for the start limit. */
  starts: Millis[];
  /** Where a unit with several `Exec…=` lines is: which setting, and which of its commands. */
  phase: { setting: string; index: number } | null;
  /** Result of the condition and assertion checks at the last start; null before the first. */
  conditionMet: boolean | null;
}

/** Text of a unit as loaded. */
export interface LoadedUnit {
  /** Path of the fragment. */
  path: string;
  /** mtime (Unix ms) of fragment and drop-ins together: the newest. */
  mtime: number;
  /** Texts of the fragment and its drop-ins, in order. */
  texts: string[];
  dropIns: string[];
}

/** A process that ran for an `Exec…=` line. */
export interface CommandRecord {
  setting: string;
  command: string;
  pid: number;
  /** `exited` or `killed`; null while it runs. */
  code: 'exited' | 'killed' | null;
  /** Exit status, or signal name. */
  status: number | string;
}

export type JobType = 'start' | 'stop' | 'restart' | 'reload' | 'verify-active';
/** As systemd names job results. */
export type JobResult = 'done' | 'failed' | 'dependency' | 'canceled' | 'timeout' | 'skipped' | 'assert' | 'invalid';

/** One job of systemd: it waits until the jobs that it is ordered after are finished, runs, and ends with a result. */
export interface UnitJob {
  id: number;
  unit: string;
  type: JobType;
  state: 'waiting' | 'running';
  /** Asked for by name, rather than pulled in by another unit. */
  wanted: boolean;
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
  /** The machine's host name when it was written; absent: as it is now. */
  hostname?: string;
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
  /** Working directory; absent: a daemon's, which is the root. */
  cwd?: string;
  /**
   * What this process runs where no behaviour stands for it: the simulation has the shell run it, and tells when it has
   * ended. Absent for daemons and for what only waits.
   */
  execute?: UnitExecution;
  /** A server whose work is simulated without a unit of its own having to run it. Signals go to its behaviour. */
  daemon?: DaemonPart;
  /** Signals sent to such a process that haven't reached it yet. */
  signals?: string[];
}

/** What a process is in a simulated server. */
export interface DaemonPart {
  /** Which server: `httpd`. */
  kind: string;
  role: 'main' | 'worker';
  /** It was told to end and is about to. */
  ending?: boolean;
  /** What the main process works with: its configuration as it was read, as JSON. */
  memory?: string;
}

/** A command of a unit file, or a script that the cluster's executor runs, ready to be run. */
export interface UnitExecution {
  unit: string;
  argv: string[];
  env: Record<string, string>;
  cwd: string;
  user: string;
  /** Number of the executor's operation that it does; absent: a line of a unit file. */
  call?: number;
  /** What it finds on its standard input; absent: nothing. */
  stdin?: string;
}
