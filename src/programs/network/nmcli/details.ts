import type { Process } from '../../../shell/process';
import { dnsOf } from '../manager/activate';
import type { Device } from '../manager/devices';
import { linkRoutesV6, routesOfDevice } from './iproutes';

/** One `NAME: value` line of a detailed view. */
export type Line = readonly [name: string, value: string];

/** The IP4 and IP6 groups of a device: addresses, gateway, routes, name servers. */
export function addressLines(process: Process, device: Device): Line[] {
  const { world, machine } = process;
  const { nic } = device;
  const lines: Line[] = [];
  const v4 = nic.addresses.filter((own) => !own.address.includes(':'));
  const v6 = nic.addresses.filter((own) => own.address.includes(':'));
  const number = (group: string, index: number) => `${group}[${index + 1}]`;
  for (const [index, own] of v4.entries()) lines.push([number('IP4.ADDRESS', index), `${own.address}/${own.prefix}`]);
  const routes = routesOfDevice(world, machine, nic.name);
  lines.push(['IP4.GATEWAY', routes.find((route) => route.destination === 'default')?.gateway ?? '']);
  const described = routes.map((route) => {
    const destination = route.destination === 'default' ? '0.0.0.0/0' : route.destination;
    return `dst = ${destination}, nh = ${route.gateway ?? '0.0.0.0'}, mt = ${route.metric}`;
  });
  for (const [index, text] of described.entries()) lines.push([number('IP4.ROUTE', index), text]);
  const dns = dnsOf(machine, nic.name);
  for (const [index, server] of dns.servers.entries()) lines.push([number('IP4.DNS', index), server]);
  for (const [index, domain] of dns.search.entries()) lines.push([number('IP4.DOMAIN', index), domain]);
  for (const [index, own] of v6.entries()) lines.push([number('IP6.ADDRESS', index), `${own.address}/${own.prefix}`]);
  lines.push(['IP6.GATEWAY', '']);
  for (const [index, text] of linkRoutesV6(nic).entries()) lines.push([number('IP6.ROUTE', index), text]);
  return lines;
}

/** `-g IP4.ADDRESS` and the like name a line without its number, or a whole group. */
export function selectLines(lines: readonly Line[], fields: readonly string[] | null): Line[] {
  if (!fields) return [...lines];
  const chosen: Line[] = [];
  for (const field of fields) {
    const wanted = field.toUpperCase();
    if (wanted === 'ALL' || wanted === 'COMMON') chosen.push(...lines);
    else {
      for (const line of lines) {
        const name = line[0].toUpperCase().replace(/\[\d+\]$/, '');
        if (name === wanted || name.startsWith(`${wanted}.`)) chosen.push(line);
      }
    }
  }
  return chosen;
}
