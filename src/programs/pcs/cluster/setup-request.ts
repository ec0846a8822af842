import { newSection } from '../../../corosync/config';
import { isAddress } from '../../../network/addresses';
import { resolveHost } from '../../../network/resolve';
import type { Pcs } from '../context';
import { CorosyncConf, nodeSection, type Transport } from '../corosync-conf';
import { error, info, overridable, plural, quoteInOrder, quoteList, type Report } from '../reports';
import { BadCall } from '../router';
import type { KnownHosts } from '../rpc/hosts';
import { groupByKeywords, parseOptions, wordsOf } from '../text';
import { makeUuid } from './random';
import { checkLinks, checkNodes, checkQuorum, checkTotem, checkTransport, type NewNode } from './validate';

/** What the words of `pcs cluster setup` ask for. */
export interface SetupRequest {
  readonly name: string;
  readonly nodes: NewNode[];
  readonly transportName: string;
  readonly transport: Map<string, string>;
  readonly links: Map<string, string>[];
  readonly compression: Map<string, string>;
  readonly crypto: Map<string, string>;
  readonly totem: Map<string, string>;
  readonly quorum: Map<string, string>;
}

/** Reads the words of `pcs cluster setup`. */
export function parseRequest(args: string[]): SetupRequest {
  const [name, ...rest] = args as [string, ...string[]];
  const groups = groupByKeywords(rest, ['transport', 'totem', 'quorum']);
  onlyOnce(groups, ['transport', 'totem', 'quorum']);
  const nodes = parseNodes(wordsOf(groups, ''));
  const transportWords = wordsOf(groups, 'transport');
  const inner = groupByKeywords(transportWords, ['compression', 'crypto', 'link']);
  onlyOnce(inner, ['compression', 'crypto']);
  const [transportName, ...transportOptions] = wordsOf(inner, '');
  if (groups.has('transport') && (transportName === undefined || transportName.includes('='))) {
    throw new BadCall(
      transportName === undefined ? "Transport type must be specified directly after 'transport'" : null,
    );
  }
  return {
    name,
    nodes,
    transportName: transportName ?? 'knet',
    transport: parseOptions(transportOptions),
    links: (inner.get('link') ?? []).map((words) => parseOptions(words)),
    compression: parseOptions(wordsOf(inner, 'compression')),
    crypto: parseOptions(wordsOf(inner, 'crypto')),
    totem: parseOptions(wordsOf(groups, 'totem')),
    quorum: parseOptions(wordsOf(groups, 'quorum')),
  };
}

export function onlyOnce(groups: ReadonlyMap<string, string[][]>, keywords: readonly string[]): void {
  for (const keyword of keywords) {
    if ((groups.get(keyword)?.length ?? 0) > 1) throw new BadCall(`'${keyword}' cannot be used more than once`);
  }
}

/** Node names, each followed by its `addr=` options. */
function parseNodes(words: readonly string[]): NewNode[] {
  const nodes: { name: string; addresses: string[]; unknown: string[] }[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 0) {
      if (nodes.some((node) => node.name === word)) throw new BadCall(`Node name '${word}' defined multiple times`);
      nodes.push({ name: word, addresses: [], unknown: [] });
      continue;
    }
    const node = nodes.at(-1);
    if (!node) throw new BadCall();
    if (word.slice(0, equals) === 'addr') node.addresses.push(word.slice(equals + 1));
    else node.unknown.push(word.slice(0, equals));
  }
  for (const node of nodes) {
    if (node.unknown.length > 0)
      throw new BadCall(`Unknown options ${quoteList(node.unknown)} for node '${node.name}'`);
  }
  return nodes;
}

/** `Host 'x' is not known to pcs, …`. */
export function unknownHosts(names: readonly string[]): Report {
  const hosts = [...names].sort();
  const noun = plural(hosts, 'Host', 'Hosts');
  return error(
    `${noun} ${quoteInOrder(hosts)} ${plural(hosts, 'is', 'are')} not known to pcs, try to authenticate the ${noun.toLowerCase()} using 'pcs host auth ${hosts.join(' ')}' command`,
  );
}

/** Gives nodes without addresses the one that `pcs host auth` used. `fallback`: use the name of an unknown host. */
export function withDefaultAddresses(
  pcs: Pcs,
  nodes: readonly NewNode[],
  known: KnownHosts,
  fallback: boolean,
): NewNode[] {
  return nodes.map((node) => {
    if (node.addresses.length > 0 || node.name === '') return node;
    const address = known.hosts.get(node.name)?.addresses[0]?.addr ?? (fallback ? node.name : undefined);
    if (address === undefined) return node;
    pcs.report(info(`No addresses specified for host '${node.name}', using '${address}'`));
    return { name: node.name, addresses: [address] };
  });
}

/** Addresses that this machine can't turn into IP addresses. */
export function unresolvable(pcs: Pcs, nodes: readonly NewNode[]): string[] {
  const names = new Set(
    nodes.flatMap((node) => node.addresses).filter((address) => address !== '' && !isAddress(address)),
  );
  const { world, machineName } = pcs.process;
  return [...names].filter((name) => resolveHost(world, machineName, name).length === 0);
}

/** Checks a request whose nodes have got their addresses. */
export function checkRequest(pcs: Pcs, request: SetupRequest): void {
  const { force } = pcs.options;
  if (request.name === '') pcs.report(error('cluster name cannot be empty'));
  else if (!/^[a-zA-Z0-9_-]{1,32}$/.test(request.name)) {
    pcs.report(
      overridable(
        `Chosen cluster name '${request.name}' will prevent mounting GFS2 volumes in the cluster, use at most 32 of a-z A-Z 0-9 _- characters; you may safely override this if you do not intend to use GFS2`,
        force,
      ),
    );
  }
  const transport = request.transportName as Transport;
  const known = ['knet', 'udp', 'udpu'].includes(transport);
  if (!known) {
    pcs.report(error(`'${transport}' is not a valid transport value, use 'knet', 'udp', 'udpu'`));
  }
  const checked = known ? transport : 'knet';
  pcs.report(
    ...checkNodes({ nodes: request.nodes, transport: checked, unresolvable: unresolvable(pcs, request.nodes), force }),
  );
  if (known) {
    pcs.report(...checkTransport(transport, request));
    const count = Math.max(0, ...request.nodes.map((node) => node.addresses.length));
    pcs.report(...checkLinks(transport, request.links, count));
  }
  pcs.report(...checkTotem(request.totem), ...checkQuorum(request.quorum, null, false));
}

/** corosync.conf of a new cluster. */
export function newConf(pcs: Pcs, request: SetupRequest): CorosyncConf {
  const root = newSection(
    '',
    [],
    [
      newSection('totem', [
        ['version', '2'],
        ['cluster_name', request.name],
        ['transport', request.transportName],
      ]),
      newSection('nodelist'),
      newSection('quorum', [['provider', 'corosync_votequorum']]),
      newSection('logging', [
        ['to_logfile', 'yes'],
        ['logfile', '/var/log/corosync/corosync.log'],
        ['to_syslog', 'yes'],
        ['timestamp', 'on'],
      ]),
    ],
  );
  const conf = new CorosyncConf(root);
  for (const [at, node] of request.nodes.entries()) {
    const addresses = new Map(node.addresses.map((address, link) => [String(link), address]));
    conf.section('nodelist').sections.push(nodeSection(node.name, at + 1, addresses));
  }
  conf.setOptions('totem', request.totem);
  conf.setOptions('transport', request.transport);
  conf.setOptions('compression', request.compression);
  const encrypted = request.transportName === 'knet' && request.crypto.size === 0;
  conf.setOptions(
    'crypto',
    encrypted
      ? new Map([
          ['cipher', 'aes256'],
          ['hash', 'sha256'],
        ])
      : request.crypto,
  );
  if (!pcs.options.has('--no-cluster-uuid')) conf.section('totem').values.push(['cluster_uuid', makeUuid(pcs)]);
  conf.setLinkOptions(numberLinks(request.links));
  conf.setQuorumOptions(request.quorum);
  return conf;
}

/** Links without a linknumber get the lowest one that is free, in order. */
function numberLinks(links: readonly Map<string, string>[]): Map<string, Map<string, string>> {
  const taken = new Set(links.flatMap((options) => options.get('linknumber') ?? []));
  const numbered = new Map<string, Map<string, string>>();
  let next = 0;
  for (const options of links) {
    let link = options.get('linknumber');
    if (link === undefined) {
      while (taken.has(String(next))) next++;
      link = String(next++);
    }
    numbered.set(link, options);
  }
  return numbered;
}
