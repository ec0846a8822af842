import type { ConfigSection } from '../../../corosync/config';
import { sectionsOf, setValue } from '../../../corosync/config';
import { remoteNodes } from '../cib/nodes';
import type { Pcs } from '../context';
import { type CorosyncConf, loadCorosyncConf } from '../corosync-conf';
import { CommandFailure } from '../failure';
import { compareText, error, overridable, plural, quoteList } from '../reports';
import { BadCall } from '../router';
import { groupByKeywords, parseOptions, wordsOf } from '../text';
import { unresolvable } from './setup-request';
import { saveConf } from './sync';
import { checkLinkOptions, duplicates, mixedVersions } from './validate';

type Options = Map<string, string>;

/** Links that knet may have. */
const MAX_LINKS = 8;

/** `<node>=<address>... [options <name>=<value>...]`. */
function parseLink(words: readonly string[]): { addresses: Options; options: Options } {
  const groups = groupByKeywords(words, ['options']);
  return { addresses: parseOptions(wordsOf(groups, '')), options: parseOptions(wordsOf(groups, 'options')) };
}

/** Addresses of remote and guest nodes count as used; without a CIB only force goes on. */
async function remoteAddresses(pcs: Pcs): Promise<string[]> {
  try {
    return remoteNodes(await pcs.cib()).map((node) => node.address ?? node.name);
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure;
    const text =
      'Unable to load CIB to get guest and remote nodes from it, those nodes cannot be considered in configuration validation';
    pcs.report(overridable(text, pcs.options.force));
    pcs.stopOnErrors();
    return [];
  }
}

/** Names that aren't nodes of the cluster. */
function unknownNodes(conf: CorosyncConf, addresses: Options) {
  const known = conf.nodes.map((node) => node.name);
  return [...addresses.keys()]
    .filter((name) => !known.includes(name))
    .sort(compareText)
    .map((name) => error(`Node '${name}' does not appear to exist in configuration`));
}

function checkAddresses(pcs: Pcs, conf: CorosyncConf, addresses: Options, used: readonly string[]): void {
  const nodes = [...addresses].map(([name, address]) => ({ name, addresses: [address] }));
  for (const [name, address] of addresses) {
    if (address === '') pcs.report(error(`Empty address set for node '${name}', an address cannot be empty`));
  }
  const bad = unresolvable(
    pcs,
    nodes.filter((node) => node.addresses[0] !== ''),
  );
  if (bad.length > 0) pcs.report(overridable(`Unable to resolve addresses: ${quoteList(bad)}`, pcs.options.force));
  pcs.report(...mixedVersions(nodes));
  for (const address of addresses.values()) {
    if (!used.includes(address)) continue;
    pcs.report(error(`Node address '${address}' is already used by existing nodes; please, use other address`));
  }
  pcs.report(...duplicates('Node addresses must be unique, duplicate addresses', [...addresses.values()]));
  pcs.report(...unknownNodes(conf, addresses));
}

/** Writes the link's addresses into the nodes' sections. */
function setAddresses(conf: CorosyncConf, link: string, addresses: ReadonlyMap<string, string | undefined>): void {
  const sections: ConfigSection[] = sectionsOf(conf.config, 'nodelist').flatMap((list) => sectionsOf(list, 'node'));
  for (const section of sections) {
    const name = new Map(section.values).get('name') ?? '';
    if (!addresses.has(name)) continue;
    setValue(section, `ring${link}_addr`, addresses.get(name));
    // Addresses come first, by link.
    const rank = ([key]: readonly [string, string]) =>
      /^ring\d+_addr$/.test(key) ? Number.parseInt(key.slice(4), 10) : MAX_LINKS;
    section.values.sort((first, second) => rank(first) - rank(second));
  }
}

function setOptions(conf: CorosyncConf, link: string, options: Options): void {
  const all = new Map([...conf.linkOptions].map(([number, present]) => [number, new Map(present)]));
  const own = all.get(link) ?? new Map<string, string>();
  for (const [name, value] of options) {
    if (value === '') own.delete(name);
    else own.set(name, value);
  }
  all.set(link, own);
  conf.setLinkOptions(all);
}

/** `pcs cluster link add`. */
export async function addLink(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const { addresses, options } = parseLink(args);
  const used = await remoteAddresses(pcs);
  const conf = loadCorosyncConf(pcs);
  const { links, nodes } = conf;
  if (conf.transport !== 'knet') {
    pcs.report(error(`Cluster is using ${conf.transport} transport which does not support more than one link`));
    pcs.stopOnErrors();
  }
  if (links.length >= MAX_LINKS) {
    const text = `Cannot add 1 link, there would be ${links.length + 1} links defined which is more than allowed number of ${MAX_LINKS} links`;
    pcs.report(error(text));
  }
  pcs.report(...checkLinkOptions(conf.transport, options, false));
  const number = options.get('linknumber');
  if (number !== undefined && links.includes(number))
    pcs.report(error(`Cannot add link '${number}', it already exists`));
  for (const { name } of nodes) {
    if (addresses.has(name)) continue;
    pcs.report(error(`1 address must be specified for a node, 0 addresses specified for node '${name}'`));
  }
  checkAddresses(pcs, conf, addresses, [...used, ...nodes.flatMap((node) => [...node.addresses.values()])]);
  pcs.stopOnErrors();
  const free = Array.from({ length: MAX_LINKS }, (_, at) => String(at)).find((each) => !links.includes(each));
  const link = number ?? free ?? '0';
  options.delete('linknumber');
  setAddresses(conf, link, addresses);
  if (options.size > 0) setOptions(conf, link, options);
  await saveConf(pcs, conf);
}

/** `pcs cluster link remove`. */
export async function removeLinks(pcs: Pcs, args: string[]): Promise<void> {
  if (args.length === 0) throw new BadCall();
  const conf = loadCorosyncConf(pcs);
  const { links } = conf;
  pcs.report(...duplicates('Link numbers must be unique, duplicate link numbers', args));
  const gone = [...new Set(args)];
  const unknown = gone.filter((link) => !links.includes(link));
  if (unknown.length > 0) {
    const noun = plural(unknown, 'link');
    pcs.report(error(`Cannot remove non-existent ${noun} ${quoteList(unknown)}, existing links: ${quoteList(links)}`));
  }
  const left = links.filter((link) => !gone.includes(link));
  if (left.length === 0) {
    const noun = plural(gone, 'link');
    const text = `Cannot remove ${gone.length} ${noun}, there would be 0 links defined which is less than allowed number of 1 link`;
    pcs.report(error(text));
  }
  pcs.stopOnErrors();
  for (const link of gone) setAddresses(conf, link, new Map(conf.nodes.map((node) => [node.name, undefined])));
  conf.setLinkOptions(new Map([...conf.linkOptions].filter(([link]) => !gone.includes(link))));
  await saveConf(pcs, conf);
}

/** `pcs cluster link update`: needs the cluster stopped. */
export async function updateLink(pcs: Pcs, args: string[]): Promise<void> {
  const [link, ...rest] = args;
  if (link === undefined || rest.length === 0) throw new BadCall();
  const { addresses, options } = parseLink(rest);
  const used = addresses.size > 0 && pcs.store.file === null ? await knownRemotes(pcs) : [];
  const conf = loadCorosyncConf(pcs);
  const { links, nodes } = conf;
  if (!links.includes(link)) {
    const text = `Cannot set options for non-existent link '${link}', existing links: ${quoteList(links)}`;
    pcs.report(error(text));
    pcs.stopOnErrors();
  }
  pcs.report(...checkLinkOptions(conf.transport, options, true));
  const others = nodes.flatMap((node) =>
    [...node.addresses].filter(([key]) => key !== link || !addresses.has(node.name)),
  );
  checkAddresses(pcs, conf, addresses, [...used, ...others.map(([, address]) => address)]);
  pcs.stopOnErrors();
  setAddresses(conf, link, addresses);
  if (options.size > 0) setOptions(conf, link, options);
  await saveConf(pcs, conf, true);
}

/** The cluster is to be stopped for an update, so its CIB mostly can't be asked. */
async function knownRemotes(pcs: Pcs): Promise<string[]> {
  try {
    return remoteNodes(await pcs.cib()).map((node) => node.address ?? node.name);
  } catch (failure) {
    if (failure instanceof CommandFailure) return [];
    throw failure;
  }
}
