import type { Element } from '../../world/xml';
import type { AgentFacts, AgentFinder } from '../executor/agent';
import type { SummaryColumns } from '../scheduler/summary';
import type { Transition } from '../scheduler/transition';

/** What the scheduler answers, as far as the controller needs it. */
export interface Decision {
  transition: Transition;
  /** What will be done, in lines (`  * Start vip ( node1 )`), in columns that grow. */
  summarize?(columns: SummaryColumns): string[];
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
