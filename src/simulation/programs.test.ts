import { expect, test } from 'vitest';
import { lazyFamilies } from './programs';

test('the families that are loaded late have exactly the programs that are named for them', async () => {
  for (const { names, load } of lazyFamilies) {
    expect(Object.keys((await load()).programs).sort()).toEqual([...names].sort());
  }
}, 30_000);
