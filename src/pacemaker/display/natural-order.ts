/**
 * Compares names the way Pacemaker sorts nodes: case doesn't count, and digits at the end of the common part are compared
 * as numbers (`node2` before `node10`).
 */
export function compareNames(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(j);
    if (isDigit(x) && isDigit(y)) {
      let m = 0;
      let n = 0;
      for (; i < a.length && isDigit(a.charCodeAt(i)); i++) m = m * 10 + a.charCodeAt(i) - 48;
      for (; j < b.length && isDigit(b.charCodeAt(j)); j++) n = n * 10 + b.charCodeAt(j) - 48;
      if (m !== n) return m - n;
      continue;
    }
    const p = lower(x);
    const q = lower(y);
    if (p !== q) return p - q;
    i++;
    j++;
  }
  return i < a.length ? 1 : j < b.length ? -1 : 0;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const lower = (code: number): number => (code >= 65 && code <= 90 ? code + 32 : code);
