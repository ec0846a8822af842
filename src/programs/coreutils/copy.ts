import {
  changeOwner,
  copyInode,
  FileError,
  listDirectory,
  lookup,
  makeDirectory,
  makeSymlink,
  normalizePath,
  placeInode,
  readFile,
  realPath,
  removeFile,
  rename,
  stat,
  writeFile,
} from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import type { Inode } from '../../world/file';
import { type ParsedOptions, programName, withOptions } from '../options';
import { absolute, changing, complain, missingOperand, shellQuoted, unixNow } from './common';

const copySpecs = [
  { key: 'recursive', short: 'rR', long: ['recursive'] },
  { key: 'archive', short: 'a', long: ['archive'] },
  { key: 'preserve', short: 'p', long: ['preserve'], value: 'none' },
  { key: 'force', short: 'f', long: ['force'] },
  { key: 'noClobber', short: 'n', long: ['no-clobber'] },
  { key: 'interactive', short: 'i', long: ['interactive'] },
  { key: 'update', short: 'u', long: ['update'] },
  { key: 'verbose', short: 'v', long: ['verbose'] },
  { key: 'backup', short: 'b' },
  { key: 'noDereference', short: 'dP' },
  { key: 'dereference', short: 'L' },
  { key: 'target', short: 't', long: ['target-directory'], value: 'required' },
  { key: 'noTarget', short: 'T', long: ['no-target-directory'] },
  { key: 'context', short: 'Z' },
] as const;

/** Sources and destination of cp, mv, ln; undefined after a complaint. */
async function destinations(
  process: Process,
  options: ParsedOptions,
): Promise<{ from: string; to: string }[] | undefined> {
  const operands = [...options.operands];
  const target = options.value('target') ?? operands.pop();
  if (target === undefined) {
    await complain(process, 'missing file operand');
    await process.stderr.write(`Try '${programName(process)} --help' for more information.\n`);
    return undefined;
  }
  if (operands.length === 0) {
    await missingOperand(process, target);
    return undefined;
  }
  const inode = lookup(process.machine, absolute(process, target), { as: process.credentials });
  const into = inode?.kind === 'directory' && !options.has('noTarget');
  if (!into && (operands.length > 1 || options.has('target'))) {
    await complain(
      process,
      `target ${shellQuoted(target)}${inode ? ' is not a directory' : ': No such file or directory'}`,
    );
    return undefined;
  }
  return operands.map((from) => ({
    from,
    to: into ? `${target.replace(/\/+$/, '') || ''}/${normalizePath(from, process.cwd).split('/').pop()}` : target,
  }));
}

export const cp: Program = (process) =>
  withOptions(process, copySpecs, async (options) => {
    const pairs = await destinations(process, options);
    if (!pairs) return 1;
    let status = 0;
    for (const { from, to } of pairs) if (!(await copyOne(process, from, to, options))) status = 1;
    return status;
  });

async function copyOne(process: Process, from: string, to: string, options: ParsedOptions): Promise<boolean> {
  const source = absolute(process, from);
  const destination = absolute(process, to);
  const as = process.credentials;
  const keepLinks =
    options.has('noDereference') || options.has('archive') || (options.has('recursive') && !options.has('dereference'));
  let inode: Inode;
  try {
    inode = stat(process.machine, source, { as, follow: !keepLinks });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await complain(process, `cannot stat ${shellQuoted(from)}: ${error.text}`);
    return false;
  }
  if (inode.kind === 'directory' && !options.has('recursive') && !options.has('archive')) {
    await complain(process, `-r not specified; omitting directory ${shellQuoted(from)}`);
    return false;
  }
  const existing = lookup(process.machine, destination, { as });
  if (
    existing &&
    realPath(process.machine, destination) === realPath(process.machine, source, { follow: !keepLinks })
  ) {
    await complain(process, `${shellQuoted(from)} and ${shellQuoted(to)} are the same file`);
    return false;
  }
  if (inode.kind === 'directory' && `${destination}/`.startsWith(`${source}/`)) {
    await complain(process, `cannot copy a directory, ${shellQuoted(from)}, into itself, ${shellQuoted(to)}`);
    return false;
  }
  if (!(await mayOverwrite(process, existing, to, options, inode))) return true;
  if (inode.kind === 'directory') return copyDirectory(process, from, to, inode, existing, options);
  try {
    if (inode.kind === 'file') readFile(process.machine, source, as);
    process.transact((_, machine) => copyFile(process, machine, inode, destination, options));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const reading = error.path === source;
    await complain(
      process,
      reading
        ? `cannot open ${shellQuoted(from)} for reading: ${error.text}`
        : `cannot create regular file ${shellQuoted(to)}: ${error.text}`,
    );
    return false;
  }
  if (options.has('verbose')) await process.stdout.write(`${shellQuoted(from)} -> ${shellQuoted(to)}\n`);
  return true;
}

async function mayOverwrite(
  process: Process,
  existing: Inode | undefined,
  to: string,
  options: ParsedOptions,
  source: Inode,
): Promise<boolean> {
  if (!existing || existing.kind === 'directory') return true;
  const last = options.given.findLast((option) => ['noClobber', 'interactive', 'force'].includes(option.key))?.key;
  if (last === 'noClobber') return false;
  if (options.has('update') && existing.mtime >= source.mtime) return false;
  if (last !== 'interactive') return true;
  await process.stderr.write(`${programName(process)}: overwrite ${shellQuoted(to)}? `);
  return /^[yY]/.test((await process.stdin.readLine()) ?? '');
}

function copyFile(
  process: Process,
  machine: Process['machine'],
  inode: Inode,
  destination: string,
  options: ParsedOptions,
): void {
  const keep = options.has('archive') || options.has('preserve');
  const as = process.credentials;
  if (inode.kind !== 'file') {
    if (lookup(machine, destination, { follow: false })) removeFile(machine, destination, changing(process));
    placeInode(machine, destination, { ...inode, uid: as.uid, gid: as.gid }, changing(process));
    return;
  }
  const written = writeFile(machine, destination, inode.content, {
    ...changing(process),
    mode: inode.mode & 0o777 & ~(keep ? 0 : 0o022),
  });
  if (inode.size !== undefined) written.size = inode.size;
  if (inode.program !== undefined) written.program = inode.program;
  if (!keep) return;
  written.mtime = inode.mtime;
  written.mode = inode.mode;
  if (as.uid === 0) {
    written.uid = inode.uid;
    written.gid = inode.gid;
  }
}

async function copyDirectory(
  process: Process,
  from: string,
  to: string,
  inode: Inode,
  existing: Inode | undefined,
  options: ParsedOptions,
): Promise<boolean> {
  if (existing && existing.kind !== 'directory') {
    await complain(process, `cannot overwrite non-directory ${shellQuoted(to)} with directory ${shellQuoted(from)}`);
    return false;
  }
  let names: string[];
  try {
    names = listDirectory(process.machine, absolute(process, from), process.credentials);
    if (!existing)
      process.transact((_, machine) =>
        makeDirectory(machine, absolute(process, to), { ...changing(process), mode: inode.mode }),
      );
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const reading = error.path === absolute(process, from);
    await complain(
      process,
      reading
        ? `cannot access ${shellQuoted(from)}: ${error.text}`
        : `cannot create directory ${shellQuoted(to)}: ${error.text}`,
    );
    return false;
  }
  let good = true;
  for (const name of names) {
    if (!(await copyOne(process, `${from.replace(/\/$/, '')}/${name}`, `${to.replace(/\/$/, '')}/${name}`, options)))
      good = false;
  }
  if ((options.has('archive') || options.has('preserve')) && process.credentials.uid === 0) {
    process.transact((_, machine) => {
      changeOwner(machine, absolute(process, to), inode.uid, inode.gid, { time: unixNow(process) });
      const made = stat(machine, absolute(process, to));
      made.mtime = inode.mtime;
    });
  }
  return good;
}

export const mv: Program = (process) =>
  withOptions(process, copySpecs, async (options) => {
    const pairs = await destinations(process, options);
    if (!pairs) return 1;
    let status = 0;
    for (const { from, to } of pairs) {
      const existing = lookup(process.machine, absolute(process, to), { as: process.credentials });
      const source = lookup(process.machine, absolute(process, from), { as: process.credentials, follow: false });
      if (source && !(await mayOverwrite(process, existing, to, options, source))) continue;
      try {
        process.transact((_, machine) =>
          rename(machine, absolute(process, from), absolute(process, to), changing(process)),
        );
        if (options.has('verbose')) await process.stdout.write(`renamed ${shellQuoted(from)} -> ${shellQuoted(to)}\n`);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        await complain(process, moveComplaint(error, from, to, source));
        status = 1;
      }
    }
    return status;
  });

function moveComplaint(error: FileError, from: string, to: string, source: Inode | undefined): string {
  if (!source) return `cannot stat ${shellQuoted(from)}: ${error.text}`;
  if (error.code === 'EINVAL')
    return `cannot move ${shellQuoted(from)} to a subdirectory of itself, ${shellQuoted(to)}`;
  if (error.code === 'ENOTDIR')
    return `cannot overwrite non-directory ${shellQuoted(to)} with directory ${shellQuoted(from)}`;
  return `cannot move ${shellQuoted(from)} to ${shellQuoted(to)}: ${error.text}`;
}

export const ln: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'symbolic', short: 's', long: ['symbolic'] },
      { key: 'force', short: 'f', long: ['force'] },
      { key: 'noDereference', short: 'n', long: ['no-dereference'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'relative', short: 'r', long: ['relative'] },
      { key: 'target', short: 't', value: 'required' },
      { key: 'noTarget', short: 'T', long: ['no-target-directory'] },
    ],
    async (options) => {
      const single = options.operands.length === 1 && !options.has('target');
      const pairs = single
        ? [{ from: options.operands[0] as string, to: (options.operands[0] as string).split('/').pop() as string }]
        : await destinations(process, options);
      if (!pairs) return 1;
      let status = 0;
      for (const { from, to } of pairs) if (!(await linkOne(process, from, to, options))) status = 1;
      return status;
    },
  );

async function linkOne(process: Process, from: string, to: string, options: ParsedOptions): Promise<boolean> {
  const symbolic = options.has('symbolic');
  const kind = symbolic ? 'symbolic link' : 'hard link';
  const path = absolute(process, to);
  try {
    process.transact((_, machine) => {
      const as = process.credentials;
      const source = symbolic ? undefined : stat(machine, absolute(process, from), { as, follow: false });
      if (source?.kind === 'directory') throw new FileError('EPERM', from);
      const existing = lookup(machine, path, { as, follow: false });
      if (existing && options.has('force') && existing.kind !== 'directory')
        removeFile(machine, path, changing(process));
      // The tree has one name an inode: a hard link is a copy, which later writes through the other name don't reach.
      if (source) placeInode(machine, path, copyInode(source), changing(process));
      else makeSymlink(machine, from, path, changing(process));
    });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const source = error.path === absolute(process, from) && !symbolic;
    if (source) await complain(process, `failed to access ${shellQuoted(from)}: ${error.text}`);
    else if (error.path === from) await complain(process, `${from}: hard link not allowed for directory`);
    else
      await complain(
        process,
        `failed to create ${kind} ${shellQuoted(to)}${symbolic ? '' : ` => ${shellQuoted(from)}`}: ${error.text}`,
      );
    return false;
  }
  if (options.has('verbose'))
    await process.stdout.write(`${shellQuoted(to)} ${symbolic ? '->' : '=>'} ${shellQuoted(from)}\n`);
  return true;
}
