import { controllerParts } from '../agents/parts';
import { services as corosync } from '../corosync/daemon';
import { corosyncHandlers } from '../corosync/handlers';
import type { EventHandlers } from '../kernel/events';
import { handlers as daemonHandlers, services as daemons } from '../machine/daemons';
import { handlers as powerHandlers } from '../machine/power';
import { registerServices } from '../machine/service';
import { handlers as unitHandlers } from '../machine/units';
import { membershipListener, services as pacemaker, pacemakerHandlers } from '../pacemaker/handlers';
import { services as firewall } from '../programs/firewall';
import { services as hypervisor } from '../programs/hypervisor';
import { services as network, handlers as networkHandlers } from '../programs/network';
import { services as pcsd } from '../programs/pcs';
import { services as ssh } from '../programs/ssh';

for (const services of [daemons, hypervisor, corosync, pacemaker, network, firewall, pcsd, ssh])
  registerServices(services);

/** Event handlers of all rooms. */
export const handlers: EventHandlers = {
  ...powerHandlers,
  ...unitHandlers,
  ...daemonHandlers,
  ...networkHandlers,
  ...corosyncHandlers([membershipListener]),
  ...pacemakerHandlers(controllerParts),
};
