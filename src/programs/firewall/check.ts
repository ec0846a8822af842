import { parseCidr } from '../../network/addresses';
import { parseRichRule } from '../../network/firewall';
import { FirewallError } from './errors';

/** A port or range with protocol, as given to `--add-port`. Throws FirewallError. */
export function checkPort(text: string): { port: string; protocol: string } {
  const at = text.indexOf('/');
  if (at <= 0 || at === text.length - 1) {
    throw new FirewallError(
      'INVALID_PORT',
      'bad port (most likely missing protocol), correct syntax is portid[-portid]/protocol',
    );
  }
  const port = text.slice(0, at);
  const protocol = text.slice(at + 1);
  const ends = port.split('-');
  const good = ends.length <= 2 && ends.every((end) => /^\d+$/.test(end) && Number(end) <= 65535);
  if (!good || (ends.length === 2 && Number(ends[0]) >= Number(ends[1]))) throw new FirewallError('INVALID_PORT', port);
  if (!['tcp', 'udp', 'sctp', 'dccp'].includes(protocol)) {
    throw new FirewallError('INVALID_PROTOCOL', `'${protocol}' not in {'tcp'|'udp'|'sctp'|'dccp'}`);
  }
  return { port, protocol };
}

export function checkInterface(name: string): void {
  if (name === '' || name.length > 16 || /[\s/!*]/.test(name)) throw new FirewallError('INVALID_INTERFACE', name);
}

export function checkSource(address: string): void {
  const mac = /^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$/.test(address);
  if (!mac && !parseCidr(address)) throw new FirewallError('INVALID_ADDR', address);
}

/** A rich rule as firewalld writes it down: attributes quoted. Throws FirewallError. */
export function normaliseRule(text: string): string {
  const rule = parseRichRule(text);
  const unquoted = text.replace(/\s+/g, ' ').trim();
  if (!rule) throw new FirewallError('INVALID_RULE', unquoted);
  if ((rule.source || rule.destination) && rule.family === null) {
    throw new FirewallError('INVALID_RULE', 'no family specified');
  }
  if (!rule.element && !rule.action) throw new FirewallError('INVALID_RULE', 'no element, no action');
  return unquoted.replace(
    /([\w-]+)=("[^"]*"|\S+)/g,
    (_, key: string, value: string) => `${key}="${value.replace(/"/g, '')}"`,
  );
}

export function checkForwardPort(text: string): string {
  const part = (key: string) => new RegExp(`(?:^|:)${key}=([^:]*)`).exec(text)?.[1] ?? '';
  if (!part('port') || !part('proto') || (!part('toport') && !part('toaddr'))) {
    throw new FirewallError('INVALID_PORT', `bad forward port '${text}'`);
  }
  checkPort(`${part('port')}/${part('proto')}`);
  return `port=${part('port')}:proto=${part('proto')}:toport=${part('toport')}:toaddr=${part('toaddr')}`;
}
