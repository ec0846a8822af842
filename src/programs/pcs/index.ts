import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { pcs } from './main';
import { pcsd } from './rpc/service';

export const programs: ProgramTable = { pcs };

export const services: ServiceTable = { 'pcsd.service': pcsd };
