import { describe, expect, it } from 'vitest';
import { dummy, ran, type TestCluster, testCib } from '../scheduler/testcib';
import { explainResource } from './index';

const NOW = Date.UTC(2024, 2, 1, 12);

function explain(cluster: TestCluster, id = 'vip') {
  const found = explainResource(testCib(cluster), NOW, id);
  if (!found) throw new Error(`there is no ${id}`);
  return found;
}
const why = (cluster: TestCluster, id = 'vip') => explain(cluster, id).outcome.why;

const here = { node1: ran('vip', 'start') };
const location = (id: string, node: string, score: string, resource = 'vip') =>
  `<rsc_location id="${id}" rsc="${resource}" node="${node}" score="${score}"/>`;
const together = '<rsc_colocation id="c" rsc="vip" with-rsc="web" score="INFINITY"/>';
const offline = 'in_ccm="false" crmd="offline" join="down" expected="down"';

describe('an explanation', () => {
  it('of a fresh resource: all nodes are equal', () => {
    expect(why({ resources: dummy('vip') })).toMatchObject({ is: 'placed', choice: { by: 'equal', node: 'node1' } });
  });

  it('of one that runs and has no reason to move: it stays', () => {
    expect(why({ resources: dummy('vip'), history: here })).toMatchObject({ is: 'placed', choice: { by: 'stays' } });
  });

  it('of a preference names the constraint and the next best node', () => {
    expect(why({ resources: dummy('vip'), constraints: location('l', 'node2', '50') })).toMatchObject({
      is: 'placed',
      choice: { by: 'terms', node: 'node2', rival: 'node1', terms: [{ kind: 'location', from: 'l', value: 50 }] },
    });
  });

  it('of a ban says which node it rules out', () => {
    const banned = explain({
      resources: dummy('vip'),
      constraints: location('cli-ban-vip-on-node1', 'node1', '-INFINITY'),
      history: here,
    });
    expect(banned.outcome).toMatchObject({
      running: ['node1'],
      next: 'node2',
      why: { choice: { ruledOut: [{ node: 'node1', term: { from: 'cli-ban-vip-on-node1' } }] } },
    });
    expect(banned.constraints.map(({ id }) => id)).toEqual(['cli-ban-vip-on-node1']);
    expect(banned.planned.map(({ task, node }) => `${task} ${node}`).sort()).toEqual(['start node2', 'stop node1']);
  });

  it('of a rule names its constraint, and says the rule', () => {
    const rule =
      '<rule id="l-rule" score="-INFINITY" boolean-op="or"><expression id="e1" attribute="#uname" operation="eq" value="node1"/><expression id="e2" attribute="rack" operation="defined"/></rule>';
    const found = explain({
      resources: dummy('vip'),
      constraints: `<rsc_location id="l" rsc="vip">${rule}</rsc_location>`,
    });
    expect(found.constraints).toMatchObject([{ id: 'l', node: null, rule: '#uname eq node1 or defined rack' }]);
    expect(found.scores[0]?.terms).toMatchObject([{ kind: 'location', from: 'l' }]);
  });

  it('of a mandatory colocation names the other resource', () => {
    const resources = dummy('web') + dummy('vip');
    expect(why({ resources, constraints: together + location('l', 'node3', '9', 'web') })).toMatchObject({
      is: 'placed',
      choice: { by: 'terms', node: 'node3', terms: [{ kind: 'colocation', from: 'c', other: 'web' }] },
    });
  });

  it('of a mandatory colocation with what runs nowhere says so', () => {
    const resources = dummy('web', { 'target-role': 'Stopped' }) + dummy('vip');
    expect(why({ resources, constraints: together })).toEqual({ is: 'without-primary', other: 'web', constraint: 'c' });
  });

  it('of an ordering after what does not run names what is missing', () => {
    const resources = dummy('web', { 'target-role': 'Stopped' }) + dummy('vip');
    const constraints = '<rsc_order id="o" first="web" then="vip"/>';
    expect(why({ resources, constraints })).toEqual({ is: 'waits-for', other: 'web', task: 'start' });
    expect(explain({ resources, constraints }).planned).toMatchObject([{ possible: false, blockedBy: 'web' }]);
  });

  it('of a group speaks of its leader, and of a member says whom it follows', () => {
    const resources = `<group id="g">${dummy('a')}${dummy('b')}</group>`;
    expect(explain({ resources }, 'g')).toMatchObject({ outcome: { about: 'a' }, scoresOf: 'a', parts: ['a', 'b'] });
    expect(why({ resources }, 'b')).toEqual({ is: 'member', node: 'node1', before: 'a', group: 'g' });
  });

  it('of a clone lists its instances and the nodes without one', () => {
    const clone = { resources: `<clone id="c">${dummy('a')}</clone>`, attributes: { node2: { standby: 'on' } } };
    expect(why(clone, 'c')).toMatchObject({
      is: 'clone',
      instances: [{ node: 'node1' }, { node: 'node3' }],
      idle: [{ node: 'node2', obstacle: 'standby' }],
    });
    expect(explain(clone, 'a').id).toBe('c');
  });

  it('of a promotable clone gives the promotion score', () => {
    const meta = '<meta_attributes id="m"><nvpair id="p" name="promotable" value="true"/></meta_attributes>';
    const transient = { node2: { 'master-a': '10' } };
    expect(why({ resources: `<clone id="c">${meta}${dummy('a')}</clone>`, transient }, 'c')).toMatchObject({
      promotion: { node: 'node2', score: 10, terms: [{ kind: 'promotion', value: 10 }] },
    });
  });

  it('of a disabled resource names the resource that says so', () => {
    expect(why({ resources: dummy('vip', { 'target-role': 'Stopped' }) })).toEqual({ is: 'disabled', on: 'vip' });
  });

  it('of unmanaged ones tells by what', () => {
    expect(why({ resources: dummy('vip', { 'is-managed': 'false' }), history: here })).toMatchObject({
      is: 'unmanaged',
      by: 'is-managed',
      on: 'vip',
    });
    const options = { 'maintenance-mode': 'true' };
    expect(why({ resources: dummy('vip'), options })).toMatchObject({ by: 'maintenance-mode' });
  });

  it('of one that reached its migration-threshold everywhere', () => {
    const failed = { 'fail-count-vip#start_0': 'INFINITY' };
    const cluster = { resources: dummy('vip'), transient: { node1: failed, node2: failed, node3: failed } };
    expect(why(cluster)).toMatchObject({ is: 'failures', counts: [{ node: 'node1', count: 1_000_000 }, {}, {}] });
    expect(why({ ...cluster, transient: { node1: failed } })).toMatchObject({
      is: 'placed',
      choice: { node: 'node2', ruledOut: [{ node: 'node1', term: { kind: 'failures' } }] },
    });
  });

  it('of one without any usable node', () => {
    const standby = { standby: 'on' };
    expect(
      why({
        resources: dummy('vip'),
        attributes: { node1: standby, node2: standby },
        states: { node3: offline },
      }),
    ).toMatchObject({
      is: 'no-node',
      ruledOut: [{ obstacle: 'standby' }, { obstacle: 'standby' }, { node: 'node3', obstacle: 'offline' }],
    });
  });

  it('of one that is banned everywhere names the ban', () => {
    const constraints = ['node1', 'node2', 'node3'].map((node) => location(`ban-${node}`, node, '-INFINITY')).join('');
    expect(why({ resources: dummy('vip'), constraints })).toMatchObject({ is: 'banned', term: { kind: 'location' } });
  });

  it('of one that waits for quorum', () => {
    expect(why({ resources: dummy('vip'), quorum: false })).toEqual({ is: 'no-quorum', policy: 'stop' });
  });

  it('of one that failed to stop and is blocked', () => {
    expect(why({ resources: dummy('vip'), history: { node1: ran('vip', 'stop', 1) } })).toMatchObject({
      is: 'blocked',
      failure: { node: 'node1', operation: 'stop', rc: 1 },
    });
  });

  it("of the newcomer's trap: fencing is enabled and there is no device", () => {
    expect(why({ resources: dummy('vip'), options: { 'stonith-enabled': 'true' } })).toEqual({ is: 'no-fencing' });
  });

  it('of one that could not be looked for on a node that is just joining', () => {
    const joining = 'in_ccm="true" crmd="online" join="down" expected="down"';
    const options = { 'stonith-enabled': 'true' };
    const fencing = '<primitive id="f" class="stonith" type="fence_xvm"/>';
    expect(why({ resources: dummy('vip') + fencing, options, states: { node3: joining } })).toEqual({
      is: 'waits-for-probe',
      node: 'node3',
    });
  });

  it('of what on-fail=stop keeps stopped names the failure', () => {
    const monitor = '<operations><op id="m" name="monitor" interval="10s" on-fail="stop"/></operations>';
    const history = { node1: ran('vip', 'monitor', 1, 10_000) };
    expect(why({ resources: dummy('vip', {}, monitor), history })).toMatchObject({
      is: 'stopped-by-failure',
      failure: { operation: 'monitor', rc: 1 },
    });
  });

  it('of what no node has the capacity for', () => {
    const need = '<utilization id="u"><nvpair id="cpu" name="cpu" value="8"/></utilization>';
    const options = { 'placement-strategy': 'balanced' };
    expect(why({ resources: dummy('vip', {}, need), options })).toEqual({ is: 'no-capacity' });
  });

  it('of nothing at all is null', () => {
    expect(explainResource(testCib({}), NOW, 'ghost')).toBeNull();
  });
});
