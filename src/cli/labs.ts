import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { Catalogue } from '../lab/catalogue';
import type { LabFiles } from '../lab/lab';

/** The labs beside the sources. */
const FOLDER = fileURLToPath(new URL('../../labs/', import.meta.url));

/** Sorts behind every exercise of the course. */
const UNNUMBERED = '~';

/** The catalogue of a folder of labs. A folder's name is the lab's id. In the order of the exercises. */
export function labCatalogue(folder = FOLDER): Catalogue {
  const ids = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'lab.yaml')))
    .map((entry) => entry.name);
  const found = ids.map((id) => summary(folder, id));
  return new Catalogue({
    labs: found.sort((a, b) => a.exercise.localeCompare(b.exercise) || a.id.localeCompare(b.id)),
    read: async (id) => readFolder(join(folder, id)),
  });
}

function summary(folder: string, id: string) {
  try {
    const file: unknown = parse(readFileSync(join(folder, id, 'lab.yaml'), 'utf8'));
    const { title, world, exercise } = (file ?? {}) as {
      title?: { ko: string; en: string };
      world?: string;
      exercise?: string;
    };
    return { id, exercise: exercise ?? UNNUMBERED, title: title ?? { ko: id, en: id }, world: world ?? '' };
  } catch {
    // What is wrong with it is said when the lab is read.
    return { id, exercise: UNNUMBERED, title: { ko: id, en: id }, world: '' };
  }
}

function readFolder(folder: string, prefix = ''): LabFiles {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory()
        ? Object.entries(readFolder(join(folder, entry.name), `${prefix}${entry.name}/`))
        : [[prefix + entry.name, readFileSync(join(folder, entry.name), 'utf8')] as const],
    ),
  );
}
