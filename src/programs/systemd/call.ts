import { mangleUnitName } from '../../machine/unitfile';
import type { Process } from '../../shell/process';
import { globRegex } from '../coreutils/find';
import type { ParsedOptions } from '../options';

/** One call of systemctl: what the verbs need. */
export interface Call {
  process: Process;
  verb: string;
  operands: readonly string[];
  options: ParsedOptions;
}

export type Verb = (call: Call) => Promise<number>;

/** How many operands a verb takes: at least, and at most. */
export interface VerbEntry {
  run: Verb;
  min?: number;
  max?: number;
}

/** Real unit names of operands, patterns expanded over the loaded units. */
export function unitNames(call: Call): string[] {
  const { machine } = call.process;
  return call.operands.flatMap((operand) => {
    if (!/[*?[]/.test(operand)) return [mangleUnitName(operand)];
    const pattern = globRegex(/\.[a-z]+$/.test(operand) ? operand : `${operand}.service`);
    return Object.keys(machine.units).filter((name) => pattern.test(name));
  });
}

/** Whether the caller may change units; prints systemd's refusal for the unit where not. */
export async function authorized(call: Call, what: string): Promise<boolean> {
  if (call.process.credentials.uid === 0) return true;
  await call.process.stderr.write(`Failed to ${what}: Interactive authentication required.\n`);
  return false;
}
