import { programs as accounts } from '../programs/accounts';
import { programs as coreutils } from '../programs/coreutils';
import { programs as corosync } from '../programs/corosync';
import { programs as crm } from '../programs/crm';
import { programs as firewall } from '../programs/firewall';
import { programs as network } from '../programs/network';
import { programs as packages } from '../programs/packages';
import { programs as pcs } from '../programs/pcs';
import { programs as shell } from '../programs/shell';
import { programs as ssh } from '../programs/ssh';
import { programs as systemd } from '../programs/systemd';
import type { ProgramTable } from '../shell/process';

/** Every program that a world's executable files may name. */
export const programs: ProgramTable = {
  ...accounts,
  ...coreutils,
  ...corosync,
  ...crm,
  ...firewall,
  ...network,
  ...packages,
  ...pcs,
  ...shell,
  ...systemd,
  ...ssh,
};
