import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseXml } from '../../pacemaker/cib/parse';
import { runScheduler } from '../../pacemaker/scheduler/index';
import { simulationReport } from '../../pacemaker/scheduler/report';
import { unpack } from '../../pacemaker/scheduler/unpack';
import { haveCrmSimulate, processesMs, profileMs } from './crm-simulate';
import { type Figure, median } from './figure';
import { madeUpCib } from './made-up-cib';

/** Any moment will do; the same one each time. */
const NOW = Date.UTC(2024, 2, 1, 12);
/** Rounds before measuring, so that the engine has compiled what is hot, and rounds measured. */
const WARM_UP = 2;
const ROUNDS = 5;
const LARGE = { nodes: 32, resources: 1000, settled: true } as const;
/** The old generation that the measured process gets, in MB: it must do with this, and its peak is then its need. */
const HEAP_MB = 200;
const PEAK_MB_MAX = 300;

/** Limits: times the C library in process, and times whole processes of crm_simulate. */
const IN_PROCESS_MAX = 3;
const PROCESSES_MAX = 0.3;

interface Timing {
  readonly ms: number;
  readonly peakMb: number;
}

/** Times of our scheduler beside those of the real one, on the regression suite and on a large made-up cluster. */
export async function schedulerBench(data: string): Promise<Figure[]> {
  const real = haveCrmSimulate();
  if (!real) process.stderr.write('scheduler: no crm_simulate on this machine, so nothing to compare with\n');
  const figures: Figure[] = [];
  const suite = join(data, 'scheduler', 'xml');
  if (existsSync(suite)) figures.push(...suiteFigures(suite, real));
  else process.stderr.write('scheduler: the recorded cases are not here\n');
  return [...figures, ...largeFigures(real)];
}

function suiteFigures(suite: string, real: boolean): Figure[] {
  const texts = new Map<string, string>();
  for (const file of readdirSync(suite).sort())
    texts.set(file.replace(/\.gz$/, ''), gunzipSync(readFileSync(join(suite, file))).toString('utf8'));
  const cibs = [...texts.values()].map((text) => parseXml(text));
  const inProcess = rounds(() => {
    for (const cib of cibs) runScheduler(cib, NOW);
  });
  const whole = rounds(() => {
    for (const text of texts.values()) {
      const cib = parseXml(text);
      const result = runScheduler(cib, NOW, { recordScores: true });
      simulationReport(cib, unpack(cib, NOW), result, NOW);
    }
  });
  const name = `scheduler, ${texts.size} cases`;
  const figures: Figure[] = [
    { name: `${name}, in process`, unit: 'ms', value: inProcess },
    { name: `${name}, from text to report`, unit: 'ms', value: whole },
  ];
  if (!real) return figures;
  return withFolder(texts, (folder, files) => {
    const library = profileMs(folder, 10);
    const processes = processesMs(files);
    return [
      ...figures,
      { name: `${name}, the C library`, unit: 'ms', value: library },
      { name: `${name}, processes of crm_simulate`, unit: 'ms', value: processes },
      { name: `${name}: in process`, unit: '× C', value: inProcess / library, limit: IN_PROCESS_MAX },
      { name: `${name}: whole`, unit: '× processes', value: whole / processes, limit: PROCESSES_MAX },
    ];
  });
}

function largeFigures(real: boolean): Figure[] {
  const { ms, peakMb } = measureApart(LARGE);
  const name = `scheduler, ${LARGE.nodes} nodes × ${LARGE.resources} resources`;
  const figures: Figure[] = [
    { name, unit: 'ms', value: ms },
    { name: `${name}, whole process at its peak`, unit: 'MB', value: peakMb, limit: PEAK_MB_MAX },
  ];
  if (!real) return figures;
  const library = profileOf(madeUpCib(LARGE), 2);
  return [
    ...figures,
    { name: `${name}, the C library`, unit: 'ms', value: library },
    { name: `${name}: in process`, unit: '× C', value: ms / library, limit: IN_PROCESS_MAX },
  ];
}

/** The C library's time for one CIB, in milliseconds. */
export function profileOf(text: string, repeat: number): number {
  return withFolder(new Map([['made-up.xml', text]]), (folder) => profileMs(folder, repeat));
}

/** A process of its own schedules a made-up cluster, since the peak of memory is a process's. */
function measureApart(size: { nodes: number; resources: number; settled: boolean }): Timing {
  const script = fileURLToPath(new URL('../../../bench/made-up-cluster.ts', import.meta.url));
  const child = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP_MB}`, '--import', 'tsx', script, JSON.stringify(size)],
    { encoding: 'utf8' },
  );
  if (child.status !== 0) throw new Error(`the made-up cluster can't be scheduled: ${child.stderr}`);
  return JSON.parse(child.stdout) as Timing;
}

/** Schedules a made-up cluster in this process: milliseconds, and the most memory that the process ever had. */
export function measureMadeUp(size: { nodes: number; resources: number; settled: boolean }): Timing {
  const cib = parseXml(madeUpCib(size));
  const ms = rounds(() => {
    runScheduler(cib, NOW);
  });
  return { ms, peakMb: process.resourceUsage().maxRSS / 1000 };
}

/** Median of the rounds after warming up, in milliseconds. */
function rounds(action: () => void): number {
  const values: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const begin = performance.now();
    action();
    if (round >= WARM_UP) values.push(performance.now() - begin);
  }
  return median(values);
}

function withFolder<T>(texts: ReadonlyMap<string, string>, use: (folder: string, files: string[]) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-cibs-'));
  try {
    const files = [...texts.keys()].map((name) => join(folder, name));
    for (const [name, text] of texts) writeFileSync(join(folder, name), text);
    return use(folder, files);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
