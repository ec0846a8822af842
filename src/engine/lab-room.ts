import { Catalogue } from '../lab/catalogue';
import { glimpse, noteReached } from '../lab/goals';
import type { LabFiles } from '../lab/lab';
import type { LabPort, LabSummary } from './ports';

let catalogue: Catalogue | null = null;

/** Loads a lab, and those it follows, as the engine needs it. */
export async function loadLab(
  labs: readonly LabSummary[],
  read: (id: string) => Promise<LabFiles>,
  id: string,
): Promise<LabPort> {
  catalogue ??= new Catalogue({ labs, read });
  const session = await catalogue.load(id);
  return {
    id: session.id,
    machines: session.lab.machines,
    goals: session.goals.map(({ id, level, text, latched }) => ({ id, level, text, latched })),
    text: (language) => session.text(language),
    start: (seed) => session.start(seed),
    judge: (world) => session.judge(world),
    glimpse: (world) => glimpse(session.lab, world),
    note: (world, goals) => noteReached(world, session.lab, goals),
    hint: (world, goal, step) => session.hint(world, goal, step),
    exam: (world, progress) => session.exam(world, progress),
  };
}
