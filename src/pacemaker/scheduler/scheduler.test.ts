import { describe, expect, it } from 'vitest';
import { parseXml } from '../cib/parse';
import { runScheduler } from './index';
import { simulationReport } from './report';
import { transitionSummary } from './summary';
import { unpack } from './unpack';

const NOW = Date.UTC(2024, 2, 1, 12);
const DUMMY = 'class="ocf" provider="pacemaker" type="Dummy"';

interface Cluster {
  options?: Record<string, string>;
  resources?: string;
  constraints?: string;
  /** History entries by node. */
  history?: Record<string, string>;
  states?: Record<string, string>;
  quorum?: boolean;
}

const ONLINE = 'in_ccm="true" crmd="online" join="member" expected="member"';

function cib(cluster: Cluster): ReturnType<typeof parseXml> {
  const options = Object.entries({ 'stonith-enabled': 'false', ...cluster.options })
    .map(([name, value]) => `<nvpair id="o-${name}" name="${name}" value="${value}"/>`)
    .join('');
  const nodes = ['node1', 'node2', 'node3'];
  const states = nodes
    .map(
      (node, index) =>
        `<node_state id="${index + 1}" uname="${node}" ${cluster.states?.[node] ?? ONLINE}><lrm id="${index + 1}"><lrm_resources>${cluster.history?.[node] ?? ''}</lrm_resources></lrm></node_state>`,
    )
    .join('');
  return parseXml(`<cib validate-with="pacemaker-3.9" have-quorum="${cluster.quorum === false ? 0 : 1}" dc-uuid="1"><configuration>
    <crm_config><cluster_property_set id="cib-bootstrap-options">${options}</cluster_property_set></crm_config>
    <nodes>${nodes.map((node, index) => `<node id="${index + 1}" uname="${node}"/>`).join('')}</nodes>
    <resources>${cluster.resources ?? ''}</resources><constraints>${cluster.constraints ?? ''}</constraints>
  </configuration><status>${states}</status></cib>`);
}

const primitive = (id: string, inside = ''): string => `<primitive id="${id}" ${DUMMY}>${inside}</primitive>`;

/** History of a resource that was started there (rc 0) or probed and not found (rc 7). */
function ran(id: string, task: 'start' | 'monitor', rc: number): string {
  const key = `1:1:${task === 'monitor' ? 7 : 0}:00000000-0000-0000-0000-000000000000`;
  return `<lrm_resource id="${id}" ${DUMMY}><lrm_rsc_op id="${id}_last_0" operation_key="${id}_${task}_0" operation="${task}" transition-key="${key}" transition-magic="0:${rc};${key}" call-id="5" rc-code="${rc}" op-status="0" interval="0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/></lrm_resource>`;
}

const summary = (cluster: Cluster): string[] =>
  transitionSummary(runScheduler(cib(cluster), NOW).workingSet).map((line) => line.trim().replace(/\s+/g, ' '));

describe('the scheduler', () => {
  it('spreads resources: the node with fewer of them first, then by name', () => {
    expect(summary({ resources: primitive('a') + primitive('b') })).toEqual([
      '* Start a ( node1 )',
      '* Start b ( node2 )',
    ]);
  });

  it('keeps a resource where it is when the scores are equal and positive', () => {
    const resources = primitive(
      'a',
      '<meta_attributes id="m"><nvpair id="s" name="resource-stickiness" value="1"/></meta_attributes>',
    );
    expect(summary({ resources, history: { node3: ran('a', 'start', 0) } })).toEqual([]);
  });

  it('lets a mandatory colocation follow its primary', () => {
    expect(
      summary({
        resources: primitive('a') + primitive('b'),
        constraints:
          '<rsc_colocation id="c" rsc="b" with-rsc="a" score="INFINITY"/><rsc_location id="l" rsc="a" node="node3" score="10"/>',
      }),
    ).toEqual(['* Start a ( node3 )', '* Start b ( node3 )']);
  });

  it('starts nothing without quorum', () => {
    expect(summary({ resources: primitive('a'), quorum: false })).toEqual([
      '* Start a ( node1 ) due to no quorum (blocked)',
    ]);
  });

  it('stops a resource whose target-role is Stopped', () => {
    const resources = primitive(
      'a',
      '<meta_attributes id="m"><nvpair id="t" name="target-role" value="Stopped"/></meta_attributes>',
    );
    expect(summary({ resources, history: { node1: ran('a', 'start', 0) } })).toEqual([
      '* Stop a ( node1 ) due to node availability',
    ]);
  });

  it('fences a member that is lost, and recovers what ran there', () => {
    const lost = 'in_ccm="false" crmd="offline" join="down" expected="member"';
    expect(
      summary({
        options: { 'stonith-enabled': 'true' },
        resources: `${primitive('a')}<primitive id="f" class="stonith" type="fence_xvm"/>`,
        states: { node3: lost },
        history: { node3: ran('a', 'start', 0), node1: ran('f', 'start', 0) },
      }),
    ).toContain("* Fence (reboot) node3 'peer is no longer part of the cluster'");
  });

  it('touches nothing while fencing is enabled but no device is configured', () => {
    expect(summary({ options: { 'stonith-enabled': 'true' }, resources: primitive('a') })).toEqual([]);
  });

  it('moves nothing that is unmanaged', () => {
    const history = { node1: ran('a', 'start', 0) };
    const constraints = '<rsc_location id="l" rsc="a" node="node2" score="100"/>';
    expect(
      summary({ options: { 'maintenance-mode': 'true' }, resources: primitive('a'), constraints, history }),
    ).toEqual([]);
    expect(summary({ resources: primitive('a'), constraints, history })).toEqual(['* Move a ( node1 -> node2 )']);
  });

  it('probes each resource once on each node and starts it afterwards', () => {
    const { transition } = runScheduler(cib({ resources: primitive('a') }), NOW);
    const start = transition.synapses.find((synapse) => synapse.actions[0]?.operation === 'start');
    expect(start?.inputs.map((input) => `${input.operationKey} ${input.node}`).sort()).toEqual([
      'a_monitor_0 node1',
      'a_monitor_0 node2',
      'a_monitor_0 node3',
    ]);
  });

  it('wants nothing more once its own transition was carried out', () => {
    const before = cib({
      resources: `<group id="g">${primitive('a')}${primitive('b')}</group><clone id="c">${primitive('d')}</clone>`,
    });
    const report = simulationReport(before, unpack(before, NOW), runScheduler(before, NOW), NOW);
    expect(report).toContain('Revised Cluster Status:');
    expect(report.split('Revised')[1]).toContain('Started: [ node1 node2 node3 ]');
  });

  it('gives the same answer for the same input, and leaves it alone', () => {
    const input = cib({ resources: `<clone id="c">${primitive('a')}</clone>${primitive('b')}` });
    const text = JSON.stringify(input);
    const first = JSON.stringify(runScheduler(input, NOW).transition);
    expect(JSON.stringify(runScheduler(input, NOW).transition)).toBe(first);
    expect(JSON.stringify(input)).toBe(text);
  });
});
