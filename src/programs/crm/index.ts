import type { ProgramTable } from '../../shell/process';
import { attrdUpdater } from './attrd-updater';
import { cibadmin } from './cibadmin';
import { crmAttribute } from './crm-attribute';
import { crmDiff } from './crm-diff';
import { crmError } from './crm-error';
import { crmNode } from './crm-node';
import { crmRule } from './crm-rule';
import { crmShadow } from './crm-shadow';
import { crmTicket } from './crm-ticket';
import { crmVerify } from './crm-verify';
import { crmadmin } from './crmadmin';
import { iso8601 } from './iso8601';
import { crmMon } from './mon';
import { crmResource } from './resource';
import { stonithAdmin } from './stonith-admin';
import { crmFailcount, crmStandby } from './wrappers';

/** Pacemaker's command line tools, by the names of their executables. */
export const programs: ProgramTable = {
  attrd_updater: attrdUpdater,
  cibadmin,
  crm_attribute: crmAttribute,
  crm_diff: crmDiff,
  crm_error: crmError,
  crm_failcount: crmFailcount,
  crm_mon: crmMon,
  crm_node: crmNode,
  crm_resource: crmResource,
  crm_rule: crmRule,
  crm_shadow: crmShadow,
  crm_standby: crmStandby,
  crm_ticket: crmTicket,
  crm_verify: crmVerify,
  crmadmin,
  iso8601,
  stonith_admin: stonithAdmin,
};
