import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';
import { parse } from 'yaml';

const INDEX = 'virtual:labs';
const ONE = 'virtual:lab/';

interface Summary {
  id: string;
  exercise?: string;
  title: { ko: string; en: string };
  world: string;
  /** It begins in a world of its own: another lab's end, or after its `before.sh`. */
  prepared: boolean;
}

/**
 * The labs' folders as modules: `virtual:labs` lists them and reads one, each from a chunk of its own. Only names and
 * titles are in the page's first load.
 */
export function labs(folder = 'labs'): Plugin {
  return {
    name: 'quorate-labs',
    resolveId: (id) => (id === INDEX || id.startsWith(ONE) ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${INDEX}`) return indexModule(summaries(folder));
      if (!id.startsWith(`\0${ONE}`)) return undefined;
      const files = readFolder(join(folder, id.slice(ONE.length + 1)));
      for (const name of Object.keys(files))
        this.addWatchFile(join(process.cwd(), folder, id.slice(ONE.length + 1), name));
      return `export default ${JSON.stringify(files)}`;
    },
  };
}

/** Name, title and place of every lab, in the order of the course's exercises; labs of no exercise come last. */
export function summaries(folder: string): Summary[] {
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isDirectory())
    .map((name) => {
      const { id, exercise, title, world, after } = parse(
        readFileSync(join(folder, name, 'lab.yaml'), 'utf8'),
      ) as Summary & { after?: string };
      const prepared = after !== undefined || existsSync(join(folder, name, 'before.sh'));
      return { id, exercise, title, world, prepared };
    });
  const place = (lab: Summary) => lab.exercise ?? '~';
  return found.sort((a, b) => place(a).localeCompare(place(b)) || a.id.localeCompare(b.id));
}

function indexModule(found: readonly Summary[]): string {
  const entries = found.map(({ id, title, world, prepared }) => ({ id, title, world, prepared }));
  const loaders = found.map(({ id }) => `${JSON.stringify(id)}: () => import(${JSON.stringify(ONE + id)})`);
  return `export const labs = ${JSON.stringify(entries)};
const loaders = { ${loaders.join(', ')} };
export const read = async (id) => {
  if (!Object.hasOwn(loaders, id)) throw new Error('no lab "' + id + '"');
  return (await loaders[id]()).default;
};`;
}

/** Every file below a folder by its path there. */
export function readFolder(root: string, folder = root): Record<string, string> {
  const files: Record<string, string> = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) Object.assign(files, readFolder(root, path));
    else files[relative(root, path)] = readFileSync(path, 'utf8');
  }
  return files;
}
