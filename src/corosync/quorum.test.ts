import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CorosyncMachine } from './nodes';
import { mayExpect } from './quorum';
import { requestCancelWaiting, requestExpectedVotes } from './services';
import { clusterConf, clusterWorld, TestCluster } from './testcluster';

function cluster(count: number, quorum: [string, string][], votes: (node: number) => [string, string][] = () => []) {
  return new TestCluster(clusterWorld(count, clusterConf(count, quorum, [], votes)));
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `node${index + 1}`);
}

function quorate(test: TestCluster, name: string): boolean {
  return test.corosync(name).quorum.quorate;
}

function onDaemon(
  test: TestCluster,
  name: string,
  act: (world: TestCluster['world'], machine: CorosyncMachine) => void,
) {
  test.kernel.transact((world) => act(world, test.machine(name, world) as CorosyncMachine));
  test.run(50);
}

describe('votequorum', () => {
  it('lets two nodes wait for each other, then each go on alone (two_node)', () => {
    const test = cluster(2, [['two_node', '1']]);
    test.start('node1');
    test.run(5000);
    expect([test.view('node1'), test.flags('node1')]).toEqual(['1.5 1', '2Node WaitForAll']);
    expect(
      test
        .journal('node1')
        .filter((line) => line.includes('Waiting for all cluster members. Current votes: 1 expected_votes: 2')),
    ).toHaveLength(4);
    test.start('node2');
    test.run(5000);
    expect(test.flags('node1')).toBe('2Node Quorate WaitForAll');
    test.partition(['node1'], ['node2']);
    test.run(8000);
    expect(names(2).map((name) => quorate(test, name))).toEqual([true, true]);
    test.heal();
    test.run(6000);
    expect(test.view('node1')).toMatch(/1 2 quorate$/);
  });

  it('blocks a node that boots alone after the split (two_node), until it meets the other', () => {
    const test = cluster(2, [['two_node', '1']]).up();
    test.partition(['node1'], ['node2']);
    test.run(8000);
    test.powerOff('node2');
    test.run(2000);
    test.start('node2');
    test.run(5000);
    expect([quorate(test, 'node1'), quorate(test, 'node2')]).toEqual([true, false]);
    test.heal();
    test.run(6000);
    expect([quorate(test, 'node1'), quorate(test, 'node2')]).toEqual([true, true]);
  });

  it('gives an even split to nobody, or to the side of node 1 (auto_tie_breaker)', () => {
    const plain = cluster(4, []).up();
    plain.partition(['node1', 'node2'], ['node3', 'node4']);
    plain.run(12_000);
    expect(names(4).map((name) => quorate(plain, name))).toEqual([false, false, false, false]);
    const tie = cluster(4, [['auto_tie_breaker', '1']]).up();
    expect(tie.flags('node1')).toBe('Quorate AutoTieBreaker');
    tie.partition(['node1', 'node4'], ['node2', 'node3']);
    tie.run(12_000);
    expect(names(4).map((name) => quorate(tie, name))).toEqual([true, false, false, true]);
    const highest = cluster(4, [
      ['auto_tie_breaker', '1'],
      ['auto_tie_breaker_node', 'highest'],
    ]).up();
    highest.partition(['node1', 'node2'], ['node3', 'node4']);
    highest.run(12_000);
    expect(names(4).map((name) => quorate(highest, name))).toEqual([false, false, true, true]);
  });

  it('waits for all nodes (wait_for_all), unless somebody ends the wait', () => {
    const test = cluster(4, [['wait_for_all', '1']]);
    test.start('node1', 'node2', 'node3');
    test.run(8000);
    expect([quorate(test, 'node1'), test.flags('node1')]).toEqual([false, 'WaitForAll']);
    onDaemon(test, 'node2', requestCancelWaiting);
    expect(names(3).map((name) => quorate(test, name))).toEqual([true, true, true]);
    test.start('node4');
    test.run(5000);
    expect(names(4).map((name) => quorate(test, name))).toEqual([true, true, true, true]);
  });

  it('lowers what it expects as nodes die one by one (last_man_standing), but not to one', () => {
    const test = cluster(4, [
      ['wait_for_all', '1'],
      ['last_man_standing', '1'],
      ['last_man_standing_window', '5000'],
    ]).up();
    expect(test.flags('node1')).toBe('Quorate WaitForAll LastManStanding');
    const state = () => {
      const { quorum } = test.corosync('node1');
      return [quorum.members.length, quorum.expectedVotes, quorum.needed, quorum.quorate];
    };
    test.powerOff('node4');
    test.run(10_000);
    expect(state()).toEqual([3, 4, 3, true]);
    test.run(5000);
    expect(state()).toEqual([3, 3, 2, true]);
    test.powerOff('node3');
    test.run(16_000);
    expect(state()).toEqual([2, 2, 2, true]);
    test.powerOff('node2');
    test.run(16_000);
    expect(state()).toEqual([1, 2, 2, false]);
    expect(test.journal('node1').join('\n')).toContain(
      'Waiting for all cluster members. Current votes: 1 expected_votes: 2',
    );
  });

  it('leaves the last node quorate when last_man_standing and auto_tie_breaker meet', () => {
    const test = cluster(4, [
      ['auto_tie_breaker', '1'],
      ['last_man_standing', '1'],
      ['last_man_standing_window', '5000'],
    ]).up();
    expect(test.flags('node1')).toBe('Quorate LastManStanding AutoTieBreaker');
    for (const name of ['node4', 'node3', 'node2']) {
      test.powerOff(name);
      test.run(15_500);
    }
    expect(quorate(test, 'node1')).toBe(true);
  });

  it('takes another number of expected votes where that leaves a majority, until the sides meet', () => {
    const test = cluster(4, []).up();
    test.partition(['node1', 'node2'], ['node3', 'node4']);
    test.run(12_000);
    const machine = test.machine('node1') as CorosyncMachine;
    expect([mayExpect(machine, 2), mayExpect(machine, 4), mayExpect(machine, 0)]).toEqual([true, false, false]);
    onDaemon(test, 'node1', (world, daemon) => requestExpectedVotes(world, daemon, 2));
    expect(names(4).map((name) => quorate(test, name))).toEqual([true, true, false, false]);
    test.heal();
    test.run(6000);
    expect(names(4).map((name) => test.corosync(name).quorum.expectedVotes)).toEqual([4, 4, 4, 4]);
  });

  it('counts the votes of each node', () => {
    const test = cluster(3, [], (node) => (node === 1 ? [['quorum_votes', '3']] : [])).up();
    expect(test.corosync('node2').quorum).toMatchObject({ expectedVotes: 5, needed: 3, totalVotes: 5 });
    test.partition(['node1'], ['node2', 'node3']);
    test.run(12_000);
    expect(names(3).map((name) => quorate(test, name))).toEqual([true, false, false]);
  });

  it('never gives quorum to two sides, whatever happens to four nodes', () => {
    const options: [string, string][][] = [
      [],
      [['wait_for_all', '1']],
      [['auto_tie_breaker', '1']],
      [
        ['wait_for_all', '1'],
        ['last_man_standing', '1'],
        ['last_man_standing_window', '3000'],
      ],
    ];
    const ready = options.map((quorum) => cluster(4, quorum).up().world);
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('cut' as const),
        sides: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('heal' as const) }),
      fc.record({
        kind: fc.constantFrom('off' as const, 'on' as const, 'stop' as const, 'kill' as const),
        node: fc.integer({ min: 1, max: 4 }),
      }),
      fc.record({
        kind: fc.constant('one-way' as const),
        from: fc.integer({ min: 1, max: 4 }),
        to: fc.integer({ min: 1, max: 4 }),
      }),
    );
    const scenario = fc.record({
      start: fc.integer({ min: 0, max: ready.length - 1 }),
      seed: fc.integer({ min: 1, max: 1e9 }),
      steps: fc.array(fc.tuple(step, fc.integer({ min: 10, max: 14_000 })), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(scenario, ({ start, seed, steps }) => {
        const world = ready[start];
        if (!world) return;
        const test = new TestCluster({ ...world, random: [seed, 1, 2, 3] });
        for (const [what, wait] of steps) {
          if (what.kind === 'cut') {
            test.heal();
            const groups = [0, 1, 2, 3].map((side) => names(4).filter((_, index) => what.sides[index] === side));
            test.partition(...groups.filter((group) => group.length > 0));
          } else if (what.kind === 'heal') test.heal();
          else if (what.kind === 'one-way') test.cutOneWay(`node${what.from}`, `node${what.to}`);
          else {
            const name = `node${what.node}`;
            const runs = test.machine(name).corosync !== null;
            if (what.kind === 'on' && !runs) test.start(name);
            if (what.kind === 'off' && runs) test.powerOff(name);
            if (what.kind === 'kill' && runs) test.kill(name);
            if (what.kind === 'stop' && runs) test.stop(name);
          }
          test.run(wait);
        }
        test.run(25_000);
        const rings = new Map<string, number[]>();
        for (const name of names(4)) {
          const { corosync } = test.machine(name);
          if (corosync?.quorum.quorate) rings.set(test.view(name), corosync.quorum.members);
        }
        const sides = [...rings.values()];
        for (const [index, side] of sides.entries()) {
          for (const other of sides.slice(index + 1))
            expect(
              side.some((node) => other.includes(node)),
              JSON.stringify([...rings]),
            ).toBe(true);
        }
        // Healed, everybody who runs meets again, and nothing goes on in the background.
        test.heal();
        test.run(45_000);
        const running = names(4).filter((name) => test.machine(name).corosync !== null);
        expect(new Set(running.map((name) => test.view(name))).size).toBeLessThanOrEqual(1);
        for (const name of running) expect(test.corosync(name).quorum.members).toHaveLength(running.length);
        expect(test.world.queue.length).toBe(0);
      }),
      { numRuns: 150, seed: 20230508 },
    );
  }, 120_000);
});
