import type { ResourceExplanation } from '../pacemaker/explain/explanation';
import type { HistoryEntry } from '../world/history';
import type { ExamResult, Hint, Language } from './ports';
import type { Speed, ViewDiff } from './view';

/**
 * What the page and the engine say to each other. Requests have an answer; notices have none. Everything is plain data
 * that `postMessage` can clone.
 */

/** What can be done to a machine's power from outside. */
export type PowerAction = 'on' | 'off' | 'reset' | 'crash' | 'shutdown' | 'reboot';

/** A fault as the page asks for it; `undo` takes it back. */
export type FaultRequest =
  | { readonly kind: 'power'; readonly machine: string; readonly action: PowerAction }
  /** The cable of one NIC. */
  | { readonly kind: 'cable'; readonly machine: string; readonly nic: string; readonly plugged: boolean }
  /** No packet between two machines on a network, in both directions. */
  | {
      readonly kind: 'link';
      readonly network: string;
      readonly from: string;
      readonly to: string;
      readonly cut: boolean;
    }
  /** No packet between two groups of machines. */
  | { readonly kind: 'split'; readonly network: string; readonly island: readonly string[] }
  | { readonly kind: 'heal' };

/** Requests by name: parameters and answer. */
export interface Requests {
  /** First request: begins to run the saved world, or a fresh one. */
  start: { params: { language: Language; lab: string | null; fresh: boolean }; answer: StartAnswer };
  'terminal.open': { params: { terminal: number; machine: string; columns: number; rows: number }; answer: null };
  'terminal.close': { params: { terminal: number }; answer: null };
  /** Writes the file of an open editor; the answer is null or why it couldn't. */
  'editor.save': { params: { terminal: number; content: string }; answer: string | null };
  'editor.close': { params: { terminal: number }; answer: null };
  speed: { params: { speed: Speed }; answer: null };
  /** Handles the next event and pauses. */
  step: { params: null; answer: null };
  fault: { params: FaultRequest; answer: null };
  undo: { params: null; answer: null };
  /** Back to the beginning of the lab, or of the world without one. */
  reset: { params: null; answer: null };
  'lab.open': { params: { lab: string; keepWorld: boolean }; answer: null };
  'lab.text': { params: { language: Language }; answer: string };
  'lab.hint': { params: { goal: string | null; step: number }; answer: Hint | null };
  'lab.exam': { params: null; answer: ExamResult };
  /** Why a resource is where it is now; null when there is no cluster, or no such resource in it. */
  explain: { params: { resource: string }; answer: ResourceAnswer | null };
  /** A gzipped world. */
  export: { params: null; answer: Uint8Array };
  import: { params: { bytes: Uint8Array }; answer: { error: string | null } };
  /** The saved text that could not be read. */
  'broken.export': { params: null; answer: string | null };
  /** Drops the broken world and begins a fresh one. */
  'broken.discard': { params: null; answer: null };
}

export type RequestName = keyof Requests;

/** Something that was decided about a resource or happened to it. */
export interface Decision {
  readonly entry: HistoryEntry;
  /** What it follows from, the nearest first. */
  readonly causes: readonly HistoryEntry[];
}

export interface ResourceAnswer {
  readonly explanation: ResourceExplanation;
  /** The newest first. */
  readonly decisions: readonly Decision[];
}

export interface StartAnswer {
  /** `fresh`: nothing was saved; `resumed`: goes on; `broken`: what was saved can't be read, and is kept. */
  readonly outcome: 'fresh' | 'resumed' | 'broken';
  /** Why the saved world can't be read. */
  readonly reason: string | null;
}

/** What the page says without waiting for an answer. */
export type PageNotice =
  | { readonly kind: 'terminal.input'; readonly terminal: number; readonly data: string }
  | { readonly kind: 'terminal.resize'; readonly terminal: number; readonly columns: number; readonly rows: number }
  /** So many characters have been painted. */
  | { readonly kind: 'terminal.ack'; readonly terminal: number; readonly characters: number }
  | { readonly kind: 'visibility'; readonly visible: boolean };

export type EngineNotice =
  | { readonly kind: 'view'; readonly diff: ViewDiff }
  | { readonly kind: 'terminal.output'; readonly terminal: number; readonly data: string }
  /** The line that was meant by one typed with the keyboard switched to Hangul; good until the next key. */
  | { readonly kind: 'terminal.offer'; readonly terminal: number; readonly line: string }
  /** The world was replaced (undo, reset, import): the terminal's shell is gone. */
  | { readonly kind: 'terminal.closed'; readonly terminal: number; readonly why: 'exit' | 'replaced' | 'power' }
  | {
      readonly kind: 'editor.open';
      readonly terminal: number;
      readonly editor: 'vi' | 'nano';
      readonly path: string;
      readonly content: string;
      readonly readOnly: boolean;
    }
  /** The program behind the editor has gone (power, undo). */
  | { readonly kind: 'editor.closed'; readonly terminal: number }
  | { readonly kind: 'exam.progress'; readonly done: number; readonly of: number }
  /** A bug of ours. `kept` says whether the world before it is intact. */
  | { readonly kind: 'failure'; readonly message: string; readonly detail: string; readonly kept: boolean };

export type ToEngine =
  | {
      readonly [N in RequestName]: { readonly id: number; readonly request: N; readonly params: Requests[N]['params'] };
    }[RequestName]
  | { readonly notice: PageNotice };

export type FromEngine =
  | { readonly answerTo: number; readonly answer: unknown }
  | { readonly answerTo: number; readonly error: string }
  | { readonly notice: EngineNotice };
