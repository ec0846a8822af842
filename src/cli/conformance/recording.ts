/** A line of a recording. */
export interface RecordedLine {
  readonly t: number;
  readonly node?: string;
  readonly cmd?: string;
  readonly user?: string;
  readonly stdin?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly rc?: number;
  readonly secs?: number;
  readonly poll?: boolean;
  readonly same?: boolean;
  readonly fault?: string;
}

/** What a step printed, and when. */
export interface StepOutput {
  readonly t: number;
  readonly node: string;
  readonly cmd: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly rc: number;
  readonly secs: number;
}

/** What a replay of recordings gives, whatever the area. */
export interface ConformanceResult {
  readonly area: string;
  readonly passed: number;
  readonly total: number;
  readonly failures: readonly { readonly id: string; readonly detail: string }[];
}
