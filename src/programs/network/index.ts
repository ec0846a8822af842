import type { EventHandlers } from '../../kernel/events';
import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { managerHandlers, networkManager } from './manager/service';
import { nmcli } from './nmcli/nmcli';
import { ping } from './ping';

/** Programs of the network family by registry key. */
export const programs: ProgramTable = {
  nmcli,
  ping,
};

export const services: ServiceTable = {
  'NetworkManager.service': networkManager,
};

export const handlers: EventHandlers = managerHandlers;
