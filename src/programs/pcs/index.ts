import type { ProgramTable } from '../../shell/process';
import { pcs } from './main';

export const programs: ProgramTable = { pcs };
