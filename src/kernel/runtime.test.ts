import { describe, expect, it } from 'vitest';
import type { World } from '../world/world';
import { type EventHandlers, schedule } from './events';
import { Kernel } from './kernel';
import { seedRandom } from './random';
import { Runtime } from './runtime';
import { Interrupted } from './tasks';

declare module './events' {
  interface EventMap {
    'test.rename': { name: string };
  }
}

const handlers: EventHandlers = {
  'test.rename': (world, { name }) => {
    world.name = name;
  },
};

function runtime(): Runtime {
  const world: World = {
    format: 2,
    name: 'test',
    now: 0,
    epoch: 0,
    random: seedRandom(1),
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: {},
    networks: {},
    faults: [],
  };
  return new Runtime(new Kernel(world, handlers));
}

describe('runtime', () => {
  it('moves time only while every task is blocked', async () => {
    const sim = runtime();
    const seen: number[] = [];
    sim.spawn('slow', async (task) => {
      // A lazily loaded chunk: real time passes, simulated time doesn't.
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(sim.world.now);
      await task.sleep(100);
      seen.push(sim.world.now);
    });
    await sim.run(1000);
    expect(seen).toEqual([0, 100]);
    expect(sim.world.now).toBe(1000);
  });

  it('wakes sleepers in the order of their times, and equal ones in the order of falling asleep', async () => {
    const sim = runtime();
    const order: string[] = [];
    for (const [name, ms] of [
      ['b', 20],
      ['a', 10],
      ['c', 20],
    ] as const) {
      sim.spawn(name, async (task) => {
        await task.sleep(ms);
        order.push(name);
      });
    }
    await sim.run(100);
    expect(order).toEqual(['a', 'b', 'c']);
  });

  it('wakes a task when the world becomes what it waits for', async () => {
    const sim = runtime();
    let found: string | undefined;
    sim.spawn('waiter', async (task) => {
      found = await task.until(() => (sim.world.name === 'ready' ? `at ${sim.world.now}` : undefined));
    });
    sim.transact((world) => schedule(world, 50, 'test.rename', { name: 'ready' }));
    await sim.run(100);
    expect(found).toBe('at 50');
  });

  it('gives up waiting when the time is over', async () => {
    const sim = runtime();
    let answer: unknown = 'pending';
    sim.spawn('waiter', async (task) => {
      answer = await task.until(() => undefined, 30);
    });
    await sim.run(100);
    expect(answer).toBeUndefined();
  });

  it('interrupts a blocked task, and lets nothing wake it a second time', async () => {
    const sim = runtime();
    const log: string[] = [];
    const task = sim.spawn('sleeper', async (self) => {
      try {
        await self.sleep(1000);
      } catch (error) {
        log.push(error instanceof Interrupted ? String(error.reason) : 'other');
      }
      await self.sleep(10);
      log.push(`on at ${sim.world.now}`);
    });
    sim.spawn('killer', async (self) => {
      await self.sleep(5);
      task.interrupt('TERM');
    });
    await sim.run(2000);
    expect(log).toEqual(['TERM', 'on at 15']);
    expect(task.finished).toBe(true);
  });

  it('passes on what a task throws', async () => {
    const sim = runtime();
    sim.spawn('buggy', async () => {
      throw new Error('a bug');
    });
    await expect(sim.run(10)).rejects.toThrow('a bug');
  });

  it('comes back between turns when it is asked to stop', async () => {
    const sim = runtime();
    let rounds = 0;
    sim.spawn('endless', async (task) => {
      for (;;) {
        rounds++;
        await task.sleep(1);
      }
    });
    expect(await sim.run(Number.POSITIVE_INFINITY, () => rounds >= 50)).toBe('stopped');
    expect(rounds).toBe(50);
  });
});
