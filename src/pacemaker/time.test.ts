import { expect, test } from 'vitest';
import { readableDuration } from './time';

test("a unit's first one is told in the next smaller unit", () => {
  expect(readableDuration(1000)).toBe('1000ms');
  expect(readableDuration(60_000)).toBe('60s');
  expect(readableDuration(90_000)).toBe('1m30s');
  expect(readableDuration(86_400_000)).toBe('24h');
});

test('milliseconds stand behind the seconds with three digits', () => {
  expect(readableDuration(30_160)).toBe('30.160s');
  expect(readableDuration(90_061_001)).toBe('1d1h1m1.001s');
  expect(readableDuration(60_001)).toBe('1m1ms');
});
