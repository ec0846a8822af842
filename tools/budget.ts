import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * Measures the built page: JavaScript that is needed before the first prompt, gzipped, on the page and with the engine's
 * worker. Fails when it is over budget.
 */
const KB = 1000;
const PAGE_MAX = 350 * KB;
const ALL_MAX = 600 * KB;

interface Chunk {
  file: string;
  imports?: string[];
  isEntry?: boolean;
}

const dist = process.argv[2] ?? 'dist';
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;

const size = (file: string): number => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

/** A chunk and all that it imports statically. */
function withImports(key: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const next of chunk.imports ?? []) withImports(next, found);
  return found;
}

/** Workers aren't in the manifest: their imports are read from their text. */
function workerFiles(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(join(dist, file), 'utf8');
  for (const [, name] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) {
    workerFiles(join('assets', name ?? ''), found);
  }
  return found;
}

const page = new Set([...withImports('index.html'), ...withImports('src/app/main.tsx')]);
const worker = readdirSync(join(dist, 'assets')).find((name) => /^worker-.*\.js$/.test(name));
if (!worker) throw new Error(`no worker in ${dist}/assets`);
const engine = workerFiles(join('assets', worker));

const sum = (files: Iterable<string>): number => [...files].reduce((total, file) => total + size(file), 0);
const figures = [
  { name: 'page', bytes: sum(page), max: PAGE_MAX, files: [...page] },
  { name: 'page and engine', bytes: sum(new Set([...page, ...engine])), max: ALL_MAX, files: [...engine] },
];
let over = false;
for (const { name, bytes, max, files } of figures) {
  over ||= bytes > max;
  console.log(`${bytes > max ? 'OVER' : 'ok  '} ${name}: ${(bytes / KB).toFixed(1)} kB gzip of ${max / KB} kB`);
  for (const file of files) console.log(`       ${(size(file) / KB).toFixed(1).padStart(7)} kB ${file}`);
}
process.exitCode = over ? 1 : 0;
