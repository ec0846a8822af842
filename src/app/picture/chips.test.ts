import { describe, expect, test } from 'vitest';
import type { ResourceView } from '../../engine/view';
import { stackOn, trayOf } from './chips';

function resource(id: string, part: Partial<ResourceView> = {}): ResourceView {
  return {
    id,
    kind: 'primitive',
    parent: null,
    agent: 'ocf:pacemaker:Dummy',
    address: null,
    isFenceDevice: false,
    promotable: false,
    parts: [],
    places: [{ machine: 'node1', state: 'started', managed: true }],
    idle: null,
    ...part,
  };
}

const table = (...list: ResourceView[]) => Object.fromEntries(list.map((each) => [each.id, each]));
const group = [
  resource('g', { kind: 'group', parts: ['a', 'b'] }),
  resource('a', { parent: 'g' }),
  resource('b', { parent: 'g', places: [], idle: 'stopped' }),
];
const many = Array.from({ length: 30 }, (_, index) => resource(`r${index + 1}`));
const at = { width: 164, columns: 1, room: 400, first: null } as const;

describe('chips', () => {
  test('a group is a box around its members, the stopped ones too', () => {
    const { chips } = stackOn(table(...group), 'node1', at);
    expect(chips.map(({ resource: { id }, state }) => `${id} ${state}`)).toEqual([
      'g started',
      'a started',
      'b stopped',
    ]);
    const [box, first] = chips;
    expect(box?.isContainer).toBe(true);
    expect((first?.y ?? 0) + (first?.height ?? 0)).toBeLessThan((box?.y ?? 0) + (box?.height ?? 0));
  });

  test('where there is little room a group is closed and shows its members as marks', () => {
    const { chips, isWhole } = stackOn(table(...group), 'node1', { ...at, room: 30 });
    expect(chips.map(({ resource: { id }, dots }) => [id, dots])).toEqual([['g', ['started', 'stopped']]]);
    expect(isWhole).toBe(false);
  });

  test('of many those are shown for which there is room, the others counted, and the selected one stays', () => {
    const { chips, more, height } = stackOn(table(...many), 'node1', { ...at, room: 100, first: 'r30' });
    expect(height).toBeLessThanOrEqual(100);
    expect(chips[0]?.resource.id).toBe('r30');
    expect(chips.length + (more?.count ?? 0)).toBe(30);
  });

  test('short names share a row in two columns, an address has its own', () => {
    const { chips } = stackOn(
      table(resource('a'), resource('b'), resource('vip', { address: '192.168.90.50' })),
      'node1',
      {
        ...at,
        width: 196,
        columns: 2,
      },
    );
    expect(chips[0]?.y).toBe(chips[1]?.y);
    expect(chips[2]?.note).toBe('192.168.90.50');
    expect(chips[2]?.y).toBeGreaterThan(chips[1]?.y ?? 0);
  });

  test('what runs nowhere lies in the tray, in as many rows as there may be', () => {
    const idle = many.map((each) => ({ ...each, places: [], idle: 'stopped' as const }));
    const { chips, more } = trayOf(table(...idle), 60, 380, 2);
    expect(chips.length + (more?.count ?? 0)).toBe(30);
    expect(new Set(chips.map(({ y }) => y)).size).toBe(2);
    for (const chip of chips) expect(chip.x + chip.width).toBeLessThanOrEqual(380);
  });

  test('a chip is the same thing wherever it runs, an instance of a clone belongs to its machine', () => {
    const elsewhere = [{ machine: 'node2', state: 'started' as const, managed: true }];
    const keyOn = (machine: string, each: ResourceView) => stackOn(table(each), machine, at).chips[0]?.key;
    expect(keyOn('node1', resource('vip'))).toBe(keyOn('node2', resource('vip', { places: elsewhere })));
    expect(keyOn('node1', resource('c', { kind: 'clone' }))).toBe('c@node1');
  });
});
