import type { Process } from '../../shell/process';

/**
 * Messages of OpenSSH's logger: each ends with CR LF, on a terminal or not. An entry may have line feeds of its own.
 */
export async function report(process: Process, ...entries: readonly string[]): Promise<void> {
  for (const entry of entries) await process.stderr.write(`${entry}\r\n`);
}

/** A message of several lines, each an entry of its own; what follows the word `usage:` is printed as it is. */
export async function reportLines(process: Process, text: string): Promise<void> {
  const at = text.search(/^usage: /m);
  const logged = at < 0 ? text : text.slice(0, at);
  for (const line of logged.split('\n')) if (line !== '') await report(process, line);
  if (at >= 0) await process.stderr.write(text.slice(at));
}
