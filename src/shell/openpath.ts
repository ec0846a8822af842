import { randomWord } from '../kernel/random';
import { FileError, normalizePath, permitted, realPath, stat } from '../machine/files';
import type { Inode } from '../world/file';
import { EndlessFile, NullFile, OpenFile } from './openfile';
import type { Input, Output, Process } from './process';
import { createForWriting, TreeFile } from './treefile';
import { BoundInput, BoundOutput, type ProcessView, viewOf } from './view';

export interface OpenMode {
  readonly read: boolean;
  readonly write: boolean;
  readonly append?: boolean;
  readonly truncate?: boolean;
  /** Fail with EEXIST where a regular file exists (noclobber). */
  readonly exclusive?: boolean;
}

/** `/dev/full`: every write fails for want of space. */
class FullFile extends OpenFile {
  constructor() {
    super('/dev/full');
  }
  async read(): Promise<string> {
    return '\0'.repeat(4096);
  }
  async write(): Promise<void> {
    throw new FileError('ENOSPC', '/dev/full');
  }
}

/** A directory opened for reading: nothing can be read from it. */
class DirectoryFile extends NullFile {}

/** Opens a path of the caller's machine, devices and FIFOs included. Throws FileError. Not retained yet. */
export async function openPath(view: ProcessView, path: string, mode: OpenMode): Promise<OpenFile> {
  const full = path.startsWith('/') ? path : `${view.cwd}/${path}`;
  const normal = normalizePath(full);
  const special = openSpecial(view, normal);
  if (special) return special;
  if (path === '') throw new FileError('ENOENT', path);
  const { machine, credentials: as } = view;
  const inode = existing(view, full);
  if (!inode && !mode.write) throw new FileError('ENOENT', path);
  if (inode && inode.kind !== 'file') return openOther(view, full, inode, mode);
  if (inode && mode.exclusive) throw new FileError('EEXIST', path);
  if (inode && mode.read && !permitted(inode, as, 4)) throw new FileError('EACCES', path);
  if (mode.write) {
    createForWriting(view.core.table, view.machineName, full, {
      as,
      mode: 0o666 & ~view.core.umask,
      truncate: mode.truncate ?? false,
    });
  }
  const real = realPath(mode.write ? view.machine : machine, full);
  return new TreeFile(view.core.table, view.machineName, real, { ...mode, append: mode.append ?? false });
}

function existing(view: ProcessView, path: string): Inode | undefined {
  try {
    return stat(view.machine, path, { as: view.credentials });
  } catch (error) {
    if (error instanceof FileError && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function openOther(view: ProcessView, path: string, inode: Inode, mode: OpenMode): Promise<OpenFile> {
  if (inode.kind === 'directory') {
    if (mode.write) throw new FileError('EISDIR', path);
    if (!permitted(inode, view.credentials, 4)) throw new FileError('EACCES', path);
    return new DirectoryFile(path);
  }
  if (!permitted(inode, view.credentials, (mode.read ? 4 : 0) | (mode.write ? 2 : 0))) {
    throw new FileError('EACCES', path);
  }
  if (inode.kind === 'socket') throw new FileError('ENXIO', path);
  if (inode.kind !== 'fifo') return new NullFile(path);
  const pipe = view.core.table.fifo(view.machineName, realPath(view.machine, path));
  const end = mode.write ? pipe.writer : pipe.reader;
  if (mode.read && mode.write) return end;
  // The opener counts as present while it waits, else two openers would wait for each other for ever.
  end.retain();
  try {
    await pipe.rendezvous(view, mode.write ? 'write' : 'read');
    end.retain();
  } finally {
    end.release();
  }
  queueRelease(view, end);
  return end;
}

/** Keeps a FIFO's end open until the caller has retained it itself: at its next turn. */
function queueRelease(view: ProcessView, end: OpenFile): void {
  view.core.table.runtime.spawn('fifo', async () => end.release());
}

/** Paths that mean something whether or not the machine's /dev is populated. */
function openSpecial(view: ProcessView, path: string): OpenFile | undefined {
  const stream = /^\/dev\/(?:stdin|stdout|stderr|fd\/(\d+))$|^\/proc\/self\/fd\/(\d+)$/.exec(path);
  if (stream) {
    const names: Record<string, number> = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 };
    const fd = names[path] ?? Number(stream[1] ?? stream[2]);
    const file = view.fd(fd);
    if (file) return file;
    return undefined;
  }
  switch (path) {
    case '/dev/null':
      return new NullFile();
    case '/dev/full':
      return new FullFile();
    case '/dev/zero':
      return new EndlessFile(path, (length) => '\0'.repeat(length));
    case '/dev/random':
    case '/dev/urandom':
      return new EndlessFile(path, (length) => randomText(view, length));
    case '/dev/tty':
      return view.core.table.terminalFile(view.core.tty);
    default:
      if (view.core.tty?.path === path) return view.core.table.terminalFile(view.core.tty);
      return undefined;
  }
}

function randomText(view: ProcessView, length: number): string {
  return view.core.table.runtime.transact((world) => {
    let text = '';
    while (text.length < length) {
      const word = randomWord(world);
      text += String.fromCharCode(word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24);
    }
    return text.slice(0, length);
  });
}

/** Opens a file for a program as `open(2)` does: also devices, FIFOs, `/dev/stdin`, the terminal. Throws FileError. */
export async function openInput(process: Process, path: string): Promise<Input & { close(): void }> {
  const view = viewOf(process);
  const file = (await openPath(view, path, { read: true, write: false })).retain();
  return closable(view, file, new BoundInput(view, file));
}

/** Opens a file for writing. Throws FileError. */
export async function openOutput(
  process: Process,
  path: string,
  mode: { append?: boolean } = {},
): Promise<Output & { close(): void }> {
  const view = viewOf(process);
  const append = mode.append ?? false;
  const file = (await openPath(view, path, { read: false, write: true, append, truncate: !append })).retain();
  return closable(view, file, new BoundOutput(view, file));
}

/** Releases the file at `close`, or at the end of the process. */
function closable<T extends object>(view: ProcessView, file: OpenFile, bound: T): T & { close(): void } {
  let open = true;
  const close = () => {
    if (open) file.release();
    open = false;
  };
  view.core.atEnd.push(close);
  return Object.assign(bound, { close });
}
