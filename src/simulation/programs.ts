import { programs as coreutils } from '../programs/coreutils';
import { programs as pcs } from '../programs/pcs';
import type { ProgramTable } from '../shell/process';

/** Every program that a world's executable files may name. */
export const programs: ProgramTable = {
  ...coreutils,
  ...pcs,
};
