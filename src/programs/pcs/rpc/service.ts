import type { ServiceBehaviour } from '../../../machine/service';
import { closeSockets, listen } from '../../../network/sockets';
import { PCSD_PORT } from './client';

const UNIT = 'pcsd.service';

/** pcsd: answers requests on port 2224 while it runs. What it does on request is in `server.ts`. */
export const pcsd: ServiceBehaviour = {
  start(_world, machine, pid) {
    for (const address of ['0.0.0.0', '::']) {
      listen(machine, { protocol: 'tcp', address, port: PCSD_PORT, process: 'pcsd', pid, unit: UNIT });
    }
    return { kind: 'starting', readyAfter: 1200 };
  },
  stop() {
    return 200;
  },
  ended(_world, machine) {
    closeSockets(machine, UNIT);
  },
};

/** The part of pcsd that is still written in Ruby: it only talks to pcsd, over a socket of its own. */
export const pcsdRuby: ServiceBehaviour = {
  start: () => ({ kind: 'starting', readyAfter: 2800 }),
  stop: () => 200,
  ended: () => undefined,
};
