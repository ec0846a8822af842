import type { ServiceTable } from '../../machine/service';
import type { CompletionTable } from '../../shell/completion';
import type { Program, ProgramTable } from '../../shell/process';
import { pcsd, pcsdRuby } from './rpc/service';

/** pcs with the facts of the agents of the machine that it is typed on. */
async function loadPcs(): Promise<Program> {
  const { pcsProgram } = await import('./main');
  const { installation } = await import('./installation');
  const { loadAgentSource } = await import('../../agents/source');
  const { installedAgents } = await import('../agents/installed');
  const known = await loadAgentSource();
  return async (process) => pcsProgram({ ...installation, agents: await installedAgents(process, known) })(process);
}

/** pcs comes in a chunk of its own, when it is first typed: the page's first prompt doesn't wait for it. */
export const programs: ProgramTable = { pcs: { load: loadPcs } };

export const services: ServiceTable = { 'pcsd.service': pcsd, 'pcsd-ruby.service': pcsdRuby };

export const completions: CompletionTable = {
  pcs: { load: async () => (await import('./nouns')).loadPcsCompleter() },
};
