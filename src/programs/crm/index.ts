import type { ProgramTable } from '../../shell/process';
import { cibadmin } from './cibadmin';
import { crmError } from './crm-error';
import { crmNode } from './crm-node';
import { crmadmin } from './crmadmin';

/** Pacemaker's command line tools, by the names of their executables. */
export const programs: ProgramTable = {
  cibadmin,
  crm_error: crmError,
  crm_mon: { load: async () => (await import('./mon')).crmMon },
  crm_node: crmNode,
  crmadmin,
};
