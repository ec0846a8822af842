import type { Process } from '../../shell/process';
import { formatDate } from '../coreutils/dates';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const MONTH = 2_629_800 * SECOND;

/** Unix ms of a simulated moment. */
export function unixTime(process: Process, time: number): number {
  return process.world.epoch + time;
}

/** `Sun 2026-11-22 11:41:11 UTC` of a Unix time. */
export function timestamp(process: Process, unixMs: number): string {
  return formatDate(process, unixMs, '%a %Y-%m-%d %H:%M:%S %Z');
}

/** systemd's rough ages: `762ms ago`, `45s ago`, `2min 53s ago`, `5min ago`, `1 day 3h ago`. */
export function age(ms: number): string {
  return `${roughSpan(ms)} ago`;
}

function roughSpan(ms: number): string {
  const whole = (unit: number) => Math.floor(ms / unit);
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
  if (ms >= MONTH) return `${plural(whole(MONTH), 'month')} ${plural(Math.floor((ms % MONTH) / DAY), 'day')}`;
  if (ms >= WEEK) return `${plural(whole(WEEK), 'week')} ${plural(Math.floor((ms % WEEK) / DAY), 'day')}`;
  if (ms >= 2 * DAY) return plural(whole(DAY), 'day');
  if (ms >= 25 * HOUR) return `1 day ${Math.floor((ms - DAY) / HOUR)}h`;
  if (ms >= 6 * HOUR) return `${whole(HOUR)}h`;
  if (ms >= HOUR) return `${whole(HOUR)}h ${Math.floor((ms % HOUR) / MINUTE)}min`;
  if (ms >= 5 * MINUTE) return `${whole(MINUTE)}min`;
  if (ms >= MINUTE) return `${whole(MINUTE)}min ${Math.floor((ms % MINUTE) / SECOND)}s`;
  if (ms >= SECOND) return `${whole(SECOND)}s`;
  return `${Math.max(0, Math.floor(ms))}ms`;
}

/** What is left until a moment: `7min left`. */
export function left(ms: number): string {
  return `${roughSpan(ms)} left`;
}

/** An exact span: `171ms`, `1.274s`, `5min 3.120s`, `1h 2min 3.004s`. */
export function span(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.floor(ms))}ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, name] of [
    [DAY, 'd'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
  ] as const) {
    if (rest >= unit) {
      parts.push(`${Math.floor(rest / unit)}${name}`);
      rest %= unit;
    }
  }
  if (rest > 0) {
    const seconds = (rest / SECOND).toFixed(3).replace(/\.?0+$/, '');
    parts.push(`${seconds}s`);
  }
  return parts.join(' ');
}

/** Bytes as systemd prints them: `436.0K`, `22.5M`. */
export function bytes(count: number): string {
  if (count >= 1 << 30) return `${(count / (1 << 30)).toFixed(1)}G`;
  if (count >= 1 << 20) return `${(count / (1 << 20)).toFixed(1)}M`;
  if (count >= 1 << 10) return `${(count / (1 << 10)).toFixed(1)}K`;
  return `${count}B`;
}

/** Colours that systemd's tools use on a terminal. */
export const ansi = {
  green: '\u001b[0;1;32m',
  red: '\u001b[0;1;31m',
  yellow: '\u001b[0;1;38;5;185m',
  grey: '\u001b[0;38;5;245m',
  bold: '\u001b[0;1;39m',
  off: '\u001b[0m',
} as const;

/** Wraps a text in a colour on a terminal. */
export function colour(process: Process, code: string, text: string): string {
  return process.stdout.isTerminal ? `${code}${text}${ansi.off}` : text;
}

/** A hyperlink on a terminal. */
export function hyperlink(process: Process, url: string, text: string): string {
  return process.stdout.isTerminal ? `\u001b]8;;${url}\u0007${text}\u001b]8;;\u0007` : text;
}
