import { controllerParts } from '../agents/parts';
import { services as corosync } from '../corosync/daemon';
import { corosyncHandlers } from '../corosync/handlers';
import type { EventHandlers } from '../kernel/events';
import { registerDaemons } from '../machine/daemon';
import { handlers as daemonHandlers, services as daemons } from '../machine/daemons';
import { respond } from '../machine/httpd/respond';
import { services as httpd, daemons as httpdDaemons, handlers as httpdHandlers } from '../machine/httpd/service';
import { handlers as powerHandlers } from '../machine/power';
import { registerServices } from '../machine/service';
import { handlers as unitHandlers } from '../machine/units';
import { registerResponder } from '../network/http';
import { membershipListener, services as pacemaker, pacemakerHandlers } from '../pacemaker/handlers';
import { services as firewall } from '../programs/firewall';
import { services as hypervisor } from '../programs/hypervisor';
import { services as network, handlers as networkHandlers } from '../programs/network';
import { services as pcsd } from '../programs/pcs';
import { services as ssh } from '../programs/ssh';

for (const services of [daemons, httpd, hypervisor, corosync, pacemaker, network, firewall, pcsd, ssh])
  registerServices(services);
registerDaemons(httpdDaemons);
for (const server of ['httpd', 'apache2']) registerResponder(server, respond);

/** Event handlers of all rooms. */
export const handlers: EventHandlers = {
  ...powerHandlers,
  ...unitHandlers,
  ...daemonHandlers,
  ...httpdHandlers,
  ...networkHandlers,
  ...corosyncHandlers([membershipListener]),
  ...pacemakerHandlers(controllerParts),
};
