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

/** The world that somebody probably wants first, on its way while the store is being asked for a saved one. */
let early: { readonly name: string; readonly response: Promise<Response>; abort(): void } | null = null;

/** Begins to fetch a start world made at build time, before anybody has asked for it. */
export function expectWorld(name: string): void {
  const address = prebuilt[name];
  if (address === undefined) return;
  const controller = new AbortController();
  const response = fetch(address, { signal: controller.signal });
  // Whoever takes it hears of the failure; nobody may.
  response.catch(() => {});
  early = { name, response, abort: () => controller.abort() };
}

/** The expected world's response, once; another expected world isn't wanted any more. */
function takeEarly(name: string | null): Promise<Response> | undefined {
  const taken = early;
  early = null;
  if (taken?.name === name) return taken?.response;
  taken?.abort();
  return undefined;
}

/** A start world made at build time; undefined when there is none, or when it can't be fetched. */
async function fetchWorld(name: string): Promise<World | undefined> {
  const address = prebuilt[name];
  if (address === undefined) return undefined;
  try {
    const response = await (takeEarly(name) ?? fetch(address));
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
  parse(text) {
    takeEarly(null);
    return parseWorld(text);
  },
};
