import { describe, expect, it } from 'vitest';
import type { World } from '../world/world';
import { changeCib } from './cib/access';
import { parseXml } from './cib/parse';
import { selectElements } from './cib/xpath';
import { shutdownScheduler } from './controller/leaving';
import type { ControllerParts, Decision } from './controller/parts';
import type { AgentBehaviour } from './executor/agent';
import type { GraphAction } from './scheduler/transition';
import { PacemakerCluster } from './testcluster';

/** An agent whose state is an entry in the machine's own list of files. */
const agent: AgentBehaviour = {
  begin: (call) => (call.action === 'start' && call.parameters.slow ? 60_000 : 40),
  finish: (call) => {
    const { entries } = call.machine.root;
    const name = `state-${call.resource.id}`;
    if (call.action === 'start')
      entries[name] = { kind: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, entries: {} };
    else if (call.action === 'stop') delete entries[name];
    else if (call.action === 'monitor') return { rc: name in entries ? 0 : 7 };
    return { rc: 0 };
  },
};

function action(
  id: number,
  operation: string,
  interval: number,
  target: number,
  extra: Record<string, string> = {},
): GraphAction {
  return {
    kind: 'rsc_op',
    id,
    operation,
    operationKey: `r_${operation}_${interval}`,
    node: 'node1.example.com',
    nodeUuid: '1',
    primitive: { id: 'r', longId: null, class: 'ocf', provider: 'test', type: 'T' },
    attributes: {
      CRM_meta_timeout: '20000',
      CRM_meta_interval: String(interval),
      CRM_meta_op_target_rc: String(target),
      ...extra,
    },
    extra: {},
  };
}

/** Starts `r` on node1 once it is configured and has no history. */
function startScheduler(extra: Record<string, string> = {}): ControllerParts['schedule'] {
  return (cib, now): Decision => {
    void now;
    const configured = selectElements(cib, "//primitive[@id='r']").length > 0;
    if (!configured || selectElements(cib, '//lrm_rsc_op').length > 0) return shutdownScheduler(cib);
    const [probe, start, monitor] = [
      action(1, 'monitor', 0, 7),
      action(2, 'start', 0, 0, extra),
      action(3, 'monitor', 10_000, 0),
    ];
    return {
      transition: {
        attributes: {},
        synapses: [
          { id: 0, priority: null, actions: [monitor], inputs: [start] },
          { id: 1, priority: null, actions: [start], inputs: [probe] },
          { id: 2, priority: null, actions: [probe], inputs: [] },
        ],
      },
    };
  };
}

function clusterWith(extra: Record<string, string> = {}): PacemakerCluster {
  const cluster = new PacemakerCluster(2, {
    schedule: startScheduler(extra),
    findAgent: () => agent,
    agentFacts: () => ({ restart: null, secret: [] }),
  }).up();
  const client = { user: 'root', uid: 0, gid: 0, groups: [0], client: 'cibadmin' };
  const input = parseXml('<primitive id="r" class="ocf" provider="test" type="T"/>');
  cluster.kernel.transact((world: World) =>
    changeCib(world, 'node2', { kind: 'live' }, client, { kind: 'create', section: 'resources', input }),
  );
  return cluster;
}

function operation(cluster: PacemakerCluster, id: string): Record<string, string> | undefined {
  return selectElements(cluster.cib('node2'), `//lrm_rsc_op[@id='${id}']`)[0]?.attributes;
}

describe('a transition', () => {
  it('does its actions in the order of their inputs and writes their results', () => {
    const cluster = clusterWith();
    cluster.run(1000);
    expect(operation(cluster, 'r_last_0')).toMatchObject({
      operation: 'start',
      'rc-code': '0',
      'op-status': '0',
      'call-id': '6',
    });
    expect(operation(cluster, 'r_monitor_10000')).toMatchObject({ 'rc-code': '0', interval: '10000' });
    expect(cluster.machine('node1').root.entries['state-r']).toBeDefined();
  });

  it('shows what is under way as pending', () => {
    const cluster = clusterWith();
    cluster.run(170);
    expect(operation(cluster, 'r_last_0')).toMatchObject({ operation: 'start', 'op-status': '-1', 'rc-code': '193' });
  });

  it('counts a monitor that finds it gone, and a start that takes too long for good', () => {
    const cluster = clusterWith();
    cluster.run(2000);
    cluster.kernel.transact((world) => {
      delete world.machines.node1?.root.entries['state-r'];
    });
    cluster.run(12_000);
    expect(cluster.pacemaker('node2').attributes['node1.example.com']?.['fail-count-r#monitor_10000']?.value).toBe('1');
    expect(operation(cluster, 'r_last_failure_0')).toMatchObject({ 'rc-code': '7', operation: 'monitor' });

    const slow = clusterWith({ slow: '1' });
    slow.run(25_000);
    expect(slow.pacemaker('node2').attributes['node1.example.com']?.['fail-count-r#start_0']?.value).toBe('INFINITY');
    expect(operation(slow, 'r_last_0')).toMatchObject({
      'op-status': '2',
      'exit-reason': 'Resource agent did not complete within 20s',
    });
  });
});
