/** Scores are integers in -1,000,000 … 1,000,000, whose ends are called -INFINITY and INFINITY. */
export const INFINITY = 1_000_000;

/** Adds scores by Pacemaker's rule: -INFINITY wins over everything, INFINITY over every finite score. */
export function addScores(a: number, b: number): number {
  if (a <= -INFINITY || b <= -INFINITY) return -INFINITY;
  if (a >= INFINITY || b >= INFINITY) return INFINITY;
  const sum = a + b;
  if (sum >= INFINITY) return INFINITY;
  if (sum <= -INFINITY) return -INFINITY;
  return sum;
}

/** The scores that health colours stand for; see cluster options node-health-green, -yellow and -red. */
export interface HealthScores {
  green: number;
  yellow: number;
  red: number;
}

/** Reads a score as written in a CIB: a number, INFINITY with or without a sign, or a health colour. Else 0. */
export function parseScore(text: string | undefined, health?: HealthScores): number {
  if (text === undefined) return 0;
  switch (text) {
    case 'INFINITY':
    case '+INFINITY':
    case 'infinity':
      return INFINITY;
    case '-INFINITY':
    case '-infinity':
      return -INFINITY;
    case 'red':
      return health?.red ?? 0;
    case 'yellow':
      return health?.yellow ?? 0;
    case 'green':
      return health?.green ?? 0;
  }
  const match = /^\s*[+-]?\d+/.exec(text);
  if (!match) return 0;
  return Math.max(-INFINITY, Math.min(INFINITY, Number.parseInt(match[0], 10)));
}

/** As the tools print scores. */
export function scoreText(score: number): string {
  if (score >= INFINITY) return 'INFINITY';
  if (score <= -INFINITY) return '-INFINITY';
  return String(score);
}
