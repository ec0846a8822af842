import { FileError, listDirectory, stat } from '../../machine/files';
import { hasPattern, matchesPattern, unescapePattern } from './pattern';
import type { Shell } from './shell';

/** Files that a pattern matches, sorted as in the C.UTF-8 locale's neighbour that bash uses; empty when none. */
export function expandPathname(shell: Shell, pattern: string): string[] {
  const absolute = pattern.startsWith('/');
  const parts = splitPath(pattern);
  let bases: string[] = [absolute ? '/' : ''];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as string;
    const last = i === parts.length - 1;
    if (part === '') {
      if (last) bases = bases.filter((base) => isDirectory(shell, base)).map((base) => withSlash(base));
      continue;
    }
    if (part === '**' && shell.shopts.has('globstar')) {
      bases = bases.flatMap((base) => descendants(shell, base, last));
      continue;
    }
    bases = bases.flatMap((base) => step(shell, base, part, last));
    if (bases.length === 0) return [];
  }
  return bases.filter((base) => base !== '').sort(orderOf(shell));
}

/** Names in the order of the shell's locale. */
export function orderOf(shell: Shell): (a: string, b: string) => number {
  const locale = shell.vars.get('LC_ALL') || shell.vars.get('LC_COLLATE') || shell.vars.get('LANG') || 'C';
  return /^(C|POSIX)\b/.test(locale) ? (a, b) => (a < b ? -1 : a > b ? 1 : 0) : compareNames;
}

/** The order of file names in en_US.UTF-8: letters before case, punctuation ignored at first. */
export function compareNames(a: string, b: string): number {
  const fold = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const x = fold(a);
  const y = fold(b);
  if (x !== y) return x < y ? -1 : 1;
  if (a === b) return 0;
  const lowerFirst = (text: string) => text.replace(/[a-zA-Z]/g, (c) => (c >= 'a' ? c.toUpperCase() : c.toLowerCase()));
  return lowerFirst(a) < lowerFirst(b) ? -1 : 1;
}

/** Cuts at slashes that aren't within brackets or groups. */
function splitPath(pattern: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '\\') {
      part += c + (pattern[++i] ?? '');
    } else if (c === '/' && depth === 0) {
      if (i > 0 || part !== '') parts.push(part);
      part = '';
      while (pattern[i + 1] === '/') i++;
    } else {
      if (c === '(') depth++;
      if (c === ')' && depth > 0) depth--;
      part += c;
    }
  }
  parts.push(part);
  if (pattern.startsWith('/') && parts[0] === '') parts.shift();
  return parts;
}

function withSlash(base: string): string {
  return base.endsWith('/') ? base : `${base}/`;
}

function join(base: string, name: string): string {
  return base === '' ? name : withSlash(base) + name;
}

function absolutePath(shell: Shell, path: string): string {
  if (path === '') return shell.view.cwd;
  return path.startsWith('/') ? path : `${shell.view.cwd}/${path}`;
}

function names(shell: Shell, base: string): string[] {
  try {
    return listDirectory(shell.view.machine, absolutePath(shell, base), shell.view.credentials);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function kindOf(shell: Shell, path: string, follow: boolean): string | undefined {
  try {
    return stat(shell.view.machine, absolutePath(shell, path), { as: shell.view.credentials, follow }).kind;
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

function isDirectory(shell: Shell, path: string): boolean {
  return kindOf(shell, path, true) === 'directory';
}

function step(shell: Shell, base: string, part: string, last: boolean): string[] {
  const extended = shell.shopts.has('extglob');
  if (!hasPattern(part, extended)) {
    const path = join(base, unescapePattern(part));
    const kind = kindOf(shell, path, !last);
    return kind === undefined || (!last && kind !== 'directory') ? [] : [path];
  }
  const wantsDot = part.startsWith('.') || part.startsWith('\\.');
  const options = { extended, ignoreCase: shell.shopts.has('nocaseglob'), path: true };
  const candidates = names(shell, base).filter(
    (name) => !name.startsWith('.') || wantsDot || shell.shopts.has('dotglob'),
  );
  if (wantsDot) candidates.push('.', '..');
  const found = candidates.filter((name) => matchesPattern(name, part, options)).map((name) => join(base, name));
  return last ? found : found.filter((path) => isDirectory(shell, path));
}

/** What `**` matches: the directory itself and everything below it; directories only in the middle of a pattern. */
function descendants(shell: Shell, base: string, last: boolean): string[] {
  const found = last && base === '' ? [] : [base];
  const visit = (directory: string) => {
    for (const name of names(shell, directory)) {
      if (name.startsWith('.') && !shell.shopts.has('dotglob')) continue;
      const path = join(directory, name);
      const isFolder = kindOf(shell, path, false) === 'directory';
      if (last || isFolder) found.push(path);
      if (isFolder) visit(path);
    }
  };
  visit(base);
  return found;
}
