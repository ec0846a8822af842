import { errorText } from '../../machine/files';
import { DEFAULT_PATH, type Executable, findExecutable } from '../../shell/lookup';
import type { Process, SpawnOptions } from '../../shell/process';
import { programName } from '../options';

/** What a program that runs another one finds under its name. */
export function findCommand(process: Process, name: string, path = process.env.PATH ?? DEFAULT_PATH): Executable {
  return findExecutable(process.machine, name, { path, cwd: process.cwd, as: process.credentials });
}

/**
 * Runs a command in the place of a wrapper (`env`, `nice`, `nohup`, `timeout`): GNU's message and status 127 or 126
 * where it can't be.
 */
export async function runWrapped(
  process: Process,
  argv: readonly string[],
  options: SpawnOptions = {},
): Promise<number> {
  const problem = await explain(process, argv[0] ?? '');
  if (problem !== null) return problem;
  return process.run(argv, options);
}

/** Prints why a command can't be run and gives the status; null where it can. */
export async function explain(process: Process, name: string): Promise<number | null> {
  const found = findCommand(process, name);
  if (found.kind === 'program' || found.kind === 'script') return null;
  const code = found.kind === 'not-found' ? 'ENOENT' : found.code === 'EISDIR' ? 'EACCES' : found.code;
  const wrapper = programName(process);
  const prefix = wrapper === 'timeout' || wrapper === 'nohup' ? 'failed to run command ' : '';
  await process.stderr.write(`${wrapper}: ${prefix}‘${name}’: ${errorText[code]}\n`);
  return code === 'ENOENT' ? 127 : 126;
}

/** A duration such as `1.5`, `10s`, `2m`, `1h`, `1d`, `infinity` in ms; undefined where it isn't one. */
export function duration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+|inf(?:inity)?)([smhd]?)$/i.exec(text);
  if (!match) return undefined;
  const [, amount = '', unit = ''] = match;
  const scale = { s: 1, m: 60, h: 3600, d: 86400 }[unit || 's'] ?? 1;
  return /^inf/i.test(amount) ? Number.POSITIVE_INFINITY : Number(amount) * scale * 1000;
}
