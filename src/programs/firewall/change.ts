import { findService } from '../../network/firewall';
import type { Machine } from '../../world/machine';
import type { FirewallState, FirewallZone } from '../../world/network';
import { checkForwardPort, checkInterface, checkPort, checkSource, normaliseRule } from './check';
import { FirewallError } from './errors';
import { ownServices } from './permanent';

/** A zone that is changed or asked, in memory or in its file. */
export interface Target {
  machine: Machine;
  zoneName: string;
  zone: FirewallZone;
  permanent: boolean;
  /** Null for the permanent configuration. */
  state: FirewallState | null;
}

/** The lists of a zone that options change: by the option's word. */
type ListWord =
  | 'service'
  | 'port'
  | 'protocol'
  | 'source-port'
  | 'icmp-block'
  | 'forward-port'
  | 'rich-rule'
  | 'interface'
  | 'source';

export const LIST_WORDS: readonly ListWord[] = [
  'service',
  'port',
  'protocol',
  'source-port',
  'icmp-block',
  'forward-port',
  'rich-rule',
  'interface',
  'source',
];

export function listOfWord(zone: FirewallZone, word: ListWord): string[] {
  switch (word) {
    case 'service':
      return zone.services;
    case 'port':
      return zone.ports;
    case 'protocol':
      zone.protocols ??= [];
      return zone.protocols;
    case 'source-port':
      zone.sourcePorts ??= [];
      return zone.sourcePorts;
    case 'icmp-block':
      zone.icmpBlocks ??= [];
      return zone.icmpBlocks;
    case 'forward-port':
      zone.forwardPorts ??= [];
      return zone.forwardPorts;
    case 'rich-rule':
      return zone.richRules;
    case 'interface':
      return zone.interfaces;
    case 'source':
      return zone.sources;
  }
}

/** Checks a value and gives it as it is kept, and as messages name it. Throws FirewallError. */
function normalise(target: Target, word: ListWord, value: string): { kept: string; shown: string } {
  switch (word) {
    case 'service': {
      const own = target.permanent ? ownServices(target.machine)[value] : undefined;
      if (!own && !findService(target.state, value)) {
        throw new FirewallError(
          'INVALID_SERVICE',
          target.permanent ? `Zone '${target.zoneName}': '${value}' not among existing services` : value,
        );
      }
      return { kept: value, shown: value };
    }
    case 'port':
    case 'source-port': {
      const { port, protocol } = checkPort(value);
      return { kept: `${port}/${protocol}`, shown: `${port}:${protocol}` };
    }
    case 'interface':
      checkInterface(value);
      return { kept: value, shown: value };
    case 'source':
      checkSource(value);
      return { kept: value, shown: value };
    case 'rich-rule': {
      const kept = normaliseRule(value);
      return { kept, shown: kept };
    }
    case 'forward-port':
      return { kept: checkForwardPort(value), shown: value };
    case 'protocol':
      if (!/^[a-z0-9-]+$/.test(value)) throw new FirewallError('INVALID_PROTOCOL', value);
      return { kept: value, shown: value };
    default:
      if (!ICMP_TYPES.includes(value)) throw new FirewallError('INVALID_ICMPTYPE', value);
      return { kept: value, shown: value };
  }
}

export const ICMP_TYPES = [
  'address-unreachable',
  'bad-header',
  'beyond-scope',
  'communication-prohibited',
  'destination-unreachable',
  'echo-reply',
  'echo-request',
  'failed-policy',
  'fragmentation-needed',
  'host-precedence-violation',
  'host-prohibited',
  'host-redirect',
  'host-unknown',
  'host-unreachable',
  'ip-header-bad',
  'neighbour-advertisement',
  'neighbour-solicitation',
  'network-prohibited',
  'network-redirect',
  'network-unknown',
  'network-unreachable',
  'no-route',
  'packet-too-big',
  'parameter-problem',
  'port-unreachable',
  'precedence-cutoff',
  'protocol-unreachable',
  'redirect',
  'reject-route',
  'required-option-missing',
  'router-advertisement',
  'router-solicitation',
  'source-quench',
  'source-route-failed',
  'time-exceeded',
  'timestamp-reply',
  'timestamp-request',
  'tos-host-redirect',
  'tos-host-unreachable',
  'tos-network-redirect',
  'tos-network-unreachable',
  'ttl-zero-during-reassembly',
  'ttl-zero-during-transit',
  'unknown-header-type',
  'unknown-option',
];

/** `'http' already in 'public'` in memory, the bare value in the permanent configuration. */
function already(target: Target, shown: string): FirewallError {
  return new FirewallError('ALREADY_ENABLED', target.permanent ? shown : `'${shown}' already in '${target.zoneName}'`);
}

function notEnabled(target: Target, shown: string): FirewallError {
  return new FirewallError('NOT_ENABLED', target.permanent ? shown : `'${shown}' not in '${target.zoneName}'`);
}

/** `--add-WORD=value` on a draft. Throws FirewallError, also for the warning that it is there already. */
export function addTo(target: Target, word: ListWord, value: string): void {
  const { kept, shown } = normalise(target, word, value);
  const list = listOfWord(target.zone, word);
  if (word === 'interface' && !target.permanent) {
    const holder = Object.entries(target.state?.zones ?? {}).find(([, zone]) => zone.interfaces.includes(value));
    if (holder) throw new FirewallError('ZONE_ALREADY_SET', `'${value}' already bound to '${holder[0]}'`);
  }
  const covered = word === 'port' && list.some((range) => coversPort(range, kept));
  if (list.includes(kept) || covered) throw already(target, shown);
  list.push(kept);
}

/** Whether a kept range of ports holds another one of the same protocol. */
function coversPort(range: string, wanted: string): boolean {
  const [ports = '', protocol] = range.split('/');
  const [other = '', otherProtocol] = wanted.split('/');
  if (protocol !== otherProtocol) return false;
  const ends = (text: string) => text.split('-').map(Number);
  const [first = 0, last = first] = ends(ports);
  const [from = 0, to = from] = ends(other);
  return from >= first && to <= last;
}

/** `--remove-WORD=value` on a draft. Throws FirewallError. */
export function removeFrom(target: Target, word: ListWord, value: string): void {
  const { kept, shown } = normalise(target, word, value);
  const list = listOfWord(target.zone, word);
  const at = list.indexOf(kept);
  if (at < 0) throw notEnabled(target, shown);
  list.splice(at, 1);
}

/** `--query-WORD=value`. Throws FirewallError for a value that isn't one. */
export function isIn(target: Target, word: ListWord, value: string): boolean {
  const { kept } = normalise(target, word, value);
  const list = listOfWord(target.zone, word);
  return list.includes(kept) || (word === 'port' && list.some((range) => coversPort(range, kept)));
}
