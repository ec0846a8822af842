import type { ProgramTable } from '../../shell/process';
import { virsh } from './virsh';
import { virtBuilder } from './virt-builder';
import { virtInstall } from './virt-install';

export { services } from './libvirtd';

/** The hypervisor's tools. */
export const programs: ProgramTable = { virsh, 'virt-builder': virtBuilder, 'virt-install': virtInstall };
