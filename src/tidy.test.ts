import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SOURCES = fileURLToPath(new URL('.', import.meta.url));
/** Rooms in which only the kernel knows the time and throws dice. */
const BELOW_ENGINE = [
  'world',
  'kernel',
  'network',
  'machine',
  'storage',
  'corosync',
  'pacemaker',
  'agents',
  'shell',
  'programs',
  'simulation',
  'lab',
];
const LINE_LIMIT = 600;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'fixtures' ? [] : filesBelow(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const sources = filesBelow(SOURCES).map((path) => ({
  path: relative(SOURCES, path),
  text: readFileSync(path, 'utf8'),
}));
const product = sources.filter(({ path }) => !/\.test\.tsx?$/.test(path));

/** Calls that are banned below the engine, and what to write instead. */
const bans: [pattern: RegExp, instead: string][] = [
  [/\bMath\.random\b/, 'randomWord(world) of kernel/random.ts'],
  [/\bDate\.now\b|\bnew Date\(\)/, 'world.epoch + world.now'],
  [/\bsetTimeout\(|\bsetInterval\(/, 'process.sleep or schedule()'],
  [/\bperformance\.now\b/, 'world.now'],
  [/\bPromise\.(all|race|any|allSettled)\(/, 'process.concurrently'],
  [/\blocaleCompare\(|\btoLocale/, 'an order of our own: locales differ between machines'],
];

describe('tidiness', () => {
  it.each(bans)('below the engine nothing uses %s; write %s', (pattern) => {
    const found = product
      .filter(({ path }) => BELOW_ENGINE.includes(path.split('/')[0] as string))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, at) => (pattern.test(line.replace(/\/\/.*|^\s*\*.*/, '')) ? [`${path}:${at + 1}`] : [])),
      );
    expect(found).toEqual([]);
  });

  it(`no file is longer than ${LINE_LIMIT} lines without saying why`, () => {
    const long = sources.filter(
      ({ text }) => text.split('\n').length > LINE_LIMIT && !/\bhence its length\b/.test(text),
    );
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('nothing is left to do in a comment', () => {
    const found = product.filter(({ text }) => /(\/\/|\*).*\b(TODO|FIXME)\b/.test(text));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});
