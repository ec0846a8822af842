import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { scp } from './scp';
import { debianSsh, hostKeyGeneration, sshd } from './server';
import { ssh } from './ssh';
import { sshCopyId } from './ssh-copy-id';
import { sshKeygen } from './ssh-keygen';
import { sshKeyscan } from './ssh-keyscan';
import { sshpass } from './sshpass';

/** Programs of the ssh family by registry key. */
export const programs: ProgramTable = {
  scp,
  ssh,
  'ssh-copy-id': sshCopyId,
  'ssh-keygen': sshKeygen,
  'ssh-keyscan': sshKeyscan,
  sshpass,
};

export const services: ServiceTable = {
  'sshd.service': sshd,
  'ssh.service': debianSsh,
  'sshd-keygen@.service': hostKeyGeneration,
};
