import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { firewalld } from './daemon';
import { firewallCmd } from './firewall-cmd';

/** Programs of the firewall family by registry key. */
export const programs: ProgramTable = {
  'firewall-cmd': firewallCmd,
};

export const services: ServiceTable = {
  'firewalld.service': firewalld,
};
