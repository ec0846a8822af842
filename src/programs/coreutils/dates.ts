import { lookup } from '../../machine/files';
import type { Process } from '../../shell/process';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The time zone of a process: TZ, else /etc/localtime's link, else UTC. */
export function timeZone(process: Pick<Process, 'env' | 'machine'>): string {
  if (process.env.TZ) return process.env.TZ.replace(/^:/, '');
  const link = lookup(process.machine, '/etc/localtime', { follow: false });
  return link?.kind === 'symlink' ? link.target.replace(/^.*zoneinfo\//, '') : 'UTC';
}

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  offsetMinutes: number;
  zone: string;
}

/** Calendar fields of a Unix time (ms) in a time zone; an unknown zone is UTC, as in glibc. */
export function calendar(time: number, zone: string): Fields {
  let shown = new Date(Math.floor(time / 1000) * 1000);
  let offsetMinutes = 0;
  let abbreviation = 'UTC';
  if (zone !== 'UTC' && zone !== '' && zone !== 'Etc/UTC') {
    try {
      const parts = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        timeZoneName: 'short',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      }).formatToParts(shown);
      const number = (type: string) => Number(parts.find((part) => part.type === type)?.value);
      const local = Date.UTC(
        number('year'),
        number('month') - 1,
        number('day'),
        number('hour'),
        number('minute'),
        number('second'),
      );
      offsetMinutes = Math.round((local - shown.getTime()) / 60_000);
      const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
      abbreviation = zone === 'Asia/Seoul' ? 'KST' : zone === 'Asia/Tokyo' ? 'JST' : name;
      shown = new Date(local);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      abbreviation = zone;
    }
  }
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth(),
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    weekday: shown.getUTCDay(),
    offsetMinutes,
    zone: abbreviation,
  };
}

const two = (value: number) => String(value).padStart(2, '0');

function dayOfYear(fields: Fields): number {
  return Math.round((Date.UTC(fields.year, fields.month, fields.day) - Date.UTC(fields.year, 0, 1)) / 86_400_000) + 1;
}

function isoWeek(fields: Fields): { year: number; week: number } {
  const thursday = new Date(Date.UTC(fields.year, fields.month, fields.day + 3 - ((fields.weekday + 6) % 7)));
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) + 1 };
}

/** A Unix time (ms) in `date`'s format language, in the process's time zone. */
export function formatDate(process: Pick<Process, 'env' | 'machine'>, time: number, format: string): string {
  return formatFields(calendar(time, timeZone(process)), time, format);
}

function formatFields(fields: Fields, time: number, format: string): string {
  const hour12 = fields.hour % 12 === 0 ? 12 : fields.hour % 12;
  const offset = (separator: string) => {
    const minutes = Math.abs(fields.offsetMinutes);
    return `${fields.offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
  };
  const values: Record<string, () => string> = {
    '%': () => '%',
    n: () => '\n',
    t: () => '\t',
    a: () => (days[fields.weekday] as string).slice(0, 3),
    A: () => days[fields.weekday] as string,
    b: () => (months[fields.month] as string).slice(0, 3),
    B: () => months[fields.month] as string,
    h: () => (months[fields.month] as string).slice(0, 3),
    C: () => two(Math.floor(fields.year / 100)),
    Y: () => String(fields.year),
    y: () => two(fields.year % 100),
    m: () => two(fields.month + 1),
    d: () => two(fields.day),
    e: () => String(fields.day).padStart(2),
    H: () => two(fields.hour),
    I: () => two(hour12),
    k: () => String(fields.hour).padStart(2),
    l: () => String(hour12).padStart(2),
    M: () => two(fields.minute),
    S: () => two(fields.second),
    p: () => (fields.hour < 12 ? 'AM' : 'PM'),
    P: () => (fields.hour < 12 ? 'am' : 'pm'),
    j: () => String(dayOfYear(fields)).padStart(3, '0'),
    u: () => String(fields.weekday === 0 ? 7 : fields.weekday),
    w: () => String(fields.weekday),
    V: () => two(isoWeek(fields).week),
    G: () => String(isoWeek(fields).year),
    g: () => two(isoWeek(fields).year % 100),
    U: () => two(Math.floor((dayOfYear(fields) + 6 - fields.weekday) / 7)),
    W: () => two(Math.floor((dayOfYear(fields) + 6 - ((fields.weekday + 6) % 7)) / 7)),
    s: () => String(Math.floor(time / 1000)),
    N: () => `${String(((time % 1000) + 1000) % 1000).padStart(3, '0')}000000`,
    z: () => offset(''),
    Z: () => fields.zone,
    D: () => formatFields(fields, time, '%m/%d/%y'),
    F: () => formatFields(fields, time, '%Y-%m-%d'),
    T: () => formatFields(fields, time, '%H:%M:%S'),
    R: () => formatFields(fields, time, '%H:%M'),
    r: () => formatFields(fields, time, '%I:%M:%S %p'),
    c: () => formatFields(fields, time, '%a %b %e %H:%M:%S %Y'),
    x: () => formatFields(fields, time, '%m/%d/%y'),
    X: () => formatFields(fields, time, '%H:%M:%S'),
  };
  return format.replace(
    /%(:z|([-_0^#]?)(\d*)([a-zA-Z%]))/g,
    (whole, code: string, flag: string, digits: string, letter: string) => {
      if (code === ':z') return offset(':');
      const value = values[letter];
      if (!value) return whole;
      let text = value();
      if (letter === 'N' && digits !== '') text = text.slice(0, Number(digits));
      if (flag === '-') text = text.replace(/^[0 ]+(?=.)/, '');
      if (flag === '_') text = text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
      if (flag === '^') text = text.toUpperCase();
      return text;
    },
  );
}
