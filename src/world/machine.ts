import type { CorosyncState } from './corosync';
import type { Directory } from './file';
import type { MachineNetwork } from './network';
import type { PacemakerState } from './pacemaker';
import type { LogEntry, ProcessRecord, UnitState } from './unit';
import type { Millis } from './world';

export type Power = 'off' | 'booting' | 'running' | 'stopping' | 'paused' | 'crashed';

/** One computer: the hypervisor `host` or a guest. */
export interface Machine {
  /** The hypervisor's name for it (`node1`), not its host name. */
  readonly name: string;
  readonly kind: 'hypervisor' | 'guest';
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
  network: MachineNetwork;
  units: Record<string, UnitState>;
  processes: Record<string, ProcessRecord>;
  nextPid: number;
  log: LogEntry[];
  /** Installed packages by name. */
  packages: Record<string, InstalledPackage>;
  /** Guests only: virtual CPUs and memory in MiB. */
  cpus: number;
  memoryMib: number;
  /** The hypervisor's saved states of this guest. */
  snapshots: MachineSnapshot[];
  autostart: boolean;
  corosync: CorosyncState | null;
  pacemaker: PacemakerState | null;
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
