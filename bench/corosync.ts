/** What simulating corosync costs: `npx tsx bench/corosync.ts`. Simulated seconds per second of the wall. */
import { performance } from 'node:perf_hooks';
import { clusterWorld, TestCluster } from '../src/corosync/testcluster';

/** Least simulated seconds per second of an idle cluster of four nodes. */
const IDLE_LIMIT = 10_000;

function ratePerSecond(simulatedMs: number, act: () => void): number {
  const begin = performance.now();
  act();
  return simulatedMs / (performance.now() - begin);
}

const ready = new TestCluster(clusterWorld(4)).up().world;
const rates = {
  idle: ratePerSecond(86_400_000, () => {
    const test = new TestCluster(ready);
    // In steps of a second, as a page would ask for them.
    for (let second = 0; second < 86_400; second++) test.run(1000);
  }),
  'partition and heal, every 20 s': ratePerSecond(2_000_000, () => {
    const test = new TestCluster(ready);
    for (let times = 0; times < 50; times++) {
      test.partition(['node1', 'node2'], ['node3', 'node4']);
      test.run(20_000);
      test.heal();
      test.run(20_000);
    }
  }),
  'one pair cut, forming for ever': ratePerSecond(600_000, () => {
    const test = new TestCluster(ready);
    test.partition(['node1'], ['node4']);
    test.run(600_000);
  }),
};
for (const [name, rate] of Object.entries(rates)) console.log(`${name}: ${Math.round(rate)}`);
if (rates.idle < IDLE_LIMIT) {
  console.error(`an idle cluster must reach ${IDLE_LIMIT}`);
  process.exitCode = 1;
}
