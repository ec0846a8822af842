import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { runTrial } from '../../lab/exam';
import type { Trial } from '../../lab/lab';
import { startWorld } from '../../lab/worlds';
import { Simulation } from '../../simulation/simulation';
import type { World } from '../../world/world';
import { parseArguments } from '../arguments';
import { CliError } from '../failure';
import { type Bench, type Figure, median } from './figure';
import { schedulerBench } from './scheduler';

/** Where the recordings lie unless `--data` says otherwise; benches that need them say so when they don't. */
const RECORDINGS = fileURLToPath(new URL('../../../../shared/conformance', import.meta.url));

/** The world of a running cluster of four nodes without resources, made once. */
let cluster: Promise<World> | undefined;
function runningCluster(): Promise<World> {
  cluster ??= makeCluster();
  return cluster;
}

async function makeCluster(): Promise<World> {
  const nodes = ['node1', 'node2', 'node3', 'node4'];
  const simulation = new Simulation(startWorld('ready', 1));
  const names = nodes.map((node) => `${node}.example.com`).join(' ');
  for (const command of [
    `pcs host auth -u hacluster -p centos ${names}`,
    `pcs cluster setup bench ${names} --start --enable --wait=90`,
  ]) {
    const result = await simulation.command('node1', command);
    if (result.status !== 0) throw new Error(`${command}: ${result.stderr}`);
  }
  await simulation.runtime.run(simulation.world.now + 60_000);
  return simulation.world;
}

async function timed(times: number, action: () => unknown): Promise<number> {
  const values: number[] = [];
  for (let i = 0; i < times; i++) {
    const begin = performance.now();
    await action();
    values.push(performance.now() - begin);
  }
  return median(values);
}

const benches: Record<string, Bench> = {
  idle: async () => {
    const simulation = Simulation.ofFork(await runningCluster());
    const seconds = 100_000;
    const begin = performance.now();
    await simulation.runtime.run(simulation.world.now + seconds * 1000);
    const value = seconds / ((performance.now() - begin) / 1000);
    return [{ name: 'idle 4-node cluster', unit: 'simulated s/s', value, limit: 10_000, atLeast: true }];
  },
  fork: async () => {
    const world = await runningCluster();
    const value = await timed(200, () => Simulation.ofFork(world));
    return [{ name: 'fork', unit: 'ms', value, limit: 1 }];
  },
  reset: async () => {
    startWorld('bare', 1);
    const value = await timed(50, () => new Simulation(startWorld('bare', 1)));
    return [{ name: 'world reset', unit: 'ms', value, limit: 50 }];
  },
  status: async () => {
    const simulation = Simulation.ofFork(await runningCluster());
    const value = await timed(20, () => simulation.command('node1', 'pcs status'));
    return [{ name: 'pcs status', unit: 'ms', value, limit: 50 }];
  },
  exam: async () => {
    const world = await runningCluster();
    const begin = performance.now();
    for (let fault = 0; fault < 10; fault++) await runTrial(examTrial(`node${(fault % 4) + 1}`), world);
    return [
      { name: 'exam of 10 faults × 10 simulated minutes', unit: 'ms', value: performance.now() - begin, limit: 3000 },
    ];
  },
  scheduler: schedulerBench,
  save: async () => {
    const simulation = Simulation.ofFork(await runningCluster());
    const value = await timed(10, () => simulation.save());
    return [
      { name: 'save', unit: 'ms', value },
      { name: 'saved world', unit: 'kB', value: simulation.save().length / 1000 },
    ];
  },
};

/** A node loses power; the copy is watched for ten simulated minutes, as what is awaited never comes. */
function examTrial(machine: string): Trial {
  const text = { ko: '', en: '' };
  return {
    id: machine,
    title: text,
    actions: [{ powerOff: machine }],
    expect: [{ text, within: 600, predicate: () => false }],
    always: null,
  };
}

/** `quorate bench`: measures, and fails when a figure is beyond its limit. */
export async function benchCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: RECORDINGS },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
  if (unknown !== undefined)
    throw new CliError(`there is no bench "${unknown}"; there are: ${Object.keys(benches).join(', ')}`);
  let good = true;
  for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) {
    for (const figure of await (benches[name] as Bench)(values.data)) {
      const within =
        figure.limit === undefined || (figure.atLeast ? figure.value >= figure.limit : figure.value <= figure.limit);
      good = within && good;
      if (values.json) process.stdout.write(`${JSON.stringify({ bench: name, ...figure, within })}\n`);
      else
        process.stdout.write(
          `${within ? '  ' : '! '}${figure.name}: ${figure.value.toFixed(2)} ${figure.unit}${limitText(figure)}\n`,
        );
    }
  }
  return good ? 0 : 1;
}

function limitText(figure: Figure): string {
  return figure.limit === undefined ? '' : ` (${figure.atLeast ? 'at least' : 'at most'} ${figure.limit})`;
}
