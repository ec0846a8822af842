import type { Millis } from './world';

/** What a student has reached in the lab that this world belongs to. */
export interface LabProgress {
  /** Lab id, e.g. `cluster-lab`. */
  id: string;
  /** Goals that count once reached, even if their condition ends again: goal id to the time. */
  reached: Record<string, Millis>;
}
