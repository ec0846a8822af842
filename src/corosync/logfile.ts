/** The daemon's own log file, beside the journal. */
import { lookup, writeFile } from '../machine/files';
import type { CorosyncState } from '../world/corosync';
import type { Machine } from '../world/machine';
import type { World } from '../world/world';

/** Kept of a log file: no simulated logrotate comes by, and every change of a world carries the whole text. */
const LIMIT = 64 * 1024;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Appends `Nov 22 11:10:40 [746] node1.example.com corosync notice  [MAIN  ] …` where the configuration says so. */
export function appendToLogfile(
  world: World,
  machine: Machine,
  corosync: CorosyncState,
  level: string,
  message: string,
): void {
  const { toLogfile, logfile } = corosync.settings.logging;
  if (!toLogfile || logfile === null) return;
  const directory = lookup(machine, logfile.replace(/\/[^/]*$/, '') || '/');
  if (directory?.kind !== 'directory') return;
  const time = world.epoch + world.now;
  const stamp = `${localStamp(machine, time)} [${corosync.pid}] ${machine.hostname} corosync`;
  const line = `${stamp} ${level.padEnd(7)} ${message}\n`;
  const file = writeFile(machine, logfile, line, { time, append: true });
  if (file.content.length > LIMIT) file.content = file.content.slice(file.content.indexOf('\n', LIMIT / 2) + 1);
}

/** How far the machine's clock is ahead of UTC, in ms. */
export function zoneOffset(machine: Machine, time: number): number {
  const link = lookup(machine, '/etc/localtime', { follow: false });
  const zone = link?.kind === 'symlink' ? link.target.replace(/^.*zoneinfo\//, '') : 'UTC';
  return zone === 'UTC' ? 0 : offsetOf(zone, time);
}

/** `Nov 22 11:10:40` in the machine's time zone. */
export function localStamp(machine: Machine, time: number): string {
  const date = new Date(time + zoneOffset(machine, time));
  const day = String(date.getUTCDate()).padStart(2, '0');
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`;
}

/** How far a zone is ahead of UTC, in ms; an unknown zone counts as UTC. */
function offsetOf(zone: string, time: number): number {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    const name = format.formatToParts(new Date(time)).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0'] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
}
