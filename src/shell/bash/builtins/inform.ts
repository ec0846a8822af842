import { DEFAULT_PATH, findAllInPath, findExecutable } from '../../lookup';
import type { BuiltinTable } from '../interpreter';
import { quoteSingle } from '../quote';
import type { Shell } from '../shell';
import { functionText } from './declare';

const KEYWORDS = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'select',
  'while',
  'until',
  'do',
  'done',
  'in',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
  'coproc',
]);

interface Meaning {
  readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
  readonly path: string;
}

function meanings(shell: Shell, name: string, all: boolean): Meaning[] {
  const found: Meaning[] = [];
  const add = (kind: Meaning['kind'], path = '') => found.push({ kind, path });
  if (shell.aliases.has(name)) add('alias');
  if (KEYWORDS.has(name)) add('keyword');
  if (shell.functions.has(name)) add('function');
  if (Object.hasOwn(shell.interpreter.builtins, name) && !shell.disabledBuiltins.has(name)) add('builtin');
  if (found.length === 0 || all) for (const path of filesOf(shell, name)) add('file', path);
  return all ? found : found.slice(0, 1);
}

function filesOf(shell: Shell, name: string): string[] {
  const { machine, cwd, credentials } = shell.view;
  const context = { path: shell.vars.get('PATH') ?? DEFAULT_PATH, cwd, as: credentials };
  if (!name.includes('/')) return findAllInPath(machine, name, context);
  const found = findExecutable(machine, name, context);
  return found.kind === 'program' || found.kind === 'script' ? [name] : [];
}

/** `command -v`, `command -V`, `type`. */
export async function describeNames(
  shell: Shell,
  names: readonly string[],
  style: 'short' | 'long' | 'type' | 'path',
  builtin: string,
  all = false,
): Promise<number> {
  let missing = 0;
  for (const name of names) {
    const found = meanings(shell, name, all);
    if (found.length === 0) {
      missing++;
      if (style === 'long') await shell.error(`${builtin}: ${name}: not found`);
    }
    for (const meaning of found) await shell.print(describeOne(shell, name, meaning, style));
  }
  // `command` is content with one, `type` wants all.
  return (builtin === 'command' ? missing < names.length : missing === 0) ? 0 : 1;
}

function describeOne(shell: Shell, name: string, meaning: Meaning, style: 'short' | 'long' | 'type' | 'path'): string {
  if (style === 'type') return `${meaning.kind}\n`;
  if (style === 'path') return meaning.kind === 'file' ? `${meaning.path}\n` : '';
  const alias = shell.aliases.get(name) ?? '';
  if (style === 'short') {
    if (meaning.kind === 'alias') return `alias ${name}=${quoteSingle(alias)}\n`;
    return meaning.kind === 'file' ? `${meaning.path}\n` : `${name}\n`;
  }
  switch (meaning.kind) {
    case 'alias':
      return `${name} is aliased to \`${alias}'\n`;
    case 'keyword':
      return `${name} is a shell keyword\n`;
    case 'function':
      return `${name} is a function\n${functionText(shell, name)}`;
    case 'builtin':
      return `${name} is a shell builtin\n`;
    default:
      return shell.hashed.has(name) && !name.includes('/')
        ? `${name} is hashed (${meaning.path})\n`
        : `${name} is ${meaning.path}\n`;
  }
}

async function type(shell: Shell, args: readonly string[]): Promise<number> {
  const letters = args.filter((arg) => /^-[aftpP]+$/.test(arg)).join('');
  const names = args.filter((arg) => !arg.startsWith('-'));
  const bad = args.find((arg) => arg.startsWith('-') && !/^-[aftpP]+$/.test(arg) && arg !== '--');
  if (bad) {
    await shell.error(`type: ${bad.slice(0, 2)}: invalid option`);
    await shell.writeError('type: usage: type [-afptP] name [name ...]\n');
    return 2;
  }
  const all = letters.includes('a');
  if (letters.includes('P')) {
    let status = 0;
    for (const name of names) {
      const files = filesOf(shell, name);
      if (files.length === 0) status = 1;
      await shell.print(
        files
          .slice(0, all ? undefined : 1)
          .map((path) => `${path}\n`)
          .join(''),
      );
    }
    return status;
  }
  return describeNames(
    shell,
    names,
    letters.includes('t') ? 'type' : letters.includes('p') ? 'path' : 'long',
    'type',
    all,
  );
}

async function alias(shell: Shell, args: readonly string[]): Promise<number> {
  const rest = args.filter((arg) => arg !== '-p' && arg !== '--');
  const line = (name: string) => `alias ${name}=${quoteSingle(shell.aliases.get(name) ?? '')}\n`;
  if (rest.length === 0) {
    for (const name of [...shell.aliases.keys()].sort()) await shell.print(line(name));
    return 0;
  }
  let status = 0;
  for (const arg of rest) {
    const at = arg.indexOf('=');
    if (at > 0) {
      const name = arg.slice(0, at);
      if (/[\s/$`=|&;()<>'"\\]/.test(name)) {
        await shell.error(`alias: \`${name}': invalid alias name`);
        status = 1;
      } else shell.aliases.set(name, arg.slice(at + 1));
    } else if (shell.aliases.has(arg)) await shell.print(line(arg));
    else {
      await shell.error(`alias: ${arg}: not found`);
      status = 1;
    }
  }
  return status;
}

async function hash(shell: Shell, args: readonly string[]): Promise<number> {
  if (args[0] === '-r') {
    shell.hashed.clear();
    return 0;
  }
  const names = args.filter((arg) => !arg.startsWith('-'));
  if (names.length === 0) {
    if (shell.hashed.size === 0) await shell.print('hash: hash table empty\n');
    else {
      await shell.print('hits\tcommand\n');
      for (const [name, entry] of shell.hashed) {
        await shell.print(`${String(entry.hits).padStart(4)}\t${filesOf(shell, name)[0] ?? name}\n`);
      }
    }
    return 0;
  }
  let status = 0;
  for (const name of names) {
    if (args[0] === '-d') shell.hashed.delete(name);
    else if (filesOf(shell, name).length === 0 && !Object.hasOwn(shell.interpreter.builtins, name)) {
      await shell.error(`hash: ${name}: not found`);
      status = 1;
    } else if (!Object.hasOwn(shell.interpreter.builtins, name)) shell.hashed.set(name, { path: '', hits: 0 });
  }
  return status;
}

async function history(shell: Shell, args: readonly string[]): Promise<number> {
  const [first] = args;
  if (first === '-c') {
    shell.history.length = 0;
    return 0;
  }
  if (first === '-d') {
    const at = Number(args[1]) - shell.historyBase;
    if (!Number.isInteger(at) || at < 0 || at >= shell.history.length) {
      await shell.error(`history: ${args[1] ?? ''}: history position out of range`);
      return 1;
    }
    shell.history.splice(at, 1);
    return 0;
  }
  if (first === '-s') {
    shell.history.push(args.slice(1).join(' '));
    return 0;
  }
  if (first !== undefined && /^-[anrw]$/.test(first)) return 0;
  if (first !== undefined && !/^\d+$/.test(first)) {
    await shell.error(`history: ${first}: ${first.startsWith('-') ? 'invalid option' : 'numeric argument required'}`);
    return first.startsWith('-') ? 2 : 1;
  }
  const start = first === undefined ? 0 : Math.max(0, shell.history.length - Number(first));
  for (let i = start; i < shell.history.length; i++) {
    await shell.print(`${String(shell.historyBase + i).padStart(5)}  ${shell.history[i]}\n`);
  }
  return 0;
}

export const informBuiltins: BuiltinTable = {
  type,
  alias,
  unalias: async (shell, args) => {
    if (args[0] === '-a') {
      shell.aliases.clear();
      return 0;
    }
    if (args.length === 0) {
      await shell.writeError('unalias: usage: unalias [-a] name [name ...]\n');
      return 2;
    }
    let status = 0;
    for (const name of args) {
      if (shell.aliases.delete(name)) continue;
      await shell.error(`unalias: ${name}: not found`);
      status = 1;
    }
    return status;
  },
  hash,
  history,
  times: async (shell) => {
    await shell.print('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
    return 0;
  },
  enable: async (shell, args) => {
    const names = args.filter((arg) => !arg.startsWith('-'));
    const off = args.includes('-n');
    if (names.length === 0) {
      for (const name of Object.keys(shell.interpreter.builtins).sort()) await shell.print(`enable ${name}\n`);
      return 0;
    }
    let status = 0;
    for (const name of names) {
      if (!Object.hasOwn(shell.interpreter.builtins, name)) {
        await shell.error(`enable: ${name}: not a shell builtin`);
        status = 1;
      } else if (off) shell.disabledBuiltins.add(name);
      else shell.disabledBuiltins.delete(name);
    }
    return status;
  },
  caller: async (shell) => {
    const frame = shell.callStack[shell.callStack.length - 1];
    if (!frame) return 1;
    await shell.print(`${frame.line} ${shell.source.command ? 'NULL' : shell.name}\n`);
    return 0;
  },
};
