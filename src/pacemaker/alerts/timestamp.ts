import { zoneOffset } from '../../corosync/logfile';
import type { Machine } from '../../world/machine';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

const two = (value: number): string => String(value).padStart(2, '0');

/** A time in the words of strftime, with `%N` for the fraction of a second (`%06N`, `%6N`: so many digits). */
export function timestamp(machine: Machine, time: number, format: string): string {
  const offset = zoneOffset(machine, time);
  const date = new Date(time + offset);
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 3_600_000))}${two((Math.abs(offset) / 60_000) % 60)}`;
  const day = DAYS[date.getUTCDay()] as string;
  const month = MONTHS[date.getUTCMonth()] as string;
  const clock = date.toISOString().slice(11, 19);
  const fields: Readonly<Record<string, string>> = {
    Y: String(date.getUTCFullYear()),
    m: two(date.getUTCMonth() + 1),
    d: two(date.getUTCDate()),
    e: String(date.getUTCDate()).padStart(2),
    H: two(date.getUTCHours()),
    I: two(date.getUTCHours() % 12 || 12),
    M: two(date.getUTCMinutes()),
    S: two(date.getUTCSeconds()),
    p: date.getUTCHours() < 12 ? 'AM' : 'PM',
    y: two(date.getUTCFullYear() % 100),
    a: day.slice(0, 3),
    A: day,
    b: month.slice(0, 3),
    B: month,
    F: date.toISOString().slice(0, 10),
    T: clock,
    R: clock.slice(0, 5),
    D: `${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())}/${two(date.getUTCFullYear() % 100)}`,
    s: String(Math.floor(time / 1000)),
    z: zone,
    n: '\n',
    t: '\t',
    '%': '%',
  };
  const nanoseconds = String((time % 1000) * 1_000_000).padStart(9, '0');
  return format.replace(/%(0?\d)?([a-zA-Z%])/g, (whole, width: string | undefined, letter: string) => {
    if (letter === 'N') return nanoseconds.slice(0, width === undefined ? 9 : Number(width));
    return fields[letter] ?? whole;
  });
}
