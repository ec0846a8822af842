import { readFileIfThere } from '../../machine/files';
import { parseHosts } from '../../network/resolve';
import { type Completer, type CompletionTable, operandsBefore } from '../../shell/completion';
import type { Machine } from '../../world/machine';
import { profilesOf } from './manager/profile';

/** Names and addresses in /etc/hosts. */
function hostsOf(machine: Machine): string[] {
  return parseHosts(readFileIfThere(machine, '/etc/hosts') ?? '').flatMap(({ names }) => names);
}

const VERBS: Readonly<Record<string, string>> = {
  general: 'hostname logging permissions status',
  networking: 'connectivity off on',
  radio: 'all wifi wwan',
  connection: 'add clone delete down edit export import load modify monitor reload show up',
  device: 'connect delete disconnect modify monitor reapply set show status',
};

const SETTINGS =
  'connection.autoconnect connection.autoconnect-priority connection.id connection.interface-name connection.zone ipv4.addresses ipv4.dns ipv4.dns-search ipv4.gateway ipv4.ignore-auto-dns ipv4.method ipv4.never-default ipv4.routes ipv6.addresses ipv6.dns ipv6.gateway ipv6.method'.split(
    ' ',
  );

const ADD_WORDS = 'autoconnect con-name gw4 gw6 ifname ip4 ip6 type'.split(' ');

/** The object or verb that a beginning stands for: nmcli takes `con` for `connection`. */
function whole(word: string, of: readonly string[]): string {
  return of.find((name) => word !== '' && name.startsWith(word)) ?? word;
}

const nmcli: Completer = (context) => {
  const { machine, current } = context;
  const operands = operandsBefore(context);
  if (operands.length === 0) {
    if (current.startsWith('-'))
      return '--ask --fields --get-values --mode --pretty --terse --version --wait'.split(' ');
    return [...Object.keys(VERBS), 'agent', 'monitor', 'help'];
  }
  const object = whole(operands[0] ?? '', Object.keys(VERBS));
  const verbs = VERBS[object]?.split(' ') ?? [];
  if (operands.length === 1) return verbs;
  const verb = whole(operands[1] ?? '', verbs);
  const rest = operands.slice(2);
  if (object === 'connection') return connectionWords(machine, verb, rest);
  if (object === 'device' && rest.length === 0 && verb !== 'status') return machine.network.nics.map((nic) => nic.name);
  if (object === 'device' && verb === 'modify' && rest.length % 2 === 1) return SETTINGS;
  return [];
};

function connectionWords(machine: Machine, verb: string, rest: readonly string[]): readonly string[] | undefined {
  const names = profilesOf(machine).map((profile) => profile.id);
  const last = rest.at(-1);
  if (last === 'ifname' || last === 'connection.interface-name') return machine.network.nics.map((nic) => nic.name);
  if (last === 'type') return ['bond', 'bridge', 'dummy', 'ethernet', 'team', 'vlan'];
  if (/^ipv[46]\.method$/.test(last ?? '')) return ['auto', 'disabled', 'link-local', 'manual', 'shared'];
  if (last === 'connection.autoconnect') return ['no', 'yes'];
  if (verb === 'add') return rest.length % 2 === 0 ? [...ADD_WORDS, ...SETTINGS] : [];
  if (verb === 'load' || verb === 'import') return undefined;
  if (rest.length === 0) return verb === 'reload' || verb === 'monitor' ? [] : [...names, 'id', 'uuid'];
  if (last === 'id' && rest.length === 1) return names;
  if (last === 'uuid' && rest.length === 1) return profilesOf(machine).map((profile) => profile.uuid);
  const named = rest[0] === 'id' || rest[0] === 'uuid' ? rest.length - 1 : rest.length;
  if (verb === 'modify') return named % 2 === 1 ? SETTINGS : [];
  return verb === 'up' || verb === 'down' ? ['ifname'] : [];
}

const IP_OBJECTS = 'address link neighbour route rule'.split(' ');
const IP_VERBS: Readonly<Record<string, string>> = {
  address: 'add change delete flush replace show',
  link: 'add delete set show',
  neighbour: 'add delete flush show',
  route: 'add change delete flush get replace show',
  rule: 'add delete flush show',
};

const ip: Completer = (context) => {
  const { machine, current } = context;
  const operands = operandsBefore(context);
  if (current.startsWith('-')) return ['-4', '-6', '-brief', '-color', '-details', '-json', '-oneline', '-statistics'];
  if (operands.length === 0) return IP_OBJECTS;
  const object = whole(operands[0] ?? '', IP_OBJECTS);
  if (operands.length === 1) return IP_VERBS[object]?.split(' ') ?? [];
  const nics = ['lo', ...machine.network.nics.map((nic) => nic.name)];
  if (context.words.at(-2) === 'dev') return nics;
  if (object === 'link' && operands.length === 2) return nics;
  if (object === 'link' && operands[1] === 'set') return ['address', 'down', 'mtu', 'up'];
  return ['dev'];
};

/** Programs whose argument is a host. */
const host: Completer = ({ machine, current }) => (current.startsWith('-') ? [] : hostsOf(machine));

export const completions: CompletionTable = {
  nmcli,
  ip,
  ping: host,
  tracepath: host,
  arping: host,
  dig: host,
  host,
  nslookup: host,
  nc: host,
  ncat: host,
};
