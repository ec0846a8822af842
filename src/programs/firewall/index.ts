import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { firewalld } from './daemon';

/** Programs of the firewall family by registry key. */
export const programs: ProgramTable = {
  'firewall-cmd': { load: async () => (await import('./firewall-cmd')).firewallCmd },
};

export const services: ServiceTable = {
  'firewalld.service': firewalld,
};
