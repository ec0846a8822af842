import type { IFileSystem } from 'just-bash';
import {
  changeMode,
  changeTime,
  copyInode,
  FileError,
  fileSize,
  listDirectory,
  lookup,
  makeDirectory,
  makeSymlink,
  normalizePath,
  placeInode,
  readFile,
  realPath,
  removeDirectory,
  removeFile,
  rename,
  stat,
  writeFile,
} from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import type { Inode } from '../../world/file';
import { programName } from '../options';
import { changing } from './common';

/** A Node-style error, which the library's commands turn into the usual messages. */
function nodeError(error: FileError, call: string): Error {
  return Object.assign(new Error(`${error.code}: ${error.text.toLowerCase()}, ${call} '${error.path}'`), {
    code: error.code,
  });
}

function guarded<T>(call: string, action: () => T): Promise<T> {
  try {
    return Promise.resolve(action());
  } catch (error) {
    return Promise.reject(error instanceof FileError ? nodeError(error, call) : error);
  }
}

function text(content: string | Uint8Array): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}

function facts(inode: Inode) {
  return {
    isFile: inode.kind === 'file',
    isDirectory: inode.kind === 'directory',
    isSymbolicLink: inode.kind === 'symlink',
    mode: inode.mode,
    size: fileSize(inode),
    mtime: new Date(inode.mtime),
  };
}

/** A process's view of its machine's files, in the interface of the text-tool library. */
function fileSystem(process: Process): IFileSystem {
  const as = process.credentials;
  const change = <T>(call: string, action: (machine: Process['machine']) => T) =>
    guarded(call, () => process.transact((_, machine) => action(machine)));
  return {
    readFile: (path) => guarded('open', () => readFile(process.machine, path, as)),
    readFileBuffer: (path) => guarded('open', () => new TextEncoder().encode(readFile(process.machine, path, as))),
    writeFile: (path, content) =>
      change('open', (machine) => {
        writeFile(machine, path, text(content), changing(process));
      }),
    appendFile: (path, content) =>
      change('open', (machine) => {
        writeFile(machine, path, text(content), { ...changing(process), append: true });
      }),
    exists: (path) => guarded('stat', () => lookup(process.machine, path, { as }) !== undefined),
    stat: (path) => guarded('stat', () => facts(stat(process.machine, path, { as }))),
    lstat: (path) => guarded('lstat', () => facts(stat(process.machine, path, { as, follow: false }))),
    mkdir: (path, options) =>
      change('mkdir', (machine) =>
        makeDirectory(machine, path, { ...changing(process), parents: options?.recursive ?? false }),
      ),
    readdir: (path) => guarded('scandir', () => listDirectory(process.machine, path, as)),
    rm: (path, options) =>
      change('rm', (machine) => {
        const inode = lookup(machine, path, { follow: false, as });
        if (!inode && options?.force) return;
        if (inode?.kind === 'directory')
          removeDirectory(machine, path, { ...changing(process), recursive: options?.recursive ?? false });
        else removeFile(machine, path, changing(process));
      }),
    cp: (source, destination) =>
      change('cp', (machine) => {
        placeInode(machine, destination, copyInode(stat(machine, source, { as })), changing(process));
      }),
    mv: (source, destination) => change('rename', (machine) => rename(machine, source, destination, changing(process))),
    resolvePath: (base, path) => normalizePath(path, base),
    getAllPaths: () => [],
    chmod: (path, mode) => change('chmod', (machine) => changeMode(machine, path, mode, changing(process))),
    symlink: (target, path) => change('symlink', (machine) => makeSymlink(machine, target, path, changing(process))),
    link: (existing, path) =>
      change('link', (machine) =>
        placeInode(machine, path, copyInode(stat(machine, existing, { as })), changing(process)),
      ),
    readlink: (path) =>
      guarded('readlink', () => {
        const inode = stat(process.machine, path, { as, follow: false });
        if (inode.kind !== 'symlink') throw new FileError('EINVAL', path);
        return inode.target;
      }),
    realpath: (path) => guarded('realpath', () => realPath(process.machine, path, { as })),
    utimes: (path, _access, modified) =>
      change('utimes', (machine) => changeTime(machine, path, { as, time: modified.getTime() })),
  };
}

/** Commands that read standard input when they are given no file: then it is gathered for them. */
const alwaysReads = new Set(['tee', 'base64']);

function readsInput(name: string, operands: string[]): boolean {
  const files = operands.filter((operand) => !operand.startsWith('-') || operand === '-');
  const scripts = ['awk', 'gawk', 'sed', 'jq'].includes(name) ? 1 : 0;
  return (
    alwaysReads.has(name) ||
    files.includes('-') ||
    files.length <= scripts ||
    operands.some((operand) => /^-(f|e|n|v)$/.test(operand))
  );
}

/**
 * A text tool that isn't ours: run by the just-bash library on this process's files. It gets its whole input at once
 * and may not start other programs; simulated time stands still meanwhile.
 */
export function libraryProgram(command: string): Program {
  return async (process) => {
    const { Bash } = await import('just-bash');
    const name = programName(process);
    const operands = process.argv.slice(1);
    const stdin = !process.stdin.isTerminal || readsInput(name, operands) ? await process.stdin.readAll() : '';
    // Its guard patches globals of the whole host while it runs, which our own transactions need.
    const shell = new Bash({
      fs: fileSystem(process),
      cwd: process.cwd,
      env: { ...process.env },
      defenseInDepth: false,
    });
    const result = await shell.exec(command, { args: operands, stdin, rawScript: true });
    await process.stdout.write(result.stdout);
    await process.stderr.write(complaints(name, result.stderr));
    return name === 'sed' && /can't read/.test(complaints(name, result.stderr)) ? 2 : result.exitCode;
  };
}

/** The library's complaints in the words of the GNU tools. */
function complaints(name: string, stderr: string): string {
  const plain = stderr.replace(/^bash: (line \d+: )?/gm, '');
  return name === 'sed'
    ? plain.replace(/^sed: (?!can't read|-e )(\S+): No such file/gm, "sed: can't read $1: No such file")
    : plain;
}
