import { describe, expect, it } from 'vitest';
import { parseXml } from '../cib/parse';
import { runScheduler } from './index';

const NOW = Date.UTC(2024, 2, 1, 12);

function cluster(node1: string, node2 = 'in_ccm="true" crmd="online" join="member" expected="member"') {
  const online = 'in_ccm="true" crmd="online" join="member" expected="member"';
  return parseXml(`<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" have-quorum="1" dc-uuid="1"><configuration>
    <crm_config/><nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>
    <resources><primitive id="scsi" class="stonith" type="fence_scsi"><meta_attributes id="m"><nvpair id="p" name="provides" value="unfencing"/></meta_attributes></primitive>
    <primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/></configuration>
    <status><node_state id="1" uname="node1" ${online}><transient_attributes id="1"><instance_attributes id="t">${node1}</instance_attributes></transient_attributes></node_state>
    <node_state id="2" uname="node2" ${node2}/></status></cib>`);
}

describe('unfencing', () => {
  it('a node that was never unfenced is, before anything is probed or started there', () => {
    const { transition } = runScheduler(cluster('<nvpair id="u" name="#node-unfenced" value="1700000000"/>'), NOW);
    const actions = transition.synapses.flatMap((synapse) => synapse.actions);
    expect(actions.filter(({ operation }) => operation === 'stonith').map(({ operationKey }) => operationKey)).toEqual([
      'stonith-node2-on',
    ]);
    const probe = transition.synapses.find(({ actions: [action] }) => {
      return action?.operationKey === 'a_monitor_0' && action.node === 'node2';
    });
    expect(probe?.inputs.map(({ operationKey }) => operationKey)).toEqual(['stonith-node2-on']);
  });

  it('tells the fencer how the devices are defined', () => {
    const { transition } = runScheduler(cluster(''), NOW);
    const unfence = transition.synapses
      .flatMap(({ actions }) => actions)
      .find(({ operation }) => operation === 'stonith');
    expect(unfence?.attributes.CRM_meta_digests_all).toBe('scsi:fence_scsi:f2317cad3d54cec5d7d7aa7d0bf35cf8,');
    expect(unfence?.downed).toBe(undefined);
  });

  it('a fencing takes its node down', () => {
    const lost = 'in_ccm="false" crmd="offline" join="down" expected="member"';
    const { transition } = runScheduler(cluster('', lost), NOW);
    const fencing = transition.synapses
      .flatMap(({ actions }) => actions)
      .find(({ operationKey }) => operationKey === 'stonith-node2-reboot');
    expect(fencing?.downed).toEqual(['2']);
  });
});
