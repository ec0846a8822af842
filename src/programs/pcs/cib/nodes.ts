import { findSection } from '../../../pacemaker/cib/sections';
import { childNamed, walk } from '../../../pacemaker/cib/xml';
import type { Element } from '../../../world/xml';
import { valueIn } from './nvset';

export interface CibNode {
  readonly name: string;
  readonly kind: 'member' | 'remote' | 'guest';
  /** Address of a remote or guest node. */
  readonly address?: string;
}

/** Nodes of the configuration: members in document order, then remote and guest nodes that resources make. */
export function clusterNodes(cib: Element): CibNode[] {
  const nodes: CibNode[] = [];
  for (const node of findSection(cib, 'nodes')?.children ?? []) {
    if (node.name === 'node' && (node.attributes.type ?? 'member') === 'member') {
      nodes.push({ name: node.attributes.uname ?? '', kind: 'member' });
    }
  }
  return [...nodes, ...remoteNodes(cib)];
}

/** Remote nodes (ocf:pacemaker:remote) and guest nodes (meta remote-node). */
export function remoteNodes(cib: Element): CibNode[] {
  const resources = findSection(cib, 'resources');
  if (!resources) return [];
  const remotes: CibNode[] = [];
  const guests: CibNode[] = [];
  for (const primitive of walk(resources)) {
    if (primitive.name !== 'primitive') continue;
    const { id = '', class: standard, provider, type } = primitive.attributes;
    if (standard === 'ocf' && provider === 'pacemaker' && type === 'remote') {
      const server = valueIn(childNamed(primitive, 'instance_attributes'), 'server');
      remotes.push({ name: id, kind: 'remote', address: server ?? id });
      continue;
    }
    const meta = childNamed(primitive, 'meta_attributes');
    const guest = valueIn(meta, 'remote-node');
    if (guest) guests.push({ name: guest, kind: 'guest', address: valueIn(meta, 'remote-addr') ?? guest });
  }
  return [...remotes, ...guests];
}
