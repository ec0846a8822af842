import { describe, expect, it } from 'vitest';
import { powerOff, powerOn } from '../machine/power';
import { parseWorld, Simulation } from '../simulation/simulation';
import type { World } from '../world/world';
import { startWorld } from './worlds';

const nodes = ['node1', 'node2', 'node3'].map((name) => `${name}.example.com`).join(' ');

/** A cluster is set up, loses a node, and gets it back. */
async function story(world: World): Promise<World> {
  const simulation = new Simulation(world);
  const type = async (machine: string, command: string) => simulation.command(machine, command, { limit: 300_000 });
  await type('node1', `pcs host auth -u hacluster -p centos ${nodes}`);
  await type('node1', `pcs cluster setup lab ${nodes} --enable --start --wait=90`);
  await type('node2', 'for i in 1 2 3; do (sleep $((RANDOM % 3)); echo $i) & done; wait');
  simulation.runtime.transact((draft) => powerOff(draft, 'node3'));
  await simulation.runtime.run(simulation.world.now + 30_000);
  simulation.runtime.transact((draft) => powerOn(draft, 'node3'));
  await simulation.runtime.run(simulation.world.now + 60_000);
  return simulation.world;
}

describe('determinism', () => {
  it('the same world and the same inputs give the same future, to the byte', async () => {
    const [once, again] = [await story(startWorld('ready', 7)), await story(startWorld('ready', 7))];
    expect(JSON.stringify(once)).toBe(JSON.stringify(again));
    const { corosync, pacemaker } = once.machines.node1 ?? {};
    expect(corosync?.quorum.members).toEqual([1, 2, 3]);
    expect(pacemaker?.controller.dc).toMatch(/^node[123]\.example\.com$/);
  }, 60_000);

  it('another seed gives another future', async () => {
    expect(JSON.stringify(await story(startWorld('ready', 7)))).not.toBe(
      JSON.stringify(await story(startWorld('ready', 8))),
    );
  }, 60_000);

  it('a world that was saved and loaded goes on as if nothing had happened', async () => {
    const loaded = parseWorld(new Simulation(startWorld('ready', 7)).save());
    expect(JSON.stringify(await story(loaded))).toBe(JSON.stringify(await story(startWorld('ready', 7))));
  }, 60_000);
});

describe('saved worlds', () => {
  it("are refused with a reason when they aren't worlds", () => {
    expect(() => parseWorld('{')).toThrow("it isn't JSON");
    expect(() => parseWorld('[]')).toThrow('it holds no world');
    expect(() => parseWorld('{"format":7}')).toThrow('its format is 7');
    expect(() => parseWorld('{"format":2,"now":0,"epoch":0,"sequence":1}')).toThrow('"queue" is not a list');
  });
});
