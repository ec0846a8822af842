import { FileError, readFile, readFileIfThere } from '../../machine/files';
import { DEFAULT_PATH } from '../lookup';
import type { Process } from '../process';
import { BoundInput, type ProcessView, viewOf } from '../view';
import { builtins } from './builtins';
import { sourceText } from './builtins/control';
import { setLetter, setNamedOption } from './builtins/options';
import { runCompound } from './compound';
import { ReturnJump, ShellExit } from './errors';
import { guarded, runSource, shellMain } from './execute';
import { expandPattern, expandText } from './expand';
import { prepareInteractive, runInteractive } from './interactive';
import type { Interpreter } from './interpreter';
import { runPipeline, startBackground } from './pipeline';
import { BASH_VERSION, Shell } from './shell';
import { runSimple } from './simple';
import { runSubstitution, startProcessSubstitution } from './substitution';
import { parseSource } from './syntax';
import { protectInteractive } from './traps';
import { isName } from './variables';

interface CommandLine {
  command: string | null;
  script: string | null;
  stdin: boolean;
  interactive: boolean;
  login: boolean;
  noProfile: boolean;
  noRc: boolean;
  version: boolean;
  args: string[];
  /** Option letters and names to set, in order. */
  options: { name: string; on: boolean; long: boolean }[];
  shopts: { name: string; on: boolean }[];
}

/** What is wrong with bash's command line: printed after its name, status 2. */
class UsageProblem extends Error {}

function parseCommandLine(argv: readonly string[]): CommandLine {
  const line: CommandLine = {
    command: null,
    script: null,
    stdin: false,
    interactive: false,
    login: argv[0]?.startsWith('-') ?? false,
    noProfile: false,
    noRc: false,
    version: false,
    args: [],
    options: [],
    shopts: [],
  };
  let wantsCommand = false;
  let i = 1;
  for (; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (arg === '--' || arg === '-') {
      i++;
      break;
    }
    if (!/^[-+]./.test(arg)) break;
    if (arg.startsWith('--')) {
      i += longOption(line, arg, argv[i + 1]);
      continue;
    }
    const on = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'c') wantsCommand = true;
      else if (letter === 's') line.stdin = true;
      else if (letter === 'i') line.interactive = true;
      else if (letter === 'l') line.login = true;
      else if (letter === 'o') line.options.push({ name: argv[++i] ?? '', on, long: true });
      else if (letter === 'O') line.shopts.push({ name: argv[++i] ?? '', on });
      else line.options.push({ name: letter, on, long: false });
    }
  }
  const rest = argv.slice(i);
  if (wantsCommand) {
    if (rest[0] === undefined) throw new UsageProblem('-c: option requires an argument');
    line.command = rest[0];
    line.args = rest.slice(1);
  } else if (rest[0] !== undefined && !line.stdin) {
    line.script = rest[0];
    line.args = rest.slice(1);
  } else line.args = rest;
  return line;
}

function longOption(line: CommandLine, arg: string, next: string | undefined): number {
  switch (arg) {
    case '--login':
      line.login = true;
      return 0;
    case '--noprofile':
      line.noProfile = true;
      return 0;
    case '--norc':
      line.noRc = true;
      return 0;
    case '--version':
      line.version = true;
      return 0;
    case '--posix':
      line.options.push({ name: 'posix', on: true, long: true });
      return 0;
    case '--noediting':
      return 0;
    case '--rcfile':
    case '--init-file':
      line.noRc = next === undefined;
      return 1;
    default:
      throw new UsageProblem(`${arg}: invalid option`);
  }
}

const VERSION_TEXT = `GNU bash, version ${BASH_VERSION} (x86_64-redhat-linux-gnu)
Copyright (C) 2020 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
`;

const interpreter: Interpreter = {
  builtins,
  expandText,
  expandPattern,
  runSubstitution,
  startProcessSubstitution,
  runSimple,
  runCompound,
  runPipeline,
  startBackground,
};

/** The program `bash` (and `sh`). */
export async function bash(process: Process): Promise<number> {
  const view = viewOf(process);
  const shell = new Shell(view, interpreter);
  const zeroth = process.argv[0] ?? 'bash';
  shell.name = zeroth;
  let line: CommandLine;
  try {
    line = parseCommandLine(process.argv);
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    await process.stderr.write(`${zeroth}: ${error.message}\n`);
    return 2;
  }
  if (line.version) {
    await process.stdout.write(VERSION_TEXT);
    return 0;
  }
  initVariables(shell, view);
  if (/(^|\/)-?sh$/.test(zeroth)) shell.options.add('posix');
  for (const option of line.options) {
    const known = option.long
      ? setNamedOption(shell, option.name, option.on)
      : setLetter(shell, option.name, option.on);
    if (known) continue;
    await process.stderr.write(
      option.long
        ? `${zeroth}: line 0: ${zeroth}: ${option.name}: invalid option name\n`
        : `${zeroth}: -${option.name}: invalid option\n`,
    );
    return 2;
  }
  for (const { name, on } of line.shopts) {
    if (on) shell.shopts.add(name);
    else shell.shopts.delete(name);
  }
  shell.login = line.login;
  if (line.login) shell.shopts.add('login_shell');
  const readsTerminal = line.command === null && line.script === null && view.fd(0)?.isTerminal === true;
  shell.interactive = line.interactive || readsTerminal;
  shell.positional = line.args;
  if (line.command !== null) {
    shell.startLetters = 'c';
    if (line.args.length > 0) {
      shell.name = line.args[0] as string;
      shell.positional = line.args.slice(1);
    }
  } else if (line.script === null) shell.startLetters = 's';
  else shell.name = line.script;
  return shellMain(shell, () => run(shell, line));
}

async function run(shell: Shell, line: CommandLine): Promise<void> {
  const { command, script } = line;
  shell.terse = shell.interactive;
  if (shell.interactive) {
    shell.shopts.add('expand_aliases');
    prepareInteractive(shell);
    protectInteractive(shell);
  }
  if (command !== null) {
    if (line.login && !line.noProfile) await readProfiles(shell);
    await runSource(shell, { text: command, file: '', firstLine: 1, command: true });
    return;
  }
  if (script !== null) {
    if (line.login && !line.noProfile) await readProfiles(shell);
    await runScript(shell, script);
    return;
  }
  if (shell.interactive) {
    shell.source = { text: '', file: '', firstLine: 1, command: false };
    if (line.login && !line.noProfile) await readProfiles(shell);
    else if (!line.login && !line.noRc) await readStartup(shell, `${shell.view.credentials.home}/.bashrc`);
    await runInteractive(shell);
    return;
  }
  if (line.login && !line.noProfile) await readProfiles(shell);
  await runInput(shell);
}

/** What a login shell reads. */
async function readProfiles(shell: Shell): Promise<void> {
  await readStartup(shell, '/etc/profile');
  const { home } = shell.view.credentials;
  for (const name of ['.bash_profile', '.bash_login', '.profile']) {
    if (await readStartup(shell, `${home}/${name}`)) return;
  }
}

/** Reads a startup file if it is there. */
async function readStartup(shell: Shell, path: string): Promise<boolean> {
  const text = readFileIfThere(shell.view.machine, path);
  if (text === undefined) return false;
  await guarded(shell, async () => {
    try {
      await sourceText(shell, text, path, null);
    } catch (error) {
      if (!(error instanceof ReturnJump)) throw error;
    }
  });
  shell.status = 0;
  return true;
}

async function runScript(shell: Shell, path: string): Promise<void> {
  const full = scriptPath(shell, path);
  let text: string;
  try {
    text = readFile(shell.view.machine, full, shell.view.credentials);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const shown = error.code === 'EISDIR' ? `${path}: Is a directory` : `${path}: ${error.text}`;
    await shell.writeError(`${shell.view.argv[0] ?? 'bash'}: ${shown}\n`);
    throw new ShellExit(error.code === 'EISDIR' || error.code === 'EACCES' ? 126 : 127);
  }
  if (/^[^\n]*\0/.test(text)) {
    await shell.writeError(`${path}: ${path}: cannot execute binary file\n`);
    throw new ShellExit(126);
  }
  await runSource(shell, { text, file: path, firstLine: 1, command: false });
}

/** A script's name: in the present directory, else along PATH. */
function scriptPath(shell: Shell, path: string): string {
  const here = path.startsWith('/') ? path : `${shell.view.cwd}/${path}`;
  if (path.includes('/') || readFileIfThere(shell.view.machine, here) !== undefined) return here;
  for (const directory of (shell.vars.get('PATH') ?? DEFAULT_PATH).split(':')) {
    const candidate = `${directory}/${path}`;
    if (readFileIfThere(shell.view.machine, candidate) !== undefined) return candidate;
  }
  return here;
}

/** Reads commands from a standard input that isn't a terminal, as much as one command needs at a time. */
async function runInput(shell: Shell): Promise<void> {
  const stdin = shell.core.fds.get(0);
  if (!stdin) return;
  const input = new BoundInput(shell.view, stdin);
  let pending = '';
  let firstLine = 1;
  for (;;) {
    const next = await input.readLine();
    if (next !== null) pending += `${next}\n`;
    if (next === null && pending === '') return;
    const { problem } = parseSource(pending);
    if (problem?.incomplete && next !== null) continue;
    const text = pending;
    pending = '';
    const goOn = await runSource(shell, { text, file: '', firstLine, command: false });
    if (!goOn || next === null) return;
    firstLine += text.split('\n').length - 1;
  }
}

/** Variables from the environment, and those that bash sets by itself. */
function initVariables(shell: Shell, view: ProcessView): void {
  const { vars } = shell;
  for (const [name, text] of Object.entries(view.env)) if (isName(name)) vars.force(name, text, true);
  const level = Number(vars.get('SHLVL') ?? '0');
  vars.force('SHLVL', String((Number.isInteger(level) ? level : 0) + 1), true);
  vars.force('PWD', view.cwd, true);
  if (vars.get('PATH') === undefined) vars.force('PATH', DEFAULT_PATH);
  vars.force('IFS', ' \t\n');
  vars.force('OPTIND', '1');
  vars.force('PS4', vars.get('PS4') ?? '+ ');
  vars.force('HOSTNAME', view.machine.hostname);
  vars.force('HOSTTYPE', 'x86_64');
  vars.force('MACHTYPE', 'x86_64-redhat-linux-gnu');
  vars.force('OSTYPE', 'linux-gnu');
  vars.force('BASH', '/usr/bin/bash');
  vars.force('BASH_VERSION', BASH_VERSION);
  vars.force('SHELL', vars.get('SHELL') ?? '/bin/bash');
  if (vars.get('TERM') === undefined) vars.force('TERM', 'dumb');
  vars.force('PPID', String(view.core.parent?.pid ?? view.machine.processes[view.pid]?.ppid ?? 1));
  vars.force('UID', String(view.credentials.uid));
  vars.force('EUID', String(view.credentials.uid));
  for (const name of ['PPID', 'UID', 'EUID']) {
    const variable = vars.ensure(name);
    variable.readonly = true;
    variable.integer = true;
  }
  const info = ['5', '1', '8', '1', 'release', 'x86_64-redhat-linux-gnu'];
  const versions = vars.ensure('BASH_VERSINFO');
  versions.value = { kind: 'indexed', items: new Map(info.map((text, index) => [index, text])) };
  versions.readonly = true;
  shell.lastArgument = vars.get('_') ?? '';
}
