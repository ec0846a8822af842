import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { pcsd, pcsdRuby } from './rpc/service';

/** pcs comes in a chunk of its own, when it is first typed: the page's first prompt doesn't wait for it. */
export const programs: ProgramTable = { pcs: { load: async () => (await import('./main')).pcs } };

export const services: ServiceTable = { 'pcsd.service': pcsd, 'pcsd-ruby.service': pcsdRuby };
