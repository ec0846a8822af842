import { readFileIfThere, writeFile } from '../../machine/files';
import type { Call } from './call';
import { repositories } from './repositories';

/** `dnf config-manager --set-enabled|--set-disabled ID...`: changes the .repo files. */
export async function configManager(call: Call): Promise<number> {
  const { process, options, operands } = call;
  const enabled = options.has('enabled');
  const ids = operands.flatMap((operand) => operand.split(','));
  const known = repositories(process.machine);
  for (const id of ids) {
    const repository = known.find((candidate) => candidate.id === id);
    if (!repository) {
      await process.stderr.write(`Error: No matching repo to modify: ${id}.\n`);
      return 1;
    }
    process.transact((world, machine) => {
      const text = readFileIfThere(machine, repository.file) ?? '';
      let inside = false;
      const changed = text.split('\n').map((line) => {
        const header = /^\[(.+)\]\s*$/.exec(line);
        if (header) inside = header[1] === id;
        return inside && /^enabled\s*=/.test(line) ? `enabled=${enabled ? 1 : 0}` : line;
      });
      writeFile(machine, repository.file, changed.join('\n'), { time: world.epoch + world.now });
    });
  }
  return 0;
}
