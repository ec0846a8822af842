import type { CommandNode, Coproc, Pipeline, Statement } from 'unbash';
import type { ProcessGroup } from '../group';
import type { OpenFile } from '../openfile';
import { NullFile } from '../openfile';
import { Pipe } from '../pipe';
import { signalNumbers, signalTexts } from '../signals';
import type { SimProcess } from '../simprocess';
import { isTerminalTty } from '../terminaltty';
import { asCondition, checkFailure, forkShell, runCommandNode, runList, runNode } from './execute';
import { jobLine } from './joblist';
import type { Shell } from './shell';

/** Runs a foreground pipeline; `!` and `time` in front of it. */
export async function runPipeline(shell: Shell, node: Pipeline): Promise<void> {
  const time = node.prefixes.find((prefix) => prefix.type === 'Time');
  const negated = node.prefixes.filter((prefix) => prefix.type === 'Negation').length % 2 === 1;
  const started = shell.view.world.now;
  const run = () => runStages(shell, node);
  if (negated) {
    await asCondition(shell, run);
    shell.status = shell.status === 0 ? 1 : 0;
  } else await run();
  if (time?.type === 'Time') await reportTime(shell, shell.view.world.now - started, time.posix !== undefined);
}

async function reportTime(shell: Shell, ms: number, posix: boolean): Promise<void> {
  if (posix) {
    await shell.writeError(`real ${(ms / 1000).toFixed(2)}\nuser 0.00\nsys 0.00\n`);
    return;
  }
  const minutes = Math.floor(ms / 60000);
  const seconds = ((ms % 60000) / 1000).toFixed(3);
  await shell.writeError(`\nreal\t${minutes}m${seconds}s\nuser\t0m0.000s\nsys\t0m0.000s\n`);
}

async function runStages(shell: Shell, node: Pipeline): Promise<void> {
  const [only] = node.commands;
  if (!only) {
    shell.status = 0;
    return;
  }
  if (node.commands.length === 1) {
    await runCommandNode(shell, only);
    return;
  }
  const monitor = shell.options.has('monitor');
  const processes = startStages(shell, node, monitor ? 'new' : shell.core.group, new Map(shell.core.fds));
  const text = shell.source.text.slice(node.pos, node.end);
  const status = await waitForeground(shell, processes, text);
  shell.pipeStatus = processes.map((process) => process.status ?? status);
  shell.status = shell.options.has('pipefail') ? lastFailure(shell.pipeStatus) : status;
  if (!node.prefixes.some((prefix) => prefix.type === 'Negation')) await checkFailure(shell);
}

function lastFailure(statuses: readonly number[]): number {
  return [...statuses].reverse().find((status) => status !== 0) ?? 0;
}

/** Starts all stages, each on a process of its own, connected by pipes. */
function startStages(
  shell: Shell,
  node: Pipeline,
  group: ProcessGroup | 'new',
  fds: Map<number, OpenFile>,
): SimProcess[] {
  const processes: SimProcess[] = [];
  let input: OpenFile | undefined;
  let jobGroup = group;
  for (let i = 0; i < node.commands.length; i++) {
    const command = node.commands[i] as CommandNode;
    const stageFds = new Map(fds);
    if (input) stageFds.set(0, input);
    const pipe = i < node.commands.length - 1 ? new Pipe() : undefined;
    if (pipe) {
      stageFds.set(1, pipe.writer);
      if (node.operators[i] === '|&') stageFds.set(2, pipe.writer);
    }
    const child = forkShell(shell, (copy) => runInPlace(copy, command), { fds: stageFds, group: jobGroup });
    jobGroup = child.group;
    processes.push(child);
    input = pipe?.reader;
  }
  return processes;
}

/** Runs a command as the last thing of a subshell: a program takes the subshell's place. */
async function runInPlace(shell: Shell, node: CommandNode): Promise<void> {
  if (node.type === 'Command') await shell.interpreter.runSimple(shell, node, { inPlace: true });
  else await runCommandNode(shell, node);
}

/** Waits for a foreground job, with the terminal lent to it. Gives the last process's status. */
export async function waitForeground(shell: Shell, processes: readonly SimProcess[], command: string): Promise<number> {
  const last = processes[processes.length - 1];
  if (!last) return 0;
  const monitor = shell.options.has('monitor');
  const { tty } = shell.core;
  const terminal = monitor && isTerminalTty(tty) ? tty : null;
  if (terminal) terminal.foreground = last.group;
  try {
    for (;;) {
      const living = processes.filter((process) => process.status === null);
      if (living.length === 0) break;
      if (monitor && living.every((process) => process.stopped !== null))
        return await stopJob(shell, processes, command);
      await shell.view.wait(shell.core.childChanged);
    }
  } finally {
    if (terminal) terminal.foreground = shell.core.group;
  }
  await reportSignal(shell, last, command);
  return last.status ?? 0;
}

async function stopJob(shell: Shell, processes: readonly SimProcess[], command: string): Promise<number> {
  const last = processes[processes.length - 1] as SimProcess;
  const known = shell.jobs.ofPid(last.pid);
  const job = known ?? shell.jobs.add(processes, last.group, command, shell.view.cwd);
  shell.jobs.use(job);
  job.told = 'stopped';
  await shell.writeError(`\n${jobLine(shell.jobs, job, {})}`);
  return 128 + signalNumbers[last.stopped ?? 'TSTP'];
}

/** Says what signal ended a foreground program. */
async function reportSignal(shell: Shell, process: SimProcess, command: string): Promise<void> {
  const signal = process.endedBy;
  if (!signal || signal === 'PIPE') return;
  if (signal === 'INT') {
    if (shell.interactive) await shell.writeError('\n');
    return;
  }
  const text = signalTexts[signal];
  if (!text) return;
  if (shell.interactive || signal === 'TERM') await shell.writeError(`${text}\n`);
  else await reportKilled(shell, process, text, command);
}

/** A script's line about a process that a signal killed. */
async function reportKilled(shell: Shell, process: SimProcess, text: string, command: string): Promise<void> {
  const prefix = shell.source.command ? `${shell.name}: ` : shell.messagePrefix;
  await shell.writeError(`${prefix}${String(process.pid).padStart(5)} ${text.padEnd(23)} ${command}\n`);
}

/** Tells of a background process that a signal killed, when a script waits for it. */
export async function reportWaited(shell: Shell, process: SimProcess, command: string): Promise<void> {
  const signal = process.endedBy;
  if (shell.interactive || !signal || signal === 'TERM' || signal === 'INT' || signal === 'PIPE') return;
  const text = signalTexts[signal];
  if (text) await reportKilled(shell, process, text, command);
}

/** Starts a statement in the background. */
export async function startBackground(shell: Shell, statement: Statement): Promise<void> {
  const monitor = shell.options.has('monitor');
  const node = statement.command;
  const fds = new Map(shell.core.fds);
  if (!monitor) fds.set(0, new NullFile());
  const group = monitor ? ('new' as const) : shell.core.group;
  let processes: SimProcess[];
  if (node.type === 'Pipeline' && node.prefixes.length === 0 && node.commands.length > 1) {
    processes = startStages(shell, node, group, fds);
  } else {
    const body = (copy: Shell) =>
      node.type === 'Command' ? shell.interpreter.runSimple(copy, node, { inPlace: true }) : runNode(copy, node);
    const ignored = monitor ? new Set<'INT' | 'QUIT'>() : new Set(['INT', 'QUIT'] as const);
    processes = [forkShell(shell, body, { fds, group, ignored })];
  }
  const last = processes[processes.length - 1] as SimProcess;
  const text = shell.source.text.slice(node.pos, node.end).trim();
  const job = shell.jobs.add(processes, last.group, text, shell.view.cwd);
  shell.lastBackground = last.pid;
  shell.status = 0;
  if (shell.interactive) await shell.writeError(`[${job.number}] ${last.pid}\n`);
}

/** `coproc`: a background list whose ends are descriptors of the shell. */
export async function startCoprocess(shell: Shell, node: Coproc): Promise<void> {
  const name = node.name?.text ?? 'COPROC';
  const toChild = new Pipe();
  const fromChild = new Pipe();
  const fds = new Map(shell.core.fds);
  fds.set(0, toChild.reader);
  fds.set(1, fromChild.writer);
  const { body } = node;
  const child = forkShell(
    shell,
    (copy) => (body.type === 'CompoundList' ? runList(copy, body) : runCommandNode(copy, body)),
    { fds, group: shell.options.has('monitor') ? 'new' : shell.core.group },
  );
  let fd = 60;
  while (shell.core.fds.has(fd) || shell.core.fds.has(fd + 3)) fd--;
  shell.core.setFd(fd + 3, fromChild.reader);
  shell.core.setFd(fd, toChild.writer);
  shell.setElement(name, '0', String(fd + 3));
  shell.setElement(name, '1', String(fd));
  shell.vars.force(`${name}_PID`, String(child.pid));
  shell.jobs.add([child], child.group, shell.source.text.slice(node.pos, node.end), shell.view.cwd);
  shell.lastBackground = child.pid;
  shell.status = 0;
}
