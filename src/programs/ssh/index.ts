import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { debianSsh, hostKeyGeneration, sshd } from './server';

/** Programs of the ssh family by registry key, each loaded when it is first run. */
export const programs: ProgramTable = {
  scp: { load: async () => (await import('./scp')).scp },
  ssh: { load: async () => (await import('./ssh')).ssh },
  'ssh-copy-id': { load: async () => (await import('./ssh-copy-id')).sshCopyId },
  'ssh-keygen': { load: async () => (await import('./ssh-keygen')).sshKeygen },
  'ssh-keyscan': { load: async () => (await import('./ssh-keyscan')).sshKeyscan },
  sshpass: { load: async () => (await import('./sshpass')).sshpass },
};

export const services: ServiceTable = {
  'sshd.service': sshd,
  'ssh.service': debianSsh,
  'sshd-keygen@.service': hostKeyGeneration,
};
