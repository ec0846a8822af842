import { describe, expect, it } from 'vitest';
import { runScheduler } from './index';
import { primitivesOf, type Resource } from './resource';
import { scoreText } from './score';
import { type ScoreTerm, ScoreTerms, sumOfTerms } from './score-terms';
import { dummy, ran, type TestCluster, testCib } from './testcib';

const NOW = Date.UTC(2024, 2, 1, 12);

const CLUSTERS: Record<string, TestCluster> = {
  'preferences, bans and stickiness': {
    resources: dummy('vip', { 'resource-stickiness': '10' }) + dummy('web'),
    constraints:
      '<rsc_location id="l1" rsc="vip" node="node2" score="50"/><rsc_location id="cli-ban-vip-on-node3" rsc="vip" node="node3" score="-INFINITY"/><rsc_location id="l3" rsc="vip" node="node3" score="7"/><rsc_colocation id="c" rsc="web" with-rsc="vip" score="INFINITY"/>',
    history: { node1: ran('vip', 'start') },
  },
  'a group with a wish of its last member': {
    resources: `<group id="g">${dummy('a')}${dummy('b')}${dummy('c')}</group>${dummy('d')}`,
    constraints:
      '<rsc_location id="l" rsc="c" node="node3" score="20"/><rsc_colocation id="away" rsc="d" with-rsc="g" score="-INFINITY"/>',
  },
  'a promotable clone': {
    resources: `<clone id="db-clone"><meta_attributes id="m"><nvpair id="p" name="promotable" value="true"/></meta_attributes>${dummy('db')}</clone>${dummy('vip')}`,
    constraints:
      '<rsc_colocation id="c" rsc="vip" with-rsc="db-clone" with-rsc-role="Promoted" score="INFINITY"/><rsc_location id="l" rsc="db-clone" role="Promoted" node="node2" score="5"/>',
    transient: { node1: { 'master-db': '10' }, node2: { 'master-db': '8' } },
  },
  'fewer instances than nodes': {
    resources: `<clone id="c"><meta_attributes id="m"><nvpair id="x" name="clone-max" value="2"/></meta_attributes>${dummy('a')}</clone>`,
  },
  'failures, disabled ones and an orphan': {
    resources:
      dummy('a', { 'migration-threshold': '1' }) +
      dummy('b', { 'target-role': 'Stopped' }) +
      dummy('u', { 'is-managed': 'false' }),
    transient: { node1: { 'fail-count-a#monitor_10000': '2' } },
    history: { node2: ran('gone', 'start') + ran('u', 'start') },
  },
  'an opt-in cluster with health': {
    options: { 'symmetric-cluster': 'false', 'node-health-strategy': 'only-green' },
    resources: dummy('a'),
    constraints:
      '<rsc_location id="l1" rsc="a" node="node1" score="3"/><rsc_location id="l2" rsc="a" node="node2" score="2"/>',
    transient: { node1: { '#health-disk': 'red' } },
  },
};

function explained(cluster: TestCluster) {
  const explain = new ScoreTerms();
  const { scores, workingSet } = runScheduler(testCib(cluster), NOW, { recordScores: true, explain });
  return { explain, scores, workingSet };
}

/** The last allocation score printed for each resource and node. */
function printedScores(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const match = /: (\S+) allocation score on (\S+): (\S+)$/.exec(line);
    if (match) found.set(`${match[1]} ${match[2]}`, match[3] ?? '');
  }
  return found;
}

function resourcesOf(tops: readonly Resource[]): Resource[] {
  return tops.flatMap((top) => [top, ...resourcesOf(top.children)]);
}

const termsOn = (cluster: TestCluster, id: string, node: string): readonly ScoreTerm[] => {
  const { explain, workingSet } = explained(cluster);
  const resource = resourcesOf(workingSet.resources).find((each) => each.id === id);
  return (resource && explain.scoresOf(resource).find((score) => score.node === node)?.terms) ?? [];
};

describe('terms of scores', () => {
  for (const [name, cluster] of Object.entries(CLUSTERS)) {
    it(`add up to what is printed: ${name}`, () => {
      const { explain, scores, workingSet } = explained(cluster);
      const byId = new Map(resourcesOf(workingSet.resources).map((resource) => [resource.id, resource]));
      const printed = printedScores(scores);
      expect(printed.size).toBeGreaterThan(0);
      for (const [key, score] of printed) {
        const [id = '', node] = key.split(' ');
        const found = explain.scoresOf(byId.get(id) as Resource).find((each) => each.node === node);
        expect([key, scoreText(sumOfTerms(found?.terms ?? []))]).toEqual([key, score]);
        expect(found?.terms.filter(({ kind }) => kind === 'other')).toEqual([]);
      }
      for (const line of scores) {
        const match = /^(\S+) promotion score on \S+: (\S+)$/.exec(line);
        if (!match) continue;
        const promotion = explain.promotionOf(byId.get(match[1] ?? '') as Resource);
        expect([match[1], scoreText(sumOfTerms(promotion?.terms ?? []))]).toEqual([match[1], match[2]]);
      }
    });
  }

  it('name a preference even where a ban hides it', () => {
    const terms = termsOn(CLUSTERS['preferences, bans and stickiness'] as TestCluster, 'vip', 'node3');
    expect(terms.map(({ kind, from, value }) => [kind, from, value])).toEqual([
      ['location', 'cli-ban-vip-on-node3', -1_000_000],
      ['location', 'l3', 7],
    ]);
  });

  it('name the resource that another one must be with', () => {
    const terms = termsOn(CLUSTERS['preferences, bans and stickiness'] as TestCluster, 'web', 'node1');
    expect(terms.map(({ kind, from, other, value }) => [kind, from, other, value])).toEqual([
      ['colocation', 'c', 'vip', -1_000_000],
    ]);
  });

  it('cost nothing that can be seen: the same decision with and without', () => {
    for (const cluster of Object.values(CLUSTERS)) {
      const plain = runScheduler(testCib(cluster), NOW, { recordScores: true });
      const asked = runScheduler(testCib(cluster), NOW, { recordScores: true, explain: new ScoreTerms() });
      expect(asked.scores).toEqual(plain.scores);
      expect(asked.transition).toEqual(plain.transition);
    }
  });

  it('find every primitive that was placed', () => {
    const { explain, workingSet } = explained(CLUSTERS['a promotable clone'] as TestCluster);
    for (const top of workingSet.resources)
      for (const primitive of primitivesOf(top)) expect(explain.scoresOf(primitive).length).toBe(3);
  });
});
