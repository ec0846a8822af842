import { expect, it } from 'vitest';
import { mergeSorted } from './node-order';

/** Each beats the next one: a circle. */
const beats = (a: string, b: string): number => (['ab', 'bc', 'ca'].includes(a + b) ? -1 : 1);

it('what is ordered in a circle comes out by the merging of halves, the smaller one first', () => {
  expect(mergeSorted(['a', 'b', 'c'], beats)).toEqual(['a', 'b', 'c']);
  expect(mergeSorted(['a', 'c', 'b'], beats)).toEqual(['a', 'b', 'c']);
  expect(mergeSorted(['b', 'a', 'c'], beats)).toEqual(['b', 'c', 'a']);
});

it('equals keep their order', () => {
  const compare = (a: string, b: string): number => a.length - b.length;
  expect(mergeSorted(['xx', 'c', 'yy', 'a', 'b'], compare)).toEqual(['c', 'a', 'b', 'xx', 'yy']);
});
