import { PACKAGED_SERVICES } from '../../network/firewall-services';
import type { FirewallService, FirewallZone } from '../../world/network';

/** A zone in full, as `--list-all` and `--info-zone` print it. */
export function describeZone(name: string, zone: FirewallZone, active: boolean): string {
  const sorted = (list: readonly string[] | undefined) => [...(list ?? [])].sort(compare).join(' ');
  const yesNo = (value: boolean | undefined) => (value ? 'yes' : 'no');
  const target = zone.target === 'REJECT' ? '%%REJECT%%' : zone.target;
  const lines = [
    `${name}${active ? ' (active)' : ''}`,
    `  target: ${target}`,
    `  icmp-block-inversion: ${yesNo(zone.icmpBlockInversion)}`,
    `  interfaces: ${sorted(zone.interfaces)}`,
    `  sources: ${sorted(zone.sources)}`,
    `  services: ${sorted(zone.services)}`,
    `  ports: ${zone.ports.join(' ')}`,
    `  protocols: ${sorted(zone.protocols)}`,
    `  forward: ${yesNo(zone.forward)}`,
    `  masquerade: ${yesNo(zone.masquerade)}`,
    `  forward-ports: ${(zone.forwardPorts ?? []).map((entry) => `\n\t${entry}`).join('')}`,
    `  source-ports: ${(zone.sourcePorts ?? []).join(' ')}`,
    `  icmp-blocks: ${sorted(zone.icmpBlocks)}`,
    `  rich rules: ${zone.richRules.map((rule) => `\n\t${rule}`).join('')}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Byte order, as Python sorts. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A service in full, as `--info-service` prints it. */
export function describeService(name: string, service: FirewallService): string {
  const destinations = Object.entries(service.destinations).map(([family, address]) => `${family}:${address}`);
  const lines = [
    name,
    `  ports: ${service.ports.join(' ')}`,
    `  protocols: ${service.protocols.join(' ')}`,
    `  source-ports: ${service.sourcePorts.join(' ')}`,
    `  modules: ${service.modules.join(' ')}`,
    `  destination: ${destinations.join(' ')}`,
    `  includes: ${[...service.includes].sort(compare).join(' ')}`,
    `  helpers: ${[...service.helpers].sort(compare).join(' ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Names of all services, sorted. */
export function serviceNames(own: Readonly<Record<string, FirewallService>>): string[] {
  return [...new Set([...PACKAGED_SERVICES.keys(), ...Object.keys(own)])].sort(compare);
}
