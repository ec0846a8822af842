import { checkPassword, findGroup, findUser } from '../../machine/accounts';
import { readFileIfThere } from '../../machine/files';
import { logTo } from '../../machine/log';
import { accountCredentials, findAccount, loginEnvironment, loginPath } from '../../shell/login';
import type { Credentials, Process, Program } from '../../shell/process';
import { type ParsedOptions, parseOptions, UsageError } from '../options';
import { findCommand } from './run';

/** Asks for a password on the terminal without echo; null at the end of input. */
async function askPassword(process: Process, prompt: string): Promise<string | null> {
  await process.stderr.write(prompt);
  const { tty } = process;
  if (process.stdin.isTerminal) tty?.setEcho(false);
  try {
    const line = await process.stdin.readLine();
    await process.stderr.write('\n');
    return line;
  } finally {
    if (process.stdin.isTerminal) tty?.setEcho(true);
  }
}

function logAuth(process: Process, identifier: string, priority: number, message: string): void {
  process.transact((world, machine) => {
    logTo(world, machine, { identifier, pid: process.pid, unit: null, priority, message });
  });
}

interface SuCall {
  readonly login: boolean;
  readonly user: string;
  readonly command: string | null;
  readonly shell: string | null;
  readonly keep: boolean;
  readonly args: readonly string[];
}

function parseSu(process: Process): SuCall {
  const argv = process.argv.map((word) => (word === '-' ? '-l' : word));
  const options: ParsedOptions = parseOptions('su', argv, [
    { key: 'login', short: 'l', long: ['login'] },
    { key: 'command', short: 'c', long: ['command', 'session-command'], value: 'required' },
    { key: 'shell', short: 's', long: ['shell'], value: 'required' },
    { key: 'keep', short: 'mp', long: ['preserve-environment'] },
    { key: 'fast', short: 'f', long: ['fast'] },
    { key: 'pty', short: 'P', long: ['pty'] },
  ]);
  const [user = 'root', ...args] = options.operands;
  return {
    login: options.has('login'),
    user,
    command: options.value('command') ?? null,
    shell: options.value('shell') ?? null,
    keep: options.has('keep'),
    args,
  };
}

export const su: Program = async (process) => {
  let call: SuCall;
  try {
    call = parseSu(process);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\nTry 'su --help' for more information.\n`);
    return 1;
  }
  const account = findAccount(process.machine, call.user);
  if (!account || !findUser(process.machine, call.user)) {
    await process.stderr.write(
      `su: user ${call.user} does not exist or the user entry does not contain all the required fields\n`,
    );
    return 1;
  }
  const who = process.credentials;
  if (who.uid !== 0) {
    const password = await askPassword(process, 'Password: ');
    if (password === null || !checkPassword(process.machine, call.user, password)) {
      await process.sleep(2000);
      logAuth(
        process,
        'su',
        5,
        `FAILED SU (to ${call.user}) ${who.user} on ${process.tty?.path.replace('/dev/', '') ?? 'none'}`,
      );
      await process.stderr.write('su: Authentication failure\n');
      return 1;
    }
  }
  const name = call.login ? 'su-l' : 'su';
  const line = process.tty?.path.replace('/dev/', '') ?? 'none';
  if (call.login) logAuth(process, 'su', 5, `(to ${call.user}) ${who.user} on ${line}`);
  logAuth(
    process,
    'su',
    6,
    `pam_unix(${name}:session): session opened for user ${call.user}(uid=${account.uid}) by ${who.user}(uid=${who.uid})`,
  );
  const shell = call.shell ?? account.shell;
  const base = shell.slice(shell.lastIndexOf('/') + 1);
  const found = findCommand(process, shell);
  if (found.kind !== 'program' && found.kind !== 'script') {
    await process.stderr.write(`su: failed to execute ${shell}: No such file or directory\n`);
    return 127;
  }
  const env = call.login
    ? loginEnvironment(account, process.env.TERM ?? null)
    : call.keep
      ? { ...process.env }
      : suEnvironment(process, account);
  const argv = [
    shell,
    ...(call.login ? ['-l'] : []),
    ...(call.command === null ? [] : ['-c', call.command]),
    ...call.args,
  ];
  const status = await process.run(argv, {
    env,
    credentials: accountCredentials(process.machine, account),
    ...(call.login ? { cwd: account.home } : {}),
    title: call.login && call.command === null ? `-${base}` : argv.join(' '),
  });
  logAuth(process, 'su', 6, `pam_unix(${name}:session): session closed for user ${call.user}`);
  return status;
};

function suEnvironment(
  process: Process,
  account: { user: string; uid: number; gid: number; home: string; shell: string },
) {
  const env: Record<string, string> = { ...process.env, HOME: account.home, SHELL: account.shell };
  if (account.uid !== 0) {
    env.USER = account.user;
    env.LOGNAME = account.user;
  }
  return env;
}

/** One rule of /etc/sudoers that concerns a user. */
interface SudoRule {
  readonly runAs: string;
  readonly commands: string;
  readonly noPassword: boolean;
}

const SECURE_PATH = '/sbin:/bin:/usr/sbin:/usr/bin';

function sudoers(process: Process): string[] {
  const { machine } = process;
  const texts = [readFileIfThere(machine, '/etc/sudoers') ?? 'root ALL=(ALL) ALL\n%wheel ALL=(ALL) ALL\n'];
  const directory =
    machine.root.entries.etc?.kind === 'directory' ? machine.root.entries.etc.entries['sudoers.d'] : undefined;
  if (directory?.kind === 'directory') {
    for (const name of Object.keys(directory.entries).sort()) {
      const file = directory.entries[name];
      if (file?.kind === 'file' && !name.includes('.') && !name.endsWith('~')) texts.push(file.content);
    }
  }
  return texts
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

/** The rules of the caller, the last one wins. */
function rulesFor(process: Process): SudoRule[] {
  const { user, groups } = process.credentials;
  const groupNames = groups.map((gid) => findGroup(process.machine, gid)?.name ?? '');
  const rules: SudoRule[] = [];
  for (const line of sudoers(process)) {
    const match = /^(\S+)\s+[^=\s]+\s*=\s*(?:\(([^)]*)\))?\s*((?:NOPASSWD:|PASSWD:|SETENV:|\s)*)(.*)$/.exec(line);
    if (!match || line.startsWith('Defaults')) continue;
    const [, who = '', runAs = 'root', tags = '', commands = ''] = match;
    const mine = who === user || who === 'ALL' || (who.startsWith('%') && groupNames.includes(who.slice(1)));
    if (mine) rules.push({ runAs, commands: commands.trim(), noPassword: tags.includes('NOPASSWD:') });
  }
  return rules;
}

function allows(rule: SudoRule, path: string, args: readonly string[], user: string): boolean {
  const runAs = (rule.runAs.split(':')[0] ?? '').split(',').map((name) => name.trim());
  if (!runAs.includes('ALL') && !runAs.includes(user)) return false;
  return rule.commands.split(',').some((text) => {
    const [command = '', ...wanted] = text.trim().split(/\s+/);
    if (command === 'ALL') return true;
    if (command !== path && !(command.endsWith('/') && path.startsWith(command))) return false;
    return wanted.length === 0 || wanted.join(' ') === args.join(' ');
  });
}

const SUDO_USAGE = `usage: sudo -h | -K | -k | -V
usage: sudo -v [-ABknS] [-g group] [-h host] [-p prompt] [-u user]
usage: sudo -l [-ABknS] [-g group] [-h host] [-p prompt] [-U user] [-u user] [command]
usage: sudo [-ABbEHknPS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i|-s] [<command>]
usage: sudo -e [-ABknS] [-r role] [-t type] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file ...
`;

export const sudo: Program = async (process) => {
  let options: ParsedOptions;
  try {
    options = parseOptions(
      'sudo',
      process.argv,
      [
        { key: 'user', short: 'u', long: ['user'], value: 'required' },
        { key: 'group', short: 'g', long: ['group'], value: 'required' },
        { key: 'login', short: 'i', long: ['login'] },
        { key: 'shell', short: 's', long: ['shell'] },
        { key: 'list', short: 'l', long: ['list'] },
        { key: 'stdin', short: 'S', long: ['stdin'] },
        { key: 'non-interactive', short: 'n', long: ['non-interactive'] },
        { key: 'preserve', short: 'E', long: ['preserve-env'], value: 'optional' },
        { key: 'forget', short: 'kK', long: ['reset-timestamp', 'remove-timestamp'] },
        { key: 'validate', short: 'v', long: ['validate'] },
        { key: 'home', short: 'H', long: ['set-home'] },
        { key: 'background', short: 'b', long: ['background'] },
        { key: 'prompt', short: 'p', long: ['prompt'], value: 'required' },
      ],
      true,
    );
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.stderr.write(`${error.message}\n${SUDO_USAGE}`);
    return 1;
  }
  return runSudo(process, options);
};

async function runSudo(process: Process, options: ParsedOptions): Promise<number> {
  const target = options.value('user') ?? 'root';
  const account = target.startsWith('#') ? undefined : findAccount(process.machine, target);
  const wantsShell = options.has('login') || options.has('shell');
  if (options.operands.length === 0 && !wantsShell && !options.has('list') && !options.has('validate')) {
    if (options.has('forget')) return 0;
    await process.stderr.write(SUDO_USAGE);
    return 1;
  }
  if (!account || !findUser(process.machine, target)) {
    await process.stderr.write(`sudo: unknown user ${target}\nsudo: error initializing audit plugin sudoers_audit\n`);
    return 1;
  }
  const operands = [...options.operands];
  const extra: Record<string, string> = {};
  while (/^[A-Za-z_]\w*=/.test(operands[0] ?? '')) {
    const text = operands.shift() as string;
    extra[text.slice(0, text.indexOf('='))] = text.slice(text.indexOf('=') + 1);
  }
  const rules = rulesFor(process);
  const argv = wantsShell
    ? [
        account.shell,
        ...(options.has('login') ? ['-l'] : []),
        ...(operands.length > 0 ? ['-c', operands.map(quote).join(' ')] : []),
      ]
    : operands;
  const found = findCommand(process, argv[0] ?? '', `${SECURE_PATH}:/usr/local/sbin:/usr/local/bin`);
  const path = found.kind === 'program' || found.kind === 'script' ? found.path : (argv[0] ?? '');
  const rule = rules.findLast((one) => options.has('list') || allows(one, path, argv.slice(1), target));
  const refused = await authenticate(process, options, rule, rules.length > 0);
  if (refused !== null) return refused;
  if (options.has('list')) return listRules(process, rules);
  if (options.has('validate')) return 0;
  if (!rule) {
    await process.stderr.write(
      `Sorry, user ${process.credentials.user} is not allowed to execute '${[path, ...argv.slice(1)].join(' ')}' as ${target} on ${process.machine.hostname}.\n`,
    );
    return 1;
  }
  if (found.kind !== 'program' && found.kind !== 'script') {
    await process.stderr.write(`sudo: ${argv[0]}: command not found\n`);
    return 1;
  }
  const line = process.tty?.path.replace('/dev/', '') ?? 'unknown';
  logAuth(
    process,
    'sudo',
    5,
    `${process.credentials.user.padStart(8)} : TTY=${line} ; PWD=${process.cwd} ; USER=${target} ; COMMAND=${[path, ...argv.slice(1)].join(' ')}`,
  );
  const kept = options.has('preserve')
    ? process.env
    : pick(process.env, ['TERM', 'LANG', 'DISPLAY', 'COLORTERM', 'LS_COLORS', 'PS1', 'PS2']);
  const env: Record<string, string> = {
    ...kept,
    HOME: account.home,
    SHELL: account.shell,
    USER: target,
    LOGNAME: target,
    MAIL: `/var/mail/${target}`,
    PATH: options.has('login') ? loginPath(account) : SECURE_PATH,
    SUDO_USER: process.credentials.user,
    SUDO_UID: String(process.credentials.uid),
    SUDO_GID: String(process.credentials.gid),
    SUDO_COMMAND: [path, ...argv.slice(1)].join(' '),
    ...extra,
  };
  const credentials: Credentials = accountCredentials(process.machine, account);
  return process.run([path, ...argv.slice(1)], {
    env,
    credentials,
    ...(options.has('login') ? { cwd: account.home } : {}),
  });
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function pick(env: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Passwords are remembered for five minutes a terminal, as the file under /run/sudo says. */
const REMEMBERED_MS = 5 * 60_000;

/** Asks for the caller's password where a rule wants one. Gives the status where it fails. */
async function authenticate(
  process: Process,
  options: ParsedOptions,
  rule: SudoRule | undefined,
  known: boolean,
): Promise<number | null> {
  const { user, uid } = process.credentials;
  if (uid === 0 || rule?.noPassword) return null;
  const since = process.machine.sudoTimestamps?.[stampKey(process)];
  if (!options.has('forget') && since !== undefined && process.world.now - since < REMEMBERED_MS) return null;
  if (options.has('non-interactive')) {
    await process.stderr.write('sudo: a password is required\n');
    return 1;
  }
  if (!process.tty && !options.has('stdin')) {
    await process.stderr.write(
      'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required\n',
    );
    return 1;
  }
  const prompt = (options.value('prompt') ?? '[sudo] password for %p: ').replaceAll('%p', user).replaceAll('%u', user);
  for (let attempt = 1; attempt <= 3; attempt++) {
    const password = await askPassword(process, prompt);
    if (password === null) {
      await process.stderr.write(`sudo: no password was provided\nsudo: a password is required\n`);
      return 1;
    }
    if (checkPassword(process.machine, user, password)) {
      if (!known) {
        await process.stderr.write(`${user} is not in the sudoers file.  This incident will be reported.\n`);
        logAuth(
          process,
          'sudo',
          1,
          `${user.padStart(8)} : user NOT in sudoers ; TTY=${process.tty?.path.replace('/dev/', '') ?? 'unknown'} ; PWD=${process.cwd} ; USER=root ; COMMAND=${options.operands.join(' ')}`,
        );
        return 1;
      }
      process.transact((world, machine) => {
        machine.sudoTimestamps = { ...(machine.sudoTimestamps ?? {}), [stampKey(process)]: world.now };
      });
      return null;
    }
    await process.sleep(2000);
    if (attempt < 3) await process.stderr.write('Sorry, try again.\n');
  }
  await process.stderr.write('sudo: 3 incorrect password attempts\n');
  return 1;
}

function stampKey(process: Process): string {
  return `${process.credentials.user}:${process.tty?.path ?? ''}`;
}

async function listRules(process: Process, rules: readonly SudoRule[]): Promise<number> {
  const { user } = process.credentials;
  const host = process.machine.hostname.split('.')[0] ?? '';
  if (rules.length === 0) {
    await process.stderr.write(`Sorry, user ${user} may not run sudo on ${host}.\n`);
    return 1;
  }
  const defaults = sudoers(process)
    .filter((line) => line.startsWith('Defaults'))
    .flatMap((line) => line.replace(/^Defaults\s+/, '').split(/,\s*/))
    .map((entry) => entry.replace(/\s*(\+?=)\s*/, '$1').replace(/="([^"\s]*)"$/, '=$1'))
    .map((entry) => (entry.includes('"') ? entry : entry.replaceAll(':', '\\:')));
  if (defaults.length > 0) {
    await process.stdout.write(`Matching Defaults entries for ${user} on ${host}:\n${wrapEntries(defaults)}\n\n`);
  }
  await process.stdout.write(`User ${user} may run the following commands on ${host}:\n`);
  for (const rule of rules) {
    await process.stdout.write(
      `    (${rule.runAs.replace(/\s*:\s*/, ' : ')}) ${rule.noPassword ? 'NOPASSWD: ' : ''}${rule.commands}\n`,
    );
  }
  return 0;
}

/** Entries separated by commas, wrapped at 80 columns, indented by four. */
function wrapEntries(entries: readonly string[]): string {
  const lines: string[] = [];
  let line = '   ';
  entries.forEach((entry, index) => {
    const text = ` ${entry}${index < entries.length - 1 ? ',' : ''}`;
    if (line.trim() !== '' && line.length + text.length > 80) {
      lines.push(line);
      line = '   ';
    }
    line += text;
  });
  return [...lines, line].join('\n');
}
