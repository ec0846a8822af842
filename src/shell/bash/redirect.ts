import type { HereDoc, Redirect, Redirection } from 'unbash';
import { FileError } from '../../machine/files';
import { type OpenFile, TextFile } from '../openfile';
import { type OpenMode, openPath } from '../openpath';
import { ExpansionError } from './errors';
import { expandHereDocument, expandText, expandWords } from './expand';
import type { Shell } from './shell';

/** A redirection that failed; its message has been printed. */
export class RedirectFailure {
  constructor(readonly status: number) {}
}

/** Undoes redirections. */
export type Restore = () => void;

/** First descriptor that `{name}>file` takes. */
const FIRST_FREE_FD = 10;

/** Applies redirections to the shell's own descriptors. Throws RedirectFailure, everything undone. */
export async function applyRedirects(shell: Shell, redirects: readonly Redirection[]): Promise<Restore> {
  const { core } = shell;
  const saved = new Map<number, OpenFile | null>();
  const save = (fd: number) => {
    if (saved.has(fd)) return;
    const file = core.fds.get(fd);
    saved.set(fd, file?.retain() ?? null);
  };
  const restore = () => {
    for (const [fd, file] of saved) {
      if (!file) core.closeFd(fd);
      else {
        core.setFd(fd, file);
        file.release();
      }
    }
    saved.clear();
  };
  try {
    for (const redirect of redirects) await applyOne(shell, redirect, save);
  } catch (error) {
    // The message goes where stderr pointed to before.
    restore();
    if (!(error instanceof RedirectProblem)) throw error;
    await shell.error(error.message);
    throw new RedirectFailure(1);
  }
  return restore;
}

/** Keeps redirections for good (`exec >file`). */
export async function applyForGood(shell: Shell, redirects: readonly Redirection[]): Promise<void> {
  try {
    for (const redirect of redirects) await applyOne(shell, redirect, () => {});
  } catch (error) {
    if (!(error instanceof RedirectProblem)) throw error;
    await shell.error(error.message);
    throw new RedirectFailure(1);
  }
}

class RedirectProblem extends Error {}

async function applyOne(shell: Shell, redirect: Redirection, save: (fd: number) => void): Promise<void> {
  if (redirect.type === 'HereDoc' || redirect.type === 'HereString') {
    const text =
      redirect.type === 'HereDoc'
        ? await hereDocument(shell, redirect)
        : `${redirect.target ? await expandText(shell, redirect.target) : ''}\n`;
    const fd = await descriptorOf(shell, redirect.descriptor, 0, save);
    shell.core.setFd(fd, new TextFile(text));
    return;
  }
  await applyFile(shell, redirect, save);
}

async function hereDocument(shell: Shell, redirect: HereDoc): Promise<string> {
  const strip = redirect.operator === '<<-';
  const { parts, text } = redirect.body;
  if (redirect.delimiter?.quoted || parts === undefined) {
    const raw = strip ? text.replace(/^\t+/gm, '') : text;
    return redirect.delimiter?.quoted ? raw : unescapeBody(raw);
  }
  if (!strip) return expandHereDocument(shell, parts);
  let lineStart = true;
  const stripped = parts.map((part) => {
    if (part.type !== 'Literal') {
      lineStart = false;
      return part;
    }
    let value = part.value.replace(/\n\t+/g, '\n');
    if (lineStart) value = value.replace(/^\t+/, '');
    lineStart = value.endsWith('\n');
    return { ...part, value };
  });
  return expandHereDocument(shell, stripped);
}

function unescapeBody(text: string): string {
  return text.replace(/\\([\\$`\n])/g, (_, c: string) => (c === '\n' ? '' : c));
}

async function descriptorOf(
  shell: Shell,
  descriptor: Redirection['descriptor'],
  fallback: number,
  save: (fd: number) => void,
): Promise<number> {
  if (descriptor?.type === 'FileDescriptorVariable') {
    let fd = FIRST_FREE_FD;
    while (shell.core.fds.has(fd)) fd++;
    await shell.assignText(descriptor.name, String(fd));
    return fd;
  }
  const fd = descriptor?.value ?? fallback;
  save(fd);
  return fd;
}

async function applyFile(shell: Shell, redirect: Redirect, save: (fd: number) => void): Promise<void> {
  const { operator, descriptor } = redirect;
  const target = redirect.target ? await expandTarget(shell, redirect) : '';
  if (operator === '<&' || operator === '>&') {
    const isBoth = operator === '>&' && descriptor === undefined && !/^(\d+-?|-)$/.test(target);
    if (!isBoth) return duplicate(shell, redirect, target, save);
  }
  const both = operator === '&>' || operator === '&>>' || operator === '>&';
  const fallback = operator === '<' || operator === '<>' ? 0 : 1;
  const file = await openTarget(shell, target, modeOf(shell, operator));
  const fd = await descriptorOf(shell, descriptor, fallback, save);
  shell.core.setFd(fd, file);
  if (both) {
    save(2);
    shell.core.setFd(2, file);
  }
}

async function expandTarget(shell: Shell, redirect: Redirect): Promise<string> {
  const word = redirect.target;
  if (!word) return '';
  let words: string[];
  try {
    words = await expandWords(shell, [word]);
  } catch (error) {
    if (error instanceof ExpansionError && error.message.startsWith('no match')) {
      throw new RedirectProblem(error.message);
    }
    throw error;
  }
  if (words.length !== 1) throw new RedirectProblem(`${word.text}: ambiguous redirect`);
  return words[0] as string;
}

function modeOf(shell: Shell, operator: Redirect['operator']): OpenMode {
  switch (operator) {
    case '<':
      return { read: true, write: false };
    case '<>':
      return { read: true, write: true };
    case '>>':
    case '&>>':
      return { read: false, write: true, append: true };
    case '>|':
      return { read: false, write: true, truncate: true };
    default:
      return { read: false, write: true, truncate: true, exclusive: shell.options.has('noclobber') };
  }
}

async function openTarget(shell: Shell, path: string, mode: OpenMode): Promise<OpenFile> {
  try {
    return await openPath(shell.view, path, mode);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.code === 'EEXIST') throw new RedirectProblem(`${path}: cannot overwrite existing file`);
    throw new RedirectProblem(`${path}: ${error.text}`);
  }
}

async function duplicate(shell: Shell, redirect: Redirect, target: string, save: (fd: number) => void): Promise<void> {
  const { core } = shell;
  const fallback = redirect.operator === '<&' ? 0 : 1;
  if (target === '-') {
    if (redirect.descriptor?.type === 'FileDescriptorVariable') {
      const fd = Number(shell.vars.get(redirect.descriptor.name) ?? Number.NaN);
      if (Number.isInteger(fd)) core.closeFd(fd);
      return;
    }
    const fd = redirect.descriptor?.value ?? fallback;
    save(fd);
    core.closeFd(fd);
    return;
  }
  const match = /^(\d+)(-?)$/.exec(target);
  if (!match) throw new RedirectProblem(`${redirect.target?.text ?? target}: ambiguous redirect`);
  const from = Number(match[1]);
  const file = core.fds.get(from);
  if (!file) throw new RedirectProblem(`${target}: Bad file descriptor`);
  const fd = await descriptorOf(shell, redirect.descriptor, fallback, save);
  core.setFd(fd, file);
  if (match[2] && from !== fd) {
    save(from);
    core.closeFd(from);
  }
}
