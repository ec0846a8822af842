import { existsSync } from 'node:fs';
import { parseArguments } from '../arguments';
import { CliError } from '../failure';
import type { ConformanceResult } from './recording';

type Runner = (data: string, options: { filter?: string }) => Promise<ConformanceResult>;

/** Areas by name, loaded when asked for. */
const areas: Record<string, () => Promise<Runner>> = {
  cli: async () => (await import('./cli')).runCliConformance,
  scheduler: async () => (await import('./scheduler')).runSchedulerConformance,
  host: async () => (await import('./host')).runHostConformance,
  course: async () => (await import('./course')).runCourseConformance,
  cluster: async () => (await import('./cluster')).runClusterConformance,
  pcs: async () => {
    const { runPcsConformance } = await import('./pcs');
    return (data, options) => runPcsConformance('pcs', data, options);
  },
  'pcs-course': async () => {
    const { runPcsConformance } = await import('./pcs');
    return (data, options) => runPcsConformance('pcs-course', data, options);
  },
};

/** How an area is replayed; undefined for an area that isn't known. */
export function areaRunner(name: string): (() => Promise<Runner>) | undefined {
  return Object.hasOwn(areas, name) ? areas[name] : undefined;
}

/** `quorate conformance`: prints failures, then one line of JSON with the count. */
export async function conformanceCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
    failures: { type: 'string', default: '0' },
    filter: { type: 'string' },
  });
  const [name] = positionals;
  const load = name === undefined ? undefined : areaRunner(name);
  if (!load || positionals.length > 1)
    throw new CliError(`conformance takes one area of: ${Object.keys(areas).join(', ')}`);
  if (values.data === undefined) throw new CliError('conformance needs --data DIR');
  if (!existsSync(values.data)) throw new CliError(`there is no folder ${values.data}`);
  const run = await load();
  const result = await run(values.data, values.filter === undefined ? {} : { filter: values.filter });
  const shown = result.failures.slice(0, Number(values.failures));
  for (const failure of shown) {
    process.stdout.write(
      values.json ? `${JSON.stringify(failure)}\n` : `FAIL ${failure.id}\n${indent(failure.detail)}\n`,
    );
  }
  process.stdout.write(`${JSON.stringify({ area: result.area, passed: result.passed, total: result.total })}\n`);
  return 0;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
