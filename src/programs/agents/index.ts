import { AGENT_PROGRAM } from '../../machine/packages/ocf/agents';
import type { ProgramTable } from '../../shell/process';

/** The packaged agents that have no text of their own, as programs. */
export const programs: ProgramTable = {
  [AGENT_PROGRAM]: { load: async () => (await import('./run')).ocfAgent },
};
