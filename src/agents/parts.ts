import { withoutComments } from '../pacemaker/cib/parse';
import type { ControllerParts, Decision } from '../pacemaker/controller/parts';
import { runScheduler } from '../pacemaker/scheduler';
import { resourceChanges, transitionSummary } from '../pacemaker/scheduler/summary';
import type { Element } from '../world/xml';
import { agentFacts, findAgent } from './agents';

function decide(cib: Element, nowMs: number): Decision {
  const { transition, workingSet } = runScheduler(withoutComments(cib), nowMs);
  const changes = resourceChanges(workingSet).map(
    ({ change, resource, details }) => `${change} ${resource} ${details}`,
  );
  return {
    transition,
    changes,
    summarize: (columns) => transitionSummary(workingSet, columns),
    messages: workingSet.messages,
    recheckAt: workingSet.recheckBy,
  };
}

/** The scheduler and the agents that live clusters work with. */
export const controllerParts: ControllerParts = { schedule: decide, findAgent, agentFacts };
