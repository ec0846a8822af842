import { describe, expect, it } from 'vitest';
import { runScheduler } from './index';
import type { Resource } from './resource';
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
  const need = (cpu: number, id: string): string =>
    dummy(id, {}, `<utilization id="u-${id}"><nvpair id="u-${id}-1" name="cpu" value="${cpu}"/></utilization>`);
  /** Where each resource goes, the nodes having so much of `cpu` each (else none). */
  const placesWith = (cpus: number[], resources: string, constraints: string): string[] => {
    const options = { 'placement-strategy': 'utilization' };
    const cib = testCib({ options, resources, constraints });
    const nodes = cib.children[0]?.children.find(({ name }) => name === 'nodes')?.children ?? [];
    nodes.forEach((node, index) => {
      const attributes = { id: `r${index}`, name: 'cpu', value: String(cpus[index] ?? 0) };
      const room = { name: 'nvpair', attributes, children: [] };
      node.children.push({ name: 'utilization', attributes: { id: `ru${index}` }, children: [room] });
    });
    const found = (resource: Resource): string[] =>
      resource.children.length > 0
        ? resource.children.flatMap(found)
        : [`${resource.id} ${resource.assignedTo?.name ?? 'nowhere'}`];
    return runScheduler(cib, NOW).workingSet.resources.flatMap(found);
  };
  it('takes a node only if it has room for all that must go together', () => {
    const constraints = prefer('a', 'node1', 100) + together('b', 'a', 'INFINITY');
    expect(placesWith([3, 4], need(2, 'a') + need(2, 'b'), constraints)).toEqual(['a node2', 'b node2']);
  });
  it('a node with room for all that must go together is as good as one with more', () => {
    expect(placesWith([10, 20], need(2, 'a') + need(2, 'b'), together('b', 'a', 'INFINITY'))[0]).toBe('a node1');
  });
  it('where no node has room for all, the one with the most comes first', () => {
    const constraints = together('b', 'a', 'INFINITY');
    expect(placesWith([18, 20, 19], need(14, 'a') + need(14, 'b'), constraints)).toEqual(['a node2', 'b nowhere']);
    const elsewhere = constraints + prefer('a', 'node2', '-INFINITY');
    expect(placesWith([18, 30, 19], need(14, 'a') + need(14, 'b'), elsewhere)[0]).toBe('a node3');
    // A better score counts for more than capacity.
    expect(placesWith([18, 20, 19], need(14, 'a') + need(14, 'b'), constraints + prefer('a', 'node1', 5))[0]).toBe(
      'a node1',
    );
  });
  it('what goes with a group needs room too, however far down the chain', () => {
    const resources = `${need(2, 'a')}<group id="g">${need(2, 'b')}${need(2, 'c')}</group>${need(4, 'd')}`;
    const constraints = together('g', 'a', 'INFINITY') + together('d', 'g', 'INFINITY');
    expect(placesWith([9, 10], resources, constraints)).toEqual(['a node2', 'b node2', 'c node2', 'd node2']);
  });
});
