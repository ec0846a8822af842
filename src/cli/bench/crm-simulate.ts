import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** The real crm_simulate, when this machine has it: what our scheduler is measured against. */

export function haveCrmSimulate(): boolean {
  return spawnSync('crm_simulate', ['--version']).status === 0;
}

/**
 * What the C library needs for all CIBs of a folder, without starting processes, in milliseconds for one round:
 * `--profile` schedules each of them `rounds` times and says the processor time of each to 0.01 s.
 */
export function profileMs(folder: string, rounds: number): number {
  const result = spawnSync('crm_simulate', ['--profile', folder, '--repeat', String(rounds)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const seconds = [...result.stdout.matchAll(/ \.\.\. ([0-9.]+) secs/g)].map((match) => Number(match[1]));
  if (result.status !== 0 || seconds.length === 0) throw new Error(`crm_simulate --profile: ${result.stderr}`);
  return (1000 * seconds.reduce((sum, each) => sum + each, 0)) / rounds;
}

/** What whole processes need, one a CIB, in milliseconds of the wall. */
export function processesMs(files: readonly string[]): number {
  const begin = performance.now();
  for (const file of files)
    spawnSync('crm_simulate', ['-x', file, '-S', '-s'], { stdio: 'ignore', env: { ...process.env, TZ: 'UTC' } });
  return performance.now() - begin;
}
