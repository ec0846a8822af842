import { FileError, readFile, stat } from '../../../machine/files';
import { DEFAULT_PATH } from '../../lookup';
import { findSignal, signalList } from '../../signals';
import { ExpansionError, LoopJump, ReturnJump, ShellExit } from '../errors';
import { runText, runTrap } from '../execute';
import type { Builtin, BuiltinTable, Invocation } from '../interpreter';
import { stateOf } from '../joblist';
import { quoteForReuse } from '../quote';
import type { Shell } from '../shell';
import { listSignals } from '../signallist';
import { dispatch, environmentOf } from '../simple';
import { ReadonlyError } from '../variables';
import { describeNames } from './inform';

/** A number argument of `exit`, `return`; null (with the message printed) where it isn't one. */
async function numeric(shell: Shell, name: string, text: string): Promise<number | null> {
  if (/^\s*[-+]?\d+\s*$/.test(text)) return Number(BigInt.asIntN(32, BigInt(text.trim().replace(/^\+/, '')))) & 0xff;
  await shell.error(`${name}: ${text}: numeric argument required`);
  return null;
}

const jump =
  (kind: 'break' | 'continue'): Builtin =>
  async (shell, args) => {
    if (shell.loopDepth === 0) {
      await shell.error(`${kind}: only meaningful in a \`for', \`while', or \`until' loop`);
      return 0;
    }
    const [count = '1'] = args;
    if (args.length > 1) {
      await shell.error(`${kind}: too many arguments`);
      throw new LoopJump('break', shell.loopDepth);
    }
    if (!/^[-+]?\d+$/.test(count)) {
      await shell.error(`${kind}: ${count}: numeric argument required`);
      throw new LoopJump('break', shell.loopDepth);
    }
    if (Number(count) < 1) {
      await shell.error(`${kind}: ${count}: loop count out of range`);
      shell.status = 1;
      throw new LoopJump('break', shell.loopDepth);
    }
    throw new LoopJump(kind, Number(count));
  };

async function exit(shell: Shell, args: readonly string[]): Promise<number> {
  if (shell.interactive && shell.login && !shell.exiting) await shell.writeError('logout\n');
  else if (shell.interactive) await shell.writeError('exit\n');
  if (shell.interactive && !shell.warnedOfJobs && shell.jobs.all.some((job) => stateOf(job).kind === 'stopped')) {
    await shell.writeError('There are stopped jobs.\n');
    shell.warnedOfJobs = true;
    return 1;
  }
  if (args[0] === undefined) throw new ShellExit(shell.status);
  const status = await numeric(shell, 'exit', args[0]);
  if (status === null) throw new ShellExit(2);
  if (args.length > 1) {
    await shell.error('exit: too many arguments');
    return 1;
  }
  throw new ShellExit(status);
}

async function source(shell: Shell, args: readonly string[], name: string): Promise<number> {
  const [file, ...positional] = args[0] === '--' ? args.slice(1) : args;
  if (file === undefined) {
    await shell.error(`${name}: filename argument required`);
    await shell.writeError(`${name}: usage: ${name} filename [arguments]\n`);
    return 2;
  }
  const path = locate(shell, file);
  let text: string;
  try {
    const full = path.startsWith('/') ? path : `${shell.view.cwd}/${path}`;
    text = readFile(shell.view.machine, full, shell.view.credentials);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const prefix = error.code === 'EISDIR' ? `${name}: ${file}: is a directory` : `${file}: ${error.text}`;
    await shell.error(prefix);
    return 1;
  }
  return sourceText(shell, text, path, positional.length > 0 ? positional : null);
}

/** Where `source` finds a name without slash: along PATH, else in the present directory. */
function locate(shell: Shell, file: string): string {
  if (file.includes('/')) return file;
  for (const directory of (shell.vars.get('PATH') ?? DEFAULT_PATH).split(':')) {
    const path = `${directory === '' ? shell.view.cwd : directory}/${file}`;
    try {
      if (stat(shell.view.machine, path, { as: shell.view.credentials }).kind === 'file') return path;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  }
  return file;
}

/** Runs a file's text in the present shell. */
export async function sourceText(
  shell: Shell,
  text: string,
  path: string,
  positional: readonly string[] | null,
): Promise<number> {
  const outer = { positional: shell.positional, loopDepth: shell.loopDepth };
  if (positional) shell.positional = [...positional];
  shell.callStack.push({ kind: 'source', name: 'source', file: path, line: shell.line });
  shell.status = 0;
  try {
    await runText(shell, text, { text, file: path, firstLine: 1, command: false });
  } catch (error) {
    if (error instanceof ExpansionError || error instanceof ReadonlyError) throw await shell.discard(error);
    if (!(error instanceof ReturnJump)) throw error;
    shell.status = error.status;
  } finally {
    shell.callStack.pop();
    if (positional) shell.positional = outer.positional;
    shell.loopDepth = outer.loopDepth;
  }
  if (shell.traps.commands.has('RETURN')) await runTrap(shell, 'RETURN');
  return shell.status;
}

async function returnFrom(shell: Shell, args: readonly string[]): Promise<number> {
  if (shell.callStack.length === 0) {
    await shell.error("return: can only `return' from a function or sourced script");
    return 2;
  }
  if (args[0] === undefined) throw new ReturnJump(shell.status);
  const status = await numeric(shell, 'return', args[0]);
  throw new ReturnJump(status ?? 2);
}

async function exec(shell: Shell, args: readonly string[], invocation: Invocation): Promise<number> {
  let rest = [...args];
  let zeroth: string | null = null;
  let clear = false;
  while (rest[0]?.startsWith('-') && rest[0] !== '-') {
    const option = rest.shift() as string;
    if (option === '--') break;
    if (option === '-a') zeroth = rest.shift() ?? '';
    else if (option === '-c') clear = true;
    else if (option !== '-l') {
      await shell.error(`exec: ${option}: invalid option`);
      await shell.writeError('exec: usage: exec [-cl] [-a name] [command [argument ...]] [redirection ...]\n');
      return 2;
    }
  }
  rest = [...rest];
  if (rest.length === 0) return 0;
  const env = clear ? {} : await environmentOf(shell, invocation);
  const { machine, cwd, credentials } = shell.view;
  const { table } = shell.core;
  const resolution = table.resolve(rest, { machine, path: env.PATH ?? DEFAULT_PATH, cwd, as: credentials });
  if (resolution.kind === 'failed') {
    const message =
      resolution.status === 127 ? resolution.message.replace(': command not found', ': not found') : resolution.message;
    const shown =
      resolution.status === 126
        ? resolution.message.replace(/: (Permission denied|Is a directory)$/, ': cannot execute: $1')
        : message;
    await shell.error(`exec: ${shown}`);
    if (!shell.interactive) throw new ShellExit(resolution.status);
    return resolution.status;
  }
  shell.traps.commands.clear();
  shell.core.env = env;
  const argv = zeroth === null ? resolution.argv : [zeroth, ...resolution.argv.slice(1)];
  throw new ShellExit(await table.replace(shell.view, { ...resolution, argv }));
}

async function trap(shell: Shell, args: readonly string[]): Promise<number> {
  const { traps } = shell;
  const rest = [...args];
  if (rest[0] === '-l') return listSignals(shell);
  if (rest.length === 0 || rest[0] === '-p') {
    const wanted = rest.slice(1).map((name) => (findSignal(name)?.name ?? name).toUpperCase());
    const table = traps.shown.size > 0 && traps.commands.size <= traps.shown.size ? traps.shown : traps.commands;
    const names = [...table.keys()].sort((a, b) => signalOrder(a) - signalOrder(b));
    for (const name of names) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      const shown = /^(EXIT|ERR|DEBUG|RETURN)$/.test(name) ? name : `SIG${name}`;
      await shell.print(`trap -- ${quoteForReuse(table.get(name) ?? '')} ${shown}\n`);
    }
    return 0;
  }
  if (rest[0] === '--') rest.shift();
  else if (rest[0]?.startsWith('-') && rest[0] !== '-') {
    await shell.error(`trap: ${rest[0]}: invalid option`);
    await shell.writeError('trap: usage: trap [-lp] [[arg] signal_spec ...]\n');
    return 2;
  }
  const reset =
    rest[0] === '-' || (rest.length === 1 && findSignal(rest[0] ?? '') !== undefined) || /^\d+$/.test(rest[0] ?? '');
  const command = reset ? null : (rest[0] ?? '');
  const names = reset && rest[0] !== '-' ? rest : rest.slice(1);
  if (names.length === 0) {
    await shell.writeError('trap: usage: trap [-lp] [[arg] signal_spec ...]\n');
    return 2;
  }
  let status = 0;
  for (const text of names) {
    const pseudo = /^(?:SIG)?(ERR|DEBUG|RETURN)$/i.exec(text)?.[1]?.toUpperCase();
    const name = pseudo ?? findSignal(text)?.name;
    if (!name) {
      await shell.error(`trap: ${text}: invalid signal specification`);
      status = 1;
    } else traps.set(shell, name, command);
  }
  return status;
}

function signalOrder(name: string): number {
  if (name === 'EXIT') return 0;
  const at = signalList.indexOf(`SIG${name}`);
  return at >= 0 ? at + 1 : 100 + ['DEBUG', 'ERR', 'RETURN'].indexOf(name);
}

export const controlBuiltins: BuiltinTable = {
  ':': async () => 0,
  true: async () => 0,
  false: async () => 1,
  break: jump('break'),
  continue: jump('continue'),
  exit,
  logout: async (shell, args) => {
    if (!shell.login) {
      await shell.error("logout: not login shell: use `exit'");
      return 1;
    }
    return exit(shell, args);
  },
  return: returnFrom,
  eval: async (shell, args) => {
    const rest = args[0] === '--' ? args.slice(1) : args;
    if (rest[0]?.startsWith('-') && rest[0] !== '-' && args[0] !== '--') {
      await shell.error(`eval: ${rest[0].slice(0, 2)}: invalid option`);
      await shell.writeError('eval: usage: eval [arg ...]\n');
      return 2;
    }
    const text = rest.join(' ');
    if (text.trim() === '') return 0;
    const line = shell.line;
    await runText(shell, text, { ...shell.source, text, firstLine: line, evaluated: true });
    return shell.status;
  },
  source: (shell, args) => source(shell, args, 'source'),
  '.': (shell, args) => source(shell, args, '.'),
  exec,
  trap,
  command: async (shell, args, invocation) => {
    const rest = [...args];
    let path: string | null = null;
    while (rest[0]?.startsWith('-') && rest[0].length > 1) {
      const option = rest.shift() as string;
      if (option === '--') break;
      if (option === '-p') path = DEFAULT_PATH;
      else if (option === '-v' || option === '-V') {
        return describeNames(shell, rest, option === '-v' ? 'short' : 'long', 'command');
      } else {
        await shell.error(`command: ${option.slice(0, 2)}: invalid option`);
        await shell.writeError('command: usage: command [-pVv] command [arg ...]\n');
        return 2;
      }
    }
    if (rest.length === 0) return 0;
    const inner: Invocation = {
      argv: rest,
      assignments: path === null ? [] : invocation.assignments,
      declared: new Map(),
    };
    await dispatch(shell, inner, { noFunctions: true });
    return shell.status;
  },
  builtin: async (shell, args, invocation) => {
    const rest = args[0] === '--' ? args.slice(1) : args;
    const { builtins } = shell.interpreter;
    const [name] = rest;
    if (name === undefined) return 0;
    const found = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (!found) {
      await shell.error(`builtin: ${name}: not a shell builtin`);
      return 1;
    }
    return found(shell, rest.slice(1), { ...invocation, argv: rest, declared: new Map() });
  },
  let: async (shell, args) => {
    if (args.length === 0) {
      await shell.error('let: expression expected');
      return 1;
    }
    let value = 0n;
    for (const arg of args) value = shell.evaluate(arg);
    return value === 0n ? 1 : 0;
  },
};
