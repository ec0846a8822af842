import { programs as coreutils } from '../programs/coreutils';
import type { ProgramTable } from '../shell/process';

/** Every program that a world's executable files may name. */
export const programs: ProgramTable = {
  ...coreutils,
};
