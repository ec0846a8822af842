import { isAddress, isIpv4 } from '../../../network/addresses';
import { OPTION_NAMES, type Transport } from '../corosync-conf';
import { compareText, error, overridable, plural, quoteInOrder, quoteList, type Report } from '../reports';
import { badOptions, badValue, isNonNegativeInteger, isPositiveInteger } from '../validate';

type Options = ReadonlyMap<string, string>;

/** What a value of an option may be: a list, or a test with pcs' words for it. */
interface Rule {
  readonly name: string;
  readonly allowed: string | readonly string[];
  readonly fits?: (value: string) => boolean;
  /** The words for a value that may not be empty. */
  readonly empty?: string;
}

const NON_NEGATIVE = 'a non-negative integer';
const PORT = 'a port number (1..65535)';
const isPort = (value: string) => /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65535;
const inRange = (low: number, high: number) => (value: string) =>
  /^\d+$/.test(value) && Number(value) >= low && Number(value) <= high;

const number = (name: string): Rule => ({ name, allowed: NON_NEGATIVE, fits: isNonNegativeInteger });
const flag = (name: string): Rule => ({ name, allowed: ['0', '1'] });

const IP_VERSION: Rule = { name: 'ip_version', allowed: ['ipv4', 'ipv4-6', 'ipv6', 'ipv6-4'] };

const KNET_LINK: readonly Rule[] = [
  { name: 'link_priority', allowed: '0..255', fits: inRange(0, 255) },
  { name: 'mcastport', allowed: PORT, fits: isPort },
  number('ping_interval'),
  number('ping_precision'),
  number('ping_timeout'),
  number('pong_count'),
  { name: 'transport', allowed: ['sctp', 'udp'] },
];

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  totem: [
    { name: 'block_unlisted_ips', allowed: ['no', 'yes'] },
    ...OPTION_NAMES.totem.filter((name) => name !== 'block_unlisted_ips').map(number),
  ],
  knet: [IP_VERSION, number('knet_pmtud_interval'), { name: 'link_mode', allowed: ['active', 'passive', 'rr'] }],
  udp: [IP_VERSION, { name: 'netmtu', allowed: 'a positive integer', fits: isPositiveInteger }],
  compression: [
    number('level'),
    { name: 'model', allowed: '', fits: () => true, empty: 'a compression model e.g. zlib, lz4 or bzip2' },
    number('threshold'),
  ],
  crypto: [
    { name: 'cipher', allowed: ['aes128', 'aes192', 'aes256', 'none'] },
    { name: 'hash', allowed: ['md5', 'none', 'sha1', 'sha256', 'sha384', 'sha512'] },
    { name: 'model', allowed: ['nss', 'openssl'] },
  ],
  knetLink: [...KNET_LINK, { name: 'linknumber', allowed: '0..7', fits: inRange(0, 7) }],
  knetLinkUpdate: KNET_LINK,
  udpLink: [
    { name: 'bindnetaddr', allowed: 'an IP address', fits: isAddress },
    flag('broadcast'),
    { name: 'mcastaddr', allowed: 'an IP address', fits: isAddress },
    { name: 'mcastport', allowed: PORT, fits: isPort },
    { name: 'ttl', allowed: '0..255', fits: inRange(0, 255) },
  ],
  quorum: [
    flag('auto_tie_breaker'),
    flag('last_man_standing'),
    { name: 'last_man_standing_window', allowed: 'a positive integer', fits: isPositiveInteger },
    flag('wait_for_all'),
  ],
};

/** Values that don't fit, in the order of the rules. With `update` an empty value is a removal. */
export function checkValues(rules: readonly Rule[], options: Options, update: boolean, force?: boolean): Report[] {
  const reports: Report[] = [];
  for (const rule of rules) {
    const value = options.get(rule.name);
    if (value === undefined || (value === '' && update)) continue;
    if (value === '' && rule.empty !== undefined)
      reports.push(error(`${rule.name} cannot be empty, use ${rule.empty}`));
    else if (!(rule.fits?.(value) ?? (rule.allowed as readonly string[]).includes(value))) {
      reports.push(badValue(rule.name, value, rule.allowed, force));
    }
  }
  return reports;
}

/** Names that no rule knows, then values that don't fit. */
export function checkOptions(
  kind: string,
  rulesName: string,
  options: Options,
  update = false,
  force?: boolean,
): Report[] {
  const rules = RULES[rulesName] ?? [];
  const unknown = [...options.keys()].filter((name) => !rules.some((rule) => rule.name === name));
  const names = rules.map((rule) => rule.name);
  const reports = unknown.length > 0 ? [badOptions(unknown, names, kind, force)] : [];
  return [...reports, ...checkValues(rules, options, update, force)];
}

export const checkTotem = (options: Options, update = false) => checkOptions('totem', 'totem', options, update);

/** Transport, compression and crypto options. `present`: what is set already (for updates). */
export function checkTransport(
  transport: Transport,
  options: { transport: Options; compression: Options; crypto: Options },
  present: { crypto: Options } | null = null,
): Report[] {
  const update = present !== null;
  if (transport !== 'knet') {
    const reports = checkOptions('udp/udpu transport', 'udp', options.transport, update);
    for (const group of ['compression', 'crypto'] as const) {
      if (options[group].size === 0) continue;
      reports.push(error(`The udp/udpu transport does not support '${group}' options, use 'knet' transport`));
    }
    return reports;
  }
  return [
    ...checkOptions('knet transport', 'knet', options.transport, update),
    ...checkOptions('compression', 'compression', options.compression, update),
    ...checkOptions('crypto', 'crypto', options.crypto, update),
    ...checkCipherNeedsHash(options.crypto, present?.crypto ?? null),
  ];
}

/** Encryption without a hash isn't possible. A new cluster without crypto options encrypts by default. */
function checkCipherNeedsHash(crypto: Options, present: Options | null): Report[] {
  if (present === null && crypto.size === 0) return [];
  const effective = (name: string) => (crypto.has(name) ? crypto.get(name) : present?.get(name)) || 'none';
  if (effective('cipher') === 'none' || effective('hash') !== 'none') return [];
  return [error("If crypto option 'cipher' is enabled, crypto option 'hash' must be enabled as well")];
}

export function checkQuorum(options: Options, present: Options | null, update: boolean): Report[] {
  const reports = checkOptions('quorum', 'quorum', options, update);
  const effective = (name: string) => options.get(name) ?? present?.get(name) ?? '';
  const window = effective('last_man_standing_window');
  if (window !== '' && ['', '0'].includes(effective('last_man_standing'))) {
    reports.push(
      error(
        "If quorum option 'last_man_standing_window' is enabled, quorum option 'last_man_standing' must be enabled as well",
      ),
    );
  }
  return reports;
}

/** Options of the links of a new cluster, one map a link in the order of the addresses. */
export function checkLinks(transport: Transport, links: readonly Options[], addressCount: number): Report[] {
  if (transport !== 'knet') return checkUdpLinks(links, addressCount);
  const reports: Report[] = [];
  const used = links.map((options, at) => options.get('linknumber') ?? String(at));
  const existing = Array.from({ length: addressCount }, (_, at) => String(at));
  for (const [at, options] of links.entries()) {
    const link = used[at] as string;
    if (addressCount > 0 && inRange(0, 7)(link) && options.has('linknumber') && !existing.includes(link)) {
      reports.push(error(`Cannot set options for non-existent link '${link}', existing links: ${quoteList(existing)}`));
    }
  }
  for (const options of links) {
    reports.push(...checkOptions('link', 'knetLink', options), ...checkPing(options));
  }
  const repeated = used.filter((link, at) => used.indexOf(link) !== at);
  if (repeated.length > 0) {
    reports.push(error(`Link numbers must be unique, duplicate link numbers: ${quoteList(new Set(repeated))}`));
  }
  return [...reports, ...checkLinkCount(links.length, addressCount)];
}

/** Options of one link of an existing cluster. Its number can be chosen, but not changed. */
export function checkLinkOptions(transport: Transport, options: Options, update: boolean): Report[] {
  if (transport !== 'knet') return checkOptions('link', 'udpLink', options, update);
  return [...checkOptions('link', update ? 'knetLinkUpdate' : 'knetLink', options, update), ...checkPing(options)];
}

function checkPing(options: Options): Report[] {
  const needs = (name: string, other: string) =>
    options.has(name) && !options.has(other)
      ? [error(`If link option '${name}' is specified, link option '${other}' must be specified as well`)]
      : [];
  return [...needs('ping_interval', 'ping_timeout'), ...needs('ping_timeout', 'ping_interval')];
}

function checkUdpLinks(links: readonly Options[], addressCount: number): Report[] {
  const reports: Report[] = [];
  const [options] = links;
  if (options) {
    reports.push(...checkOptions('link', 'udpLink', options));
    if (options.get('broadcast') === '1' && options.has('mcastaddr')) {
      reports.push(error("If link option 'mcastaddr' is enabled, link option 'broadcast' must be disabled"));
    }
  }
  return [...reports, ...checkLinkCount(links.length, addressCount)];
}

function checkLinkCount(links: number, addresses: number): Report[] {
  if (links <= addresses) return [];
  return [
    error(
      `Cannot specify options for more links (${links}) than how many is defined by number of addresses per node (${addresses})`,
    ),
  ];
}

/** A node of a new cluster: its name and addresses. */
export interface NewNode {
  readonly name: string;
  readonly addresses: readonly string[];
}

export interface NodeChecks {
  readonly nodes: readonly NewNode[];
  readonly transport: Transport;
  /** Addresses that can't be resolved. */
  readonly unresolvable: readonly string[];
  readonly force: boolean;
  /** Names and addresses in use by an existing cluster. */
  readonly existing?: { readonly names: readonly string[]; readonly addresses: readonly string[] };
  /** Number of addresses that a node of an existing cluster has. */
  readonly wantedCount?: number;
}

/** Names and addresses of nodes. */
export function checkNodes(checks: NodeChecks): Report[] {
  const reports: Report[] = [];
  const { nodes } = checks;
  for (const [at, node] of nodes.entries())
    if (node.name === '') reports.push(error(`node ${at + 1} name cannot be empty`));
  reports.push(
    ...duplicates(
      'Node names must be unique, duplicate names',
      nodes.map((node) => node.name),
    ),
  );
  for (const node of nodes) {
    if (!checks.existing?.names.includes(node.name)) continue;
    reports.push(error(`Node name '${node.name}' is already used by existing nodes; please, use other name`));
  }
  for (const node of nodes) reports.push(...checkCount(node, checks));
  for (const node of nodes) {
    if (node.addresses.includes('')) {
      reports.push(error(`Empty address set for node '${node.name}', an address cannot be empty`));
    }
  }
  if (checks.unresolvable.length > 0) {
    reports.push(overridable(`Unable to resolve addresses: ${quoteList(checks.unresolvable)}`, checks.force));
  }
  reports.push(...mixedVersions(nodes), ...sameCounts(nodes));
  for (const address of nodes.flatMap((node) => node.addresses)) {
    if (!checks.existing?.addresses.includes(address)) continue;
    reports.push(error(`Node address '${address}' is already used by existing nodes; please, use other address`));
  }
  reports.push(
    ...duplicates(
      'Node addresses must be unique, duplicate addresses',
      nodes.flatMap((node) => node.addresses),
    ),
  );
  return reports;
}

export function duplicates(text: string, values: readonly string[]): Report[] {
  const twice = new Set(values.filter((value, at) => value !== '' && values.indexOf(value) !== at));
  return twice.size > 0 ? [error(`${text}: ${quoteList(twice)}`)] : [];
}

/** knet has up to eight links, the others one; a node of a running cluster as many as the others. */
function checkCount(node: NewNode, checks: NodeChecks): Report[] {
  const count = node.addresses.length;
  const most = checks.transport === 'knet' ? 8 : 1;
  const [low, high] = checks.wantedCount === undefined ? [1, most] : [checks.wantedCount, checks.wantedCount];
  if (count >= low && count <= high) return [];
  const text =
    low === high
      ? `${low} ${plural(low, 'address', 'addresses')} must`
      : `At least ${low} and at most ${high} addresses must`;
  const given = `${count} ${plural(count, 'address', 'addresses')} specified for node '${node.name}'`;
  return [error(`${text} be specified for a node, ${given}`)];
}

export function mixedVersions(nodes: readonly NewNode[]): Report[] {
  const links = Math.max(0, ...nodes.map((node) => node.addresses.length));
  const mixed: string[] = [];
  for (let link = 0; link < links; link++) {
    const addresses = nodes.flatMap((node) => node.addresses[link] ?? []).filter(isAddress);
    if (addresses.some(isIpv4) && addresses.some((address) => !isIpv4(address))) mixed.push(String(link));
  }
  if (mixed.length === 0) return [];
  return [
    error(
      `Using both IPv4 and IPv6 on one link is not allowed; please, use either IPv4 or IPv6 on link(s): ${quoteInOrder(mixed)}`,
    ),
  ];
}

/** Nodes with different numbers of addresses, grouped by number. */
function sameCounts(nodes: readonly NewNode[]): Report[] {
  const byCount = new Map<number, string[]>();
  for (const node of nodes) {
    const names = byCount.get(node.addresses.length) ?? [];
    byCount.set(node.addresses.length, [...names, node.name]);
  }
  if (byCount.size <= 1) return [];
  const parts = [...byCount].map(([count, names]) => {
    const who = `${plural(names, 'node')} ${quoteInOrder([...names].sort(compareText))}`;
    return `${who} ${plural(names, 'has', 'have')} ${count} ${plural(count, 'address', 'addresses')}`;
  });
  return [error(`All nodes must have the same number of addresses; ${parts.join('; ')}`)];
}
