import { credentialsFor, findUser } from '../../machine/accounts';
import { readFileIfThere } from '../../machine/files';
import { accountCredentials, findAccount, loginEnvironment } from '../../shell/login';
import type { Child, Input, Process, Program, SpawnOptions, Tty } from '../../shell/process';
import { DeviceTty } from '../../shell/tty';
import { textInput, viewOf } from '../../shell/view';
import { ClientError, type ConnectSettings, isAlive, openSession, parseDestination, type Session } from './client';
import { addCommandLineOption, type ClientOptions, ConfigError, readClientConfig } from './config';
import { report, reportLines } from './log';
import { overConnection } from './remotetty';
import { SshpassTty } from './sshpass';

const USAGE = `usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]
           [-b bind_address] [-c cipher_spec] [-D [bind_address:]port]
           [-E log_file] [-e escape_char] [-F configfile] [-I pkcs11]
           [-i identity_file] [-J [user@]host[:port]] [-L address]
           [-l login_name] [-m mac_spec] [-O ctl_cmd] [-o option] [-p port]
           [-Q query_option] [-R address] [-S ctl_path] [-W host:port]
           [-w local_tun[:remote_tun]] destination [command [argument ...]]
`;

/** Letters that take a value. */
const WITH_VALUE = 'BbcDEeFIiJLlmOopQRSWw';
const PLAIN = '46AaCfGgKkMNnqsTtVvXxYy1';

const VERSION = 'OpenSSH_8.7p1, OpenSSL 3.0.7 1 Nov 2022';

/** How long TCP sends a lost packet again before it gives up: the default of 15 retries. */
const TCP_DEAD_MS = 924_000;

interface CommandLine {
  destination: string | null;
  command: string[];
  flags: string;
  options: ClientOptions;
  configFile: string | null;
  login: string | null;
}

/** A wrong command line. */
class UsageError extends Error {}

function parse(process: Process): CommandLine {
  const line: CommandLine = {
    destination: null,
    command: [],
    flags: '',
    options: { values: new Map(), identityFiles: [] },
    configFile: null,
    login: null,
  };
  const queue = process.argv.slice(1);
  while (queue.length > 0) {
    const word = queue[0] ?? '';
    if (word === '--') {
      queue.shift();
      line.destination ??= queue.shift() ?? null;
      break;
    }
    if (word.startsWith('-') && word !== '-') {
      queue.shift();
      parseLetters(line, word, queue);
    } else if (line.destination === null) {
      // Options may also stand behind the destination.
      line.destination = queue.shift() ?? null;
    } else break;
  }
  line.command = queue;
  return line;
}

function parseLetters(line: CommandLine, word: string, queue: string[]): void {
  for (let at = 1; at < word.length; at++) {
    const letter = word.charAt(at);
    if (PLAIN.includes(letter)) {
      line.flags += letter;
      continue;
    }
    if (!WITH_VALUE.includes(letter)) throw new UsageError(`unknown option -- ${letter}`);
    const value = at + 1 < word.length ? word.slice(at + 1) : queue.shift();
    if (value === undefined) throw new UsageError(`option requires an argument -- ${letter}`);
    if (letter === 'o') addCommandLineOption(line.options, value);
    else if (letter === 'i') line.options.identityFiles.push(value);
    else if (letter === 'l') line.login = value;
    else if (letter === 'F') line.configFile = value;
    else if (letter === 'p') {
      if (!/^\d+$/.test(value) || Number(value) < 1 || Number(value) > 65535)
        throw new ConfigError(`Bad port '${value}'`);
      line.options.values.set('port', value);
    }
    return;
  }
}

/** ssh: a command or a login shell on another machine. */
export const ssh: Program = async (process) => {
  let line: CommandLine;
  try {
    line = parse(process);
    if (line.flags.includes('V')) {
      await process.stderr.write(`${VERSION}\n`);
      return 0;
    }
    if (line.destination === null) throw new UsageError('');
  } catch (error) {
    if (error instanceof ConfigError) {
      await reportLines(process, error.message);
      return 255;
    }
    if (!(error instanceof UsageError)) throw error;
    await reportLines(process, `${error.message}\n${USAGE}`);
    return 255;
  }
  return run(process, line, line.destination);
};

async function run(process: Process, line: CommandLine, typed: string): Promise<number> {
  const target = parseDestination(typed);
  if (target.host === '' || target.host.startsWith('-')) {
    await process.stderr.write(`${USAGE}`);
    return 255;
  }
  const { options, flags } = line;
  const settings: ConnectSettings = { options, quiet: flags.includes('q'), verbose: flags.includes('v') };
  if (target.port !== null && !options.values.has('port')) options.values.set('port', String(target.port));
  try {
    readClientConfig(process, options, target.host, line.configFile);
    const level = options.values.get('loglevel')?.toLowerCase();
    if (level === 'quiet' || level === 'fatal' || level === 'error') settings.quiet = true;
    const terminal = wantsTerminal(process, line);
    if (terminal === 'refused' && !settings.quiet) {
      await report(process, 'Pseudo-terminal will not be allocated because stdin is not a terminal.');
    }
    if (settings.verbose) await process.stderr.write(`${VERSION}\n`);
    const session = await openSession(process, { user: target.user ?? line.login, host: target.host }, settings);
    return await runRemote(process, line, session, terminal === 'yes' ? outerTty(process) : null, settings.quiet);
  } catch (error) {
    if (!(error instanceof ClientError) && !(error instanceof ConfigError)) throw error;
    if (!settings.quiet || error instanceof ConfigError || /Permission denied/.test(error.message)) {
      await reportLines(process, error.message);
    }
    return 255;
  }
}

/** The real terminal: sshpass's one is only for prompts. */
function outerTty(process: Process): Tty | null {
  const { tty } = viewOf(process).core;
  return tty instanceof SshpassTty ? tty.outer : tty;
}

function wantsTerminal(process: Process, line: CommandLine): 'yes' | 'no' | 'refused' {
  const asked = line.flags.replace(/[^tT]/g, '');
  const request = line.options.values.get('requesttty')?.toLowerCase();
  if (asked.endsWith('T') || request === 'no') return 'no';
  const forced = asked.includes('tt') || request === 'force';
  const wanted = asked.includes('t') || request === 'yes' || line.command.length === 0 || forced;
  if (!wanted || line.flags.includes('N')) return 'no';
  if (process.stdin.isTerminal && outerTty(process)) return 'yes';
  return 'refused';
}

/** The name that messages about the connection's end have. */
function closedText(session: Session): string {
  return `Connection to ${session.host} closed.\n`;
}

async function runRemote(
  process: Process,
  line: CommandLine,
  session: Session,
  tty: Tty | null,
  quiet: boolean,
): Promise<number> {
  const command = line.command.length === 0 ? null : line.command.join(' ');
  const noInput =
    line.flags.includes('n') || line.flags.includes('f') || line.options.values.get('stdinnull') === 'yes';
  if (line.flags.includes('N')) return holdOpen(process, session);
  const path = { isOpen: () => isAlive(process, session), now: () => process.world.now };
  const remoteTty = tty instanceof DeviceTty ? overConnection(tty, path) : tty;
  const child = await startRemote(process, session, command, remoteTty, noInput);
  if (child.pid === 0) return child.wait();
  noteConnection(process, session, child.pid);
  if (tty) await greet(process, session, child, command);
  if (line.flags.includes('f')) return 0;
  const status = await follow(process, session, child, tty !== null, quiet);
  if (!noInput && !tty) await eatInput(process);
  endLogin(process, session);
  return status;
}

/** Both ends list the connection while their processes live. */
function noteConnection(process: Process, session: Session, remotePid: number): void {
  process.transact((world, machine) => {
    const here = { address: session.source, port: session.sourcePort };
    const there = { address: session.address, port: session.port };
    const sides = [
      { machine, own: here, other: there, process: 'ssh', pid: process.pid, fd: 3 },
      { machine: world.machines[session.machine], own: there, other: here, process: 'sshd', pid: remotePid, fd: 4 },
    ];
    for (const side of sides) {
      if (!side.machine) continue;
      const { processes, network } = side.machine;
      network.connections = [
        ...(network.connections ?? []).filter((entry) => processes[entry.pid] !== undefined),
        {
          localAddress: side.own.address,
          localPort: side.own.port,
          peerAddress: side.other.address,
          peerPort: side.other.port,
          process: side.process,
          pid: side.pid,
          fd: side.fd,
        },
      ];
    }
  });
}

/** ssh reads all of its input, whether or not the command does: a loop that reads lines finds none left. */
async function eatInput(process: Process): Promise<void> {
  const file = viewOf(process).fd(0);
  if (!file || file.isTerminal) return;
  for (let chunks = 0; chunks < 64 && file.readable(); chunks++) {
    if ((await process.stdin.read()) === null) return;
  }
}

async function startRemote(
  process: Process,
  session: Session,
  command: string | null,
  tty: Tty | null,
  noInput: boolean,
): Promise<Child> {
  const remote = process.world.machines[session.machine];
  const account = remote && findAccount(remote, session.user);
  if (!remote || !account) throw new ClientError(`Connection closed by ${session.address} port ${session.port}`);
  const credentials = credentialsFor(remote, session.user) ?? accountCredentials(remote, account);
  const ends = `${session.source} ${session.sourcePort}`;
  const env: Record<string, string> = {
    ...loginEnvironment(account, tty ? (process.env.TERM ?? 'xterm-256color') : null),
    SSH_CLIENT: `${ends} ${session.port}`,
    SSH_CONNECTION: `${ends} ${session.address} ${session.port}`,
  };
  const shell = findUser(remote, session.user)?.shell || '/bin/sh';
  const name = shell.slice(shell.lastIndexOf('/') + 1);
  const argv = command === null ? [`-${name}`] : [name, '-c', command];
  const input: Input | undefined = noInput ? textInput(process, '') : undefined;
  const options: SpawnOptions = {
    machine: session.machine,
    credentials,
    env,
    cwd: readableHome(process, session, account.home),
    tty,
    executable: shell,
  };
  if (input) options.stdin = input;
  return process.spawn(argv, options);
}

function readableHome(process: Process, session: Session, home: string): string {
  const remote = process.world.machines[session.machine];
  const inode = remote
    ? home
        .split('/')
        .filter(Boolean)
        .reduce<unknown>((at, name) => entry(at, name), remote.root)
    : null;
  return inode ? home : '/';
}

function entry(inode: unknown, name: string): unknown {
  if (typeof inode !== 'object' || inode === null || !('entries' in inode)) return null;
  return (inode.entries as Record<string, unknown>)[name] ?? null;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Mon Apr  3 09:00:00 2023` */
function clockText(unix: number): string {
  const date = new Date(unix);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock} ${date.getUTCFullYear()}`;
}

/** What a login prints before the shell: the message of the day and the last login. Notes the login itself. */
async function greet(process: Process, session: Session, child: Child, command: string | null): Promise<void> {
  const { machines, epoch } = process.world;
  const remote = machines[session.machine];
  const line = remote?.processes[child.pid]?.tty;
  if (!remote || !line) return;
  const last = remote.logins.findLast((login) => login.user === session.user);
  process.transact((world) => {
    const draft = world.machines[session.machine];
    draft?.logins.push({ user: session.user, line, from: session.source, since: world.now, until: null });
  });
  if (command !== null) return;
  const message = readFileIfThere(remote, '/etc/motd') ?? '';
  const from = last?.from ? ` from ${last.from}` : last ? ` on ${last.line}` : '';
  const greeting = last ? `Last login: ${clockText(epoch + last.since)}${from}\n` : '';
  await process.stdout.write(message + greeting);
}

function endLogin(process: Process, session: Session): void {
  process.transact((world) => {
    const machine = world.machines[session.machine];
    const login = machine?.logins.findLast(
      (entry) => entry.until === null && entry.from === session.source && entry.user === session.user,
    );
    if (login) login.until = world.now;
  });
}

/** Waits for the remote command, and notices when its machine or the way to it is gone. */
async function follow(
  process: Process,
  session: Session,
  child: Child,
  interactive: boolean,
  quiet: boolean,
): Promise<number> {
  const say = async (text: string) => {
    if (!quiet) await reportLines(process, text);
  };
  const here = (): 'ended' | 'stopping' | 'gone' | undefined => {
    const remote = process.world.machines[session.machine];
    if (!remote || remote.boot !== session.boot || !['running', 'stopping', 'paused'].includes(remote.power))
      return 'gone';
    if (remote.processes[child.pid]) return undefined;
    return remote.power === 'stopping' ? 'stopping' : 'ended';
  };
  const end = await process.until(here);
  if (end === 'ended') {
    const status = await child.wait();
    // The exit status travels over the network too.
    await throughNetwork(process, session);
    if (interactive) await say(closedText(session));
    return status;
  }
  if (end === 'stopping') {
    await say(`Connection to ${session.host} closed by remote host.\n`);
    if (interactive) await say(closedText(session));
    return 255;
  }
  // Nobody says goodbye: TCP notices when the machine is back and doesn't know the connection, or at last by itself.
  await process.until((world) => {
    const remote = world.machines[session.machine];
    return remote?.power === 'running' && isAlive(process, session) ? true : undefined;
  }, TCP_DEAD_MS);
  await say('client_loop: send disconnect: Broken pipe\n');
  return 255;
}

async function throughNetwork(process: Process, session: Session): Promise<void> {
  if (isAlive(process, session)) return;
  const back = await process.until(() => (isAlive(process, session) ? true : undefined), TCP_DEAD_MS);
  if (!back) throw new ClientError('client_loop: send disconnect: Broken pipe');
}

/** `-N`: no command, the connection alone. */
async function holdOpen(process: Process, session: Session): Promise<number> {
  await process.until((world) => {
    const remote = world.machines[session.machine];
    return remote?.boot === session.boot && remote.power === 'running' ? undefined : true;
  });
  await report(process, `Connection to ${session.host} closed by remote host.`);
  return 255;
}
