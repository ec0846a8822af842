import type { Shell } from './shell';

/** PS4 with its first character repeated for each level of subshells. */
export function tracePrefix(shell: Shell): string {
  const prefix = shell.vars.get('PS4') ?? '+ ';
  return prefix.slice(0, 1).repeat(shell.subshellLevel) + prefix;
}
