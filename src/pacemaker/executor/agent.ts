import type { Machine } from '../../world/machine';
import type { Millis, World } from '../../world/world';

/** OCF exit codes. */
export const OCF = {
  ok: 0,
  error: 1,
  invalidParameter: 2,
  unimplemented: 3,
  insufficientPrivileges: 4,
  notInstalled: 5,
  notConfigured: 6,
  notRunning: 7,
  promoted: 8,
  failedPromoted: 9,
} as const;

/** Everything an agent is told when an action is to be done. */
export interface AgentCall {
  /** Drafts: the agent changes the machine as the real one would. */
  world: World;
  machine: Machine;
  resource: { id: string; class: string; provider: string | null; type: string };
  /** `start`, `stop`, `monitor`, `promote` … */
  action: string;
  /** 0 for a probe and for everything that doesn't recur. */
  intervalMs: number;
  /** The executor's number for this operation. */
  callId: number;
  /** Instance parameters and CRM_meta_… variables. */
  parameters: Readonly<Record<string, string>>;
  /** Free for the agent between `begin` and `finish`. */
  scratch: Record<string, string>;
  /** Takes the lines that the agent logs, where it is run by hand. Absent: they go to the journal. */
  log?: (line: string) => void;
}

export interface AgentResult {
  /** OCF exit code. */
  rc: number;
  /** The ocf-exit-reason, shown as `exit-reason`. */
  reason?: string;
  /** What it wrote to its error stream; default: the exit reason as agents write it. */
  output?: string;
  /** How the execution ended (`op-status`), where the agent didn't end by itself. Default: done. */
  status?: number;
}

/**
 * What a resource agent does. The executor calls `begin`, waits for the time it gives, and calls `finish`, which
 * answers with the result or asks to be called again. An action that takes longer than its timeout is never finished.
 */
export interface AgentBehaviour {
  /** `asynchronous`: somebody calls the executor's `operationReady` when it is through. */
  begin(call: AgentCall): Millis | 'asynchronous';
  finish(call: AgentCall): AgentResult | { again: Millis };
  /** The action's time is up, or nobody wants its result any more. Gives the exit reason that it wrote so far. */
  abandon?(call: AgentCall): string | undefined;
}

/** Finds the agent for a class, provider and type; undefined: it isn't installed on that machine. */
export type AgentFinder = (
  machine: Machine,
  agent: { class: string; provider: string | null; type: string },
) => AgentBehaviour | undefined;

/** Facts of an agent's metadata that decide about digests and reloads. */
export interface AgentDigestFacts {
  /** Parameters whose change needs a restart, where the agent can reload others; null where it can't reload. */
  restart: readonly string[] | null;
  /** Parameters that are secrets. */
  secret: readonly string[];
}

export type AgentFacts = (agent: { class: string; provider: string | null; type: string }) => AgentDigestFacts;
