import type { ProgramTable } from '../../shell/process';
import { dnf } from './dnf';
import { dpkg } from './dpkg';
import { rpm } from './rpm';

/** Package management. */
export const programs: ProgramTable = { dnf, rpm, dpkg, 'dpkg-query': dpkg };
