import type { Actor, ChangeOptions } from '../../machine/files';
import { FileError, normalizePath, readFile } from '../../machine/files';
import type { Process } from '../../shell/process';
import { programName } from '../options';

/** Unix time in ms of a process's now. */
export function unixNow(process: Process): number {
  return process.world.epoch + process.world.now;
}

/** Actor and time of a change that the process makes. */
export function changing(process: Process): ChangeOptions & { as: Actor } {
  return { as: process.credentials, time: unixNow(process) };
}

/** A path as the process means it: absolute. A trailing slash is kept, as it has a meaning. */
export function absolute(process: Process, path: string): string {
  const normalized = normalizePath(path, process.cwd);
  return path.endsWith('/') && normalized !== '/' ? `${normalized}/` : normalized;
}

/** Prints `program: message` on stderr. */
export async function complain(process: Process, message: string): Promise<void> {
  await process.stderr.write(`${programName(process)}: ${message}\n`);
}

/** Runs `action`; a FileError becomes `program: prefix: reason` on stderr. Gives whether it worked. */
export async function attempt(
  process: Process,
  prefix: string | ((error: FileError) => string),
  action: () => void | Promise<void>,
): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await complain(process, `${typeof prefix === 'string' ? prefix : prefix(error)}: ${error.text}`);
    return false;
  }
}

/** GNU's quoting of names in messages in a UTF-8 locale. */
export function quoted(name: string): string {
  return `‘${name}’`;
}

/** GNU's shell-escape quoting, used by `cannot access 'x'`. */
export function shellQuoted(name: string): string {
  return `'${name.replaceAll("'", "'\\''")}'`;
}

/**
 * Contents of the operands one after the other (`-` or none: standard input), with coreutils' complaint for those that
 * can't be read. Calls `use` with a name and a whole text.
 */
export async function eachInput(
  process: Process,
  operands: readonly string[],
  use: (text: string, name: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const operand of operands.length === 0 ? ['-'] : operands) {
    if (operand === '-') {
      await use(await process.stdin.readAll(), '-');
      continue;
    }
    const opened = await openText(process, operand);
    if (opened === undefined) status = 1;
    else await use(opened, operand);
  }
  return status;
}

/** Text of a file as the process may read it; undefined after a complaint. */
export async function openText(process: Process, path: string): Promise<string | undefined> {
  try {
    return readFile(process.machine, absolute(process, path), process.credentials);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await complain(process, `${path}: ${error.text}`);
    return undefined;
  }
}

/** Lines of a text without their newline; a last line without one counts. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (text.endsWith('\n')) lines.pop();
  return lines;
}

/** The line readers of the operands in turn, streaming standard input. Calls `use` until it gives false. */
export async function eachLine(
  process: Process,
  operands: readonly string[],
  use: (line: string) => Promise<boolean>,
): Promise<number> {
  let status = 0;
  for (const operand of operands.length === 0 ? ['-'] : operands) {
    if (operand === '-') {
      for (let line = await process.stdin.readLine(); line !== null; line = await process.stdin.readLine()) {
        if (!(await use(line))) return status;
      }
      continue;
    }
    const text = await openText(process, operand);
    if (text === undefined) {
      status = 1;
      continue;
    }
    for (const line of linesOf(text)) if (!(await use(line))) return status;
  }
  return status;
}

/** Complains about missing operands as coreutils do. */
export async function missingOperand(process: Process, after?: string): Promise<number> {
  const text = after === undefined ? 'missing operand' : `missing destination file operand after ${shellQuoted(after)}`;
  await complain(process, text);
  await process.stderr.write(`Try '${programName(process)} --help' for more information.\n`);
  return 1;
}
