import { calendar } from './dates';

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const units: Record<string, number> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  fortnight: 1_209_600_000,
};

/**
 * The Unix time (ms) of a text such as `2023-03-01 12:00`, `@1677672000`, `+2 days`, `yesterday` or `next week`, in a
 * time zone; undefined when it isn't a date. The forms of `date -d`, `journalctl --since` and `touch -d`.
 */
export function parseDate(text: string, now: number, zone: string): number | undefined {
  let rest = ` ${text.trim().toLowerCase()} `;
  const stamp = /^ @(-?\d+)(?:\.\d+)? $/.exec(rest);
  if (stamp) return Number(stamp[1]) * 1000;
  const today = calendar(now, zone);
  const local = {
    year: today.year,
    month: today.month,
    day: today.day,
    hour: today.hour,
    minute: today.minute,
    second: today.second,
  };
  let offset: number | null = null;
  let shift = 0;
  let dated = false;
  const take = (pattern: RegExp, use: (match: RegExpExecArray) => boolean | void): boolean => {
    const match = pattern.exec(rest);
    if (!match) return true;
    if (use(match) === false) return false;
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
    return true;
  };
  const midnight = () => {
    if (!dated) Object.assign(local, { hour: 0, minute: 0, second: 0 });
    dated = true;
  };
  const good =
    take(/(\d{4})-(\d{1,2})-(\d{1,2})t?/, (m) => {
      midnight();
      Object.assign(local, { year: Number(m[1]), month: Number(m[2]) - 1, day: Number(m[3]) });
      return Number(m[2]) <= 12 && Number(m[3]) <= 31;
    }) &&
    take(/ (\d{1,2})\/(\d{1,2})\/(\d{4}) /, (m) => {
      midnight();
      Object.assign(local, { year: Number(m[3]), month: Number(m[1]) - 1, day: Number(m[2]) });
    }) &&
    take(/ (\d{4})(\d\d)(\d\d) /, (m) => {
      midnight();
      Object.assign(local, { year: Number(m[1]), month: Number(m[2]) - 1, day: Number(m[3]) });
    }) &&
    take(/(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?: *(am|pm))?/, (m) => {
      const hour = (Number(m[1]) % (m[4] ? 12 : 24)) + (m[4] === 'pm' ? 12 : 0);
      Object.assign(local, { hour, minute: Number(m[2]), second: Number(m[3] ?? 0) });
      dated = true;
      return Number(m[1]) < 24 && Number(m[2]) < 60;
    }) &&
    take(/ (utc|gmt|z)(?= )/, () => {
      offset = 0;
    }) &&
    take(/ ?([+-]\d\d):?(\d\d) $/, (m) => {
      offset = Number(m[1]) * 60 + Math.sign(Number(m[1]) || 1) * Number(m[2]);
    }) &&
    take(
      /(\d{1,2})? ?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?: (\d{1,2}))?(?:,? (\d{4}))?/,
      (m) => {
        midnight();
        Object.assign(local, {
          month: monthNames.indexOf(m[2] as string),
          day: Number(m[1] ?? m[3] ?? 1),
          year: Number(m[4] ?? local.year),
        });
      },
    ) &&
    take(/ (today|now)(?= )/, () => true) &&
    take(/ yesterday(?= )/, () => {
      shift -= 86_400_000;
    }) &&
    take(/ tomorrow(?= )/, () => {
      shift += 86_400_000;
    });
  if (!good) return undefined;
  for (;;) {
    const match =
      / ([+-]? ?\d+|next|last|a)? ?(sec|second|min|minute|hour|day|week|fortnight|month|year)s?( ago)?(?= )/.exec(rest);
    if (!match) break;
    const count =
      match[1] === undefined || match[1] === 'next' || match[1] === 'a'
        ? 1
        : match[1] === 'last'
          ? -1
          : Number(match[1].replace(' ', ''));
    const signed = match[3] ? -count : count;
    if (match[2] === 'month') local.month += signed;
    else if (match[2] === 'year') local.year += signed;
    else shift += signed * (units[match[2] as string] as number);
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`;
  }
  rest = rest.replace(/ (mon|tue|wed|thu|fri|sat|sun)[a-z]*,?(?= )/, ' ');
  if (rest.trim() !== '') return undefined;
  const asUtc = Date.UTC(local.year, local.month, local.day, local.hour, local.minute, local.second);
  const minutes = offset ?? calendar(asUtc - today.offsetMinutes * 60_000, zone).offsetMinutes;
  const fraction = dated ? 0 : ((now % 1000) + 1000) % 1000;
  return asUtc - minutes * 60_000 + shift + fraction;
}
