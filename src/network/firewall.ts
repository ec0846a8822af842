import type { Machine } from '../world/machine';
import type { FirewallService, FirewallState, FirewallZone } from '../world/network';
import { inPrefix, parseCidr } from './addresses';
import { PACKAGED_SERVICES } from './firewall-services';

/** What a packet filter does with a new connection. `reject` answers icmp-admin-prohibited, `drop` nothing. */
export type FirewallVerdict = 'accept' | 'reject' | 'drop';

export type Protocol = 'tcp' | 'udp' | 'icmp';

/** A connection attempt as the destination's filter sees it. */
export interface Packet {
  /** Interface it comes in by. */
  interface: string;
  source: string;
  destination: string;
  protocol: Protocol;
  /** Destination port; 0 for ICMP. */
  port: number;
}

/** A service's definition: the administrator's own before the packaged one. */
export function findService(state: FirewallState | null, name: string): FirewallService | undefined {
  return state?.services?.[name] ?? PACKAGED_SERVICES.get(name);
}

/** Whether a port lies in `2224/tcp` or `5405-5412/udp`. */
export function portMatches(ports: string, port: number, protocol: Protocol): boolean {
  const slash = ports.indexOf('/');
  if (ports.slice(slash + 1) !== protocol) return false;
  const dash = ports.indexOf('-');
  const first = Number(ports.slice(0, dash < 0 ? slash : dash));
  const last = dash < 0 ? first : Number(ports.slice(dash + 1, slash));
  return port >= first && port <= last;
}

function serviceMatches(state: FirewallState, name: string, packet: Packet, depth = 0): boolean {
  const service = findService(state, name);
  if (!service || depth > 4) return false;
  const family = packet.destination.includes(':') ? 'ipv6' : 'ipv4';
  const target = service.destinations[family];
  const limited = Object.keys(service.destinations).length > 0;
  if (!limited || (target !== undefined && addressMatches(packet.destination, target))) {
    if (service.ports.some((ports) => portMatches(ports, packet.port, packet.protocol))) return true;
    if (service.protocols.includes(packet.protocol)) return true;
  }
  return service.includes.some((included) => serviceMatches(state, included, packet, depth + 1));
}

function addressMatches(address: string, range: string): boolean {
  const cidr = parseCidr(range);
  return cidr !== null && inPrefix(address, cidr.address, cidr.prefix);
}

/** The zone that handles what comes from a source by an interface: sources first, then the interface, then default. */
export function zoneOf(state: FirewallState, interfaceName: string, source: string): string {
  let byInterface: string | null = null;
  for (const name in state.zones) {
    const zone = state.zones[name];
    if (zone?.sources.some((range) => addressMatches(source, range))) return name;
    if (byInterface === null && zone?.interfaces.includes(interfaceName)) byInterface = name;
  }
  return byInterface ?? state.defaultZone;
}

/** Verdict of the machine's firewall, if one runs, on a new connection that comes in from another machine. */
export function firewallVerdict(machine: Machine, packet: Packet): FirewallVerdict {
  const state = machine.network.firewall;
  if (!state) return 'accept';
  if (state.panic) return 'drop';
  const zone = state.zones[zoneOf(state, packet.interface, packet.source)];
  return zone ? zoneVerdict(state, zone, packet) : 'reject';
}

function zoneVerdict(state: FirewallState, zone: FirewallZone, packet: Packet): FirewallVerdict {
  const rich = richVerdict(state, zone.richRules, packet);
  if (rich) return rich;
  if (packet.protocol === 'icmp' && zone.target !== 'DROP') return icmpVerdict(zone);
  if (zone.ports.some((ports) => portMatches(ports, packet.port, packet.protocol))) return 'accept';
  if (zone.protocols?.includes(packet.protocol)) return 'accept';
  if (zone.services.some((name) => serviceMatches(state, name, packet))) return 'accept';
  if (zone.target === 'ACCEPT') return 'accept';
  return zone.target === 'DROP' ? 'drop' : 'reject';
}

function icmpVerdict(zone: FirewallZone): FirewallVerdict {
  const blocked = (zone.icmpBlocks ?? []).includes('echo-request') !== (zone.icmpBlockInversion ?? false);
  return blocked ? 'reject' : 'accept';
}

/** A rich rule in parts: `rule family="ipv4" source address="192.168.90.0/24" port port="80" protocol="tcp" accept`. */
export interface RichRule {
  family: 'ipv4' | 'ipv6' | null;
  priority: number;
  source: { address: string; invert: boolean } | null;
  destination: { address: string; invert: boolean } | null;
  element: { kind: 'service' | 'port' | 'protocol' | 'other'; value: string } | null;
  action: FirewallVerdict | null;
}

/** Takes a rich rule apart. Null when it isn't one. */
export function parseRichRule(text: string): RichRule | null {
  const words = text.trim().match(/[\w-]+=(?:"[^"]*"|\S+)|[\w-]+/g) ?? [];
  if (words[0] !== 'rule') return null;
  const rule: RichRule = { family: null, priority: 0, source: null, destination: null, element: null, action: null };
  let scope = 'rule';
  let invert = false;
  let port = '';
  for (const word of words.slice(1)) {
    const at = word.indexOf('=');
    if (at < 0) {
      if (word === 'NOT' || word === 'not') invert = true;
      else if (word === 'accept' || word === 'reject' || word === 'drop') rule.action = word;
      else scope = word;
      continue;
    }
    const name = word.slice(0, at);
    const value = word.slice(at + 1).replace(/^"|"$/g, '');
    if (name === 'family' && (value === 'ipv4' || value === 'ipv6')) rule.family = value;
    else if (name === 'priority') rule.priority = Number(value);
    else if (name === 'invert') invert = value === 'yes' || value === 'true';
    else if (scope === 'source' && name === 'address') rule.source = { address: value, invert };
    else if (scope === 'destination' && name === 'address') rule.destination = { address: value, invert };
    else if (scope === 'service' && name === 'name') rule.element = { kind: 'service', value };
    else if (scope === 'protocol' && name === 'value') rule.element = { kind: 'protocol', value };
    else if (scope === 'port' && name === 'port') port = value;
    else if (scope === 'port' && name === 'protocol') rule.element = { kind: 'port', value: `${port}/${value}` };
    else if (name === 'type' && scope === 'reject') continue;
    else if (scope !== 'log' && scope !== 'limit' && scope !== 'reject')
      rule.element ??= { kind: 'other', value: word };
    if (name === 'address') invert = false;
  }
  return rule;
}

/** The order in which firewalld looks at rich rules without a priority: drops and rejects, then accepts. */
function richVerdict(state: FirewallState, rules: readonly string[], packet: Packet): FirewallVerdict | null {
  if (rules.length === 0) return null;
  const matching: RichRule[] = [];
  for (const text of rules) {
    const rule = parseRichRule(text);
    if (rule?.action && richMatches(state, rule, packet)) matching.push(rule);
  }
  const rank = (rule: RichRule) => (rule.action === 'accept' ? 1 : 0);
  matching.sort((a, b) => a.priority - b.priority || rank(a) - rank(b));
  return matching[0]?.action ?? null;
}

function richMatches(state: FirewallState, rule: RichRule, packet: Packet): boolean {
  const family = packet.destination.includes(':') ? 'ipv6' : 'ipv4';
  if (rule.family !== null && rule.family !== family) return false;
  if (rule.source && addressMatches(packet.source, rule.source.address) === rule.source.invert) return false;
  if (rule.destination && addressMatches(packet.destination, rule.destination.address) === rule.destination.invert) {
    return false;
  }
  if (!rule.element) return true;
  if (rule.element.kind === 'service') return serviceMatches(state, rule.element.value, packet);
  if (rule.element.kind === 'protocol') return rule.element.value === packet.protocol;
  return rule.element.kind === 'port' && portMatches(rule.element.value, packet.port, packet.protocol);
}

/** Puts an interface into a zone (null: the default one) of a running firewall and takes it out of all others. */
export function bindInterface(machine: Machine, interfaceName: string, zoneName: string | null): void {
  const state = machine.network.firewall;
  if (!state) return;
  unbindInterface(machine, interfaceName);
  const zone = state.zones[zoneName ?? state.defaultZone] ?? state.zones[state.defaultZone];
  zone?.interfaces.push(interfaceName);
}

/** Takes an interface out of its zone. */
export function unbindInterface(machine: Machine, interfaceName: string): void {
  for (const zone of Object.values(machine.network.firewall?.zones ?? {})) {
    const at = zone.interfaces.indexOf(interfaceName);
    if (at >= 0) zone.interfaces.splice(at, 1);
  }
}
