import { hasCarrier, LOOPBACK } from '../../../network/interfaces';
import type { Machine } from '../../../world/machine';
import type { Nic } from '../../../world/network';
import type { World } from '../../../world/world';

/** Connection that NetworkManager shows for the loopback device, which it only watches. */
export const LOOPBACK_CONNECTION = 'lo';

/** State of a device with NetworkManager's number and words for it. */
export interface DeviceState {
  number: number;
  text: string;
}

const STATES = {
  unavailable: { number: 20, text: 'unavailable' },
  disconnected: { number: 30, text: 'disconnected' },
  connecting: { number: 70, text: 'connecting (getting IP configuration)' },
  connected: { number: 100, text: 'connected' },
  external: { number: 100, text: 'connected (externally)' },
} as const;

/** A device as NetworkManager knows it: a NIC, a bridge of libvirt on the hypervisor, or the loopback. */
export interface Device {
  nic: Nic;
  /** `ethernet`, `loopback` or `bridge`. */
  type: string;
  state: DeviceState;
  /** UUID of the active connection. */
  connection: string | null;
}

export function deviceOf(world: World, machine: Machine, nic: Nic): Device {
  const type = nic === LOOPBACK ? 'loopback' : isBridge(machine, nic) ? 'bridge' : 'ethernet';
  const connection = machine.network.activeConnections[nic.name] ?? null;
  return { nic, type, state: stateOf(world, machine, nic, type, connection), connection };
}

/** Whether a NIC is one of the hypervisor's bridges: those aren't among its NICs. */
function isBridge(machine: Machine, nic: Nic): boolean {
  return !machine.network.nics.some((own) => own.name === nic.name);
}

function stateOf(world: World, machine: Machine, nic: Nic, type: string, connection: string | null): DeviceState {
  if (type !== 'ethernet') return STATES.external;
  if (machine.network.manager?.activating[nic.name] !== undefined) return STATES.connecting;
  if (connection !== null) return STATES.connected;
  return hasCarrier(world, nic) ? STATES.disconnected : STATES.unavailable;
}

/** Kernel's number of an interface: the loopback is 1. */
export function interfaceIndex(machine: Machine, name: string): number {
  if (name === 'lo') return 1;
  const at = machine.network.nics.findIndex((nic) => nic.name === name);
  return at < 0 ? machine.network.nics.length + 2 : at + 2;
}
