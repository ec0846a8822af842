import { describe, expect, test } from 'vitest';
import { dummy, ran, type TestCluster, testCib } from '../pacemaker/scheduler/testcib';
import type { World } from '../world/world';
import { resourcesOf } from './resources';
import type { ClusterBelief, MachineView } from './view';

const lost = 'in_ccm="false" crmd="offline" join="down" expected="down"';

function machine(name: string, members: readonly string[] | null, quorate = true): MachineView {
  const cluster: ClusterBelief | null = members && {
    nodeId: Number(name.slice(-1)),
    nodeName: name,
    ringId: `1.${members.length}${members[0]}`,
    members,
    quorate,
    votes: members.length,
    expectedVotes: 3,
    quorum: 2,
    dc: members[0] ?? null,
    pacemaker: true,
  };
  const state = cluster ? 'member' : 'off';
  return { name, kind: 'guest', hostname: `${name}.example.com`, power: 'running', state, nics: [], cluster };
}

/** A world of which only the CIBs matter. */
function seen(machines: readonly MachineView[], cibs: Record<string, TestCluster>) {
  const built = new Map(Object.values(cibs).map((cluster) => [cluster, testCib(cluster)]));
  const pacemaker = Object.fromEntries(
    Object.entries(cibs).map(([name, cluster]) => [
      name,
      { pacemaker: { cib: built.get(cluster), controller: { transition: null } } },
    ]),
  );
  const world = { now: 0, epoch: Date.UTC(2024, 2, 1), machines: pacemaker } as unknown as World;
  return resourcesOf(world, Object.fromEntries(machines.map((one) => [one.name, one])));
}

const all = ['node1', 'node2', 'node3'];
const vip = dummy('vip');
const resources = vip;

describe('resources in the view', () => {
  test('each is where the CIB says that it is active', () => {
    const cluster: TestCluster = {
      resources: `<group id="g">${dummy('a')}${dummy('b')}</group>`,
      history: { node2: ran('a', 'start') },
    };
    const view = seen(
      all.map((name) => machine(name, all)),
      { node1: cluster },
    );
    expect(Object.keys(view.resources)).toEqual(['g', 'a', 'b']);
    expect(view.resources.g).toMatchObject({
      kind: 'group',
      parts: ['a', 'b'],
      places: [{ machine: 'node2', state: 'started' }],
    });
    expect(view.resources.a).toMatchObject({ parent: 'g', places: [{ machine: 'node2' }], idle: null });
    expect(view.resources.b).toMatchObject({ places: [], idle: 'stopped' });
  });

  test('in a split brain it is seen on both sides', () => {
    const machines = [
      machine('node1', ['node1', 'node2']),
      machine('node2', ['node1', 'node2']),
      machine('node3', ['node3'], false),
    ];
    const left: TestCluster = { resources, history: { node1: ran('vip', 'start') }, states: { node3: lost } };
    const right: TestCluster = {
      resources,
      history: { node3: ran('vip', 'start') },
      states: { node1: lost, node2: lost },
    };
    const { vip } = seen(machines, { node1: left, node2: left, node3: right }).resources;
    expect(vip?.places.map(({ machine: at }) => at)).toEqual(['node1', 'node3']);
  });

  test('on a machine that is gone it is lost, until the others have noticed', () => {
    const machines = [
      machine('node1', ['node1', 'node2']),
      machine('node2', ['node1', 'node2']),
      machine('node3', null),
    ];
    const cluster: TestCluster = { resources, history: { node3: ran('vip', 'start') } };
    expect(seen(machines, { node1: cluster, node2: cluster }).resources.vip?.places).toEqual([
      { machine: 'node3', state: 'lost', managed: true },
    ]);
  });

  test('a failed stop blocks it, and a disabled one says so', () => {
    const machines = all.map((name) => machine(name, all));
    const failed = seen(machines, { node1: { resources, history: { node1: ran('vip', 'stop', 1) } } });
    expect(failed.resources.vip?.places).toEqual([{ machine: 'node1', state: 'blocked', managed: false }]);
    const disabled = seen(machines, { node1: { resources: dummy('vip', { 'target-role': 'Stopped' }) } });
    expect(disabled.resources.vip?.idle).toBe('disabled');
  });

  test('fencing that is asked for without a device holds the whole cluster', () => {
    const machines = all.map((name) => machine(name, all));
    expect(seen(machines, { node1: { resources, options: { 'stonith-enabled': 'true' } } }).hold).toBe('no-fencing');
    expect(seen(machines, { node1: { options: { 'stonith-enabled': 'true' } } }).hold).toBeNull();
  });

  test('a guest is where it runs, and its implied connection is no resource of its own', () => {
    const guest = dummy('vm', { 'remote-node': 'inside' });
    const cluster: TestCluster = {
      resources: guest + vip,
      history: { node2: ran('vm', 'start') + ran('inside', 'start').replace(/type="Dummy"/g, 'type="remote"') },
    };
    const found = seen(
      all.map((name) => machine(name, all)),
      { node1: cluster },
    ).resources;
    expect(found.vm?.places).toMatchObject([{ machine: 'node2' }]);
    expect(Object.keys(found)).toEqual(['vm', 'vip']);
  });

  test('a world without a cluster has none', () => {
    expect(seen([machine('node1', null)], {})).toEqual({ resources: {}, hold: null });
  });
});
