import type { ProgramTable } from '../../shell/process';

export { services } from './libvirtd';

/** The hypervisor's tools, each loaded when it is first run. */
export const programs: ProgramTable = {
  'qemu-img': { load: async () => (await import('./qemu-img')).qemuImg },
  virsh: { load: async () => (await import('./virsh')).virsh },
  'virt-builder': { load: async () => (await import('./virt-builder')).virtBuilder },
  'virt-install': { load: async () => (await import('./virt-install')).virtInstall },
};
