import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import { createServer } from 'vite';
import type { World } from '../src/world/world';
import { readFolder, summaries } from './vite-labs.ts';

const ID = 'virtual:start-worlds';

/** Worlds that a first visit begins in. Making one boots five machines, which a slow processor feels. */
const PREBUILT = ['bare'];

type Worlds = typeof import('../src/lab/worlds');
type Labs = typeof import('../src/lab/catalogue');

/**
 * `virtual:start-worlds` gives addresses of start worlds that were made at build time, as JSON files: those above by
 * their names, and as `lab/<id>` those of labs that begin in a world of their own. Worlds are values and
 * their making is deterministic, so a prebuilt one is the same as one made in the browser. While developing there are
 * none, and the browser makes them.
 */
export function startWorlds(folder = 'labs'): Plugin {
  let building = false;
  return {
    name: 'quorate-start-worlds',
    configResolved: (config) => {
      building = config.command === 'build';
    },
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    async load(id) {
      if (id !== `\0${ID}`) return undefined;
      const worlds = building ? await makeWorlds(folder) : [];
      const entries = worlds.map(([name, world]) => `${JSON.stringify(name)}: ${emit(this, name, world)}`);
      return `export const prebuilt = { ${entries.join(', ')} };`;
    },
  };
}

async function makeWorlds(folder: string): Promise<[string, World][]> {
  // A server that serves nobody: it loads our TypeScript, and stays while programs load their chunks.
  const server = await createServer({
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    const { startWorld } = (await server.ssrLoadModule('/src/lab/worlds.ts')) as Worlds;
    const made: [string, World][] = PREBUILT.map((name) => [name, startWorld(name, 1)]);
    const { Catalogue } = (await server.ssrLoadModule('/src/lab/catalogue.ts')) as Labs;
    const labs = summaries(folder);
    const catalogue = new Catalogue({ labs, read: async (id) => readFolder(join(folder, id)) });
    for (const { id, prepared } of labs) {
      if (prepared) made.push([`lab/${id}`, await (await catalogue.load(id)).start(1)]);
    }
    return made;
  } finally {
    await server.close();
  }
}

function emit(context: Rolldown.PluginContext, name: string, world: World): string {
  const file = `world-${name.replace('/', '-')}.json`;
  const reference = context.emitFile({ type: 'asset', name: file, source: JSON.stringify(world) });
  return `import.meta.ROLLUP_FILE_URL_${reference}`;
}
