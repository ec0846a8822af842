import { powerOn } from '../../machine/power';
import type { ServiceBehaviour, ServiceTable } from '../../machine/service';

/** libvirtd brings up networks and guests that are marked to start with it; they outlive it. */
const libvirtd: ServiceBehaviour = {
  start(world) {
    for (const network of Object.values(world.networks)) if (network.autostart) network.active = true;
    for (const machine of Object.values(world.machines)) {
      if (machine.kind === 'guest' && machine.autostart && machine.power === 'off') powerOn(world, machine.name);
    }
    return { kind: 'starting', readyAfter: 250 };
  },
  stop: () => 100,
  ended() {},
};

export const services: ServiceTable = { 'libvirtd.service': libvirtd };
