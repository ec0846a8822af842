import { describe, expect, it } from 'vitest';
import { causesOf } from '../kernel/history';
import { clusterConf, clusterWorld, TestCluster } from './testcluster';

function nodes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `node${index + 1}`);
}

/** Every way to split a list into groups. */
function partitions<T>(items: readonly T[]): T[][][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  return partitions(rest).flatMap((groups) => [
    [[first], ...groups],
    ...groups.map((_, at) => groups.map((group, index) => (index === at ? [first, ...group] : group))),
  ]);
}

const up = new Map<string, TestCluster>();
/** A fork of a cluster that is up: building it once is enough, worlds are values. */
function cluster(count: number, quorum: [string, string][] = []): TestCluster {
  const key = JSON.stringify([count, quorum]);
  const ready = up.get(key) ?? new TestCluster(clusterWorld(count, clusterConf(count, quorum))).up();
  up.set(key, ready);
  return new TestCluster(ready.world);
}

/** Views of all nodes without their ring ids. */
function members(test: TestCluster, count: number): string[] {
  return nodes(count).map((name) => test.view(name).replace(/^\S+ /, ''));
}

describe('membership', () => {
  it('forms a ring of all nodes some seconds after the start', () => {
    const test = new TestCluster(clusterWorld(3));
    test.start('node1', 'node2', 'node3');
    test.run(500);
    expect(nodes(3).map((name) => test.view(name))).toEqual(['1.5 1', '2.5 2', '3.5 3']);
    test.run(3000);
    expect(members(test, 3)).toEqual(Array(3).fill('1 2 3 quorate'));
    expect(test.world.queue).toEqual([]);
  });

  it.each([2, 3, 4])('splits %i nodes along every partition, with quorum on one side at most', (count) => {
    for (const groups of partitions(nodes(count))) {
      const test = cluster(count);
      test.partition(...groups);
      test.run(12_000);
      for (const group of groups) {
        const ids = group.map((name) => Number(name.slice(4))).sort();
        const quorate = ids.length * 2 > count;
        for (const name of group) {
          expect(test.view(name).split(' ').slice(1).join(' ')).toBe(`${ids.join(' ')}${quorate ? ' quorate' : ''}`);
          expect(Number(test.view(name).split('.')[0])).toBe(groups.length === 1 ? 1 : ids[0]);
        }
      }
      test.heal();
      test.run(5000);
      expect(members(test, count)).toEqual(
        Array(count).fill(
          `${nodes(count)
            .map((_, i) => i + 1)
            .join(' ')} quorate`,
        ),
      );
    }
  });

  it('gives both sides of a split the same sequence, four more than before', () => {
    const test = cluster(3);
    const before = Number.parseInt(test.view('node1').split(/[. ]/)[1] ?? '', 16);
    test.partition(['node1', 'node2'], ['node3']);
    test.run(9000);
    expect(test.view('node1')).toBe(`1.${(before + 4).toString(16)} 1 2 quorate`);
    expect(test.view('node3')).toBe(`3.${(before + 4).toString(16)} 3`);
  });

  it('keeps showing the old membership until token and consensus timeouts are over', () => {
    const recorded = { 2: [6200, 6500], 3: [7600, 8050], 4: [9000, 9500] } as const;
    for (const count of [2, 3, 4] as const) {
      for (let seed = 1; seed <= 20; seed++) {
        const ready = cluster(count, count === 2 ? [['two_node', '1']] : []);
        const test = new TestCluster({ ...ready.world, random: [seed, 77, 3, 9] });
        const start = test.now;
        const cut = nodes(count).slice(0, -1);
        test.partition(cut, [`node${count}`]);
        test.run(recorded[count][0] - 1000);
        expect(members(test, count)[0]).toBe(
          `${nodes(count)
            .map((_, i) => i + 1)
            .join(' ')} quorate`,
        );
        test.run(4000);
        const formed = test.changes.find(
          ({ machine, time, change }) => machine === 'node1' && time > start && change.kind === 'membership',
        );
        expect((formed?.time ?? 0) - start).toBeGreaterThan(recorded[count][0] * 0.93);
        expect((formed?.time ?? 0) - start).toBeLessThan(recorded[count][1] * 1.05);
      }
    }
  });

  it('logs a lost node as the real daemon does', () => {
    const test = cluster(3);
    const since = test.now;
    test.partition(['node1', 'node2'], ['node3']);
    test.run(9000);
    const text = (name: string) =>
      test.journal(name, since).map((line) => line.replace(/^\d+ {2}/, '').replace(/1\.[0-9a-f]+/, 'R'));
    expect(text('node1')).toEqual([
      '[KNET  ] link: host: 3 link: 0 is down',
      '[KNET  ] host: host: 3 (passive) best link: 0 (pri: 1)',
      '[KNET  ] host: host: 3 has no active links',
      '[TOTEM ] Token has not been received in 2737 ms',
      '[TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.',
      '[QUORUM] Sync members[2]: 1 2',
      '[QUORUM] Sync left[1]: 3',
      '[TOTEM ] A new membership (R) was formed. Members left: 3',
      '[TOTEM ] Failed to receive the leave message. failed: 3',
      '[QUORUM] Members[2]: 1 2',
      '[MAIN  ] Completed service synchronization, ready to provide service.',
    ]);
    // node2 hears of it before its own token timeout is over.
    expect(text('node2').some((line) => line.includes('A processor failed'))).toBe(false);
    expect(text('node3')).toContain(
      '[QUORUM] This node is within the non-primary component and will NOT provide any services.',
    );
  });

  it('merges about three seconds after healing', () => {
    const test = cluster(3);
    test.partition(['node1', 'node2'], ['node3']);
    test.run(15_000);
    test.heal();
    const since = test.now;
    test.run(6000);
    const merged = test.changes.filter(({ time, change }) => time > since && change.kind === 'membership');
    expect(merged).toHaveLength(3);
    for (const { time } of merged) {
      expect(time - since).toBeGreaterThan(2000);
      expect(time - since).toBeLessThan(3600);
    }
  });

  it('lets a stopped node go at once', () => {
    const test = cluster(3);
    const since = test.now;
    test.stop('node3');
    test.run(1000);
    expect(test.view('node3')).toBe('-');
    const formed = test.changes.find(
      ({ machine, time, change }) => machine === 'node1' && time > since && change.kind === 'membership',
    );
    expect((formed?.time ?? Number.NaN) - since).toBeLessThan(100);
    const journal = test.journal('node1', since).join('\n');
    expect(journal).toContain('[CFG   ] Node 3 was shut down by sysadmin');
    expect(journal).not.toContain('Failed to receive the leave message');
    expect(journal).toContain('link: host: 3 link: 0 is down');
  });

  it('loses the token by a loss of one second, and forms the same membership anew', () => {
    const test = cluster(3);
    const since = test.now;
    test.partition(['node1', 'node2'], ['node3']);
    test.run(1040);
    test.heal();
    test.run(8000);
    expect(members(test, 3)).toEqual(Array(3).fill('1 2 3 quorate'));
    const journal = test.journal('node1', since).join('\n');
    expect(journal).toContain('A processor failed');
    expect(journal).toMatch(/A new membership \(1\.[0-9a-f]+\) was formed\. Members$/m);
  });

  it('does not notice a loss of some milliseconds', () => {
    const test = cluster(3);
    const since = test.now;
    for (let times = 0; times < 5; times++) {
      test.partition(['node1', 'node2'], ['node3']);
      test.run(5);
      test.heal();
      test.run(995);
    }
    test.run(10_000);
    const journal = test.journal('node1', since).join('\n');
    expect(journal).not.toContain('Members left');
    expect(members(test, 3)).toEqual(Array(3).fill('1 2 3 quorate'));
  });

  it.each([
    ['pair', (test: TestCluster) => test.partition(['node1'], ['node3'])],
    ['one-way', (test: TestCluster) => test.cutOneWay('node3', 'node1')],
  ] as const)('forms again and again while a %s cut lasts, and quorum stays with the first two', (_, cut) => {
    const test = cluster(3);
    const since = test.now;
    cut(test);
    test.run(50_000);
    const times = (name: string) =>
      test.changes
        .filter(({ machine, time, change }) => machine === name && time > since && change.kind === 'membership')
        .map(({ time }) => time - since);
    expect(test.view('node1')).toMatch(/^1\.[0-9a-f]+ 1 2 quorate$/);
    expect(test.view('node2')).toMatch(/^1\.[0-9a-f]+ 1 2 quorate$/);
    expect(test.view('node3')).toMatch(/^3\.[0-9a-f]+ 3$/);
    expect(times('node1')[0]).toBeGreaterThan(7300);
    expect(times('node1')[0]).toBeLessThan(8400);
    const lonely = times('node3');
    expect(lonely[0]).toBeGreaterThan(11_700);
    expect(lonely[0]).toBeLessThan(12_800);
    expect(lonely.length).toBeGreaterThanOrEqual(9);
    for (let at = 1; at < lonely.length; at++) {
      expect((lonely[at] ?? 0) - (lonely[at - 1] ?? 0)).toBeGreaterThan(4370);
      expect((lonely[at] ?? 0) - (lonely[at - 1] ?? 0)).toBeLessThan(4450);
    }
    const formed = test.journal('node1', since).filter((line) => /was formed\. Members$/.test(line));
    expect(formed.length).toBeGreaterThanOrEqual(7);
    test.heal();
    test.run(10_000);
    expect(members(test, 3)).toEqual(Array(3).fill('1 2 3 quorate'));
  });

  it('goes on without a daemon that is killed or stopped by a signal, and takes it back', () => {
    const killed = cluster(3);
    killed.kill('node2');
    killed.run(9000);
    expect(members(killed, 3)).toEqual(['1 3 quorate', '-', '1 3 quorate']);
    const frozen = cluster(3);
    frozen.freeze('node3', true);
    frozen.run(14_000);
    expect(members(frozen, 3)).toEqual(['1 2 quorate', '1 2 quorate', '1 2 3 quorate']);
    const since = frozen.now;
    frozen.freeze('node3', false);
    frozen.run(3600);
    expect(members(frozen, 3)).toEqual(Array(3).fill('1 2 3 quorate'));
    const journal = frozen.journal('node3', since).join('\n');
    expect(journal).toContain('was not scheduled');
    expect(journal).toMatch(/was formed\. Members joined: 1 2 left: 1 2$/m);
  });

  it('takes a node back whose machine was paused', () => {
    const test = cluster(3);
    const power = (state: 'paused' | 'running') =>
      test.kernel.transact((world) => {
        test.machine('node1', world).power = state;
      });
    power('paused');
    test.run(30_000);
    expect(members(test, 3)).toEqual(['1 2 3 quorate', '2 3 quorate', '2 3 quorate']);
    power('running');
    test.run(6000);
    expect(members(test, 3)).toEqual(Array(3).fill('1 2 3 quorate'));
    power('paused');
    test.run(300);
    power('running');
    test.run(20_000);
    expect(members(test, 3)).toEqual(Array(3).fill('1 2 3 quorate'));
  });

  it('takes a node back after a power loss, with a sequence beyond the one it had stored', () => {
    const test = cluster(3);
    test.powerOff('node3');
    test.run(9000);
    expect(members(test, 3)[0]).toBe('1 2 quorate');
    const stored = test.view('node1').split(/[. ]/)[1] ?? '';
    test.start('node3');
    test.run(500);
    const alone = Number.parseInt(test.view('node3').split(/[. ]/)[1] ?? '', 16);
    expect(alone).toBe(Number.parseInt(stored, 16) - 4 + 5);
    test.run(4000);
    expect(members(test, 3)).toEqual(Array(3).fill('1 2 3 quorate'));
  });

  it('keeps out a node with another key', () => {
    const world = clusterWorld(3);
    const test = new TestCluster(world);
    test.kernel.transact((draft) => {
      const key = draft.machines.node3?.root.entries.etc;
      const corosync = key?.kind === 'directory' ? key.entries.corosync : undefined;
      const file = corosync?.kind === 'directory' ? corosync.entries.authkey : undefined;
      if (file?.kind === 'file') file.content = 'another key';
    });
    test.up();
    expect(members(test, 3)).toEqual(['1 2 quorate', '1 2 quorate', '3']);
  });

  it('can be asked why quorum was lost', () => {
    const test = cluster(3);
    test.partition(['node1', 'node2'], ['node3']);
    test.run(9000);
    const lost = test.world.history.findLast((entry) => entry.kind === 'quorum.lost');
    const why = causesOf(test.world, lost?.id ?? -1).map((entry) => `${entry.kind} ${entry.machine}`);
    expect(why.slice(0, 4)).toEqual([
      'quorum.lost node3',
      'membership.formed node3',
      'token.lost node3',
      'fault.injected node2',
    ]);
  });

  it('is the same to the last event when it runs twice', () => {
    const run = () => {
      const test = cluster(4);
      test.partition(['node1', 'node4'], ['node2', 'node3']);
      test.run(10_000);
      test.heal();
      test.run(1000);
      test.kill('node2');
      test.run(20_000);
      return JSON.stringify(test.world);
    };
    expect(run()).toBe(run());
  });
});
