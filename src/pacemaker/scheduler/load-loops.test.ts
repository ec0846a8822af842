import { expect, it } from 'vitest';
import { runScheduler } from './index';
import { dummy, ran, testCib } from './testcib';

const NOW = Date.UTC(2024, 2, 1, 12);
const inside = (id: string): string =>
  `<utilization id="u-${id}"><nvpair id="u-${id}-1" name="cpu" value="0"/></utilization>`;
const on = (id: string, node: string): string =>
  `<rsc_location id="l-${id}" rsc="${id}" node="${node}" score="INFINITY"/>`;
const machine = (id: string, priority: string): string => dummy(id, { 'allow-migrate': 'true', priority }, inside(id));

/** What the migrations of two machines wait for, by machine. */
function waits(targetOfA: string, targetOfB: string): Record<string, string[]> {
  const cib = testCib({
    options: { 'placement-strategy': 'utilization' },
    resources: machine('a', '2') + machine('b', '1'),
    constraints: on('a', targetOfA) + on('b', targetOfB),
    history: { node1: ran('a', 'start'), node2: ran('b', 'start') },
  });
  const { synapses } = runScheduler(cib, NOW).transition;
  const inputs = (id: string): string[] => {
    const synapse = synapses.find(({ actions }) => actions[0]?.operationKey === `${id}_migrate_to_0`);
    return synapse?.inputs.map(({ operationKey }) => operationKey).filter((key) => key.startsWith('load_')) ?? [];
  };
  return { a: inputs('a'), b: inputs('b') };
}

it('a migration waits for what leaves its target', () => {
  expect(waits('node2', 'node3')).toEqual({ a: ['load_stopped_node2'], b: ['load_stopped_node3'] });
});

it('of two that change places the more important one waits for the other, which waits for nothing', () => {
  expect(waits('node2', 'node1')).toEqual({ a: ['load_stopped_node2'], b: [] });
});
