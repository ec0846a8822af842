import { describe, expect, it } from 'vitest';
import { runScheduler } from './index';
import { dummy, ran, type TestCluster, testCib } from './testcib';

const NOW = Date.UTC(2024, 2, 1, 12);
const run = (cluster: TestCluster) => runScheduler(testCib(cluster), NOW, { recordScores: true });
const scoreOf = (cluster: TestCluster, id: string, node: string): string | undefined =>
  run(cluster)
    .scores.findLast((line) => line.includes(`assign: ${id} allocation score on ${node}: `))
    ?.split(': ')
    .at(-1);
const prefer = (id: string, node: string, score: number | string): string =>
  `<rsc_location id="l-${id}-${node}" rsc="${id}" node="${node}" score="${score}"/>`;
const together = (id: string, other: string, score: number | string, more = ''): string =>
  `<rsc_colocation id="c-${id}-${other}" rsc="${id}" with-rsc="${other}" score="${score}" ${more}/>`;
const set = (id: string, members: string[], more = ''): string =>
  `<resource_set id="${id}" ${more}>${members.map((member) => `<resource_ref id="${member}"/>`).join('')}</resource_set>`;
const clone = (id: string, inside: string, meta: Record<string, string>): string =>
  `<clone id="${id}"><meta_attributes id="${id}-m">${Object.entries(meta)
    .map(([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`)
    .join('')}</meta_attributes>${inside}</clone>`;

describe('colocation sets', () => {
  const four = dummy('a') + dummy('b') + dummy('c') + dummy('d');
  const wishes = prefer('a', 'node1', 100) + prefer('b', 'node2', 100) + prefer('c', 'node3', 100);
  it('the earlier of two sets goes with the later one', () => {
    const constraints = `${wishes}<rsc_colocation id="x" score="INFINITY">${set('s1', ['a', 'b'])}${set('s2', ['c', 'd'])}</rsc_colocation>`;
    expect(scoreOf({ resources: four, constraints }, 'c', 'node1')).toBe('100');
    expect(scoreOf({ resources: four, constraints }, 'a', 'node3')).toBe('-INFINITY');
  });
  it('members of a sequential set with a negative score all stay apart', () => {
    const constraints = `${wishes}<rsc_colocation id="x" score="-INFINITY">${set('s1', ['a', 'b', 'c'])}</rsc_colocation>`;
    expect(scoreOf({ resources: four, constraints }, 'c', 'node1')).toBe('-INFINITY');
    expect(scoreOf({ resources: four, constraints }, 'c', 'node2')).toBe('-INFINITY');
  });
  it('members of a set that is not sequential have nothing to do with each other', () => {
    const constraints = `${wishes}<rsc_colocation id="x" score="-INFINITY">${set('s1', ['a', 'b'], 'sequential="false"')}</rsc_colocation>`;
    expect(scoreOf({ resources: four, constraints }, 'b', 'node1')).toBe('0');
  });
});

describe('preferences of what is colocated', () => {
  it('count for what they are further down a chain, only their sign is handed on', () => {
    const cluster: TestCluster = {
      resources: dummy('a') + dummy('b') + dummy('c'),
      constraints: prefer('c', 'node2', 1000) + together('b', 'a', 4000) + together('c', 'b', 'INFINITY'),
    };
    expect(scoreOf(cluster, 'a', 'node2')).toBe('1000');
  });
  it('a group is led by its first member, but mandatory colocations ban all of them', () => {
    const unmanaged = dummy('x', { 'is-managed': 'false' });
    const cluster: TestCluster = {
      resources: `<group id="g">${unmanaged}${dummy('y')}</group>${dummy('b', { 'is-managed': 'false' })}`,
      constraints: together('g', 'b', 'INFINITY'),
      history: { node1: ran('x', 'start'), node2: ran('b', 'start') },
    };
    expect(scoreOf(cluster, 'y', 'node1')).toBe('-INFINITY');
  });
  it('a negative colocation of a role counts for what will not have it', () => {
    const cluster: TestCluster = {
      resources: dummy('x') + dummy('y'),
      constraints: prefer('x', 'node2', 100) + together('y', 'x', -100, 'with-rsc-role="Promoted"'),
    };
    expect(scoreOf(cluster, 'y', 'node2')).toBe('-100');
  });
});

describe('clones', () => {
  const stateful = (id: string): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Stateful"/>`;
  it('instances beyond clone-max get no node at all', () => {
    const cluster: TestCluster = {
      resources: clone('c', dummy('a'), { 'clone-max': '1' }),
      history: { node1: ran('a', 'start'), node2: ran('a', 'start') },
    };
    const stops = run(cluster).actions.filter(({ task, optional }) => task === 'stop' && !optional);
    expect(stops.map(({ node }) => node?.name).filter(Boolean)).toEqual(['node2']);
  });
  it('a promoted instance that must move and may not be promoted there comes up unpromoted', () => {
    const cluster: TestCluster = {
      resources: clone('c', stateful('a'), { promotable: 'true', 'clone-max': '1' }),
      constraints: prefer('c', 'node2', '-INFINITY'),
      history: { node2: ran('a', 'promote').replace('Dummy', 'Stateful') },
    };
    const starts = run(cluster).actions.filter(({ key, optional }) => key === 'a:0_start_0' && !optional);
    expect(starts.map(({ node }) => node?.name)).toEqual(['node1']);
  });
  it('the id of its child in a constraint means nothing until history knows an instance by it', () => {
    const cluster: TestCluster = {
      resources: clone('c', dummy('a'), {}) + dummy('x'),
      constraints: prefer('x', 'node2', 100) + together('a', 'x', 500),
    };
    expect(scoreOf(cluster, 'a:0', 'node2')).toBe('0');
  });
  it('those that start in an ordered clone do so one after the other', () => {
    const result = run({ resources: clone('c', dummy('a'), { ordered: 'true' }) });
    const second = result.actions.find(({ key, optional }) => key === 'a:1_start_0' && !optional);
    expect(second?.inputs.some(({ action }) => action.key === 'a:0_start_0')).toBe(true);
  });
});

describe('utilization', () => {
  it('takes a node only if it has room for all that must go together', () => {
    const need = (cpu: number, id: string): string =>
      dummy(id, {}, `<utilization id="u-${id}"><nvpair id="u-${id}-1" name="cpu" value="${cpu}"/></utilization>`);
    const cib = testCib({
      options: { 'placement-strategy': 'utilization' },
      resources: need(2, 'a') + need(2, 'b'),
      constraints: prefer('a', 'node1', 100) + together('b', 'a', 'INFINITY'),
    });
    const nodes = cib.children[0]?.children.find(({ name }) => name === 'nodes')?.children ?? [];
    nodes.forEach((node, index) => {
      const room = {
        name: 'nvpair',
        attributes: { id: `r${index}`, name: 'cpu', value: index === 0 ? '3' : '4' },
        children: [],
      };
      node.children.push({ name: 'utilization', attributes: { id: `ru${index}` }, children: [room] });
    });
    const { workingSet } = runScheduler(cib, NOW);
    expect(workingSet.resources.map(({ assignedTo }) => assignedTo?.name)).toEqual(['node2', 'node2']);
  });
});
