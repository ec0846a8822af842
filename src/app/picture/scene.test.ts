import { describe, expect, test } from 'vitest';
import type { ClusterBelief, MachineView, PublicView } from '../../engine/view';
import { EMPTY_VIEW } from '../../engine/view';
import { convexHull, sceneOf } from './scene';

function machine(name: string, cluster: ClusterBelief | null, address = true): MachineView {
  return {
    name,
    kind: 'guest',
    hostname: `${name}.example.com`,
    power: 'running',
    state: cluster ? 'member' : 'running',
    nics: [{ name: 'eth1', network: 'internal', plugged: true, up: true, addresses: address ? ['10.0.0.1/24'] : [] }],
    cluster,
  };
}

function belief(nodeId: number, members: string[], quorate: boolean): ClusterBelief {
  return {
    nodeId,
    nodeName: `node${nodeId}`,
    ringId: `1.${members.length}`,
    members,
    quorate,
    votes: members.length,
    expectedVotes: 4,
    quorum: 3,
    dc: members[0] ?? null,
    pacemaker: true,
  };
}

function viewOf(machines: MachineView[]): PublicView {
  return {
    ...EMPTY_VIEW,
    machines: Object.fromEntries(machines.map((one) => [one.name, one])),
    networks: { internal: { name: 'internal', bridge: 'virbr1', address: null, active: true } },
  };
}

const three = ['node1', 'node2', 'node3'];
const parted = viewOf([
  machine('node1', belief(1, three, true)),
  machine('node2', belief(2, three, true)),
  machine('node3', belief(3, three, true)),
  machine('node4', belief(4, ['node4'], false)),
]);

describe('the picture', () => {
  test('draws one outline an island, with its own votes', () => {
    const { hulls } = sceneOf(parted, 430, 560);
    expect(hulls.map(({ quorate, votes }) => [quorate, votes])).toEqual([
      [true, 3],
      [false, 1],
    ]);
  });

  test('crowns the DC only', () => {
    const { cards } = sceneOf(parted, 430, 560);
    expect(cards.filter(({ isDc }) => isDc).map(({ machine: { name } }) => name)).toEqual(['node1', 'node4']);
  });

  test('keeps every card inside the box and apart from the others', () => {
    for (const count of [1, 2, 3, 4, 5]) {
      const view = viewOf(Array.from({ length: count }, (_, index) => machine(`node${index + 1}`, null)));
      const { cards } = sceneOf(view, 430, 560);
      for (const card of cards) {
        expect(card.x - card.width / 2).toBeGreaterThanOrEqual(0);
        expect(card.x + card.width / 2).toBeLessThanOrEqual(430);
      }
      for (const [index, a] of cards.entries()) {
        for (const b of cards.slice(index + 1)) {
          expect(Math.abs(a.x - b.x) >= a.width || Math.abs(a.y - b.y) >= (a.height + b.height) / 2).toBe(true);
        }
      }
    }
  });

  test('shows a link as cut when a fault drops its packets, and idle without addresses', () => {
    const view: PublicView = {
      ...viewOf([machine('node1', null), machine('node2', null), machine('node3', null, false)]),
      faults: [
        { id: 'f', network: 'internal', from: 'node2', to: 'node1', verdict: 'drop', delayMs: 0, bothWays: true },
      ],
    };
    const states = Object.fromEntries(sceneOf(view, 430, 560).links.map(({ id, state }) => [id, state]));
    expect(states).toEqual({ 'node1:node2': 'cut', 'node1:node3': 'idle', 'node2:node3': 'idle' });
  });

  test('finds the convex hull of points', () => {
    const square = [
      { x: 0, y: 0 },
      { x: 2, y: 0 },
      { x: 1, y: 1 },
      { x: 2, y: 2 },
      { x: 0, y: 2 },
    ];
    expect(convexHull(square)).toHaveLength(4);
  });
});
