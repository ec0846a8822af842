import { childNamed } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { remoteNodes } from '../cib/nodes';
import { valueIn } from '../cib/nvset';
import type { Pcs } from '../context';
import { localConf } from '../corosync-conf';
import { error, overridable, type Report } from '../reports';

type Options = ReadonlyMap<string, string>;

const insufficient = (what: string, command: string, force: boolean) =>
  overridable(`this command is not sufficient for ${what}, use 'pcs cluster node ${command}'`, force);

/**
 * Names and addresses that other nodes have already: each name among the names, each address among the addresses.
 * Nodes of corosync count where the command works on the running cluster.
 */
export function nodeConflicts(pcs: Pcs, cib: Element, name: string, address: string): Report[] {
  const remotes = remoteNodes(cib);
  const members = pcs.store.file === null ? localConf(pcs).nodes : [];
  const names = [...remotes.map((node) => node.name), ...members.map((node) => node.name)];
  const addresses = [
    ...remotes.map((node) => node.address ?? node.name),
    ...members.flatMap((node) => [...node.addresses.values()]),
  ];
  const taken = new Set<string>();
  if (names.includes(name)) taken.add(name);
  if (addresses.includes(address)) taken.add(address);
  return [...taken].map((each) => error(`'${each}' already exists`));
}

/** Remote nodes and guests are more than a resource: making one by itself takes --force. */
export function checkNewNode(
  pcs: Pcs,
  cib: Element,
  id: string,
  isRemote: boolean,
  options: Options,
  meta: Options,
): Report[] {
  const { force } = pcs.options;
  if (isRemote) {
    const report = insufficient('creating a remote connection', 'add-remote', force);
    return [report, ...(force ? nodeConflicts(pcs, cib, id, options.get('server') ?? id) : [])];
  }
  const guest = meta.get('remote-node');
  if (guest === undefined) return [];
  const report = insufficient('creating a guest node', 'add-guest', force);
  return [report, ...(force && guest !== '' ? nodeConflicts(pcs, cib, guest, meta.get('remote-addr') ?? guest) : [])];
}

/** Making or unmaking a guest node takes more than meta attributes. */
export function checkGuestMeta(pcs: Pcs, cib: Element, resource: Element, options: Options): Report[] {
  const wanted = options.get('remote-node');
  if (wanted === undefined) return [];
  const { force } = pcs.options;
  if (wanted === '') return [insufficient('removing a guest node', 'remove-guest', force)];
  const present = childNamed(resource, 'meta_attributes');
  if (valueIn(present, 'remote-node')) return [];
  const conflicts = force ? nodeConflicts(pcs, cib, wanted, options.get('remote-addr') ?? wanted) : [];
  return [insufficient('creating a guest node', 'add-guest', force), ...conflicts];
}
