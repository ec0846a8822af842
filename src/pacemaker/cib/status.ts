import type { Element } from '../../world/xml';
import { element } from './new';
import { ensurePath, findPath, pathTo, replaceAt, updateAt, withAttributes } from './tree';

/** Changing the status section of a CIB value: what the daemons write about nodes. */

/** Attributes of a `node_state`. */
export type NodeStateFacts = Readonly<Record<string, string>>;

export function nodeStateOf(cib: Element, nodeName: string): Element | undefined {
  const status = cib.children.find((child) => child.name === 'status');
  return status?.children.find((child) => child.name === 'node_state' && child.attributes.uname === nodeName);
}

/** Sets attributes of a node's `node_state`, which is made where it doesn't exist. */
export function withNodeState(cib: Element, nodeId: string, nodeName: string, facts: NodeStateFacts): Element {
  const { root, path } = ensurePath(cib, ['status']);
  return updateAt(root, path, (status) => {
    const at = status.children.findIndex((child) => child.name === 'node_state' && child.attributes.id === nodeId);
    if (at < 0) {
      const made = element('node_state', { id: nodeId, uname: nodeName, ...facts });
      return { ...status, children: [...status.children, made] };
    }
    return replaceAt(status, [at], withAttributes(status.children[at] as Element, { uname: nodeName, ...facts }));
  });
}

/** Replaces (or adds, or with null removes) the child of that name in a node's `node_state`. */
export function withNodeStateChild(cib: Element, nodeName: string, name: string, child: Element | null): Element {
  const status = pathTo(cib, 'status');
  if (!status) return cib;
  const found = findPath(cib, (each) => each.name === 'node_state' && each.attributes.uname === nodeName);
  if (!found) return cib;
  return updateAt(cib, found, (state) => {
    const at = state.children.findIndex((each) => each.name === name);
    if (at < 0) return child === null ? state : { ...state, children: [...state.children, child] };
    return replaceAt(state, [at], child);
  });
}

/** A usable id out of arbitrary text: what isn't allowed in an id becomes a full stop. */
export function sanitizeId(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/g, '.').replace(/^([^A-Za-z_])/, '$1');
}

/** Sets a transient attribute in a node's `node_state`; null removes it. */
export function withTransientAttribute(
  cib: Element,
  nodeId: string,
  nodeName: string,
  name: string,
  value: string | null,
): Element {
  const found = findPath(cib, (each) => each.name === 'node_state' && each.attributes.uname === nodeName);
  if (!found) return cib;
  return updateAt(cib, found, (state) => {
    const setId = `status-${nodeId}`;
    const { root, path } = ensurePath(state, ['transient_attributes', 'instance_attributes']);
    let changed = root;
    changed = updateAt(changed, path.slice(0, 1), (each) => withAttributes(each, { id: nodeId }));
    return updateAt(changed, path, (set) => {
      const named = withAttributes(set, { id: setId });
      const at = named.children.findIndex((each) => each.attributes.name === name);
      if (value === null) return at < 0 ? named : replaceAt(named, [at], null);
      const pair = element('nvpair', { id: `${setId}-${sanitizeId(name)}`, name, value });
      return at < 0 ? { ...named, children: [...named.children, pair] } : replaceAt(named, [at], pair);
    });
  });
}
