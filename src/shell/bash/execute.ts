import type { AndOr, CommandNode, CompoundList, PipelineNode, Statement } from 'unbash';
import { Interrupted } from '../../kernel/tasks';
import type { ProcessGroup } from '../group';
import type { OpenFile } from '../openfile';
import { ProcessEnded } from '../process';
import { signalNumbers } from '../signals';
import type { SimProcess } from '../simprocess';
import { Discard, ExpansionError, INTERRUPT, LoopJump, ReturnJump, ShellExit } from './errors';
import { RedirectFailure } from './redirect';
import type { Shell } from './shell';
import { completeCommands, extendedPattern, lineOf, parseSource, type Source } from './syntax';
import { ReadonlyError } from './variables';

/** Runs statements one after the other. `shell.status` is the last one's. */
export async function runStatements(shell: Shell, statements: readonly Statement[]): Promise<void> {
  for (const statement of statements) {
    if (statement.background) await shell.interpreter.startBackground(shell, statement);
    else await runNode(shell, statement.command);
  }
}

export async function runList(shell: Shell, list: CompoundList): Promise<void> {
  await runStatements(shell, list.commands);
}

/** Runs a command of any kind. */
export async function runNode(shell: Shell, node: PipelineNode | AndOr): Promise<void> {
  if (node.type === 'AndOr') await runAndOr(shell, node);
  else if (node.type === 'Pipeline') await shell.interpreter.runPipeline(shell, node);
  else await runCommandNode(shell, node);
}

export async function runCommandNode(shell: Shell, node: CommandNode): Promise<void> {
  if (node.type !== 'Function') shell.line = lineOf(shell.source, node.pos);
  if (node.type === 'Command') await shell.interpreter.runSimple(shell, node);
  else await shell.interpreter.runCompound(shell, node);
}

async function runAndOr(shell: Shell, node: AndOr): Promise<void> {
  for (let i = 0; i < node.commands.length; i++) {
    const operator = node.operators[i - 1];
    if (operator === '&&' && shell.status !== 0) continue;
    if (operator === '||' && shell.status === 0) continue;
    const command = node.commands[i] as PipelineNode;
    if (i === node.commands.length - 1) await runNode(shell, command);
    else await asCondition(shell, () => runNode(shell, command));
  }
}

/** Runs something whose failure is looked at: `set -e` doesn't count in it. */
export async function asCondition(shell: Shell, body: () => Promise<void>): Promise<void> {
  shell.conditionDepth++;
  try {
    await body();
  } finally {
    shell.conditionDepth--;
  }
}

/** After a command that counts for `set -e` and the ERR trap. */
export async function checkFailure(shell: Shell): Promise<void> {
  if (shell.status === 0 || shell.conditionDepth > 0) return;
  await runTrap(shell, 'ERR');
  if (shell.options.has('errexit')) throw new ShellExit(shell.status);
}

/** Runs a trap's command, keeping `$?`. */
export async function runTrap(shell: Shell, name: string): Promise<void> {
  const command = shell.traps.commands.get(name);
  if (!command) return;
  const { status, pipeStatus, lastArgument } = shell;
  // A trap doesn't trigger itself.
  shell.traps.commands.delete(name);
  try {
    await runText(shell, command, { ...shell.source, text: command, firstLine: name === 'EXIT' ? 1 : shell.line });
  } finally {
    if (!shell.traps.commands.has(name) && name !== 'EXIT') shell.traps.commands.set(name, command);
    shell.lastArgument = lastArgument;
  }
  shell.status = status;
  shell.pipeStatus = pipeStatus;
}

/** Runs what trapped signals have asked for. */
export async function runPendingTraps(shell: Shell): Promise<void> {
  const { traps } = shell;
  if (traps.fatal) throw new ShellExit(128 + signalNumbers[traps.fatal]);
  while (traps.pending.length > 0) {
    const name = traps.pending.shift() as string;
    await runTrap(shell, name);
  }
}

/** Runs a text in the present shell: `eval`, `source`, traps. Syntax errors are printed, the status is then 2. */
export async function runText(shell: Shell, text: string, source: Source): Promise<void> {
  const outer = { source: shell.source, line: shell.line };
  shell.source = source;
  try {
    const { script, problem } = parseSource(text);
    const end = problem && problem.messages.length > 0 ? problem.from : Number.POSITIVE_INFINITY;
    const ready = script.commands.filter((statement) => statement.pos < end);
    if (ready.length === 0 && !problem) shell.status = 0;
    await runStatements(shell, ready);
    if (problem && problem.messages.length > 0) await reportSyntax(shell, problem.messages);
  } finally {
    shell.source = outer.source;
    shell.line = outer.line;
  }
}

/** Prints syntax errors as bash does for the present source. */
export async function reportSyntax(
  shell: Shell,
  messages: readonly { readonly line: number; readonly text: string }[],
): Promise<void> {
  const { source } = shell;
  const shown = shell.terse && !source.evaluated && source.file === '' ? messages.slice(0, 1) : messages;
  for (const message of shown) {
    const line = shell.source.firstLine + message.line - 1;
    const { evaluated, command, file } = shell.source;
    const inner = evaluated ? 'eval: ' : command ? '-c: ' : '';
    const place = shell.terse && !evaluated && file === '' ? '' : `line ${line}: `;
    const sourced = file !== '' && shell.terse ? `${file}: ` : '';
    const prefix = `${shell.terse || file === '' ? shell.name : file}: ${sourced}${inner}${place}`;
    await shell.writeError(`${prefix}${message.text}\n`);
  }
  shell.status = 2;
}

/**
 * Runs a whole text as a shell's own input: complete command by complete command. Errors that throw away the rest of a
 * complete command end here. Gives false where the shell has to end.
 */
export async function runSource(shell: Shell, source: Source): Promise<boolean> {
  shell.source = source;
  const { script, problem } = parseSource(source.text);
  const broken = problem && problem.messages.length > 0 ? problem : null;
  const ready = broken ? script.commands.filter((statement) => statement.pos < broken.from) : script.commands;
  for (const group of completeCommands(source.text, ready)) {
    const bad = shell.shopts.has('extglob') ? null : extendedPattern(source.text, group);
    if (bad !== null) {
      await reportSyntax(shell, bad);
      return shell.interactive;
    }
    if (!(await guarded(shell, () => runStatements(shell, group)))) return false;
  }
  if (broken) await reportSyntax(shell, broken.messages);
  return true;
}

/** Runs something to the end of its complete command, whatever happens. Gives false where the shell has to end. */
export async function guarded(shell: Shell, body: () => Promise<void>): Promise<boolean> {
  try {
    await body();
  } catch (error) {
    if (error instanceof LoopJump) return true;
    if (error instanceof ReturnJump) {
      shell.status = error.status;
      return true;
    }
    if (error instanceof RedirectFailure) {
      shell.status = error.status;
      return true;
    }
    if (error instanceof ExpansionError || error instanceof ReadonlyError) {
      const discard = await shell.discard(error);
      shell.status = discard.status;
      return !discard.fatal || shell.interactive;
    }
    if (error instanceof Discard) {
      shell.status = error.status;
      return !error.fatal || shell.interactive;
    }
    throw error;
  }
  return true;
}

export interface SubshellOptions {
  fds?: Map<number, OpenFile>;
  group?: ProcessGroup | 'new';
  source?: Source;
  keepErrexit?: boolean;
  /** Signals ignored from the start. */
  ignored?: ReadonlySet<'INT' | 'QUIT'>;
}

/** Starts a subshell on a process of its own that runs statements. */
export function runSubshell(shell: Shell, statements: readonly Statement[], options: SubshellOptions = {}): SimProcess {
  return forkShell(shell, (copy) => runStatements(copy, statements), options);
}

/** Starts a subshell on a process of its own; its status is the body's `shell.status`. */
export function forkShell(
  shell: Shell,
  body: (copy: Shell) => Promise<void>,
  options: SubshellOptions = {},
): SimProcess {
  const { table } = shell.core;
  // The copy is made now: what the parent does next mustn't show in the child.
  const state = shell.clone(shell.view);
  const forkOptions: Parameters<typeof table.fork>[2] = {};
  if (options.fds) forkOptions.fds = options.fds;
  if (options.group) forkOptions.group = options.group;
  if (options.ignored) forkOptions.ignored = new Set([...shell.core.ignored, ...options.ignored]);
  return table.fork(
    shell.core,
    (view) => {
      state.view = view;
      if (options.source) state.source = options.source;
      return shellMain(state, () => body(state));
    },
    forkOptions,
  );
}

/** Runs a shell's body to its end: traps of EXIT, jumps that nobody caught. Gives the exit status. */
export async function shellMain(shell: Shell, body: () => Promise<void>): Promise<number> {
  await endGuard(shell, body);
  shell.exiting = true;
  await endGuard(shell, () => runTrap(shell, 'EXIT'));
  return shell.status & 0xff;
}

async function endGuard(shell: Shell, body: () => Promise<void>): Promise<void> {
  try {
    await guarded(shell, body);
  } catch (error) {
    if (error instanceof ShellExit) shell.status = error.status;
    else if (error instanceof Interrupted && error.reason === INTERRUPT) {
      const signal = shell.traps.fatal ?? 'INT';
      shell.status = 128 + signalNumbers[signal];
      shell.core.endedBy = signal;
    } else if (error instanceof ProcessEnded && !shell.core.ending) shell.status = error.status;
    else throw error;
  }
}
