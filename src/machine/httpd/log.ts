import type { Machine } from '../../world/machine';
import type { World } from '../../world/world';
import { FileError, lookup, readFileIfThere, writeFile } from '../files';
import type { HttpdConfig } from './config';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A log is cut to its newer half beyond this length, so that a monitored server's world doesn't grow for ever. */
const LOG_LIMIT = 64_000;

const two = (value: number) => String(value).padStart(2, '0');

/** Path of a file that a configuration names. */
export function underRoot(config: Pick<HttpdConfig, 'root'>, path: string): string {
  return path.startsWith('/') ? path : `${config.root}/${path}`;
}

/** Appends a line to a log; one that can't be written is lost. */
export function appendLog(world: World, machine: Machine, path: string, line: string): void {
  if (/^(\||syslog|\/dev\/)/.test(path)) return;
  const time = world.epoch + world.now;
  const before = readFileIfThere(machine, path) ?? '';
  try {
    if (before.length > LOG_LIMIT) {
      const kept = before.slice(before.indexOf('\n', before.length - LOG_LIMIT / 2) + 1);
      writeFile(machine, path, `${kept}${line}\n`, { time });
    } else writeFile(machine, path, `${line}\n`, { time, append: true });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

/** A line of the error log: `[Mon May 08 09:00:00.000000 2023] [core:notice] [pid 1:tid 1] text`. */
export function errorLog(
  world: World,
  machine: Machine,
  config: HttpdConfig,
  pid: number,
  module: string,
  text: string,
): void {
  const now = new Date(world.epoch + world.now);
  const clock = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}:${two(now.getUTCSeconds())}`;
  const micros = String((world.epoch + world.now) % 1000)
    .padStart(3, '0')
    .padEnd(6, '0');
  const day = `${DAYS[now.getUTCDay()]} ${MONTHS[now.getUTCMonth()]} ${two(now.getUTCDate())}`;
  const stamp = `${day} ${clock}.${micros} ${now.getUTCFullYear()}`;
  const path = underRoot(config, config.host.errorLog);
  appendLog(world, machine, path, `[${stamp}] [${module}] [pid ${pid}:tid ${pid}] ${text}`);
}

/** Whether a log's directory is there; the server doesn't start without. */
export function logDirectory(machine: Machine, config: HttpdConfig): string | null {
  const path = underRoot(config, config.host.errorLog);
  const directory = path.slice(0, path.lastIndexOf('/')) || '/';
  return lookup(machine, directory)?.kind === 'directory' ? null : directory;
}
