import { shutdownScheduler } from '../pacemaker/controller/leaving';
import type { ControllerParts } from '../pacemaker/controller/parts';
import { agentFacts, findAgent } from './agents';

/** The scheduler and the agents that live clusters work with. */
export const controllerParts: ControllerParts = { schedule: shutdownScheduler, findAgent, agentFacts };
