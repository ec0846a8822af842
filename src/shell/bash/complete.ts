import { listUsers } from '../../machine/accounts';
import { exists, FileError, listDirectory, lookup, permitted, readFileIfThere } from '../../machine/files';
import { DEFAULT_PATH } from '../lookup';
import type { Completion } from '../readline/editor';
import { quoteBackslash } from './quote';
import type { Shell } from './shell';

const KEYWORDS = 'if then else elif fi case esac for select while until do done in function time coproc'.split(' ');

/** What Tab proposes: commands, files, variables, users, hosts, and what a command's completer knows. */
export function complete(shell: Shell, line: string, cursor: number): Completion {
  const found = propose(shell, line, cursor);
  const quote = /^['"]/.exec(line.slice(found.start, cursor))?.[0];
  if (quote === undefined) return found;
  return {
    ...found,
    candidates: found.candidates.map((word) => quote + unquote(word)),
    labels: found.labels ?? found.candidates,
    suffix: (found.suffix ?? ' ') === ' ' ? `${quote} ` : '',
  };
}

function propose(shell: Shell, line: string, cursor: number): Completion {
  const before = line.slice(0, cursor);
  const { words, start, current } = split(before);
  const variable = /\$\{?(\w*)$/.exec(current);
  if (variable) return variables(shell, variable, start + current.length);
  const quoteless = unquote(current);
  if (/^~[^/]*$/.test(current)) return homes(shell, current, start);
  if (words.length <= 1) {
    if (quoteless.includes('/')) return files(shell, quoteless, start, (path) => isCommand(shell, path));
    return commands(shell, quoteless, start);
  }
  if (/^[<>]$/.test(words[words.length - 2] ?? '')) return files(shell, quoteless, start);
  const command = commandName(words);
  const completer = hasCompletions(shell) ? shell.core.table.completers.get(command) : undefined;
  const proposed = completer?.({
    world: shell.view.world,
    machine: shell.view.machine,
    words: words.map(unquote),
    current: quoteless,
    home: shell.view.credentials.home,
  });
  if (proposed === 'directories') return files(shell, quoteless, start, () => false);
  if (proposed && 'orFiles' in proposed) {
    return together(proposals(proposed.orFiles, quoteless, start), files(shell, quoteless, start));
  }
  if (proposed) return proposals(proposed, quoteless, start);
  if (shell.shopts.has('hostcomplete') && quoteless.includes('@')) {
    const found = hosts(shell, quoteless, start);
    if (found.candidates.length > 0) return found;
  }
  return files(shell, quoteless, start);
}

/** Loads what `complete` will need for this line. */
export async function prepareCompletion(shell: Shell, line: string, cursor: number): Promise<void> {
  const { words } = split(line.slice(0, cursor));
  if (words.length > 1 && hasCompletions(shell)) await shell.core.table.completers.prepare(commandName(words));
}

function commandName(words: readonly string[]): string {
  return unquote(words[0] ?? '').replace(/^.*\//, '');
}

/** Completers of commands come with the package bash-completion, which is among Debian's standard ones. */
function hasCompletions(shell: Shell): boolean {
  const { machine } = shell.view;
  return machine.distribution === 'debian-12' || exists(machine, '/usr/share/bash-completion');
}

function together(first: Completion, second: Completion): Completion {
  return {
    start: first.start,
    candidates: [...first.candidates, ...second.candidates],
    labels: [...(first.labels ?? first.candidates), ...(second.labels ?? second.candidates)],
    suffix: (first.candidates.length > 0 ? first.suffix : second.suffix) ?? ' ',
  };
}

/** Words of a completer. Listed is what stands behind the last character that readline breaks words at. */
function proposals(proposed: readonly string[], typed: string, start: number): Completion {
  const candidates = [...new Set(proposed)].filter((word) => word.startsWith(typed)).sort();
  const shown = Math.max(typed.lastIndexOf('='), typed.lastIndexOf(':')) + 1;
  return {
    start,
    candidates: candidates.map(quoteBackslash),
    labels: candidates.map((word) => word.slice(shown)),
    suffix: /[=:/]$/.test(candidates[0] ?? '') ? '' : ' ',
  };
}

/** Words of the last simple command before the cursor, and where the one being typed begins. */
function split(before: string): { words: string[]; start: number; current: string } {
  let words: string[] = [];
  let word = '';
  let start = before.length;
  let inWord = false;
  let quote = '';
  const end = () => {
    if (inWord) words.push(word);
    word = '';
    inWord = false;
  };
  for (let i = 0; i < before.length; i++) {
    const c = before[i] as string;
    if (!inWord && !/[\s;|&()<>]/.test(c)) {
      inWord = true;
      start = i;
    }
    if (quote) {
      word += c;
      if (c === quote) quote = '';
    } else if (c === '\\') {
      word += c + (before[++i] ?? '');
    } else if (c === '"' || c === "'") {
      word += c;
      quote = c;
    } else if (/\s/.test(c)) end();
    else if (/[;|&(]/.test(c)) {
      end();
      words = [];
    } else if (/[<>]/.test(c)) {
      end();
      words.push(c);
    } else word += c;
  }
  if (!inWord) return { words: [...words, ''], start: before.length, current: '' };
  words.push(word);
  while (words.length > 1 && /^\w+=/.test(words[0] ?? '')) words.shift();
  // `sudo systemctl …` completes as the inner command.
  while (words.length > 2 && /^(sudo|nohup|time|watch|exec|command|env)$/.test(words[0] ?? '')) words.shift();
  return { words, start, current: word };
}

function unquote(word: string): string {
  return word.replace(/\\(.)|["']/g, '$1');
}

function variables(shell: Shell, match: RegExpExecArray, end: number): Completion {
  const braced = match[0].startsWith('${');
  const names = shell.vars.names().filter((name) => name.startsWith(match[1] ?? ''));
  const candidates = names.map((name) => (braced ? `\${${name}}` : `$${name}`));
  const value = names.length === 1 ? (shell.vars.get(names[0] ?? '') ?? '') : '';
  const isDirectory = value !== '' && lookup(shell.view.machine, absolute(shell, value))?.kind === 'directory';
  return { start: end - match[0].length, candidates, labels: candidates, suffix: isDirectory ? '/' : ' ' };
}

/** `~name` without a slash: home directories. */
function homes(shell: Shell, typed: string, start: number): Completion {
  const names = listUsers(shell.view.machine).map((user) => `~${user.name}`);
  return { start, candidates: names.filter((name) => name.startsWith(typed)).sort(), suffix: '/' };
}

function commands(shell: Shell, prefix: string, start: number): Completion {
  const found = new Set<string>();
  const add = (name: string) => {
    if (name.startsWith(prefix)) found.add(name);
  };
  for (const name of Object.keys(shell.interpreter.builtins)) add(name);
  for (const name of KEYWORDS) add(name);
  for (const name of shell.functions.keys()) add(name);
  for (const name of shell.aliases.keys()) add(name);
  for (const directory of (shell.vars.get('PATH') ?? DEFAULT_PATH).split(':')) {
    for (const name of namesIn(shell, directory || '.')) {
      if (name.startsWith(prefix) && isCommand(shell, `${directory}/${name}`)) found.add(name);
    }
  }
  return { start, candidates: [...found].sort() };
}

function absolute(shell: Shell, path: string): string {
  return path.startsWith('/') ? path : `${shell.view.cwd}/${path}`;
}

function namesIn(shell: Shell, directory: string): string[] {
  try {
    return listDirectory(shell.view.machine, absolute(shell, directory), shell.view.credentials);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function isCommand(shell: Shell, path: string): boolean {
  const inode = lookup(shell.view.machine, absolute(shell, path));
  return inode !== undefined && inode.kind === 'file' && permitted(inode, shell.view.credentials, 1);
}

/** File names. `wanted` decides on what isn't a directory. */
function files(shell: Shell, typed: string, start: number, wanted: (path: string) => boolean = () => true): Completion {
  const slash = typed.lastIndexOf('/') + 1;
  const directory = typed.slice(0, slash);
  const prefix = typed.slice(slash);
  const home = /^~([^/]*)\//.exec(directory);
  const real = home
    ? `${shell.homeOf(home[1] ?? '') ?? directory}/${directory.slice(home[0].length)}`
    : directory || '.';
  const entries = namesIn(shell, real)
    .filter((name) => name.startsWith(prefix) && (prefix.startsWith('.') || !name.startsWith('.')))
    .map((name) => ({
      name,
      isDirectory: lookup(shell.view.machine, absolute(shell, `${real}/${name}`))?.kind === 'directory',
    }))
    .filter((entry) => entry.isDirectory || wanted(`${real}/${entry.name}`));
  const candidates = entries.map((entry) => quoteName(directory + entry.name) + (entry.isDirectory ? '/' : ''));
  return {
    start,
    candidates,
    labels: entries.map((entry) => entry.name + (entry.isDirectory ? '/' : '')),
    suffix: entries[0]?.isDirectory ? '' : ' ',
  };
}

function quoteName(name: string): string {
  return name.startsWith('~') ? `~${quoteBackslash(name.slice(1))}` : quoteBackslash(name);
}

/** Readline's own completion of hosts behind an @. */
function hosts(shell: Shell, typed: string, start: number): Completion {
  const at = typed.lastIndexOf('@') + 1;
  const prefix = typed.slice(at);
  const found = new Set<string>();
  for (const line of (readFileIfThere(shell.view.machine, '/etc/hosts') ?? '').split('\n')) {
    for (const name of line.replace(/#.*/, '').trim().split(/\s+/).slice(1)) found.add(name);
  }
  const candidates = [...found].filter((name) => name !== '' && name.startsWith(prefix)).sort();
  return { start, candidates: candidates.map((name) => typed.slice(0, at) + name), labels: candidates };
}
