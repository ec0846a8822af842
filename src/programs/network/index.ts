import type { EventHandlers } from '../../kernel/events';
import type { ServiceTable } from '../../machine/service';
import type { ProgramTable } from '../../shell/process';
import { hostname } from './hostname';
import { managerHandlers, networkManager, waitOnline } from './manager/service';
import { ping } from './ping';

/** Programs of the network family by registry key. */
export const programs: ProgramTable = {
  arp: { load: async () => (await import('./nettools')).arp },
  arping: { load: async () => (await import('./arping')).arping },
  curl: { load: async () => (await import('./curl')).curl },
  dig: { load: async () => (await import('./dnstools')).dig },
  getent: { load: async () => (await import('./getent')).getent },
  host: { load: async () => (await import('./dnstools')).host },
  hostname,
  ifconfig: { load: async () => (await import('./nettools')).ifconfig },
  ip: { load: async () => (await import('./ip/ip')).ip },
  ncat: { load: async () => (await import('./ncat')).ncat },
  netstat: { load: async () => (await import('./nettools')).netstat },
  nmcli: { load: async () => (await import('./nmcli/nmcli')).nmcli },
  nslookup: { load: async () => (await import('./dnstools')).nslookup },
  ping,
  route: { load: async () => (await import('./nettools')).route },
  ss: { load: async () => (await import('./ss')).ss },
  wget: { load: async () => (await import('./wget')).wget },
  tracepath: { load: async () => (await import('./tracepath')).tracepath },
};

export const services: ServiceTable = {
  'NetworkManager.service': networkManager,
  'NetworkManager-wait-online.service': waitOnline,
};

export const handlers: EventHandlers = managerHandlers;
