import type { Assignment, Command, CommandArgument, Redirection, Word } from 'unbash';
import { FileError } from '../../machine/files';
import { DEFAULT_PATH } from '../lookup';
import { BrokenPipe } from '../process';
import type { SimProcess } from '../simprocess';
import { assign, expandAssignmentText, traceAssignment } from './assignment';
import { ExpansionError, ReturnJump, ShellExit } from './errors';
import { checkFailure, runCommandNode, runList, runPendingTraps, runTrap } from './execute';
import { expandText, expandWords } from './expand';
import type { DeclaredArgument, Invocation, SimpleOptions } from './interpreter';
import { waitForeground } from './pipeline';
import { quoteIfNeeded } from './quote';
import { applyForGood, applyRedirects, RedirectFailure } from './redirect';
import type { FunctionDefinition, Shell } from './shell';
import { tracePrefix } from './trace';
import { ReadonlyError } from './variables';

const SPECIAL = new Set([
  '.',
  ':',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'source',
  'times',
  'trap',
  'unset',
]);

/** POSIX's special builtins. */
function isSpecialBuiltin(name: string): boolean {
  return SPECIAL.has(name);
}

/** Runs a simple command. */
export async function runSimple(shell: Shell, node: Command, options: SimpleOptions = {}): Promise<void> {
  await shell.step();
  await runPendingTraps(shell);
  if (shell.traps.commands.has('DEBUG')) await runTrap(shell, 'DEBUG');
  shell.command = shell.source.text.slice(node.pos, node.end);
  const before = shell.status;
  shell.substituted = null;
  const temporaries = shell.temporaries;
  shell.temporaries = [];
  const assignments = node.prefix.filter((item): item is Assignment => item.type === 'Assignment');
  const redirects = node.redirects;
  const words: CommandArgument[] = node.name ? [node.name, ...node.args] : [];
  try {
    const { argv, declared } = await expandArguments(shell, words);
    if (argv.length === 0) await runBare(shell, assignments, redirects, before);
    else await runInvocation(shell, { argv, assignments, declared }, redirects, options);
  } catch (error) {
    if (error instanceof ReadonlyError && assignments.length > 0 && words.length > 0) {
      await shell.error(error.message);
      shell.status = 1;
    } else throw error;
  } finally {
    const own = shell.temporaries;
    shell.temporaries = temporaries;
    for (const clean of own) await clean();
  }
  shell.pipeStatus = [shell.status];
  await checkFailure(shell);
  await runPendingTraps(shell);
}

async function expandArguments(
  shell: Shell,
  words: readonly CommandArgument[],
): Promise<{ argv: string[]; declared: Map<number, DeclaredArgument> }> {
  const argv: string[] = [];
  const declared = new Map<number, DeclaredArgument>();
  for (const item of words) {
    if (item.type === 'Assignment') {
      const text = item.value.type === 'ArrayValue' ? null : await expandText(shell, item.value, { assignment: true });
      declared.set(argv.length, { assignment: item, text });
      argv.push(text === null ? item.text : item.text.slice(0, item.value.pos - item.pos) + text);
    } else argv.push(...(await expandWords(shell, [item as Word])));
  }
  return { argv, declared };
}

/** Assignments and redirections without a command. */
async function runBare(
  shell: Shell,
  assignments: readonly Assignment[],
  redirects: readonly Redirection[],
  before: number,
): Promise<void> {
  shell.status = 0;
  try {
    const restore = await applyRedirects(shell, redirects);
    restore();
  } catch (error) {
    if (!(error instanceof RedirectFailure)) throw error;
    shell.status = error.status;
    return;
  }
  // `$?` on the right side is the last command's; a command substitution's status becomes the assignment's.
  shell.status = before;
  for (const assignment of assignments) {
    await traceAssignment(shell, assignment, await assign(shell, assignment));
  }
  shell.status = shell.substituted ?? 0;
}

async function runInvocation(
  shell: Shell,
  invocation: Invocation,
  redirects: readonly Redirection[],
  options: SimpleOptions,
): Promise<void> {
  const { argv } = invocation;
  await traceCommand(shell, invocation);
  const name = argv[0] as string;
  if (name === 'exec' && !shell.functions.has('exec') && argv.length === 1) {
    try {
      await applyForGood(shell, redirects);
      shell.status = 0;
    } catch (error) {
      if (!(error instanceof RedirectFailure)) throw error;
      shell.status = 1;
      if (!shell.interactive) throw new ShellExit(1);
    }
    return;
  }
  let restore: () => void;
  try {
    restore = await applyRedirects(shell, redirects);
  } catch (error) {
    if (!(error instanceof RedirectFailure)) throw error;
    shell.status = error.status;
    return;
  }
  try {
    await dispatch(shell, invocation, options);
  } finally {
    restore();
    const last = argv[argv.length - 1];
    if (last !== undefined) shell.lastArgument = last;
  }
}

/** `set -x`. */
async function traceCommand(shell: Shell, invocation: Invocation): Promise<void> {
  if (!shell.options.has('xtrace')) return;
  for (const assignment of invocation.assignments) {
    await traceAssignment(shell, assignment, await expandAssignmentText(shell, assignment));
  }
  const text = invocation.argv.map((word) => (word === '' ? "''" : quoteIfNeeded(word))).join(' ');
  await shell.writeError(`${tracePrefix(shell)}${text}\n`);
}

/** Runs a function, a builtin or a program. */
export async function dispatch(shell: Shell, invocation: Invocation, options: SimpleOptions = {}): Promise<void> {
  const name = invocation.argv[0] as string;
  const definition = options.noFunctions ? undefined : shell.functions.get(name);
  if (definition) {
    await withAssignments(shell, invocation, () => callFunction(shell, name, definition, invocation.argv.slice(1)));
    return;
  }
  if (Object.hasOwn(shell.interpreter.builtins, name) && !shell.disabledBuiltins.has(name)) {
    await withAssignments(shell, invocation, () => runBuiltin(shell, name, invocation), name);
    return;
  }
  await runProgram(shell, invocation, options);
}

/** Runs something with the assignments in front of it in force. They stay for `export` and its like in POSIX only. */
async function withAssignments(
  shell: Shell,
  invocation: Invocation,
  body: () => Promise<void>,
  builtin?: string,
): Promise<void> {
  if (invocation.assignments.length === 0) return body();
  if (builtin && isSpecialBuiltin(builtin) && shell.options.has('posix')) {
    for (const assignment of invocation.assignments) await assign(shell, assignment);
    return body();
  }
  const texts: [string, string][] = [];
  for (const assignment of invocation.assignments) {
    texts.push([assignment.name, await expandAssignmentText(shell, assignment)]);
  }
  shell.vars.pushScope();
  try {
    for (const [name, text] of texts) {
      const variable = shell.vars.ensureIn('local', name);
      shell.setVariable(variable, name, text);
      variable.exported = true;
    }
    await body();
  } finally {
    shell.vars.popScope();
  }
}

async function runBuiltin(shell: Shell, name: string, invocation: Invocation): Promise<void> {
  const builtin = shell.interpreter.builtins[name];
  if (!builtin) return;
  try {
    shell.status = await builtin(shell, invocation.argv.slice(1), invocation);
  } catch (error) {
    if (error instanceof BrokenPipe) {
      // The write fails; the default action of the signal has ended us unless it is ignored.
      if (!shell.core.ignored.has('PIPE')) throw error;
      await shell.error(`${name}: write error: Broken pipe`);
      shell.status = 1;
    } else if (error instanceof FileError && error.code === 'ENOSPC') {
      await shell.error(`${name}: write error: No space left on device`);
      shell.status = 1;
    } else if (error instanceof ReadonlyError) {
      await shell.error(`${name}: ${error.message}`);
      shell.status = 1;
    } else if (error instanceof ExpansionError && !error.fatal) {
      await shell.error(`${name}: ${error.message}`);
      shell.status = 1;
    } else throw error;
  }
}

/** Nested function calls before bash itself would run out of stack. */
const CALL_LIMIT = 400;

export async function callFunction(
  shell: Shell,
  name: string,
  definition: FunctionDefinition,
  args: readonly string[],
): Promise<void> {
  const limit = Number(shell.vars.get('FUNCNEST') ?? 0) || CALL_LIMIT;
  if (shell.callStack.length >= limit) {
    throw new ExpansionError(`${name}: maximum function nesting level exceeded (${limit})`, false);
  }
  const outer = { positional: shell.positional, source: shell.source, line: shell.line, loopDepth: shell.loopDepth };
  shell.vars.pushScope();
  shell.positional = [...args];
  const file = definition.source.command ? 'environment' : definition.source.file || 'main';
  shell.callStack.push({ kind: 'function', name, file, line: shell.line });
  shell.source = definition.source;
  shell.loopDepth = 0;
  const hidden = hideTraps(shell);
  try {
    const { body } = definition;
    if (body.type === 'CompoundList') await runList(shell, body);
    else await runCommandNode(shell, body);
  } catch (error) {
    // Its message names the function's file: it must be printed while the function is still on the stack.
    if (error instanceof ExpansionError || error instanceof ReadonlyError) throw await shell.discard(error);
    if (!(error instanceof ReturnJump)) throw error;
    shell.status = error.status;
  } finally {
    for (const [trap, command] of hidden) {
      if (trap !== 'RETURN' && !shell.traps.commands.has(trap)) shell.traps.commands.set(trap, command);
    }
    shell.callStack.pop();
    shell.vars.popScope();
    shell.positional = outer.positional;
    shell.source = outer.source;
    shell.line = outer.line;
    shell.loopDepth = outer.loopDepth;
  }
  if (shell.traps.commands.has('RETURN')) await runTrap(shell, 'RETURN');
  const ofCaller = hidden.get('RETURN');
  if (ofCaller !== undefined && !shell.traps.commands.has('RETURN')) shell.traps.commands.set('RETURN', ofCaller);
}

/** Takes the traps away that functions don't inherit; gives them. */
function hideTraps(shell: Shell): Map<string, string> {
  const hidden = new Map<string, string>();
  const names = [
    ...(shell.options.has('functrace') ? [] : ['DEBUG', 'RETURN']),
    ...(shell.options.has('errtrace') ? [] : ['ERR']),
  ];
  for (const name of names) {
    const command = shell.traps.commands.get(name);
    if (command === undefined) continue;
    hidden.set(name, command);
    shell.traps.commands.delete(name);
  }
  return hidden;
}

/** Environment of a program: exported variables and the assignments in front of it. */
export async function environmentOf(shell: Shell, invocation: Invocation): Promise<Record<string, string>> {
  const env = shell.vars.environment();
  for (const assignment of invocation.assignments) {
    env[assignment.name] = await expandAssignmentText(shell, assignment);
  }
  return env;
}

async function runProgram(shell: Shell, invocation: Invocation, options: SimpleOptions): Promise<void> {
  const { argv } = invocation;
  const name = argv[0] as string;
  const env = await environmentOf(shell, invocation);
  const path = env.PATH ?? DEFAULT_PATH;
  if (name === '') {
    await shell.error(': command not found');
    shell.status = 127;
    return;
  }
  const { table } = shell.core;
  const { machine, cwd, credentials } = shell.view;
  const resolution = table.resolve(argv, {
    machine,
    path: shell.vars.get('PATH') === undefined ? '' : path,
    cwd,
    as: credentials,
  });
  if (resolution.kind === 'failed') {
    await notFound(shell, resolution.message, name);
    shell.status = resolution.status;
    return;
  }
  if (!name.includes('/')) remember(shell, name);
  if (options.inPlace && !shell.traps.commands.has('EXIT')) {
    shell.core.env = env;
    shell.status = await table.replace(shell.view, resolution);
    throw new ShellExit(shell.status);
  }
  const monitor = shell.options.has('monitor');
  const spawned = table.spawn(shell.core, argv, { env, ...(monitor ? { group: 'new' as const } : {}) });
  if (spawned.kind === 'failed') {
    await notFound(shell, spawned.message, name);
    shell.status = spawned.status;
    return;
  }
  const child: SimProcess = spawned.process;
  shell.status = await waitForeground(shell, [child], shell.command);
}

/** Messages about a name that can't be run; without PATH a bare name is a missing file. */
async function notFound(shell: Shell, message: string, name: string): Promise<void> {
  const text =
    shell.vars.get('PATH') === undefined && !name.includes('/')
      ? message.replace('command not found', 'No such file or directory')
      : message;
  await shell.error(text);
}

function remember(shell: Shell, name: string): void {
  const known = shell.hashed.get(name);
  if (known) known.hits++;
  else shell.hashed.set(name, { path: '', hits: 1 });
}
