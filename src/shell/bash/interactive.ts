import { Interrupted } from '../../kernel/tasks';
import { FileError, readFileIfThere, writeFile } from '../../machine/files';
import { latinFromHangul } from '../hangul';
import { DEFAULT_PATH } from '../lookup';
import { LineEditor } from '../readline/editor';
import { expandHistory } from '../readline/history';
import { deviceOf } from '../tty';
import { BoundInput } from '../view';
import { expandAliases } from './aliases';
import { complete, prepareCompletion } from './complete';
import { INTERRUPT, ShellExit } from './errors';
import { guarded, runPendingTraps, runSource, runText } from './execute';
import { expandText } from './expand';
import { jobLine, stateOf } from './joblist';
import { decodePrompt } from './prompt';
import type { Shell } from './shell';
import { parseSource } from './syntax';
import { parseWord } from './words';

/** What one reading of a line gave. */
type Read =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'end' };

/** What an interactive shell has before it reads its startup files. */
export function prepareInteractive(shell: Shell): void {
  const { vars } = shell;
  if (vars.get('PS1') === undefined) vars.force('PS1', '\\s-\\v\\$ ');
  if (vars.get('PS2') === undefined) vars.force('PS2', '> ');
  vars.force('HISTFILE', `${shell.view.credentials.home}/.bash_history`);
  vars.force('HISTSIZE', '500');
  vars.force('HISTFILESIZE', '500');
  shell.options.add('histexpand');
  shell.options.add('history');
  shell.options.add('emacs');
  if (deviceOf(shell.core.tty)) shell.options.add('monitor');
  updateSize(shell);
}

/** The loop of an interactive shell. */
export async function runInteractive(shell: Shell): Promise<void> {
  loadHistory(shell);
  const device = deviceOf(shell.core.tty);
  if (device) device.foreground = shell.core.group;
  try {
    await loop(shell);
  } finally {
    saveHistory(shell);
  }
}

async function loop(shell: Shell): Promise<void> {
  for (;;) {
    await notifyJobs(shell);
    const command = await readCommand(shell);
    if (command === null) {
      if (await mayEnd(shell)) return;
      continue;
    }
    if (command.trim() === '') continue;
    shell.warnedOfJobs = false;
    const goOn = await interruptible(shell, () =>
      runSource(shell, { text: expandInput(shell, command), file: '', firstLine: shell.line, command: false }),
    );
    if (!goOn) throw new ShellExit(shell.status);
    offerLatin(shell, command);
    await interruptible(shell, () => guarded(shell, () => runPendingTraps(shell)));
  }
}

/** Tells the terminal which line was meant by one that was typed with the keyboard switched to Hangul. */
function offerLatin(shell: Shell, command: string): void {
  const device = deviceOf(shell.core.tty);
  const typed = command.trim();
  const word = typed.split(/[\s;|&<>()]/)[0] ?? '';
  const meant = latinFromHangul(word);
  if (!device?.hooks.offer || meant === null || isKnown(shell, word) || !isKnown(shell, meant)) return;
  device.hooks.offer(latinFromHangul(typed) ?? typed);
}

function isKnown(shell: Shell, name: string): boolean {
  if (Object.hasOwn(shell.interpreter.builtins, name) || shell.functions.has(name) || shell.aliases.has(name))
    return true;
  const { machine, cwd, credentials } = shell.view;
  const path = shell.vars.get('PATH') ?? DEFAULT_PATH;
  return shell.core.table.resolve([name], { machine, path, cwd, as: credentials }).kind === 'found';
}

function expandInput(shell: Shell, command: string): string {
  return shell.shopts.has('expand_aliases') ? expandAliases(command, shell.aliases) : command;
}

/** Runs something that ^C may break off. */
async function interruptible(shell: Shell, body: () => Promise<boolean>): Promise<boolean> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof Interrupted) || error.reason !== INTERRUPT) throw error;
    shell.interrupted = false;
    shell.status = 130;
    shell.loopDepth = 0;
    shell.conditionDepth = 0;
    await shell.writeError('\n');
    return true;
  }
}

/** ^D: whether the shell may end. */
async function mayEnd(shell: Shell): Promise<boolean> {
  await shell.writeError(shell.login ? 'logout\n' : 'exit\n');
  if (shell.warnedOfJobs || !shell.jobs.all.some((job) => stateOf(job).kind === 'stopped')) return true;
  await shell.writeError('There are stopped jobs.\n');
  shell.warnedOfJobs = true;
  return false;
}

/** Tells of jobs that ended since the last prompt. */
async function notifyJobs(shell: Shell): Promise<void> {
  for (const job of [...shell.jobs.all]) {
    const state = stateOf(job);
    if (state.kind === 'done') {
      await shell.writeError(jobLine(shell.jobs, job, {}));
      shell.jobs.remove(job);
    } else if (state.kind === 'stopped' && job.told === 'running') {
      job.told = 'stopped';
      await shell.writeError(`\n${jobLine(shell.jobs, job, {})}`);
    }
  }
}

/** Reads a whole command, with continuation prompts. Null at the end of input. */
async function readCommand(shell: Shell): Promise<string | null> {
  const promptCommand = shell.vars.get('PROMPT_COMMAND');
  if (promptCommand) {
    const { status } = shell;
    await guarded(shell, () =>
      runText(shell, promptCommand, { text: promptCommand, file: '', firstLine: 1, command: false }),
    );
    shell.status = status;
  }
  let text = '';
  for (;;) {
    const prompt = await promptText(shell, text === '' ? 'PS1' : 'PS2');
    const read = await readLine(shell, prompt);
    if (read.kind === 'interrupt') {
      shell.status = 130;
      return '';
    }
    if (read.kind === 'end') {
      if (text === '') return null;
      // The end of input within a command: bash says so and goes on.
      const { problem } = parseSource(text);
      for (const message of problem?.messages ?? []) await shell.writeError(`${shell.name}: ${message.text}\n`);
      shell.status = 2;
      return '';
    }
    const line = await expandEvents(shell, read.text);
    if (line === null) return '';
    text += `${line}\n`;
    if (parseSource(text).problem?.incomplete) continue;
    remember(shell, text.replace(/\n$/, ''));
    return text;
  }
}

/** History expansion. Null: nothing to run. */
async function expandEvents(shell: Shell, line: string): Promise<string | null> {
  if (!shell.options.has('histexpand')) return line;
  const expansion = expandHistory(line, shell.history, shell.historyBase);
  if (expansion.kind === 'same') return line;
  if (expansion.kind === 'error') {
    await shell.writeError(`${shell.name}: ${expansion.message}\n`);
    return null;
  }
  await shell.writeError(`${expansion.text}\n`);
  if (!expansion.print) return expansion.text;
  remember(shell, expansion.text);
  return null;
}

function remember(shell: Shell, text: string): void {
  const control = (shell.vars.get('HISTCONTROL') ?? '').split(':');
  const line = text.includes('<<') ? text : joinLines(text);
  if (line.trim() === '') return;
  if ((control.includes('ignorespace') || control.includes('ignoreboth')) && line.startsWith(' ')) return;
  const same = shell.history[shell.history.length - 1] === line;
  if (same && (control.includes('ignoredups') || control.includes('ignoreboth'))) return;
  shell.history.push(line);
  const limit = Number(shell.vars.get('HISTSIZE') ?? '500');
  while (limit >= 0 && shell.history.length > limit) {
    shell.history.shift();
    shell.historyBase++;
  }
}

/** A command of several lines as one, as `cmdhist` keeps it. */
function joinLines(text: string): string {
  return text
    .split('\n')
    .map((line, index, all) => {
      if (index === all.length - 1) return line;
      if (line.endsWith('\\')) return line.slice(0, -1);
      return /(?:^|\s)(?:do|then|else|in|\{|\()\s*$|[;&|{(]\s*$/.test(line) ? `${line} ` : `${line}; `;
    })
    .join('');
}

async function promptText(shell: Shell, name: 'PS1' | 'PS2'): Promise<string> {
  const decoded = decodePrompt(shell, shell.vars.get(name) ?? '');
  if (!shell.shopts.has('promptvars') || !/\$[\w{(]|`/.test(decoded)) return decoded;
  const { status } = shell;
  let text = decoded;
  await guarded(shell, async () => {
    text = await expandText(shell, parseWord(`"${decoded.replaceAll('"', '\\"')}"`));
  });
  shell.status = status;
  return text;
}

function updateSize(shell: Shell): void {
  const { tty } = shell.core;
  if (!tty) return;
  shell.vars.force('COLUMNS', String(tty.columns));
  shell.vars.force('LINES', String(tty.rows));
}

/** Reads one line: with the editor on a terminal, else as it comes. */
async function readLine(shell: Shell, prompt: string): Promise<Read> {
  const device = deviceOf(shell.core.tty);
  const stdin = shell.core.fds.get(0);
  if (!stdin) return { kind: 'end' };
  if (!device || !stdin.isTerminal) {
    await shell.writeError(prompt.replace(/[\x01\x02]/g, ''));
    const line = await new BoundInput(shell.view, stdin).readLine();
    return line === null ? { kind: 'end' } : { kind: 'line', text: line };
  }
  updateSize(shell);
  const editor = new LineEditor(
    {
      prompt,
      columns: device.columns,
      history: shell.history,
      complete: (line, cursor) => complete(shell, line, cursor),
    },
    shell.killed,
  );
  device.setRaw(true);
  device.setEcho(false);
  shell.atPrompt = true;
  try {
    device.draw(editor.start());
    for (;;) {
      const keys = await stdin.read(shell.view);
      if (keys === null) return { kind: 'end' };
      editor.resize(device.columns);
      const { output, result, rest } = await feed(shell, editor, keys);
      device.draw(output);
      if (!result) continue;
      device.unread(rest);
      shell.killed = editor.killed;
      return result;
    }
  } finally {
    shell.atPrompt = false;
    device.setRaw(false);
    device.setEcho(true);
  }
}

/** Gives keys to the editor; before each Tab, what it needs is loaded. */
async function feed(shell: Shell, editor: LineEditor, keys: string): Promise<ReturnType<LineEditor['feed']>> {
  let output = '';
  let from = 0;
  for (let tab = keys.indexOf('\t'); tab >= 0; tab = keys.indexOf('\t', from)) {
    const before = editor.feed(keys.slice(from, tab));
    output += before.output;
    if (before.result) return { ...before, output, rest: before.rest + keys.slice(tab) };
    await prepareCompletion(shell, editor.line, editor.cursor);
    output += editor.feed('\t').output;
    from = tab + 1;
  }
  const last = editor.feed(keys.slice(from));
  return { ...last, output: output + last.output };
}

function loadHistory(shell: Shell): void {
  const text = readFileIfThere(shell.view.machine, shell.vars.get('HISTFILE') ?? '');
  if (text === undefined) return;
  const lines = text.split('\n').filter((line) => line !== '');
  const limit = Number(shell.vars.get('HISTSIZE') ?? '500');
  shell.history = lines.slice(-Math.max(0, limit));
  shell.historySaved = shell.history.length;
}

/** Writes the session's lines behind those in the file. */
function saveHistory(shell: Shell): void {
  const path = shell.vars.get('HISTFILE');
  const added = shell.history.slice(shell.historySaved);
  if (!path || added.length === 0 || shell.view.core.machine?.power !== 'running') return;
  try {
    shell.core.table.runtime.transact((world) => {
      const machine = world.machines[shell.core.machineName];
      if (!machine) return;
      const time = world.epoch + world.now;
      writeFile(machine, path, `${added.join('\n')}\n`, {
        as: shell.core.credentials,
        time,
        mode: 0o600,
        append: true,
      });
    });
  } catch (error) {
    // A home that can't be written keeps no history; bash says nothing either.
    if (!(error instanceof FileError)) throw error;
  }
}
