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

/** Milliseconds of an ISO 8601 duration, a month counted as 30 days and a year as 365. */
function durationMilliseconds(text: string): number {
  const match = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  if (!match) return 0;
  const part = (index: number) => Number(match[index] ?? 0);
  const days = part(1) * 365 + part(2) * 30 + part(3) * 7 + part(4);
  return (days * 86_400 + part(5) * 3600 + part(6) * 60 + part(7)) * 1000;
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
