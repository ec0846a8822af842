import { type Actor, FileError, type FileErrorCode, normalizePath, permitted, stat } from '../machine/files';
import type { RegularFile } from '../world/file';
import type { Machine } from '../world/machine';

/** What a command name leads to. */
export type Executable =
  | { readonly kind: 'program'; readonly path: string; readonly key: string }
  /** A text file: `interpreter` from its `#!` line, null where it has none (the shell runs it itself). */
  | {
      readonly kind: 'script';
      readonly path: string;
      readonly interpreter: string | null;
      readonly argument: string | null;
      readonly content: string;
    }
  | { readonly kind: 'not-found' }
  /** A path that can't be executed; `path` as bash prints it. */
  | { readonly kind: 'error'; readonly code: FileErrorCode; readonly path: string };

export interface LookupContext {
  /** Value of PATH. */
  readonly path: string;
  readonly cwd: string;
  readonly as: Actor | null;
}

/** PATH of a shell that inherited none. */
export const DEFAULT_PATH = '/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin';

/** Finds what a command name runs, as execvp and bash do. */
export function findExecutable(machine: Machine, name: string, context: LookupContext): Executable {
  if (name.includes('/')) return executableAt(machine, name, context);
  const path = findInPath(machine, name, context);
  if (path === undefined) return { kind: 'not-found' };
  return executableAt(machine, path, context);
}

/** All executable files along PATH of that name, or the first non-executable one when there is no other. */
export function findAllInPath(machine: Machine, name: string, context: LookupContext): string[] {
  if (name === '') return [];
  const found: string[] = [];
  for (const directory of context.path.split(':')) {
    const path = directory === '' ? `./${name}` : `${directory === '/' ? '' : directory.replace(/\/$/, '')}/${name}`;
    if (isExecutableFile(machine, path, context)) found.push(path);
  }
  return found;
}

function findInPath(machine: Machine, name: string, context: LookupContext): string | undefined {
  if (name === '') return undefined;
  let barred: string | undefined;
  for (const directory of context.path.split(':')) {
    const path = directory === '' ? `./${name}` : `${directory.replace(/\/$/, '')}/${name}`;
    const inode = statIfThere(machine, path, context);
    if (!inode || inode.kind === 'directory') continue;
    if (permitted(inode, context.as, 1)) return path;
    barred ??= path;
  }
  return barred;
}

function isExecutableFile(machine: Machine, path: string, context: LookupContext): boolean {
  const inode = statIfThere(machine, path, context);
  return inode !== undefined && inode.kind !== 'directory' && permitted(inode, context.as, 1);
}

function statIfThere(machine: Machine, path: string, context: LookupContext) {
  try {
    return stat(machine, normalizePath(path, context.cwd), { as: context.as });
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function executableAt(machine: Machine, path: string, context: LookupContext): Executable {
  try {
    const full = path.startsWith('/') ? path : `${context.cwd}/${path}`;
    const inode = stat(machine, full, { as: context.as });
    if (inode.kind === 'directory') return { kind: 'error', code: 'EISDIR', path };
    if (inode.kind !== 'file' || !permitted(inode, context.as, 1)) return { kind: 'error', code: 'EACCES', path };
    if (inode.program !== undefined) return { kind: 'program', path, key: inode.program };
    return scriptAt(path, inode);
  } catch (error) {
    if (error instanceof FileError) return { kind: 'error', code: error.code, path };
    throw error;
  }
}

function scriptAt(path: string, file: RegularFile): Executable {
  const firstLine = file.content.slice(0, 256).split('\n', 1)[0] ?? '';
  const match = /^#![ \t]*(\S+)(?:[ \t]+(.*?))?[ \t]*$/.exec(firstLine);
  return {
    kind: 'script',
    path,
    interpreter: match?.[1] ?? null,
    argument: match?.[2] || null,
    content: file.content,
  };
}
