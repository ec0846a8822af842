import { prebuilt } from 'virtual:start-worlds';
import { seedRandom } from '../kernel/random';
import { labCompleter, labProgram } from '../lab/program';
import { startWorld } from '../lab/worlds';
import { TerminalSession } from '../shell/terminal';
import { parseWorld, Simulation } from '../simulation/simulation';
import type { World } from '../world/world';
import type { SimulationFactory, SimulationPort, TerminalEvents, TerminalPort } from './ports';

/** A simulation for the engine. */
class EngineSimulation extends Simulation implements SimulationPort {
  openTerminal(machine: string, columns: number, rows: number, events: TerminalEvents): TerminalPort {
    return new TerminalSession(this.processes, {
      machine,
      columns,
      rows,
      output: (data) => events.output(data),
      edit: (request) => events.edit(request),
      offer: (line) => events.offer(line),
    });
  }
}

/** A start world made at build time; undefined when there is none, or when it can't be fetched. */
async function fetchWorld(name: string): Promise<World | undefined> {
  const address = prebuilt[name];
  if (address === undefined) return undefined;
  try {
    const response = await fetch(address);
    return response.ok ? ((await response.json()) as World) : undefined;
  } catch {
    return undefined;
  }
}

/** The real thing: what the worker runs. */
export const simulations: SimulationFactory = {
  async fresh(name, seed) {
    const world = await fetchWorld(name);
    return world ? { ...world, random: seedRandom(seed) } : startWorld(name, seed);
  },
  async labStart(lab, seed) {
    const world = await fetchWorld(`lab/${lab}`);
    return world ? { ...world, random: seedRandom(seed) } : null;
  },
  run: (world, lab) => new EngineSimulation(world, { lab: labProgram(lab) }, { lab: labCompleter(lab) }),
  parse: parseWorld,
};
