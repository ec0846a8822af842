import { isAddress, isIpv4 } from '../../../network/addresses';
import type { Pcs } from '../context';
import { type ConfNode, type CorosyncConf, loadCorosyncConf } from '../corosync-conf';
import { CommandFailure } from '../failure';
import { compareText, quoteList } from '../reports';
import { BadCall } from '../router';

type Options = ReadonlyMap<string, string>;

/** `pcs cluster config show`. */
export function showConfig(pcs: Pcs, args: string[]): void {
  if (args.length > 0) throw new BadCall();
  const format = pcs.options.value('--output-format') ?? 'text';
  if (!['text', 'cmd', 'json'].includes(format)) {
    throw new CommandFailure(
      `Unknown value '${format}' for '--output-format' option. Supported values are: ${quoteList(['text', 'cmd', 'json'])}`,
    );
  }
  const conf = loadCorosyncConf(pcs);
  if (format === 'json') {
    pcs.print(jsonText(conf));
    return;
  }
  if (format === 'cmd') {
    if (conf.device) pcs.warn('Quorum device configuration detected but not yet supported by this command.');
    pcs.print(commandText(conf));
    return;
  }
  for (const line of textLines(conf)) pcs.print(line);
}

const byNumber = (first: string, second: string) => Number(first) - Number(second);
const sorted = (options: Options) => [...options].sort(([first], [second]) => compareText(first, second));

function block(title: string, options: Options, indent = ''): string[] {
  if (options.size === 0) return [];
  return [`${indent}${title}:`, ...sorted(options).map(([name, value]) => `${indent}  ${name}: ${value}`)];
}

/** Options of links; udp has one link without a number. */
function linkOptions(conf: CorosyncConf): [string, Map<string, string>][] {
  return [...conf.linkOptions].sort(([first], [second]) => byNumber(first, second));
}

function deviceLines(conf: CorosyncConf): string[] {
  const { device } = conf;
  if (!device) return [];
  const values = new Map(device.values);
  const model = values.get('model') ?? '';
  values.delete('model');
  const section = (name: string) => new Map(device.sections.find((child) => child.name === name)?.values ?? []);
  return [
    `Quorum Device: ${model}`,
    ...block('Options', values, '  '),
    ...block('Model Options', section(model), '  '),
    ...block('Heuristics', section('heuristics'), '  '),
  ];
}

function textLines(conf: CorosyncConf): string[] {
  const lines = [`Cluster Name: ${conf.clusterName}`];
  if (conf.clusterUuid) lines.push(`Cluster UUID: ${conf.clusterUuid}`);
  lines.push(`Transport: ${conf.transport}`, 'Nodes:');
  for (const node of [...conf.nodes].sort((first, second) => compareText(first.name, second.name))) {
    lines.push(`  ${node.name}:`);
    for (const link of [...node.addresses.keys()].sort(byNumber)) {
      lines.push(`    Link ${link} address: ${node.addresses.get(link)}`);
    }
    lines.push(`    nodeid: ${node.nodeId}`);
  }
  const links = linkOptions(conf);
  if (links.length > 0) {
    lines.push('Links:');
    for (const [link, options] of links) lines.push(...block(`Link ${link}`, options, '  '));
  }
  lines.push(
    ...block('Transport Options', conf.options('transport')),
    ...block('Compression Options', conf.options('compression')),
    ...block('Crypto Options', conf.options('crypto')),
    ...block('Totem Options', conf.options('totem')),
    ...block('Quorum Options', conf.quorumOptions),
    ...deviceLines(conf),
  );
  return lines;
}

function commandBlock(keyword: string, options: Options, indent: string): string[] {
  if (options.size === 0) return [];
  return [`${indent}${keyword}`, ...sorted(options).map(([name, value]) => `${indent}  ${name}=${value}`)];
}

function commandText(conf: CorosyncConf): string {
  const lines = [`pcs cluster setup ${conf.clusterName}`];
  for (const node of conf.nodes) {
    const addresses = [...node.addresses.keys()].sort(byNumber).map((link) => `addr=${node.addresses.get(link)}`);
    lines.push(`  ${[node.name, ...addresses].join(' ')}`);
  }
  lines.push('  transport', `  ${conf.transport}`);
  for (const [name, value] of sorted(conf.options('transport'))) lines.push(`      ${name}=${value}`);
  for (const [, options] of linkOptions(conf)) lines.push(...commandBlock('link', options, '    '));
  lines.push(
    ...commandBlock('compression', conf.options('compression'), '    '),
    ...commandBlock('crypto', conf.options('crypto'), '    '),
    ...commandBlock('totem', conf.options('totem'), '  '),
    ...commandBlock('quorum', conf.quorumOptions, '  '),
  );
  if (!conf.clusterUuid) lines.push('  --no-cluster-uuid');
  return lines.join(' \\\n');
}

function addressType(address: string): string {
  if (!isAddress(address)) return 'FQDN';
  return isIpv4(address) ? 'IPv4' : 'IPv6';
}

function jsonNode(node: ConfNode): unknown {
  const addrs = [...node.addresses.keys()].sort(byNumber).map((link) => {
    const addr = node.addresses.get(link) as string;
    return { addr, link, type: addressType(addr) };
  });
  return { name: node.name, nodeid: node.nodeId, addrs };
}

function jsonText(conf: CorosyncConf): string {
  const { device } = conf;
  const plain = (options: Options) => Object.fromEntries(options);
  const model = device?.values.find(([key]) => key === 'model')?.[1] ?? '';
  const section = (name: string) =>
    Object.fromEntries(device?.sections.find((child) => child.name === name)?.values ?? []);
  return pythonJson({
    cluster_name: conf.clusterName,
    cluster_uuid: conf.clusterUuid ?? null,
    transport: conf.transport.toUpperCase(),
    totem_options: plain(conf.options('totem')),
    transport_options: plain(conf.options('transport')),
    compression_options: plain(conf.options('compression')),
    crypto_options: plain(conf.options('crypto')),
    nodes: conf.nodes.map(jsonNode),
    links_options: Object.fromEntries(linkOptions(conf).map(([link, options]) => [link, plain(options)])),
    quorum_options: plain(conf.quorumOptions),
    quorum_device: device
      ? {
          model,
          model_options: section(model),
          generic_options: Object.fromEntries(device.values.filter(([key]) => key !== 'model')),
          heuristics_options: section('heuristics'),
        }
      : null,
  });
}

/** JSON on one line, with Python's blanks after commas and colons. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonJson(item)}`);
    return `{${entries.join(', ')}}`;
  }
  return JSON.stringify(value);
}
