import {
  type ConfigSection,
  ConfigSyntaxError,
  type CorosyncConfig,
  formatCorosyncConf,
  newSection,
  parseCorosyncConf,
  sectionsOf,
  setValue,
  valuesUnder,
  valueUnder,
} from '../../corosync/config';
import { FileError } from '../../machine/files';
import type { Pcs } from './context';
import { CommandFailure, LibraryFailure } from './failure';
import { compareText, error } from './reports';

/** A node as corosync.conf lists it. */
export interface ConfNode {
  readonly name: string;
  readonly nodeId: string;
  /** Addresses by link number. */
  readonly addresses: ReadonlyMap<string, string>;
}

export type Transport = 'knet' | 'udp' | 'udpu';
export type OptionGroup = 'totem' | 'transport' | 'compression' | 'crypto';

/** Names of options by group, as pcs calls them. */
export const OPTION_NAMES = {
  totem: [
    'block_unlisted_ips',
    'consensus',
    'downcheck',
    'fail_recv_const',
    'heartbeat_failures_allowed',
    'hold',
    'join',
    'max_messages',
    'max_network_delay',
    'merge',
    'miss_count_const',
    'send_join',
    'seqno_unchanged_const',
    'token',
    'token_coefficient',
    'token_retransmit',
    'token_retransmits_before_loss_const',
    'window_size',
  ],
  knetTransport: ['ip_version', 'knet_pmtud_interval', 'link_mode'],
  udpTransport: ['ip_version', 'netmtu'],
  compression: ['level', 'model', 'threshold'],
  crypto: ['cipher', 'hash', 'model'],
  quorum: ['auto_tie_breaker', 'last_man_standing', 'last_man_standing_window', 'wait_for_all'],
} as const;

/** What stands before an option's name in the file. */
const PREFIX: Readonly<Record<OptionGroup, string>> = {
  totem: '',
  transport: '',
  compression: 'knet_compression_',
  crypto: 'crypto_',
};

/** Link options that have `knet_` before their name in the file. */
const KNET_LINK = ['link_priority', 'ping_interval', 'ping_precision', 'ping_timeout', 'pong_count', 'transport'];

/** A corosync.conf as pcs looks at it. Changes are made in place. */
export class CorosyncConf {
  constructor(readonly config: CorosyncConfig) {}

  /** The totem section that counts; made where there is none. */
  section(name: string): ConfigSection {
    const found = sectionsOf(this.config, name).at(-1);
    if (found) return found;
    const made = newSection(name);
    this.config.sections.push(made);
    return made;
  }

  get clusterName(): string {
    return valueUnder(this.config, ['totem'], 'cluster_name') ?? '';
  }

  get clusterUuid(): string | undefined {
    return valueUnder(this.config, ['totem'], 'cluster_uuid');
  }

  get transport(): Transport {
    const name = valueUnder(this.config, ['totem'], 'transport');
    return name === 'udp' || name === 'udpu' ? name : 'knet';
  }

  get nodes(): ConfNode[] {
    return sectionsOf(this.config, 'nodelist').flatMap((list) => sectionsOf(list, 'node').map(nodeOf));
  }

  /** Options of a group that are set, by pcs' names, in alphabetical order. */
  options(group: OptionGroup): Map<string, string> {
    const names: readonly string[] =
      group === 'transport'
        ? this.transport === 'knet'
          ? OPTION_NAMES.knetTransport
          : OPTION_NAMES.udpTransport
        : OPTION_NAMES[group];
    const values = new Map(valuesUnder(this.config, ['totem']));
    const options = new Map<string, string>();
    for (const name of names) {
      const value = values.get(PREFIX[group] + name);
      if (value !== undefined) options.set(name, value);
    }
    return options;
  }

  /** Sets options of a group; an empty value removes one. */
  setOptions(group: OptionGroup, options: ReadonlyMap<string, string>): void {
    const totem = this.section('totem');
    for (const [name, value] of [...options].sort(([first], [second]) => compareText(first, second))) {
      setValue(totem, PREFIX[group] + name, value === '' ? undefined : value);
    }
  }

  get quorumOptions(): Map<string, string> {
    const values = new Map(valuesUnder(this.config, ['quorum']));
    const options = new Map<string, string>();
    for (const name of OPTION_NAMES.quorum) {
      const value = values.get(name);
      if (value !== undefined) options.set(name, value);
    }
    return options;
  }

  setQuorumOptions(options: ReadonlyMap<string, string>): void {
    const quorum = this.section('quorum');
    for (const [name, value] of [...options].sort(([first], [second]) => compareText(first, second))) {
      setValue(quorum, name, value === '' ? undefined : value);
    }
    this.updateTwoNode();
  }

  /** two_node belongs to clusters of two nodes without a device and without auto_tie_breaker. */
  updateTwoNode(): void {
    const quorum = this.section('quorum');
    const wanted =
      this.nodes.length === 2 && this.quorumOptions.get('auto_tie_breaker') !== '1' && this.device === undefined;
    setValue(quorum, 'two_node', wanted ? '1' : undefined);
  }

  /** The quorum device's section. */
  get device(): ConfigSection | undefined {
    return sectionsOf(this.config, 'quorum')
      .flatMap((quorum) => sectionsOf(quorum, 'device'))
      .at(-1);
  }

  /** Link numbers in use, ascending. */
  get links(): string[] {
    const links = new Set(this.nodes.flatMap((node) => [...node.addresses.keys()]));
    return [...links].sort((first, second) => Number(first) - Number(second));
  }

  /** Options of links, by pcs' names, in the file's order. */
  get linkOptions(): Map<string, Map<string, string>> {
    const byLink = new Map<string, Map<string, string>>();
    for (const totem of sectionsOf(this.config, 'totem')) {
      for (const section of sectionsOf(totem, 'interface')) {
        const options = linkOptionsOf(section, this.transport);
        const link = new Map(section.values).get('linknumber') ?? '0';
        if (options.size > 0) byLink.set(link, new Map([...(byLink.get(link) ?? []), ...options]));
      }
    }
    return byLink;
  }

  /** Writes all links' options anew: one interface section a link, keys in order, links in order. */
  setLinkOptions(byLink: ReadonlyMap<string, ReadonlyMap<string, string>>): void {
    const totem = this.section('totem');
    totem.sections = totem.sections.filter((section) => section.name !== 'interface');
    const links = [...byLink.keys()].sort((first, second) => Number(first) - Number(second));
    for (const link of links) {
      const values = linkValues(byLink.get(link) ?? new Map(), link, this.transport);
      if (values.length > 0) totem.sections.push(newSection('interface', values));
    }
  }

  addNode(name: string, nodeId: number, addresses: ReadonlyMap<string, string>): void {
    this.section('nodelist').sections.push(nodeSection(name, nodeId, addresses));
    this.updateTwoNode();
  }

  removeNodes(names: readonly string[]): void {
    for (const list of sectionsOf(this.config, 'nodelist')) {
      list.sections = list.sections.filter(
        (section) => section.name !== 'node' || !names.includes(new Map(section.values).get('name') ?? ''),
      );
    }
    this.updateTwoNode();
  }

  get text(): string {
    return formatCorosyncConf(this.config);
  }
}

function nodeOf(section: ConfigSection): ConfNode {
  const addresses = new Map<string, string>();
  let name = '';
  let nodeId = '';
  for (const [key, value] of section.values) {
    const ring = /^ring(\d+)_addr$/.exec(key);
    if (ring) addresses.set(ring[1] as string, value);
    if (key === 'name') name = value;
    if (key === 'nodeid') nodeId = value;
  }
  return { name, nodeId, addresses };
}

/** A node's section: addresses by link, name, id. */
export function nodeSection(name: string, nodeId: number, addresses: ReadonlyMap<string, string>): ConfigSection {
  const links = [...addresses.keys()].sort((first, second) => Number(first) - Number(second));
  const rings = links.map((link): [string, string] => [`ring${link}_addr`, addresses.get(link) as string]);
  return newSection('node', [...rings, ['name', name], ['nodeid', String(nodeId)]]);
}

function linkOptionsOf(section: ConfigSection, transport: Transport): Map<string, string> {
  const options = new Map<string, string>();
  for (const [key, value] of section.values) {
    if (key === 'linknumber') {
      if (transport === 'knet') options.set(key, value);
    } else if (key === 'broadcast') options.set(key, value === 'yes' ? '1' : '0');
    else options.set(transport === 'knet' ? key.replace(/^knet_/, '') : key, value);
  }
  return options;
}

function linkValues(options: ReadonlyMap<string, string>, link: string, transport: Transport): [string, string][] {
  const values: [string, string][] = [];
  for (const [name, value] of options) {
    if (name === 'linknumber' || value === '') continue;
    if (name === 'broadcast') values.push([name, value === '1' ? 'yes' : 'no']);
    else values.push([transport === 'knet' && KNET_LINK.includes(name) ? `knet_${name}` : name, value]);
  }
  if (values.length === 0) return [];
  values.push(['linknumber', link]);
  return values.sort(([first], [second]) => compareText(first, second));
}

/** The path of the corosync.conf that this call is about. */
export function corosyncConfPath(pcs: Pcs): string {
  return pcs.options.value('--corosync_conf') ?? pcs.installation.corosyncConf;
}

/** Reads the configuration for a library command. */
export function loadCorosyncConf(pcs: Pcs): CorosyncConf {
  const path = corosyncConfPath(pcs);
  let text: string;
  try {
    text = pcs.readFile(path);
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new LibraryFailure([error(`Unable to read Corosync configuration '${path}': ${failure.text}: '${path}'`)]);
  }
  const conf = parseConf(text);
  if (typeof conf !== 'string') return conf;
  pcs.report(error(`Unable to parse corosync config: ${conf}`));
  throw new LibraryFailure();
}

/** The configuration, or why it can't be parsed. */
export function parseConf(text: string): CorosyncConf | string {
  try {
    return new CorosyncConf(parseCorosyncConf(text));
  } catch (failure) {
    if (!(failure instanceof ConfigSyntaxError)) throw failure;
    if (failure.problem === 'missing-closing-brace') return 'missing closing brace';
    if (failure.problem === 'unexpected-closing-brace') return 'unexpected closing brace';
    return 'a line is not opening or closing a section or key: value';
  }
}

/** Reads this machine's configuration for the older commands, with their words. */
export function localConf(pcs: Pcs): CorosyncConf {
  const path = pcs.installation.corosyncConf;
  let text: string;
  try {
    text = pcs.readFile(path);
  } catch (failure) {
    if (!(failure instanceof FileError)) throw failure;
    throw new CommandFailure(`Unable to read ${path}: ${failure.text}`);
  }
  const conf = parseConf(text);
  if (typeof conf === 'string') throw new CommandFailure(`Unable to parse corosync.conf: ${conf}`);
  return conf;
}
