/** Each element once, in the order of first appearance. */
export function deduplicate<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
