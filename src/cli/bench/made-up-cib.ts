/**
 * A made-up cluster of any size, for measuring: what grows is what grows in a real one. Of every twenty resources fifteen
 * stand alone, four form a group and one is cloned to every node; every tenth is colocated with and ordered after the one
 * before it, every fifth prefers a node.
 */

export interface MadeUpCluster {
  readonly nodes: number;
  /** Primitives; a cloned one counts once. */
  readonly resources: number;
  /** Whether every node has answered its probes and everything runs, or nothing is known yet. */
  readonly settled: boolean;
}

/** What the nth primitive is part of. */
type Part = 'alone' | 'group' | 'clone';

const PERIOD = 20;
const GROUPED_FROM = 15;
const CLONED = 19;

function partOf(index: number): Part {
  const place = index % PERIOD;
  if (place === CLONED) return 'clone';
  return place >= GROUPED_FROM ? 'group' : 'alone';
}

const nodeName = (index: number): string => `node${index + 1}`;
const resourceName = (index: number): string => `rsc${index}`;

/** The text of the CIB. The same size always gives the same text. */
export function madeUpCib(size: MadeUpCluster): string {
  const indices = Array.from({ length: size.resources }, (_, index) => index);
  const nodes = Array.from({ length: size.nodes }, (_, index) => index);
  return [
    '<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" epoch="1" num_updates="0" admin_epoch="0" have-quorum="1" dc-uuid="1">',
    '<configuration><crm_config><cluster_property_set id="options">',
    '<nvpair id="options-stonith" name="stonith-enabled" value="false"/>',
    '</cluster_property_set></crm_config>',
    `<nodes>${nodes.map((node) => `<node id="${node + 1}" uname="${nodeName(node)}"/>`).join('')}</nodes>`,
    `<resources>${indices.map((index) => resourceXml(index, size.resources)).join('\n')}</resources>`,
    `<constraints>${indices.map((index) => constraintsXml(index, size)).join('')}</constraints>`,
    '<rsc_defaults><meta_attributes id="defaults"><nvpair id="sticky" name="resource-stickiness" value="1"/></meta_attributes></rsc_defaults>',
    '</configuration>',
    `<status>${nodes.map((node) => nodeStateXml(node, size)).join('\n')}</status></cib>`,
  ].join('\n');
}

function primitiveXml(index: number): string {
  const id = resourceName(index);
  return (
    `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"><operations>` +
    `<op id="${id}-monitor" name="monitor" interval="10s" timeout="20s"/></operations></primitive>`
  );
}

function resourceXml(index: number, count: number): string {
  switch (partOf(index)) {
    case 'alone':
      return primitiveXml(index);
    case 'clone':
      return `<clone id="clone${index}">${primitiveXml(index)}</clone>`;
    case 'group': {
      if (index % PERIOD !== GROUPED_FROM) return '';
      const members: string[] = [];
      for (let member = index; member < index + CLONED - GROUPED_FROM && member < count; member++)
        members.push(primitiveXml(member));
      return `<group id="group${index}">${members.join('')}</group>`;
    }
  }
}

function constraintsXml(index: number, size: MadeUpCluster): string {
  const id = resourceName(index);
  if (partOf(index) !== 'alone') return '';
  let text = '';
  if (index % 5 === 0)
    text += `<rsc_location id="location${index}" rsc="${id}" node="${nodeName(index % size.nodes)}" score="50"/>`;
  if (index % 10 === 1) {
    const before = resourceName(index - 1);
    text += `<rsc_colocation id="colocation${index}" rsc="${id}" with-rsc="${before}" score="INFINITY"/>`;
    text += `<rsc_order id="order${index}" first="${before}" then="${id}"/>`;
  }
  return text;
}

/** Where the nth resource runs: members of a group together, what is colocated with its partner. */
function runsOn(index: number, nodes: number): number {
  if (partOf(index) === 'group') return (index - (index % PERIOD)) % nodes;
  return (index % 10 === 1 ? index - 1 : index) % nodes;
}

function nodeStateXml(node: number, size: MadeUpCluster): string {
  const name = nodeName(node);
  const attributes = `id="${node + 1}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"`;
  const histories = size.settled
    ? Array.from({ length: size.resources }, (_, index) => historyXml(index, node, size.nodes)).join('\n')
    : '';
  return `<node_state ${attributes}><lrm id="${node + 1}"><lrm_resources>${histories}</lrm_resources></lrm></node_state>`;
}

function historyXml(index: number, node: number, nodes: number): string {
  const id = resourceName(index);
  const active = partOf(index) === 'clone' || runsOn(index, nodes) === node;
  const operations = active
    ? operationXml(id, 'start', 0, 0, node) + operationXml(id, 'monitor', 10_000, 0, node)
    : operationXml(id, 'monitor', 0, 7, node);
  return `<lrm_resource id="${id}" type="Dummy" class="ocf" provider="pacemaker">${operations}</lrm_resource>`;
}

function operationXml(id: string, task: string, interval: number, status: number, node: number): string {
  const key = `${id}_${task}_${interval}`;
  const call = task === 'start' ? 1 : 2;
  // A recurring operation's digest covers its timeout as well.
  const digest = interval === 0 ? 'f2317cad3d54cec5d7d7aa7d0bf35cf8' : '4811cef7f7f94e3a35a70be7916cb2fd';
  const transition = `${call}:0:${status}:00000000-0000-0000-0000-000000000000`;
  return (
    `<lrm_rsc_op id="${id}_${interval === 0 && task === 'monitor' ? 'last' : key}" operation_key="${key}" operation="${task}" ` +
    'crm-debug-origin="controld_update_resource_history" crm_feature_set="3.16.1" ' +
    `transition-key="${transition}" transition-magic="0:${status};${transition}" exit-reason="" on_node="${nodeName(node)}" ` +
    `call-id="${call}" rc-code="${status}" op-status="0" interval="${interval}" last-rc-change="1700000000" ` +
    `exec-time="10" queue-time="0" op-digest="${digest}"/>`
  );
}
