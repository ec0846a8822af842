import type { LabFiles } from '../lab/lab';
import type { LabCatalogue, LabPort, LabSummary } from './ports';

/**
 * The lab room for the engine. Reading a lab needs a YAML parser, a schema and CEL, which the first prompt must not wait
 * for: they come with the first lab.
 */
export function labCatalogue(labs: readonly LabSummary[], read: (id: string) => Promise<LabFiles>): LabCatalogue {
  let room: Promise<typeof import('./lab-room')> | null = null;
  return {
    labs,
    load: async (id): Promise<LabPort> => {
      room ??= import('./lab-room');
      return (await room).loadLab(labs, read, id);
    },
  };
}
