/** One measured figure; `limit` is what it must not exceed (or fall below, when `atLeast`). */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly limit?: number;
  readonly atLeast?: boolean;
}

/** Measures; `data` is the folder with the recordings, which need not be there. */
export type Bench = (data: string) => Promise<Figure[]>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
