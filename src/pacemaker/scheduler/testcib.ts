/** Small CIBs for tests: three nodes, fencing off, no history unless given. */
import type { Element } from '../../world/xml';
import { parseXml } from '../cib/parse';

export interface TestCluster {
  options?: Record<string, string>;
  resources?: string;
  constraints?: string;
  /** History entries by node. */
  history?: Record<string, string>;
  /** Attributes of `node_state`. */
  states?: Record<string, string>;
  /** Permanent node attributes. */
  attributes?: Record<string, Record<string, string>>;
  /** Transient node attributes: fail counts, promotion scores. */
  transient?: Record<string, Record<string, string>>;
  quorum?: boolean;
}

const NODES = ['node1', 'node2', 'node3'];
const ONLINE = 'in_ccm="true" crmd="online" join="member" expected="member"';
const DUMMY = 'class="ocf" provider="pacemaker" type="Dummy"';

const pairs = (id: string, values: Record<string, string> = {}): string =>
  Object.entries(values)
    .map(([name, value], index) => `<nvpair id="${id}-${index}" name="${name}" value="${value}"/>`)
    .join('');

export function testCib(cluster: TestCluster): Element {
  const options = pairs('o', { 'stonith-enabled': 'false', ...cluster.options });
  const nodes = NODES.map(
    (node, index) =>
      `<node id="${index + 1}" uname="${node}"><instance_attributes id="n${index}">${pairs(`n${index}`, cluster.attributes?.[node])}</instance_attributes></node>`,
  );
  const states = NODES.map(
    (node, index) =>
      `<node_state id="${index + 1}" uname="${node}" ${cluster.states?.[node] ?? ONLINE}><lrm id="${index + 1}"><lrm_resources>${cluster.history?.[node] ?? ''}</lrm_resources></lrm><transient_attributes id="${index + 1}"><instance_attributes id="s${index}">${pairs(`s${index}`, cluster.transient?.[node])}</instance_attributes></transient_attributes></node_state>`,
  );
  return parseXml(
    `<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.2" have-quorum="${cluster.quorum === false ? 0 : 1}" dc-uuid="1"><configuration><crm_config><cluster_property_set id="cib-bootstrap-options">${options}</cluster_property_set></crm_config><nodes>${nodes.join('')}</nodes><resources>${cluster.resources ?? ''}</resources><constraints>${cluster.constraints ?? ''}</constraints></configuration><status>${states.join('')}</status></cib>`,
  );
}

/** A primitive with meta attributes. */
export function dummy(id: string, meta: Record<string, string> = {}, inside = ''): string {
  return `<primitive id="${id}" ${DUMMY}><meta_attributes id="${id}-meta">${pairs(`${id}-meta`, meta)}</meta_attributes>${inside}</primitive>`;
}

/** What history says of an operation: `rc` 0 done, 7 not running, 1 failed. */
export function ran(id: string, task: string, rc = 0, interval = 0): string {
  const key = `1:1:${task === 'monitor' && interval === 0 ? 7 : 0}:00000000-0000-0000-0000-000000000000`;
  return `<lrm_resource id="${id}" ${DUMMY}><lrm_rsc_op id="${id}_${rc === 0 || rc === 7 ? 'last' : 'last_failure'}_0" operation_key="${id}_${task}_${interval}" operation="${task}" transition-key="${key}" transition-magic="0:${rc};${key}" call-id="5" rc-code="${rc}" op-status="0" interval="${interval}" last-rc-change="1709290000" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/></lrm_resource>`;
}
