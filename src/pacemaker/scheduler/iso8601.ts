const DAY = 86_400;

/** Unix seconds of an ISO 8601 date and time, in UTC unless the text names a zone; null where it isn't one. */
export function parseIso8601(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [datePart = '', timePart] = text.trim().split(/[T ]/, 2);
  const day = dayNumber(datePart);
  if (day === null) return null;
  const time = timePart === undefined ? 0 : timeOfDay(timePart);
  return time === null ? null : day * DAY + time;
}

/** Days since 1970-01-01 of `2024-03-01`, `20240301`, `2024-061` or `2024-W09-5`. */
function dayNumber(text: string): number | null {
  const calendar = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  if (calendar) return Date.UTC(Number(calendar[1]), Number(calendar[2]) - 1, Number(calendar[3])) / 1000 / DAY;
  const ordinal = /^(\d{4})-?(\d{3})$/.exec(text);
  if (ordinal) return Date.UTC(Number(ordinal[1]), 0, Number(ordinal[2])) / 1000 / DAY;
  const week = /^(\d{4})-?W(\d{2})(?:-?(\d))?$/.exec(text);
  if (week) {
    const january4 = Date.UTC(Number(week[1]), 0, 4) / 1000 / DAY;
    const monday = january4 - ((january4 + 3) % 7);
    return monday + (Number(week[2]) - 1) * 7 + Number(week[3] ?? 1) - 1;
  }
  const month = /^(\d{4})-(\d{2})$/.exec(text);
  if (month) return Date.UTC(Number(month[1]), Number(month[2]) - 1, 1) / 1000 / DAY;
  return null;
}

function timeOfDay(text: string): number | null {
  const match = /^(\d{2}):?(\d{2})?(?::?(\d{2}))?(?:\.\d+)?\s*(Z|[+-]\d{2}:?\d{0,2})?$/.exec(text);
  if (!match) return null;
  const seconds = Number(match[1]) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3] ?? 0);
  const zone = match[4];
  if (!zone || zone === 'Z') return seconds;
  const offset = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(3).replace(':', '') || 0) * 60;
  return zone.startsWith('-') ? seconds + offset : seconds - offset;
}

/** `2017-05-03 13:33:24Z`, as the tools print a moment. */
export function formatMoment(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** The fields that a `date_spec` can speak of. */
export function dateFields(seconds: number): Record<string, number> {
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  const dayOfYear =
    Math.floor((Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  const weekday = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
  const thursday = new Date(Date.UTC(year, date.getUTCMonth(), date.getUTCDate() + 4 - weekday));
  const weekYear = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(weekYear, 0, 1)) / 604_800_000) + 1;
  return {
    seconds: date.getUTCSeconds(),
    minutes: date.getUTCMinutes(),
    hours: date.getUTCHours(),
    monthdays: date.getUTCDate(),
    weekdays: weekday,
    yeardays: dayOfYear,
    months: date.getUTCMonth() + 1,
    weeks: week,
    years: year,
    weekyears: weekYear,
  };
}

/** `start` plus the parts of a `<duration>` element, calendar arithmetic for months and years. */
export function addDuration(start: number, parts: Record<string, string>): number {
  const date = new Date(start * 1000);
  const part = (name: string) => Number.parseInt(parts[name] ?? '0', 10) || 0;
  date.setUTCFullYear(date.getUTCFullYear() + part('years'), date.getUTCMonth() + part('months'));
  const days = part('weeks') * 7 + part('days');
  return date.getTime() / 1000 + days * DAY + part('hours') * 3600 + part('minutes') * 60 + part('seconds');
}
