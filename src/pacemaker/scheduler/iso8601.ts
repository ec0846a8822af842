const DAY = 86_400;

/** Unix seconds of an ISO 8601 date and time, in UTC unless the text names a zone; null where it isn't one. */
export function parseIso8601(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text === 'epoch') return 0;
  // The zone may stand apart from the time.
  const [, datePart = '', timePart] = /^([^T ]*)(?:[T ]\s*(.*))?$/.exec(text.trim()) ?? [];
  const day = dayNumber(datePart);
  if (day === null) return null;
  const time = timePart === undefined ? 0 : timeOfDay(timePart);
  return time === null ? null : day * DAY + time;
}

/** Days since 1970-01-01 of `2024-03-01`, `20240301`, `2024-061` or `2024-W09-5`; null where there is no such day. */
function dayNumber(text: string): number | null {
  const calendar = /^(\d+)-(\d+)-(\d+)$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (calendar) {
    const [year, month, day] = [Number(calendar[1]), Number(calendar[2]), Number(calendar[3])];
    const date = new Date(Date.UTC(2000, month - 1, 1));
    date.setUTCFullYear(year, month - 1, day);
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 1000 / DAY : null;
  }
  const ordinal = /^(\d{4})-(\d+)$/.exec(text);
  if (ordinal) {
    const day = Number(ordinal[2]);
    return day >= 1 && day <= 366 ? Date.UTC(Number(ordinal[1]), 0, day) / 1000 / DAY : null;
  }
  const week = /^(\d{4})-W(\d+)-(\d)$/.exec(text);
  if (!week) return null;
  const [number, day] = [Number(week[2]), Number(week[3])];
  if (number < 1 || number > 53 || day < 1 || day > 7) return null;
  const january4 = Date.UTC(Number(week[1]), 0, 4) / 1000 / DAY;
  const monday = january4 - ((january4 + 3) % 7);
  return monday + (number - 1) * 7 + day - 1;
}

function timeOfDay(text: string): number | null {
  const match = /^(\d{1,2}):?(\d{2})?(?::?(\d{2}))?(?:\.\d+)?\s*(Z|[+-](?:\d{2}:?\d{2}|\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (hours > 24 || minutes > 59 || seconds > 59) return null;
  const time = hours * 3600 + minutes * 60 + seconds;
  const zone = match[4];
  if (!zone || zone === 'Z') return time;
  const [zoneHours = '0', zoneMinutes = '0'] =
    zone.length === 5 ? [zone.slice(1, 3), zone.slice(3)] : zone.slice(1).split(':');
  const offset = Number(zoneHours) * 3600 + Number(zoneMinutes) * 60;
  return zone.startsWith('-') ? time + offset : time - offset;
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
