import { apply } from 'mutative';
import { describe, expect, it } from 'vitest';
import type { World } from '../world/world';
import { cancelEvent, cancelMachineEvents, type EventHandlers, isPending, schedule } from './events';
import { causesOf, record } from './history';
import { HandlerError, Kernel } from './kernel';
import { randomInteger, randomUuid, seedRandom } from './random';

declare module './events' {
  interface EventMap {
    'test.tick': { name: string };
    'test.chain': { left: number };
    'test.fail': Record<string, never>;
  }
}

function emptyWorld(): World {
  return {
    format: 2,
    name: 'test',
    now: 0,
    epoch: 0,
    random: seedRandom(7),
    sequence: 1,
    queue: [],
    cause: null,
    history: [],
    machines: {},
    networks: {},
    faults: [],
  };
}

const handlers: EventHandlers = {
  'test.tick': (world, { name }) => {
    record(world, `tick.${name}`, null);
  },
  'test.chain': (world, { left }) => {
    record(world, 'chain', null, { left, dice: randomInteger(world, 1, 6) });
    if (left > 0) schedule(world, 10, 'test.chain', { left: left - 1 });
  },
  'test.fail': (world) => {
    world.name = 'half done';
    throw new Error('a bug');
  },
};

describe('kernel', () => {
  it('handles events by time, and equal times in the order of scheduling', () => {
    const kernel = new Kernel(emptyWorld(), handlers);
    kernel.transact((world) => {
      schedule(world, 20, 'test.tick', { name: 'late' });
      schedule(world, 10, 'test.tick', { name: 'first' });
      schedule(world, 10, 'test.tick', { name: 'second' });
    });
    while (kernel.step());
    expect(kernel.world.history.map((entry) => `${entry.time} ${entry.kind}`)).toEqual([
      '10 tick.first',
      '10 tick.second',
      '20 tick.late',
    ]);
  });

  it('keeps one event of a key, and drops those of a machine with its power', () => {
    const kernel = new Kernel(emptyWorld(), handlers);
    kernel.transact((world) => {
      schedule(world, 10, 'test.tick', { name: 'old' }, { key: 'k' });
      schedule(world, 30, 'test.tick', { name: 'new' }, { key: 'k' });
      schedule(world, 20, 'test.tick', { name: 'node' }, { machine: 'node1' });
      cancelMachineEvents(world, 'node1');
    });
    expect(kernel.world.queue.map((event) => event.time)).toEqual([30]);
    expect(isPending(kernel.world, 'k')).toBe(true);
    kernel.transact((world) => expect(cancelEvent(world, 'k')).toBe(true));
    expect(kernel.step()).toBeUndefined();
  });

  it('undoes a change whose code throws', () => {
    const kernel = new Kernel(emptyWorld(), handlers);
    const before = kernel.world;
    expect(() =>
      kernel.transact((world) => {
        world.name = 'changed';
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(kernel.world).toBe(before);
  });

  it('says which event a failing handler was given, and leaves the world as it was', () => {
    const kernel = new Kernel(emptyWorld(), handlers);
    kernel.transact((world) => schedule(world, 5, 'test.fail', {}));
    const before = kernel.world;
    expect(() => kernel.step()).toThrow(HandlerError);
    expect(kernel.world).toBe(before);
  });

  it('gives the same future for the same world, to the byte', () => {
    const future = () => {
      const kernel = new Kernel(emptyWorld(), handlers);
      kernel.transact((world) => schedule(world, 0, 'test.chain', { left: 50 }));
      while (kernel.step());
      return JSON.stringify(kernel.world);
    };
    expect(future()).toBe(future());
  });

  it('forks without either side seeing the other', () => {
    const kernel = new Kernel(emptyWorld(), handlers);
    kernel.transact((world) => schedule(world, 0, 'test.chain', { left: 3 }));
    const fork = kernel.fork();
    while (fork.step());
    expect(kernel.world.history).toEqual([]);
    expect(fork.world.history).toHaveLength(4);
  });

  it('follows the causes of what happened back to the beginning', () => {
    const kernel = new Kernel(emptyWorld(), handlers);
    kernel.transact((world) => schedule(world, 0, 'test.chain', { left: 3 }));
    while (kernel.step());
    const last = kernel.world.history.at(-1);
    expect(causesOf(kernel.world, last?.id ?? -1).map((entry) => entry.facts.left)).toEqual([0, 1, 2, 3]);
  });

  it('tells listeners patches that make the new world of the old one', () => {
    const kernel = new Kernel(emptyWorld(), handlers);
    let mirror = kernel.world;
    kernel.subscribe((_, patches) => {
      mirror = apply(mirror, patches);
    });
    kernel.transact((world) => schedule(world, 0, 'test.chain', { left: 5 }));
    while (kernel.step());
    kernel.advance(1000);
    expect(mirror).toEqual(kernel.world);
  });

  it('survives JSON: a saved world has the same future', () => {
    const kernel = new Kernel(emptyWorld(), handlers);
    kernel.transact((world) => schedule(world, 0, 'test.chain', { left: 9 }));
    for (let i = 0; i < 4; i++) kernel.step();
    const loaded = new Kernel(JSON.parse(JSON.stringify(kernel.world)) as World, handlers);
    while (kernel.step());
    while (loaded.step());
    expect(JSON.stringify(loaded.world)).toBe(JSON.stringify(kernel.world));
  });
});

describe('random', () => {
  it('makes UUIDs of version 4 and numbers within their bounds', () => {
    const kernel = new Kernel(emptyWorld(), {});
    const uuids = kernel.transact((world) => Array.from({ length: 20 }, () => randomUuid(world)));
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(uuids).size).toBe(20);
    const rolls = kernel.transact((world) => Array.from({ length: 500 }, () => randomInteger(world, 1, 6)));
    expect(new Set(rolls)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });
});
