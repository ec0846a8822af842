import { credentialsFor } from '../../machine/accounts';
import {
  type Actor,
  errorText,
  FileError,
  fileSize,
  lookup,
  makeDirectory,
  normalizePath,
  readFile,
  stat,
  writeFile,
} from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import type { Directory, Inode, RegularFile } from '../../world/file';
import type { Machine } from '../../world/machine';
import { ClientError, type ConnectSettings, openSession, parseDestination, type Session } from './client';
import { addCommandLineOption, type ClientOptions, ConfigError, readClientConfig } from './config';
import { report, reportLines } from './log';

const USAGE = `usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config]
           [-i identity_file] [-J destination] [-l limit] [-o ssh_option]
           [-P port] [-S program] [-X sftp_option] source ... target
`;

/** Bytes a simulated millisecond. */
const BYTES_PER_MS = 100_000;

interface CommandLine {
  recursive: boolean;
  preserve: boolean;
  quiet: boolean;
  verbose: boolean;
  options: ClientOptions;
  configFile: string | null;
  operands: string[];
}

/** Ends the run with a message and exit status. */
class ScpError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

function parse(argv: readonly string[]): CommandLine {
  const line: CommandLine = {
    recursive: false,
    preserve: false,
    quiet: false,
    verbose: false,
    options: { values: new Map(), identityFiles: [] },
    configFile: null,
    operands: [],
  };
  const queue = argv.slice(1);
  while (queue.length > 0) {
    const word = queue.shift() ?? '';
    if (word === '--') {
      line.operands.push(...queue);
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      line.operands.push(word);
      continue;
    }
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      if ('346ABCOpqRrsTv1d'.includes(letter)) {
        if (letter === 'r') line.recursive = true;
        else if (letter === 'p') line.preserve = true;
        else if (letter === 'q') line.quiet = true;
        else if (letter === 'v') line.verbose = true;
        else if (letter === 'B') line.options.values.set('batchmode', 'yes');
        continue;
      }
      if (!'cDFiJloPSX'.includes(letter)) throw new ScpError(`unknown option -- ${letter}\n${USAGE}`, 1);
      const value = at + 1 < word.length ? word.slice(at + 1) : queue.shift();
      if (value === undefined) throw new ScpError(`option requires an argument -- ${letter}\n${USAGE}`, 1);
      if (letter === 'o') addCommandLineOption(line.options, value);
      else if (letter === 'i') line.options.identityFiles.push(value);
      else if (letter === 'F') line.configFile = value;
      else if (letter === 'P') line.options.values.set('port', value);
      break;
    }
  }
  return line;
}

/** One side of a copy: a path, here or on another machine. */
interface Side {
  /** `user@host`, null for this machine. */
  host: string | null;
  path: string;
}

function parseSide(text: string): Side {
  const match = /^((?:[^/:@]+@)?(?:\[[^\]]+\]|[^/:]+)):(.*)$/s.exec(text);
  if (!match) return { host: null, path: text };
  return { host: (match[1] ?? '').replace(/^(.*@)?\[([^\]]+)\]$/, '$1$2'), path: match[2] ?? '' };
}

/** A machine that is copied from or to, and as whom. */
interface End {
  machine: string;
  actor: Actor;
  home: string;
  remote: boolean;
}

export const scp: Program = async (process) => {
  try {
    const line = parse(process.argv);
    if (line.operands.length < 2) throw new ScpError(USAGE, 1);
    return await copyAll(process, line);
  } catch (error) {
    if (error instanceof ScpError) {
      await reportLines(process, error.message);
      return error.status;
    }
    if (error instanceof ConfigError) {
      await reportLines(process, `${error.message}\nscp: Connection closed`);
      return 255;
    }
    if (!(error instanceof ClientError)) throw error;
    await reportLines(process, `${error.message}\nscp: Connection closed`);
    return 255;
  }
};

async function copyAll(process: Process, line: CommandLine): Promise<number> {
  const sides = line.operands.map(parseSide);
  const target = sides.pop();
  if (!target) return 1;
  if (target.host === null && sides.every((side) => side.host === null)) {
    const flags = [...(line.recursive ? ['-r'] : []), ...(line.preserve ? ['-p'] : [])];
    return process.run(['cp', ...flags, '--', ...sides.map((side) => side.path), target.path]);
  }
  const ends = new Map<string, End>();
  const endOf = async (host: string | null): Promise<End> => {
    const known = ends.get(host ?? '');
    if (known) return known;
    const end = host === null ? localEnd(process) : await remoteEnd(process, line, host);
    ends.set(host ?? '', end);
    return end;
  };
  let status = 0;
  for (const side of sides) {
    if (side.host === null && !lookup(process.machine, absolute(process, side.path))) {
      // What isn't here is noticed before a connection is made.
      await report(process, `scp: stat local "${side.path}": ${errorText.ENOENT}`);
      status = 255;
      continue;
    }
    const from = await endOf(side.host);
    const to = await endOf(target.host);
    const result = await copySide(process, line, from, side.path, to, target.path, sides.length > 1);
    if (result !== 0) status = result;
  }
  return status;
}

function absolute(process: Process, path: string): string {
  return normalizePath(path, process.cwd) + (path.endsWith('/') && path !== '/' ? '/' : '');
}

function localEnd(process: Process): End {
  return { machine: process.machineName, actor: process.credentials, home: process.cwd, remote: false };
}

async function remoteEnd(process: Process, line: CommandLine, host: string): Promise<End> {
  const target = parseDestination(host);
  const options: ClientOptions = {
    values: new Map(line.options.values),
    identityFiles: [...line.options.identityFiles],
  };
  readClientConfig(process, options, target.host, line.configFile);
  const settings: ConnectSettings = { options, quiet: line.quiet, verbose: line.verbose };
  const session: Session = await openSession(process, target, settings);
  const machine = process.world.machines[session.machine];
  const credentials = machine ? credentialsFor(machine, session.user) : undefined;
  if (!credentials) throw new ClientError(`Connection closed by ${session.address} port ${session.port}`);
  return { machine: session.machine, actor: credentials, home: credentials.home, remote: true };
}

function machineOf(process: Process, end: End): Machine {
  const machine = process.world.machines[end.machine];
  if (!machine || (end.remote && machine.power !== 'running' && machine.power !== 'stopping')) {
    throw new ScpError('scp: Connection closed', 255);
  }
  return machine;
}

function resolvePath(end: End, path: string): string {
  const expanded = path.replace(/^~(?=\/|$)/, end.home);
  return normalizePath(expanded, end.home);
}

/** Text of a file error as the side says it: SFTP has shorter words. */
function words(error: FileError, remote: boolean): string {
  return remote && error.code === 'ENOENT' ? 'No such file' : error.text;
}

async function copySide(
  process: Process,
  line: CommandLine,
  from: End,
  sourcePath: string,
  to: End,
  targetPath: string,
  many: boolean,
): Promise<number> {
  const sources = from.remote
    ? expandGlob(machineOf(process, from), resolvePath(from, sourcePath))
    : [resolvePath(from, sourcePath)];
  let status = 0;
  for (const source of sources) {
    const inode = readable(process, from, source);
    if (typeof inode === 'string') {
      await report(process, `scp: ${from.remote ? source : `local "${sourcePath}"`}: ${inode}`);
      status = 1;
      continue;
    }
    const result = await place(process, line, from, source, sourcePath, inode, to, targetPath, many);
    if (result !== 0) status = result;
  }
  return status;
}

/** The inode to copy, or why it can't be read. */
function readable(process: Process, end: End, path: string): Inode | string {
  try {
    const inode = stat(machineOf(process, end), path, { as: end.actor });
    if (inode.kind === 'file') readFile(machineOf(process, end), path, end.actor);
    return inode;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return error.text;
  }
}

function expandGlob(machine: Machine, path: string): string[] {
  if (!/[*?[]/.test(path)) return [path];
  const at = path.lastIndexOf('/');
  const directory = lookup(machine, path.slice(0, at) || '/');
  if (directory?.kind !== 'directory') return [path];
  const source = path
    .slice(at + 1)
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  const pattern = new RegExp(`^${source}$`);
  const names = Object.keys(directory.entries).filter((name) => pattern.test(name) && !name.startsWith('.'));
  return names.length > 0 ? names.sort().map((name) => `${path.slice(0, at)}/${name}`) : [path];
}

async function place(
  process: Process,
  line: CommandLine,
  from: End,
  source: string,
  typedSource: string,
  inode: Inode,
  to: End,
  typedTarget: string,
  many: boolean,
): Promise<number> {
  const target = resolvePath(to, typedTarget === '' ? '.' : typedTarget);
  const existing = lookup(machineOf(process, to), target);
  const name = source.slice(source.lastIndexOf('/') + 1);
  const shownTarget = typedTarget === '' ? '.' : typedTarget;
  const say = (text: string) => report(process, text);
  if (inode.kind === 'directory' && !line.recursive) {
    if (from.remote) await say(`scp: download ${source}: not a regular file`);
    else {
      await say(`scp: local "${typedSource}" is not a regular file`);
      await say(`scp: failed to upload file ${typedSource} to ${shownTarget}`);
    }
    return 1;
  }
  if (many && existing?.kind !== 'directory') {
    await say(`scp: ${shownTarget}: ${existing ? 'Not a directory' : 'No such file or directory'}`);
    return 1;
  }
  if (inode.kind === 'directory') {
    const into = existing?.kind === 'directory' ? `${target === '/' ? '' : target}/${name}` : target;
    const parent = lookup(machineOf(process, to), into.slice(0, into.lastIndexOf('/')) || '/');
    if (!parent) {
      await say(`scp: realpath ${shownTarget}: No such file`);
      await say(`scp: upload "${shownTarget}": path canonicalization failed`);
      await say(`scp: failed to upload directory ${typedSource} to ${shownTarget}`);
      return 1;
    }
    return copyTree(process, line, inode, from, to, into);
  }
  if (inode.kind !== 'file') {
    await say(`scp: ${from.remote ? source : `local "${typedSource}"`} is not a regular file`);
    return 1;
  }
  const path = existing?.kind === 'directory' ? `${target === '/' ? '' : target}/${name}` : target;
  const failed = await copyFile(process, line, inode, name, to, path);
  if (failed === null) return 0;
  await say(`scp: ${to.remote ? 'dest open' : 'open local'} "${to.remote ? path : shownTarget}": ${failed}`);
  await say(
    to.remote ? `scp: failed to upload file ${typedSource} to ${shownTarget}` : `scp: failed to download ${source}`,
  );
  return 1;
}

async function copyTree(
  process: Process,
  line: CommandLine,
  directory: Directory,
  from: End,
  to: End,
  path: string,
): Promise<number> {
  try {
    process.transact((world) => {
      const machine = world.machines[to.machine];
      if (!machine || lookup(machine, path)) return;
      makeDirectory(machine, path, {
        as: to.actor,
        time: world.epoch + world.now,
        mode: (directory.mode & 0o777) | 0o700,
      });
    });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await report(process, `scp: remote mkdir "${path}": ${words(error, to.remote)}`);
    return 1;
  }
  let status = 0;
  for (const name of Object.keys(directory.entries).sort()) {
    const inode = directory.entries[name];
    if (inode?.kind === 'directory') {
      const result = await copyTree(process, line, inode, from, to, `${path}/${name}`);
      if (result !== 0) status = result;
    } else if (inode?.kind === 'file') {
      const failed = await copyFile(process, line, inode, name, to, `${path}/${name}`);
      if (failed !== null) {
        await report(process, `scp: dest open "${path}/${name}": ${failed}`);
        status = 1;
      }
    }
  }
  return status;
}

/** Copies a file; gives null, or why it couldn't be written. */
async function copyFile(
  process: Process,
  line: CommandLine,
  file: RegularFile,
  name: string,
  to: End,
  path: string,
): Promise<string | null> {
  machineOf(process, to);
  const size = fileSize(file);
  await process.sleep(3 + Math.round(size / BYTES_PER_MS));
  try {
    process.transact((world) => {
      const machine = world.machines[to.machine];
      if (!machine) return;
      const time = world.epoch + world.now;
      const mode = line.preserve ? file.mode & 0o7777 : file.mode & 0o755;
      const written = writeFile(machine, path, file.content, { as: to.actor, time, mode });
      if (file.program !== undefined) written.program = file.program;
      if (file.size !== undefined) written.size = file.size;
      if (line.preserve) {
        written.mode = mode;
        written.mtime = file.mtime;
      }
    });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return words(error, to.remote);
  }
  if (!line.quiet && process.stdout.isTerminal)
    await process.stdout.write(progress(name, size, process.tty?.columns ?? 80));
  return null;
}

/** The progress meter of a file that was copied in no time: nothing, then all. */
function progress(name: string, size: number, columns: number): string {
  const label = name.slice(0, Math.max(0, columns - 35)).padEnd(Math.max(0, columns - 35));
  const units = ['  ', 'KB', 'MB', 'GB', 'TB'];
  const scaled = (value: number): { value: number; unit: string } => {
    let unit = 0;
    let rest = value;
    while (rest >= 10_000 && unit < units.length - 1) {
      rest /= 1024;
      unit++;
    }
    return { value: rest, unit: units[unit] ?? '  ' };
  };
  const done = scaled(size);
  // Speed on a virtual network grows with the size, as the start of the transfer weighs less.
  const rate = Math.max(1, size) * 1.4;
  const speed = rate > 10_000 ? { value: rate / 1024, unit: 'MB' } : { value: rate, unit: 'KB' };
  const line = (percent: number, bytes: string, each: string, left: string) =>
    `\r${label}${String(percent).padStart(4)}% ${bytes} ${each}/s ${left}`;
  const nothing = line(0, '   0  ', '  0.0KB', '  --:-- ETA');
  const all = line(
    100,
    `${String(Math.floor(done.value)).padStart(4)}${done.unit}`,
    `${speed.value.toFixed(1).padStart(5)}${speed.unit}`,
    '  00:00    ',
  );
  return `${nothing}${all}\n`;
}
