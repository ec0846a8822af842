import { exists, writeFile } from '../../../machine/files';
import type { ServiceBehaviour } from '../../../machine/service';
import { closeSockets, listen } from '../../../network/sockets';
import type { Machine } from '../../../world/machine';
import type { World } from '../../../world/world';
import { randomPem } from './certificate';
import { PCSD_PORT } from './client';

const UNIT = 'pcsd.service';
/** What `ps` shows of pcsd, and of each of the processes that it keeps for its work. */
const COMMAND = '/usr/bin/python3 -Es /usr/sbin/pcsd';
const HELPERS = 11;

/** DER lengths of a self-signed certificate and of an RSA key of 3072 bits. */
const CERTIFICATE_BYTES = 1110;
const KEY_BYTES = 1767;

/** pcsd: answers requests on port 2224 while it runs. What it does on request is in `server.ts`. */
export const pcsd: ServiceBehaviour = {
  start(world, machine, pid) {
    for (const address of ['0.0.0.0', '::']) {
      listen(machine, { protocol: 'tcp', address, port: PCSD_PORT, process: 'pcsd', pid, unit: UNIT });
    }
    makeCertificate(world, machine);
    return { kind: 'starting', readyAfter: 1200 };
  },
  stop() {
    return 200;
  },
  ended(_world, machine) {
    closeSockets(machine, UNIT);
  },
  command: () => COMMAND,
  children: () => new Array<string>(HELPERS).fill(COMMAND),
};

/** At its first start it signs a certificate for itself. */
function makeCertificate(world: World, machine: Machine): void {
  const options = { mode: 0o600, uid: 0, gid: 0, time: world.epoch + world.now, makeParents: true };
  const [certificate, key] = ['/var/lib/pcsd/pcsd.crt', '/var/lib/pcsd/pcsd.key'];
  if (exists(machine, certificate) && exists(machine, key)) return;
  writeFile(machine, certificate, randomPem(world, 'CERTIFICATE', CERTIFICATE_BYTES), options);
  writeFile(machine, key, randomPem(world, 'RSA PRIVATE KEY', KEY_BYTES), options);
}

/** The part of pcsd that is still written in Ruby: it only talks to pcsd, over a socket of its own. */
export const pcsdRuby: ServiceBehaviour = {
  start: () => ({ kind: 'starting', readyAfter: 2800 }),
  stop: () => 200,
  ended: () => undefined,
  command: () => 'puma 5.6.5 (unix:///var/run/pcsd-ruby.socket?umask=0o077)',
};
