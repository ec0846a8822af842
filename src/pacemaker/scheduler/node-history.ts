import type { Element } from '../../world/xml';
import type { Node } from './node';
import type { WorkingSet } from './working-set';

/** By the nodes' names (or ids): orphaned connections bring nodes while histories are being read. */
const historyIndex = new WeakMap<WorkingSet, Map<string, Element[]>>();

/** What the `lrm_resource` elements of that name on a node hold, one after the other. */
export function historyEntries(ws: WorkingSet, node: Node, name: string): Element[] {
  return historyOfNode(ws, node).flatMap((xml) =>
    xml.attributes.id === name ? xml.children.filter((child) => child.name === 'lrm_rsc_op') : [],
  );
}

/**
 * The `lrm_resource` elements of a node as they stand in the CIB. The executor writes one per resource; where a name
 * comes twice, crm_simulate takes each for a history of its own, one after the other.
 */
export function historyOfNode(ws: WorkingSet, node: Node): readonly Element[] {
  let index = historyIndex.get(ws);
  if (!index) {
    index = new Map();
    historyIndex.set(ws, index);
    const status = ws.cib.children.find((child) => child.name === 'status');
    for (const state of status?.children ?? []) {
      if (state.name !== 'node_state') continue;
      const of = state.attributes.uname ?? ws.nodeById.get(state.attributes.id ?? '')?.name ?? state.attributes.id;
      if (of === undefined) continue;
      const lrm = state.children.find((child) => child.name === 'lrm');
      const list = lrm?.children.find((child) => child.name === 'lrm_resources');
      const histories = (list?.children ?? []).filter(
        (entry) => entry.name === 'lrm_resource' && entry.attributes.id !== undefined,
      );
      index.set(of, histories);
    }
  }
  return index.get(node.name) ?? index.get(node.id) ?? EMPTY;
}

const EMPTY: readonly Element[] = [];
