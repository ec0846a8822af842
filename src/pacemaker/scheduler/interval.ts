const UNITS: Record<string, number> = {
  '': 1000,
  s: 1000,
  sec: 1000,
  ms: 1,
  msec: 1,
  us: 0.001,
  usec: 0.001,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/** Reads a time such as `20`, `20s`, `5min`, `1h`: milliseconds, or null where it isn't one. */
export function parseMilliseconds(text: string | undefined): number | null {
  const match = /^\s*(-?\d+)\s*([a-z]*)/i.exec(text ?? '');
  if (!match) return null;
  const unit = UNITS[(match[2] ?? '').toLowerCase()];
  return unit === undefined ? null : Math.floor(Number(match[1]) * unit);
}

/** Reads an interval: a time as above or an ISO 8601 duration (`PT1M30S`). 0 where it is neither. */
export function parseInterval(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (text.startsWith('P')) return durationMilliseconds(text);
  return Math.max(0, parseMilliseconds(text) ?? 0);
}

/** Seconds of a duration's units: before the `T`, and where they differ after it. */
const DATE_UNITS: Record<string, number> = {
  Y: 365 * 86_400,
  M: 30 * 86_400,
  W: 7 * 86_400,
  D: 86_400,
  H: 3600,
  S: 1,
};
const TIME_UNITS: Record<string, number> = { ...DATE_UNITS, M: 60 };

/**
 * Milliseconds of an ISO 8601 duration, a month counted as 30 days and a year as 365. Hours and seconds are understood
 * without the `T` too (`P10S`), which older configurations have.
 */
function durationMilliseconds(text: string): number {
  const match = /^P((?:\d+[YMWDHS])*)(?:T((?:\d+[YMWDHS])*))?$/.exec(text);
  if (!match) return 0;
  let seconds = 0;
  for (const [units, parts] of [
    [DATE_UNITS, match[1]],
    [TIME_UNITS, match[2]],
  ] as const)
    for (const part of parts?.match(/\d+[A-Z]/g) ?? [])
      seconds += Number.parseInt(part, 10) * (units[part.slice(-1)] ?? 0);
  return seconds * 1000;
}

/** Pacemaker's booleans: true/on/yes/y/1 and false/off/no/n/0 in any case; null for anything else. */
export function parseBoolean(text: string | undefined): boolean | null {
  switch (text?.toLowerCase()) {
    case 'true':
    case 'on':
    case 'yes':
    case 'y':
    case '1':
      return true;
    case 'false':
    case 'off':
    case 'no':
    case 'n':
    case '0':
      return false;
    default:
      return null;
  }
}

export function isTrue(text: string | undefined): boolean {
  return parseBoolean(text) === true;
}
