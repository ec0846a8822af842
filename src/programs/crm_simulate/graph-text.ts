import { escapeAttribute } from '../../pacemaker/cib/format';
import { FEATURE_SET } from '../../pacemaker/cib/version';
import type { Action } from '../../pacemaker/scheduler/action';
import type { GraphAction, Transition } from '../../pacemaker/scheduler/transition';
import type { WorkingSet } from '../../pacemaker/scheduler/working-set';

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
  const start = `<transition_graph${attributes(Object.entries(transition.attributes))}`;
  if (transition.synapses.length === 0) return `${start}/>\n`;
  let text = `${start}>\n`;
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

function dotName(action: Action): string {
  const name = dotKey(action);
  return action.node === null ? name : `${name} ${action.node.name}`;
}

function dotKey({ task, key, resource, node, isFencing }: Action): string {
  const start = `stonith-${node?.name}-`;
  if (isFencing && key.startsWith(start)) return `stonith '${key.slice(start.length)}'`;
  if (task === 'do_shutdown') return task;
  if (task === 'cancel') return `Cancel ${key}`;
  // An instance goes by the name that its history has.
  const plain = resource?.cloneName;
  return resource && plain && key.startsWith(`${resource.id}_`) ? plain + key.slice(resource.id.length) : key;
}

/** What is done is green, what can't be done red, what needn't be done blue; events are written in orange. */
function dotStyle(action: Action): string {
  const font = action.pseudo ? 'orange' : 'black';
  if (action.addedToGraph) return `style=bold color="green" fontcolor="${font}"`;
  const color = action.optional ? 'blue' : 'red';
  return `style=dashed color="${color}" fontcolor="${font}"`;
}

/** The graph in Graphviz' language; `all`: with actions that needn't be done. */
export function graphDot(ws: WorkingSet, all: boolean): string {
  const shown = ws.actions.filter((action) => all || action.addedToGraph || !action.optional);
  const visible = new Set(shown);
  let text = ' digraph "g" {\n';
  for (const action of shown) text += `"${dotName(action)}" [ ${dotStyle(action)}]\n`;
  const seen = new Set<string>();
  for (const action of shown)
    for (const input of action.inputs) {
      if (!visible.has(input.action)) continue;
      const bold = input.inGraph && action.addedToGraph;
      if (!bold && !all && (action.optional || input.action.optional)) continue;
      if (!bold && action.addedToGraph && input.action.addedToGraph && !all) continue;
      const line = `"${dotName(input.action)}" -> "${dotName(action)}" [ style = ${bold ? 'bold' : 'dashed'}]\n`;
      if (!seen.has(line)) text += line;
      seen.add(line);
    }
  return `${text}}\n`;
}
