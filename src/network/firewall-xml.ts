import type { Distribution } from '../world/machine';
import type { FirewallService, FirewallZone } from '../world/network';
import { PACKAGED_SERVICES } from './firewall-services';

/** A zone file: the zone and its texts. */
export interface ZoneFile {
  zone: FirewallZone;
  short: string;
  description: string;
}

/** An element of the flat XML that firewalld's files are made of. */
interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

function unescapeXml(text: string): string {
  const names: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => names[name] ?? '');
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Reads such a file. Null when it isn't well-formed. */
function parseElement(source: string): Element | null {
  const root: Element = { name: '', attributes: {}, text: '', children: [] };
  const stack = [root];
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<(\/?)([\w:-]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    if (!match) return null;
    const [, closing, name, attributes, empty, text] = match;
    const top = stack[stack.length - 1] as Element;
    if (text !== undefined) top.text += unescapeXml(text);
    else if (name === undefined) continue;
    else if (closing) {
      if (stack.length < 2 || top.name !== name) return null;
      stack.pop();
    } else {
      const element: Element = { name, attributes: {}, text: '', children: [] };
      for (const [, key = '', double, single] of (attributes ?? '').matchAll(
        /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
      )) {
        element.attributes[key] = unescapeXml(double ?? single ?? '');
      }
      top.children.push(element);
      if (!empty) stack.push(element);
    }
  }
  return stack.length === 1 ? (root.children[0] ?? null) : null;
}

const TARGETS: Readonly<Record<string, FirewallZone['target']>> = {
  ACCEPT: 'ACCEPT',
  DROP: 'DROP',
  '%%REJECT%%': 'REJECT',
};

/** An empty zone. */
export function emptyZone(): FirewallZone {
  return {
    target: 'default',
    interfaces: [],
    sources: [],
    services: [],
    ports: [],
    richRules: [],
    masquerade: false,
    forward: false,
    protocols: [],
    sourcePorts: [],
    forwardPorts: [],
    icmpBlocks: [],
    icmpBlockInversion: false,
  };
}

/** Reads a zone file. Null when it is none. */
export function parseZone(source: string): ZoneFile | null {
  const root = parseElement(source);
  if (root?.name !== 'zone') return null;
  const zone = emptyZone();
  zone.target = TARGETS[root.attributes.target ?? ''] ?? 'default';
  const file: ZoneFile = { zone, short: '', description: '' };
  for (const { name, attributes, text, children } of root.children) {
    if (name === 'short') file.short = text.trim();
    else if (name === 'description') file.description = text.trim();
    else if (name === 'interface') zone.interfaces.push(attributes.name ?? '');
    else if (name === 'source') zone.sources.push(attributes.address ?? attributes.mac ?? `ipset:${attributes.ipset}`);
    else if (name === 'service') zone.services.push(attributes.name ?? '');
    else if (name === 'port') zone.ports.push(`${attributes.port}/${attributes.protocol}`);
    else if (name === 'protocol') zone.protocols?.push(attributes.value ?? '');
    else if (name === 'source-port') zone.sourcePorts?.push(`${attributes.port}/${attributes.protocol}`);
    else if (name === 'icmp-block') zone.icmpBlocks?.push(attributes.name ?? '');
    else if (name === 'icmp-block-inversion') zone.icmpBlockInversion = true;
    else if (name === 'masquerade') zone.masquerade = true;
    else if (name === 'forward') zone.forward = true;
    else if (name === 'forward-port') zone.forwardPorts?.push(forwardPortText(attributes));
    else if (name === 'rule') zone.richRules.push(ruleText(attributes, children));
  }
  return file;
}

function forwardPortText(attributes: Record<string, string>): string {
  const to = attributes['to-port'] ?? '';
  const address = attributes['to-addr'] ?? '';
  return `port=${attributes.port}:proto=${attributes.protocol}:toport=${to}:toaddr=${address}`;
}

/** A rich rule's text from its XML. */
function ruleText(attributes: Record<string, string>, children: readonly Element[]): string {
  const pairs = (values: Record<string, string>) => Object.entries(values).map(([key, value]) => `${key}="${value}"`);
  const words = ['rule', ...pairs(attributes)];
  const spell = (element: Element): void => {
    const { invert, ...values } = element.attributes;
    words.push(element.name);
    if (invert === 'true' || invert === 'True') words.push('NOT');
    words.push(...pairs(values));
    for (const child of element.children) spell(child);
  };
  for (const child of children) spell(child);
  return words.join(' ');
}

/** Element names in rich rules; the others are attributes' keys. */
const RULE_ELEMENTS = new Set([
  'source',
  'destination',
  'service',
  'port',
  'protocol',
  'icmp-block',
  'icmp-type',
  'masquerade',
  'forward-port',
  'source-port',
  'log',
  'audit',
  'accept',
  'reject',
  'drop',
  'mark',
  'limit',
]);

/** The XML of a rich rule's text. */
function ruleXml(rule: string): string {
  const words = rule.match(/[\w-]+=(?:"[^"]*"|\S+)|[\w-]+/g) ?? [];
  let head = '';
  const elements: { name: string; attributes: string }[] = [];
  for (const word of words.slice(1)) {
    const at = word.indexOf('=');
    if (at < 0) {
      const last = elements[elements.length - 1];
      if (/^not$/i.test(word) && last) last.attributes += ' invert="True"';
      else if (RULE_ELEMENTS.has(word)) elements.push({ name: word, attributes: '' });
      continue;
    }
    const attribute = ` ${word.slice(0, at)}="${escapeXml(word.slice(at + 1).replace(/^"|"$/g, ''))}"`;
    const last = elements[elements.length - 1];
    if (last) last.attributes += attribute;
    else head += attribute;
  }
  const lines = elements.map((element) => `    <${element.name}${element.attributes}/>\n`);
  return `  <rule${head}>\n${lines.join('')}  </rule>\n`;
}

/** A zone file as firewalld writes it. */
export function formatZone({ zone, short, description }: ZoneFile): string {
  const target = zone.target === 'default' ? '' : ` target="${zone.target === 'REJECT' ? '%%REJECT%%' : zone.target}"`;
  let text = `<?xml version="1.0" encoding="utf-8"?>\n<zone${target}>\n`;
  const add = (line: string) => {
    text += `  ${line}\n`;
  };
  const portPair = (value: string) => {
    const [port = '', protocol = ''] = value.split('/');
    return `port="${escapeXml(port)}" protocol="${escapeXml(protocol)}"`;
  };
  if (short) add(`<short>${escapeXml(short)}</short>`);
  if (description) add(`<description>${escapeXml(description)}</description>`);
  for (const name of zone.interfaces) add(`<interface name="${escapeXml(name)}"/>`);
  for (const address of zone.sources) add(`<source address="${escapeXml(address)}"/>`);
  for (const name of zone.services) add(`<service name="${escapeXml(name)}"/>`);
  for (const port of zone.ports) add(`<port ${portPair(port)}/>`);
  for (const value of zone.protocols ?? []) add(`<protocol value="${escapeXml(value)}"/>`);
  for (const name of zone.icmpBlocks ?? []) add(`<icmp-block name="${escapeXml(name)}"/>`);
  if (zone.icmpBlockInversion) add('<icmp-block-inversion/>');
  if (zone.masquerade) add('<masquerade/>');
  for (const value of zone.forwardPorts ?? []) {
    const part = (key: string) => new RegExp(`${key}=([^:]*)`).exec(value)?.[1] ?? '';
    const optional = [
      ['to-port', part('toport')],
      ['to-addr', part('toaddr')],
    ].filter(([, given]) => given !== '');
    const rest = optional.map(([key, given]) => ` ${key}="${given}"`).join('');
    add(`<forward-port port="${part('port')}" protocol="${part('proto')}"${rest}/>`);
  }
  for (const port of zone.sourcePorts ?? []) add(`<source-port ${portPair(port)}/>`);
  for (const rule of zone.richRules) text += ruleXml(rule);
  if (zone.forward) add('<forward/>');
  return `${text}</zone>\n`;
}

/** Reads a service file. Null when it is none. */
export function parseService(source: string): FirewallService | null {
  const root = parseElement(source);
  if (root?.name !== 'service') return null;
  const service: FirewallService = {
    ports: [],
    protocols: [],
    sourcePorts: [],
    modules: [],
    destinations: {},
    includes: [],
    helpers: [],
  };
  for (const { name, attributes } of root.children) {
    const port = `${attributes.port}/${attributes.protocol}`;
    if (name === 'port') service.ports.push(port);
    else if (name === 'source-port') service.sourcePorts.push(port);
    else if (name === 'protocol') service.protocols.push(attributes.value ?? '');
    else if (name === 'module') service.modules.push(attributes.name ?? '');
    else if (name === 'helper') service.helpers.push(attributes.name ?? '');
    else if (name === 'include') service.includes.push(attributes.service ?? '');
    else if (name === 'destination') Object.assign(service.destinations, attributes);
  }
  return service;
}

/** A service file as firewalld writes it. */
export function formatService(service: FirewallService, short = ''): string {
  let text = '<?xml version="1.0" encoding="utf-8"?>\n<service>\n';
  if (short) text += `  <short>${escapeXml(short)}</short>\n`;
  for (const included of service.includes) text += `  <include service="${included}"/>\n`;
  for (const value of service.ports) {
    const [port, protocol] = value.split('/');
    text += `  <port protocol="${protocol}" port="${port}"/>\n`;
  }
  for (const value of service.protocols) text += `  <protocol value="${value}"/>\n`;
  for (const value of service.sourcePorts) {
    const [port, protocol] = value.split('/');
    text += `  <source-port protocol="${protocol}" port="${port}"/>\n`;
  }
  for (const name of service.modules) text += `  <module name="${name}"/>\n`;
  for (const name of service.helpers) text += `  <helper name="${name}"/>\n`;
  const destinations = Object.entries(service.destinations).map(([family, address]) => ` ${family}="${address}"`);
  if (destinations.length > 0) text += `  <destination${destinations.join('')}/>\n`;
  return `${text}</service>\n`;
}

interface PackagedZone {
  short: string;
  description: string;
  target?: FirewallZone['target'];
  services?: readonly string[];
  masquerade?: boolean;
}

/** The zones that firewalld is packaged with; `nm-shared` comes with NetworkManager. Descriptions are ours. */
const ZONES: Readonly<Record<string, PackagedZone>> = {
  block: { short: 'Block', description: 'Every incoming connection is rejected.', target: 'REJECT' },
  dmz: {
    short: 'DMZ',
    description: 'For computers that are reached from outside, with little access inwards.',
    services: ['ssh'],
  },
  drop: { short: 'Drop', description: 'Every incoming packet is dropped without an answer.', target: 'DROP' },
  external: { short: 'External', description: 'For the outer side of a router.', services: ['ssh'], masquerade: true },
  home: {
    short: 'Home',
    description: 'For home networks whose other computers are mostly trusted.',
    services: ['ssh', 'mdns', 'samba-client', 'dhcpv6-client'],
  },
  internal: {
    short: 'Internal',
    description: 'For the inner side of a router.',
    services: ['ssh', 'mdns', 'samba-client', 'dhcpv6-client'],
  },
  'nm-shared': {
    short: 'NetworkManager Shared',
    description: 'For connections that NetworkManager shares.',
    target: 'ACCEPT',
    services: ['dhcp', 'dns', 'ssh'],
  },
  public: {
    short: 'Public',
    description: 'For public places: only selected incoming connections are accepted.',
    services: ['ssh', 'dhcpv6-client'],
  },
  trusted: { short: 'Trusted', description: 'Every connection is accepted.', target: 'ACCEPT' },
  work: {
    short: 'Work',
    description: 'For work places whose other computers are mostly trusted.',
    services: ['ssh', 'dhcpv6-client'],
  },
};

/** The packaged zones; CentOS lets Cockpit in where ssh is for daily work. */
export function packagedZones(distribution: Distribution): Record<string, ZoneFile> {
  const zones: Record<string, ZoneFile> = {};
  for (const [name, packaged] of Object.entries(ZONES)) {
    const zone = emptyZone();
    zone.target = packaged.target ?? 'default';
    zone.services = [...(packaged.services ?? [])];
    const withCockpit = ['public', 'home', 'internal', 'work'].includes(name);
    if (distribution === 'centos-stream-9' && withCockpit) zone.services.push('cockpit');
    zone.masquerade = packaged.masquerade ?? false;
    zone.forward = true;
    zones[name] = { zone, short: packaged.short, description: packaged.description };
  }
  return zones;
}

/** The files of the firewalld package below /usr/lib/firewalld. */
export function packagedFirewallFiles(distribution: Distribution): { path: string; content: string }[] {
  const zones = Object.entries(packagedZones(distribution)).map(([name, file]) => ({
    path: `/usr/lib/firewalld/zones/${name}.xml`,
    content: formatZone(file),
  }));
  const services = [...PACKAGED_SERVICES.values()].map((service) => ({
    path: `/usr/lib/firewalld/services/${service.name}.xml`,
    content: formatService(service, service.short),
  }));
  return [...zones, ...services];
}
