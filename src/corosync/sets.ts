/** Sets of node ids as ascending lists. */

export function union(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

export function without(a: readonly number[], b: readonly number[]): number[] {
  return a.filter((each) => !b.includes(each));
}

export function isSubset(a: readonly number[], b: readonly number[]): boolean {
  return a.every((each) => b.includes(each));
}

export function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && isSubset(a, b);
}
