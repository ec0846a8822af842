import type { Element } from '../../world/xml';
import type { AgentFacts, AgentFinder } from '../executor/agent';
import type { Transition } from '../scheduler/transition';

/** What the scheduler answers, as far as the controller needs it. */
export interface Decision {
  transition: Transition;
  /** Lines for the log: `Actions: Start vip ( node1 )`. */
  summary?: readonly string[];
  /** What becomes of the resources, for the history: `Move vip node1 -> node2`. */
  changes?: readonly string[];
  messages?: readonly { level: 'error' | 'warning' | 'notice'; text: string }[];
  /** Unix seconds at which a new decision is due at the latest; 0 = none. */
  recheckAt?: number;
}

/** Code of other rooms that the controller works with; joined in `simulation/`. */
export interface ControllerParts {
  schedule(cib: Element, nowMs: number): Decision;
  findAgent: AgentFinder;
  agentFacts: AgentFacts;
}
