import { expect, test } from 'vitest';
import { blocksOf } from './blocks';

test('a fence that names a machine is a command for it', () => {
  const blocks = blocksOf('Text.\n\n```sh node1\npcs status\n```\n\n```node2\nls\n```\n');
  expect(blocks.slice(1)).toEqual([
    { kind: 'command', machine: 'node1', text: 'pcs status' },
    { kind: 'command', machine: 'node2', text: 'ls' },
  ]);
});

test('a fence without a machine is output to read', () => {
  const [block] = blocksOf('```\nOnline: [ node1 ]\n```\n');
  expect(block?.kind).toBe('html');
});

test('raw HTML of a lab is shown, never run', () => {
  const [block] = blocksOf('<script>alert(1)</script>\n');
  expect(block).toEqual({ kind: 'html', html: expect.not.stringContaining('<script>') });
});
