import type { Plugin, Rolldown } from 'vite';
import { runnerImport } from 'vite';

const ID = 'virtual:start-worlds';

/** Worlds that a first visit begins in. Making one boots five machines, which a slow processor feels. */
const PREBUILT = ['bare'];

type Worlds = typeof import('../src/lab/worlds');

/**
 * `virtual:start-worlds` gives addresses of start worlds that were made at build time, as JSON files. Worlds are values
 * and their making is deterministic, so a prebuilt one is the same as one made in the browser. While developing there
 * are none, and the browser makes them.
 */
export function startWorlds(): Plugin {
  let building = false;
  return {
    name: 'quorate-start-worlds',
    configResolved: (config) => {
      building = config.command === 'build';
    },
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    async load(id) {
      if (id !== `\0${ID}`) return undefined;
      if (!building) return 'export const prebuilt = {};';
      const { module } = await runnerImport<Worlds>('/src/lab/worlds.ts');
      const entries = PREBUILT.map((name) => `${JSON.stringify(name)}: ${emit(this, name, module)}`);
      return `export const prebuilt = { ${entries.join(', ')} };`;
    },
  };
}

function emit(context: Rolldown.PluginContext, name: string, worlds: Worlds): string {
  const source = JSON.stringify(worlds.startWorld(name, 1));
  const reference = context.emitFile({ type: 'asset', name: `world-${name}.json`, source });
  return `import.meta.ROLLUP_FILE_URL_${reference}`;
}
