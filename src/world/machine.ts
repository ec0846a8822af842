import type { CorosyncState } from './corosync';
import type { Directory } from './file';
import type { MachineNetwork } from './network';
import type { PacemakerState } from './pacemaker';
import type { Disk, MountedTree } from './storage';
import type { JobResult, LogEntry, ProcessRecord, UnitJob, UnitState } from './unit';
import type { Millis, PendingEvent } from './world';

export type Power = 'off' | 'booting' | 'running' | 'stopping' | 'paused' | 'crashed';

export type Distribution = 'centos-stream-9' | 'debian-12';

/** One computer: the hypervisor `host` or a guest. */
export interface Machine {
  /** The hypervisor's name for it (`node1`), not its host name. */
  readonly name: string;
  readonly kind: 'hypervisor' | 'guest';
  readonly distribution: Distribution;
  /** A container boots without firmware, kernel and serial console of its own. */
  readonly virtualization: 'none' | 'kvm' | 'container';
  /** Release of the kernel it runs, as `uname -r` prints it. */
  kernel: string;
  /** From power on to the first started unit (firmware, boot loader, kernel, initrd). */
  bootMs: Millis;
  power: Power;
  /** Counts boots; 0 = never booted. */
  boot: number;
  bootedAt: Millis;
  bootId: string;
  machineId: string;
  /** The kernel's host name. The one for the next boot stands in /etc/hostname. */
  hostname: string;
  /** The file system tree. /run, /dev and /proc are emptied and made anew at boot. */
  root: Directory;
  /** What is mounted besides the file systems that the machine boots from, by number. */
  mounts?: Record<string, MountedTree>;
  /** Disks besides the system disk, by device name. */
  disks?: Record<string, Disk>;
  network: MachineNetwork;
  units: Record<string, UnitState>;
  /** systemd's job queue, in the order in which the jobs were made. */
  jobs: UnitJob[];
  nextJob: number;
  /** How the latest jobs ended, by job id; the oldest are forgotten. */
  jobResults: Record<string, JobResult>;
  processes: Record<string, ProcessRecord>;
  nextPid: number;
  /** Login sessions, as `who` and `loginctl` list them: kept by whoever opens and closes them. */
  logins: LoginRecord[];
  /** When sudo last asked for a password, by `user:terminal`. */
  sudoTimestamps?: Record<string, Millis>;
  log: LogEntry[];
  /** Installed packages by name. */
  packages: Record<string, InstalledPackage>;
  /** Guests only: virtual CPUs and memory in MiB. */
  cpus: number;
  memoryMib: number;
  /** The hypervisor's saved states of this guest. */
  snapshots: MachineSnapshot[];
  autostart: boolean;
  /** libvirt's number of the running domain; absent while it is off. */
  domainId?: number;
  /** On a hypervisor: the last number it gave. */
  lastDomainId?: number;
  /** Why the domain is off, as `virsh domstate --reason` tells. */
  offReason?: 'shutdown' | 'destroyed' | 'crashed' | 'from snapshot';
  /** Path of the system disk's image on the hypervisor, and the target it appears as. */
  disk?: { path: string; target: string };
  /** UUID that libvirt knows the domain by. */
  uuid?: string;
  /** A shutdown is under way: what happens when all units are stopped. */
  shutdown?: 'reboot' | 'poweroff' | 'halt' | null;
  /** While paused, and in snapshots of a running machine: its pending events, with times counted from then. */
  frozen?: PendingEvent[];
  corosync: CorosyncState | null;
  pacemaker: PacemakerState | null;
}

/** One login on a terminal: an entry of utmp while `until` is null, of wtmp for ever. */
export interface LoginRecord {
  user: string;
  /** `pts/0`, `tty1`, `ttyS0`. */
  line: string;
  /** Address or name it came from; empty for the console. */
  from: string;
  since: Millis;
  until: Millis | null;
}

export interface InstalledPackage {
  name: string;
  /** `version-release`, e.g. `0.11.5-2.el9`. */
  version: string;
  architecture: string;
  repository: string;
  installedAt: Millis;
  /** Installed because asked for, not as a dependency. */
  wanted: boolean;
}

export interface MachineSnapshot {
  name: string;
  createdAt: Millis;
  parent: string | null;
  current: boolean;
  description: string;
  /** The machine as it was, without its own snapshots. */
  state: Omit<Machine, 'snapshots'>;
}
