import type { Machine } from '../world/machine';
import type { ListeningSocket } from '../world/network';

/** First file descriptor that sockets of daemons get, after the standard streams. */
const FIRST_FD = 3;

/** A socket to listen on; the file descriptor is the next free one of its process unless given. */
export type SocketRequest = Omit<ListeningSocket, 'fd'> & { fd?: number };

/** Adds a listening socket. Returns false when the port is taken (EADDRINUSE). */
export function listen(machine: Machine, request: SocketRequest): boolean {
  if (portTaken(machine, request)) return false;
  let fd = request.fd ?? FIRST_FD;
  if (request.fd === undefined) {
    const used = machine.network.sockets.filter((socket) => socket.pid === request.pid).map((socket) => socket.fd);
    while (used.includes(fd)) fd++;
  }
  machine.network.sockets.push({
    protocol: request.protocol,
    address: request.address,
    port: request.port,
    process: request.process,
    pid: request.pid,
    fd,
    unit: request.unit,
  });
  return true;
}

function portTaken(machine: Machine, request: SocketRequest): boolean {
  const every = (address: string) => address === '0.0.0.0' || address === '::' || address === '*';
  const family = (address: string) => (address.includes(':') ? 6 : 4);
  return machine.network.sockets.some(
    (socket) =>
      socket.port === request.port &&
      socket.protocol === request.protocol &&
      (socket.address === request.address ||
        ((every(socket.address) || every(request.address)) &&
          (family(socket.address) === family(request.address) || socket.address === '*' || request.address === '*'))),
  );
}

/** Closes every socket of a unit. */
export function closeSockets(machine: Machine, unit: string): void {
  const sockets = machine.network.sockets;
  for (let at = sockets.length - 1; at >= 0; at--) if (sockets[at]?.unit === unit) sockets.splice(at, 1);
}

/** The socket that gets what comes in for an address and port. */
export function listenerAt(
  machine: Machine,
  address: string,
  port: number,
  protocol: 'tcp' | 'udp',
): ListeningSocket | undefined {
  const every = address.includes(':') ? '::' : '0.0.0.0';
  return machine.network.sockets.find(
    (socket) =>
      socket.port === port &&
      socket.protocol === protocol &&
      (socket.address === address || socket.address === every || socket.address === '*'),
  );
}
