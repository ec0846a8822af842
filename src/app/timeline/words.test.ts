import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../world/history';
import { eventWords } from '../messages/events';
import { entryText, isNotable } from './words';

const entry = (kind: string, facts: HistoryEntry['facts'] = {}): HistoryEntry => ({
  id: 1,
  time: 0,
  kind,
  machine: null,
  facts,
  cause: null,
});

test('an entry of a known kind is a sentence with its facts', () => {
  const lost = entry('quorum.lost', { votes: 1, expected: 4, needed: 3 });
  expect(entryText(lost, 'en')).toBe('quorum lost: 1 of 4 votes, 3 needed');
  expect(entryText(lost, 'ko')).toBe('정족수 상실: 4표 중 1표, 3표 필요');
});

test('an entry of an unknown kind shows its name and facts', () => {
  expect(entryText(entry('ghost.seen', { room: 'cellar' }), 'en')).toBe('ghost seen: room cellar');
});

test('both languages know the same kinds', () => {
  expect(Object.keys(eventWords.ko)).toEqual(Object.keys(eventWords.en));
});

test('the start of a unit is notable when a cluster has to do with it', () => {
  expect(isNotable(entry('unit.started', { unit: 'corosync.service' }))).toBe(true);
  expect(isNotable(entry('unit.started', { unit: 'crond.service' }))).toBe(false);
  expect(isNotable(entry('unit.failed', { unit: 'crond.service' }))).toBe(true);
});

test('a decision tells what becomes of the resources, or that nothing does', () => {
  const moved = entry('pacemaker.transition', {
    id: 4,
    actions: 3,
    changes: ['Move vip n1.example.com -> n2.example.com'],
  });
  expect(entryText(moved, 'en')).toBe('decision 4: move vip n1 → n2');
  expect(entryText(moved, 'ko')).toBe('결정 4: vip 이동 n1 → n2');
  expect(entryText(entry('pacemaker.transition', { id: 5, actions: 3, changes: [] }), 'en')).toContain(
    'no resource changes',
  );
});
