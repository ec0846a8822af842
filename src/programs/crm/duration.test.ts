import { expect, test } from 'vitest';
import { addDuration, DateError, parseDuration } from './duration';

const end = (day: string, duration: string) =>
  new Date(addDuration(Date.parse(`${day}T00:00:00Z`) / 1000, parseDuration(duration), 1) * 1000)
    .toISOString()
    .slice(0, 16);

test('M means months before the T and minutes after it', () => {
  expect(end('2026-11-22', 'P5M')).toBe('2027-04-22T00:00');
  expect(end('2026-11-22', 'PT5M')).toBe('2026-11-22T00:05');
  expect(end('2026-11-22', 'P1H5M')).toBe('2027-04-22T01:00');
});

test('a month ends at the last day that it has, a year keeps the number of the day', () => {
  expect(end('2026-01-31', 'P1M')).toBe('2026-02-28T00:00');
  expect(end('2024-03-01', 'P1Y')).toBe('2025-03-02T00:00');
  expect(end('2023-03-01', 'P1Y')).toBe('2024-02-29T00:00');
  expect(end('2024-12-31', 'P1Y')).toBe('2025-12-31T00:00');
});

test('units repeat and may be negative, what follows a blank or a slash is left out', () => {
  expect(end('2026-11-22', 'P1D1DT1H')).toBe('2026-11-24T01:00');
  expect(end('2026-11-22', 'P-1D')).toBe('2026-11-21T00:00');
  expect(end('2026-11-22', 'P1D foo')).toBe('2026-11-23T00:00');
  expect(end('2026-11-22', 'PT1H/2026')).toBe('2026-11-22T01:00');
});

test('a duration needs its P, something after it, whole numbers and known units', () => {
  for (const text of ['', '5M', 'T5M', 'P', 'P10', 'P1.5D', 'P1d', 'PT5MX']) {
    expect(() => parseDuration(text)).toThrow(DateError);
  }
  expect(end('2026-11-22', 'PT')).toBe('2026-11-22T00:00');
});
