const DAY = 86_400;

/** A text that can't be read; `source` is the parser that the log names. */
export class DateError extends Error {
  constructor(
    message: string,
    readonly source = 'parse_date',
  ) {
    super(message);
  }
}

export function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** A span as ISO 8601 writes it: years and months have no fixed length. */
export interface Duration {
  years: number;
  months: number;
  days: number;
  seconds: number;
}

/**
 * `P1Y2M3W4DT5H6M7S`: whole numbers, any of them negative, in any order and as often as one likes; M is months before
 * the T and minutes after it, the other units don't care. What follows a blank or a slash isn't read. Throws DateError.
 */
export function parseDuration(text: string): Duration {
  const duration: Duration = { years: 0, months: 0, days: 0, seconds: 0 };
  const bad = (reason: string): never => {
    throw new DateError(`'${text}' is not a valid ISO 8601 time duration because ${reason}`, 'crm_time_parse_duration');
  };
  if (!text.startsWith('P')) bad(`it does not start with a 'P'`);
  if (text.length < 2) bad(`nothing follows 'P'`);
  let inTime = false;
  let rest = text.slice(1);
  while (rest !== '' && !/^[/\s]/.test(rest)) {
    if (rest[0] === 'T') {
      inTime = true;
      rest = rest.slice(1);
      continue;
    }
    const found = /^([+-]?\d+)(.?)/.exec(rest);
    if (!found) return bad(`no integer at '${rest}'`);
    const number = Number(found[1]);
    const unit = found[2];
    if (unit === 'Y') duration.years += number;
    else if (unit === 'M' && !inTime) duration.months += number;
    else if (unit === 'W') duration.days += number * 7;
    else if (unit === 'D') duration.days += number;
    else if (unit === 'H') duration.seconds += number * 3600;
    else if (unit === 'M') duration.seconds += number * 60;
    else if (unit === 'S') duration.seconds += number;
    else bad(`'${unit}' is not a valid time unit`);
    rest = rest.slice(found[0].length);
  }
  return duration;
}

/**
 * `seconds` since 1970 before or after a duration. A year keeps the number of the day in the year (so that 1 March of a
 * leap year leads to 2 March), a month the day of the month or the month's last.
 */
export function addDuration(seconds: number, duration: Duration, sign: 1 | -1): number {
  const date = new Date(seconds * 1000);
  if (duration.years !== 0) {
    const dayOfYear = (date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 1000;
    const from = Date.UTC(date.getUTCFullYear() + sign * duration.years, 0, 1);
    const last = Date.UTC(date.getUTCFullYear() + sign * duration.years + 1, 0, 1) - 1000 * DAY;
    date.setTime(Math.min(from + dayOfYear * 1000, last + (date.getTime() % (1000 * DAY))));
  }
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() + sign * duration.months;
  const [year, month] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1];
  const day = Math.min(date.getUTCDate(), daysInMonth(year, month));
  const start = Date.UTC(year, month - 1, day) / 1000 + (seconds % DAY);
  return start + sign * (duration.days * DAY + duration.seconds);
}
