import type { Completer, CompletionTable } from '../../shell/completion';
import type { Machine } from '../../world/machine';
import { OPTIONS } from './arguments';
import { ICMP_TYPES } from './change';
import { serviceNames } from './listing';
import { ownServices, permanentZones } from './permanent';

/** What may stand behind `--option=`; undefined: anything, so nothing is proposed. */
function valuesOf(option: string, machine: Machine): readonly string[] {
  if (/^(add|remove|query|info|delete|path)-service$|^service$/.test(option)) return serviceNames(ownServices(machine));
  if (/^(zone|set-default-zone|info-zone|delete-zone|path-zone)$/.test(option)) {
    return Object.keys(machine.network.firewall?.zones ?? permanentZones(machine));
  }
  if (/-interface$/.test(option)) return machine.network.nics.map((nic) => nic.name);
  if (/-icmp-block$/.test(option)) return ICMP_TYPES;
  if (option === 'set-target') return ['default', 'ACCEPT', 'DROP', 'REJECT'];
  if (/-protocol$/.test(option)) return ['ah', 'esp', 'gre', 'icmp', 'igmp', 'tcp', 'udp', 'vrrp'];
  if (option === 'set-log-denied') return ['all', 'broadcast', 'multicast', 'off', 'unicast'];
  return [];
}

const firewallCmd: Completer = ({ machine, words, current }) => {
  const value = /^--([a-z-]+)=/.exec(current);
  if (value) return valuesOf(value[1] ?? '', machine).map((word) => value[0] + word);
  const before = /^--([a-z-]+)$/.exec(words.at(-2) ?? '')?.[1];
  const takesValue = OPTIONS.some((option) => option.name === before && option.value !== 'none');
  if (before !== undefined && takesValue && !current.startsWith('-')) return valuesOf(before, machine);
  return OPTIONS.map(({ name, value: kind }) => `--${name}${kind === 'none' ? '' : '='}`);
};

export const completions: CompletionTable = { 'firewall-cmd': firewallCmd };
