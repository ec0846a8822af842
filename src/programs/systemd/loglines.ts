import type { Process } from '../../shell/process';
import type { Machine } from '../../world/machine';
import type { LogEntry } from '../../world/unit';
import { formatDate } from '../coreutils/dates';
import { ansi, unixTime } from './format';

/** How journal lines are printed. */
export interface LineStyle {
  output:
    | 'short'
    | 'short-precise'
    | 'short-iso'
    | 'short-monotonic'
    | 'short-full'
    | 'short-unix'
    | 'cat'
    | 'with-unit';
  hostname: boolean;
  utc: boolean;
  colours: boolean;
  /** Width to shorten lines to; null: as long as they are. */
  width: number | null;
}

/** `identifier[pid]` of an entry. */
export function tagOf(entry: LogEntry): string {
  return entry.pid === null ? entry.identifier : `${entry.identifier}[${entry.pid}]`;
}

/** The time column of an entry. */
function timeColumn(process: Process, machine: Machine, entry: LogEntry, style: LineStyle): string {
  const unix = unixTime(process, entry.time);
  const source = style.utc ? { env: { TZ: 'UTC' }, machine } : process;
  switch (style.output) {
    case 'short-precise':
      return formatDate(source, unix, '%b %d %H:%M:%S.').concat(String(unix % 1000).padStart(3, '0'), '000');
    case 'short-iso':
      return formatDate(source, unix, '%Y-%m-%dT%H:%M:%S%z');
    case 'short-full':
    case 'with-unit':
      return formatDate(source, unix, '%a %Y-%m-%d %H:%M:%S %Z');
    case 'short-unix':
      return `${Math.floor(unix / 1000)}.${String(unix % 1000).padStart(3, '0')}000`;
    case 'short-monotonic': {
      const since = entry.boot === machine.boot ? entry.time - machine.bootedAt : entry.time;
      const seconds = `${Math.floor(since / 1000)}.${String(since % 1000).padStart(3, '0')}000`;
      return `[${seconds.padStart(12)}]`;
    }
    default:
      return formatDate(source, unix, '%b %d %H:%M:%S');
  }
}

function messageColour(priority: number): string | null {
  if (priority <= 3) return ansi.red;
  if (priority === 4) return ansi.yellow;
  if (priority === 5) return ansi.bold;
  return priority === 7 ? ansi.grey : null;
}

/** One journal entry as lines of text, without the last line's end. */
export function logLine(process: Process, machine: Machine, entry: LogEntry, style: LineStyle): string {
  if (style.output === 'cat') return entry.message;
  const host = style.hostname ? ` ${entry.hostname ?? machine.hostname}` : '';
  const tag = style.output === 'with-unit' && entry.unit ? `${entry.unit}[${entry.pid ?? 0}]` : tagOf(entry);
  const head = `${timeColumn(process, machine, entry, style)}${host} ${tag}: `;
  const [first = '', ...rest] = entry.message.split('\n');
  const indent = ' '.repeat(head.length);
  const colour = style.colours ? messageColour(entry.priority) : null;
  const paint = (text: string) => (colour === null ? text : `${colour}${text}${ansi.off}`);
  const room = style.width === null ? null : Math.max(1, style.width - head.length);
  const cut = (text: string) =>
    room !== null && text.length > room
      ? `${text.slice(0, Math.ceil((room - 1) * 0.9))}…${text.slice(text.length - (room - 1 - Math.ceil((room - 1) * 0.9)))}`
      : text;
  return [head + paint(cut(first)), ...rest.map((line) => indent + paint(cut(line)))].join('\n');
}
