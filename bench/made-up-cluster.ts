/** Schedules one made-up cluster and prints its time and this process's peak of memory as JSON. */
import { measureMadeUp } from '../src/cli/bench/scheduler';

const size = JSON.parse(process.argv[2] ?? '{}') as { nodes: number; resources: number; settled: boolean };
console.log(JSON.stringify(measureMadeUp(size)));
