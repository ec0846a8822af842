import { escapeAttribute } from '../../pacemaker/cib/format';
import { FEATURE_SET } from '../../pacemaker/cib/version';
import type { GraphAction, Transition } from '../../pacemaker/scheduler/transition';

const attributes = (entries: Iterable<readonly [string, string]>): string => {
  let text = '';
  for (const [name, value] of entries) text += ` ${name}="${escapeAttribute(value)}"`;
  return text;
};

function head(action: GraphAction): string {
  const parts: [string, string][] = [
    ['id', String(action.id)],
    ['operation', action.operation],
    ['operation_key', action.operationKey],
    ...Object.entries(action.extra),
  ];
  if (action.node !== null) parts.push(['on_node', action.node], ['on_node_uuid', action.nodeUuid ?? '']);
  return `${action.kind}${attributes(parts)}`;
}

/** The transition graph as `crm_simulate -G` writes it. */
export function graphXml(transition: Transition): string {
  let text = `<transition_graph${attributes(Object.entries(transition.attributes))}>\n`;
  for (const synapse of transition.synapses) {
    const priority = synapse.priority === null ? '' : ` priority="${synapse.priority}"`;
    text += `  <synapse id="${synapse.id}"${priority}>\n    <action_set>\n`;
    for (const action of synapse.actions) {
      text += `      <${head(action)}>\n`;
      const { primitive } = action;
      if (primitive) {
        const parts: [string, string][] = [['id', primitive.id]];
        if (primitive.longId !== null) parts.push(['long-id', primitive.longId]);
        parts.push(['class', primitive.class]);
        if (primitive.provider !== null) parts.push(['provider', primitive.provider]);
        parts.push(['type', primitive.type]);
        text += `        <primitive${attributes(parts)}/>\n`;
      }
      text += `        <attributes${attributes([...Object.entries(action.attributes), ['crm_feature_set', FEATURE_SET]])}/>\n`;
      if (action.downed) {
        const nodes = action.downed.map((id) => `          <node${attributes([['id', id]])}/>\n`);
        text += `        <downed>\n${nodes.join('')}        </downed>\n`;
      }
      text += `      </${action.kind}>\n`;
    }
    text += '    </action_set>\n';
    if (synapse.inputs.length === 0) text += '    <inputs/>\n';
    else {
      text += '    <inputs>\n';
      for (const input of synapse.inputs) text += `      <trigger>\n        <${head(input)}/>\n      </trigger>\n`;
      text += '    </inputs>\n';
    }
    text += '  </synapse>\n';
  }
  return `${text}</transition_graph>\n`;
}

function dotName(action: GraphAction): string {
  const key = action.extra.internal_operation_key ?? action.operationKey;
  return action.node === null ? key : `${key} ${action.node}`;
}

/** The graph in Graphviz' language, actions that happen in green, events in orange. */
export function graphDot(transition: Transition): string {
  let text = ' digraph "g" {\n';
  for (const synapse of transition.synapses) {
    for (const action of synapse.actions) {
      const font = action.kind === 'pseudo_event' ? 'orange' : 'black';
      text += `"${dotName(action)}" [ style=bold color="green" fontcolor="${font}"]\n`;
      for (const input of synapse.inputs) text += `"${dotName(input)}" -> "${dotName(action)}" [ style = bold]\n`;
    }
  }
  return `${text}}\n`;
}
