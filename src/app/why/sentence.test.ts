import { describe, expect, it } from 'vitest';
import { explainResource } from '../../pacemaker/explain/index';
import { dummy, ran, type TestCluster, testCib } from '../../pacemaker/scheduler/testcib';
import { en } from './en';
import { ko } from './ko';
import { accountOf } from './sentence';

const NOW = Date.UTC(2024, 2, 1, 12);

function told(cluster: TestCluster, id = 'vip') {
  const explanation = explainResource(testCib(cluster), NOW, id);
  if (!explanation) throw new Error(`there is no ${id}`);
  const [english, korean] = [accountOf(explanation, en), accountOf(explanation, ko)];
  return {
    en: english.sentence,
    ko: korean.sentence,
    command: english.remedy?.command ?? null,
    look: english.remedy?.look,
  };
}

const here = { node1: ran('vip', 'start') };
const vip = dummy('vip');
const location = (id: string, node: string, score: string) =>
  `<rsc_location id="${id}" rsc="vip" node="${node}" score="${score}"/>`;
const together = '<rsc_colocation id="c" rsc="vip" with-rsc="web" score="INFINITY"/>';
const failed = { 'fail-count-vip#start_0': 'INFINITY' };
const standby = { standby: 'on' };

describe('the sentence says', () => {
  it('that a fresh resource may be anywhere', () => {
    expect(told({ resources: vip }).en).toBe(
      'vip is to start on node1 because all usable nodes score the same, so the one with fewer resources is taken, then the first by name.',
    );
  });

  it('what prefers it there', () => {
    const cluster = {
      resources: vip,
      history: { node2: ran('vip', 'start') },
      constraints: location('l', 'node2', '50'),
    };
    expect(told(cluster).en).toBe('vip runs on node2 because the constraint l prefers it there (+50).');
    expect(told(cluster).ko).toBe('vip 리소스는 node2에서 실행 중입니다. l 제약이 이 노드를 선호하기 때문입니다(+50).');
  });

  it('that a ban by hand moves it, and how to lift that', () => {
    const cluster = {
      resources: vip,
      history: here,
      constraints: location('cli-ban-vip-on-node1', 'node1', '-INFINITY'),
    };
    expect(told(cluster).en).toBe(
      'vip is on node1 and is to move to node2 because all usable nodes score the same, so the one with fewer resources is taken, then the first by name. node1 is banned by cli-ban-vip-on-node1.',
    );
    expect(told(cluster).command).toBe('pcs resource clear vip');
  });

  it('that a ban of a whole group is lifted of the group', () => {
    const account = told(
      {
        resources: `<group id="g">${dummy('a')}${dummy('b')}</group>`,
        history: { node1: ran('a', 'start') + ran('b', 'start') },
        constraints: '<rsc_location id="cli-ban-g-on-node1" rsc="g" node="node1" score="-INFINITY"/>',
      },
      'g',
    );
    expect(account.command).toBe('pcs resource clear g');
  });

  it('that the node it would rather run on is out', () => {
    const cluster: TestCluster = {
      resources: vip,
      history: here,
      constraints: location('l', 'node3', '50'),
      attributes: { node3: standby },
    };
    expect(told(cluster).en).toBe(
      'vip runs on node1 because it already runs there and no other node scores higher. Where it scores more it can’t run now: node3 is in standby.',
    );
  });

  it('with whom it must be', () => {
    const resources = dummy('web') + vip;
    expect(told({ resources, constraints: together }).en).toContain('it must run where web runs (c)');
    const apart = together.replace('INFINITY', '-INFINITY');
    const history = { node1: ran('web', 'start'), node2: ran('vip', 'start') };
    expect(told({ resources, constraints: apart + location('l', 'node3', '-INFINITY'), history }).en).toContain(
      'no other node is left: web is on node1 and node3 is banned by l',
    );
  });

  it('that the one it must be with has no node, and where to look', () => {
    const account = told({ resources: dummy('web', { 'target-role': 'Stopped' }) + vip, constraints: together });
    expect(account.en).toBe("vip isn't running because it must run where web runs, and web has no node.");
    expect(account.look).toBe('web');
  });

  it('for what it waits', () => {
    const constraints = '<rsc_order id="o" first="web" then="vip"/>';
    const account = told({ resources: dummy('web', { 'target-role': 'Stopped' }) + vip, constraints });
    expect(account.en).toContain('it comes after the start of web');
    expect(account.look).toBe('web');
  });

  it('whom a member of a group follows', () => {
    const resources = `<group id="g">${dummy('a')}${dummy('b')}</group>`;
    expect(told({ resources }, 'b').en).toBe('b is to start on node1 because in the group g it follows a.');
  });

  it('where a clone is and where not', () => {
    const cluster: TestCluster = {
      resources: `<clone id="c">${dummy('a')}</clone>`,
      attributes: { node2: standby },
      history: { node1: ran('a', 'start'), node3: ran('a', 'start') },
    };
    expect(told(cluster, 'c').en).toBe(
      'c runs on node1 and node3 because it is a clone: one instance a node, 3 at most. No instance elsewhere: node2 is in standby.',
    );
  });

  it('why an instance is promoted', () => {
    const meta = '<meta_attributes id="m"><nvpair id="p" name="promotable" value="true"/></meta_attributes>';
    const cluster: TestCluster = {
      resources: `<clone id="c">${meta}${dummy('a')}</clone>`,
      transient: { node2: { 'master-a': '10' } },
      history: { node1: ran('a', 'start'), node2: ran('a', 'start'), node3: ran('a', 'start') },
    };
    expect(told(cluster, 'c').en).toContain(
      'c is promoted on node2 because its promotion score there is the highest (10)',
    );
  });

  it('how to enable a disabled one', () => {
    const account = told({ resources: dummy('vip', { 'target-role': 'Stopped' }) });
    expect(account.en).toBe("vip isn't running because it is disabled (target-role=Stopped).");
    expect(account.command).toBe('pcs resource enable vip');
  });

  it('that it is left alone, and how to end that', () => {
    const unmanaged = told({ resources: dummy('vip', { 'is-managed': 'false' }), history: here });
    expect(unmanaged.en).toBe('vip is left as it is on node1 because it is unmanaged (is-managed=false).');
    expect(unmanaged.command).toBe('pcs resource manage vip');
    const maintained = told({ resources: vip, history: here, options: { 'maintenance-mode': 'true' } });
    expect(maintained.command).toBe('pcs property set maintenance-mode=false');
  });

  it('that it failed too often, here or everywhere', () => {
    const everywhere = told({ resources: vip, transient: { node1: failed, node2: failed, node3: failed } });
    expect(everywhere.en).toContain('it has failed too often on every usable node (node1: INFINITY, limit INFINITY');
    expect(everywhere.command).toBe('pcs resource cleanup vip');
    const once = told({ resources: vip, history: { node2: ran('vip', 'start') }, transient: { node1: failed } });
    expect(once.en).toMatch(/It failed too often on node1\.$/);
  });

  it('that no node can run anything', () => {
    const account = told({ resources: vip, attributes: { node1: standby, node2: standby, node3: standby } });
    expect(account.en).toBe(
      "vip isn't running because no node can run anything: node1 is in standby, node2 is in standby and node3 is in standby.",
    );
    expect(account.command).toBe('pcs node unstandby node1');
  });

  it('that there is no quorum', () => {
    expect(told({ resources: vip, quorum: false }).ko).toContain('정족수가 없기 때문입니다');
  });

  it('that a failed stop blocks it', () => {
    const account = told({ resources: vip, history: { node1: ran('vip', 'stop', 1) } });
    expect(account.en).toMatch(/^vip is left as it is on node1 because its stop failed on node1/);
    expect(account.command).toBe('pcs resource cleanup vip');
  });

  it("what to do about the newcomer's trap", () => {
    const account = told({ resources: vip, options: { 'stonith-enabled': 'true' } });
    expect(account.en).toContain('no fence device is configured');
    expect(account.ko).toContain('펜스 장치가 없어서');
    expect(account.command).toBe('pcs property set stonith-enabled=false');
  });
});
