import { crash, powerOff, powerOn, requestShutdown, reset } from '../machine/power';
import { addFault, cutBetween, removeFault, removeFaults } from '../network/faults';
import { setCable } from '../network/links';
import type { World } from '../world/world';
import type { FaultRequest } from './protocol';

/** Does to a world what a hand in the server room would do. */
export function injectFault(world: World, request: FaultRequest): void {
  switch (request.kind) {
    case 'power':
      changePower(world, request);
      break;
    case 'cable':
      changeCable(world, request);
      break;
    case 'link':
      changeLink(world, request);
      break;
    case 'split':
      split(world, request);
      break;
    case 'heal':
      removeFaults(world);
      for (const machine of Object.values(world.machines)) {
        for (const nic of machine.network.nics) {
          changeCable(world, { kind: 'cable', machine: machine.name, nic: nic.name, plugged: true });
        }
      }
  }
}

/** What undo calls it. */
export function faultLabel(request: FaultRequest): string {
  switch (request.kind) {
    case 'power':
      return `${request.machine}: power ${request.action}`;
    case 'cable':
      return `${request.machine}: ${request.nic} ${request.plugged ? 'plugged in' : 'unplugged'}`;
    case 'link':
      return `${request.from} ↔ ${request.to}: ${request.cut ? 'cut' : 'healed'}`;
    case 'split':
      return `split: ${request.island.join(', ')}`;
    case 'heal':
      return 'heal all';
  }
}

function changePower(world: World, { machine, action }: Extract<FaultRequest, { kind: 'power' }>): void {
  if (!world.machines[machine]) return;
  switch (action) {
    case 'on':
      powerOn(world, machine);
      break;
    case 'off':
      powerOff(world, machine);
      break;
    case 'reset':
      reset(world, machine);
      break;
    case 'crash':
      crash(world, machine);
      break;
    case 'shutdown':
      requestShutdown(world, machine, 'poweroff');
      break;
    case 'reboot':
      requestShutdown(world, machine, 'reboot');
      break;
  }
}

function changeCable(world: World, request: Extract<FaultRequest, { kind: 'cable' }>): void {
  const nic = world.machines[request.machine]?.network.nics.find(({ name }) => name === request.nic);
  if (nic && nic.plugged !== request.plugged) setCable(world, request.machine, request.nic, request.plugged);
}

function changeLink(world: World, { network, from, to, cut }: Extract<FaultRequest, { kind: 'link' }>): void {
  const between = world.faults.filter(
    (fault) =>
      fault.network === network && [fault.from, fault.to].includes(from) && [fault.from, fault.to].includes(to),
  );
  for (const { id } of between) removeFault(world, id);
  if (cut) addFault(world, { network, from, to });
}

function split(world: World, { network, island }: Extract<FaultRequest, { kind: 'split' }>): void {
  const attached = Object.values(world.machines).filter(
    (machine) => machine.kind === 'guest' && machine.network.nics.some((nic) => nic.network === network),
  );
  const rest = attached.map(({ name }) => name).filter((name) => !island.includes(name));
  removeFaults(world, network);
  cutBetween(world, [island, rest], network);
}
