/** Compares versions such as `3.16.1` number by number; a missing number counts as 0. */
export function compareVersionText(a: string, b: string): number {
  const [x, y] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (Number.parseInt(x[i] ?? '0', 10) || 0) - (Number.parseInt(y[i] ?? '0', 10) || 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
