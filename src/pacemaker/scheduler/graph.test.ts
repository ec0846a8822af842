import { expect, it } from 'vitest';
import { runScheduler } from './index';
import { dummy, ran, type TestCluster, testCib } from './testcib';

const NOW = Date.UTC(2024, 2, 1, 12);

/** What an action waits for in the graph; null: it isn't there. */
function inputsOf(cluster: TestCluster, key: string): string[] | null {
  const { synapses } = runScheduler(testCib(cluster), NOW).transition;
  const synapse = synapses.find(({ actions }) => actions[0]?.operationKey === key);
  return synapse ? synapse.inputs.map(({ operationKey }) => operationKey) : null;
}

/** A move of `a` which a clone of groups comes after; one of its members restarts, with or without a reason of its own. */
function restart(changed: boolean): TestCluster {
  const member = ran('y', 'start');
  return {
    resources: `${dummy('a')}<clone id="c"><group id="g">${dummy('x')}${dummy('y')}</group></clone>`,
    constraints:
      '<rsc_location id="l" rsc="a" node="node2" score="INFINITY"/><rsc_order id="o" first="a" then="c" kind="Mandatory"/>',
    history: {
      node1: ran('a', 'start'),
      node3: ran('x', 'monitor', 7) + (changed ? member.replace(/ op-digest="[^"]*"/, '') : member),
    },
  };
}

it('a stop waits for the clone that stops before it', () => {
  expect(inputsOf(restart(false), 'a_stop_0')).toContain('c_stopped_0');
});

it('only as it comes into the graph a clone learns that its groups restart on their own: earlier stops do not wait', () => {
  expect(inputsOf(restart(true), 'c_stopped_0')).toContain('g:0_stopped_0');
  expect(inputsOf(restart(true), 'a_stop_0')).not.toContain('c_stopped_0');
});

it('what is with a group starts even where the group can not, unlike what is with a primitive or a clone', () => {
  const never = ['node1', 'node2', 'node3'].map(
    (node) => `<rsc_location id="l-${node}" rsc="no" node="${node}" score="-INFINITY"/>`,
  );
  const startOf = (resources: string, primary: string): string[] | null =>
    inputsOf(
      {
        resources: dummy('no') + resources + dummy('d'),
        constraints: `${never.join('')}<rsc_order id="o" first="no" then="${primary}"/><rsc_colocation id="c" rsc="d" with-rsc="${primary}" score="INFINITY"/>`,
      },
      'd_start_0',
    );
  expect(startOf(dummy('p'), 'p')).toBeNull();
  expect(startOf(`<clone id="k">${dummy('p')}</clone>`, 'k')).toBeNull();
  expect(startOf(`<group id="g">${dummy('p')}${dummy('q')}</group>`, 'g')).not.toBeNull();
});
