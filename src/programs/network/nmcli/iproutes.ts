import { networkOf } from '../../../network/addresses';
import { routingTable } from '../../../network/routes';
import type { Machine } from '../../../world/machine';
import type { Nic, Route } from '../../../world/network';
import type { World } from '../../../world/world';

/** IPv4 routes of a device as NetworkManager lists them: its networks first, the default route last. */
export function routesOfDevice(world: World, machine: Machine, device: string): Route[] {
  const routes = routingTable(world, machine).filter((route) => route.device === device);
  const rank = (route: Route) => (route.destination === 'default' ? 1 : 0);
  return routes.sort((a, b) => rank(a) - rank(b));
}

/** IPv6 routes that a device's addresses bring. */
export function linkRoutesV6(nic: Nic): string[] {
  const networks = nic.addresses
    .filter((own) => own.address.includes(':') && own.prefix < 128)
    .map((own) => `${networkOf(own.address, own.prefix)}/${own.prefix}`);
  return [...new Set(networks)].map((network) => `dst = ${network}, nh = ::, mt = 1024`);
}
