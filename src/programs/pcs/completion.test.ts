import { expect, test } from 'vitest';
import { pcsSubcommands } from './completion';

test('subcommands follow the words before them', () => {
  expect(pcsSubcommands([])).toContain('cluster');
  expect(pcsSubcommands(['resource', 'op'])).toEqual(['add', 'defaults', 'delete', 'remove']);
  expect(pcsSubcommands(['resource', 'create'])).toBeUndefined();
});
