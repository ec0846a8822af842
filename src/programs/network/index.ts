import type { EventHandlers } from '../../kernel/events';
import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { hostname } from './hostname';
import { managerHandlers, networkManager, waitOnline } from './manager/service';
import { ping } from './ping';

/** Programs of the network family by registry key. */
export const programs: ProgramTable = {
  hostname,
  nmcli: { load: async () => (await import('./nmcli/nmcli')).nmcli },
  ping,
};

export const services: ServiceTable = {
  'NetworkManager.service': networkManager,
  'NetworkManager-wait-online.service': waitOnline,
};

export const handlers: EventHandlers = managerHandlers;
