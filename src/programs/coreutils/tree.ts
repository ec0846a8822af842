import { FileError, lookup, makeDirectory, removeDirectory, removeFile, stat, writeFile } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import type { Inode } from '../../world/file';
import { type ParsedOptions, withOptions } from '../options';
import { absolute, changing, complain, missingOperand, quoted, shellQuoted, unixNow } from './common';
import { applyMode } from './modes';

export const mkdir: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'parents', short: 'p', long: ['parents'] },
      { key: 'mode', short: 'm', long: ['mode'], value: 'required' },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'context', short: 'Z' },
    ],
    async (options) => {
      if (options.operands.length === 0) return missingOperand(process);
      const expression = options.value('mode');
      const mode = applyMode(expression ?? '755', 0o777, true);
      if (mode === undefined) {
        await complain(process, `invalid mode ${quoted(expression ?? '')}`);
        return 1;
      }
      let status = 0;
      for (const operand of options.operands) {
        try {
          const made = options.has('parents') ? missingParents(process, operand) : [operand];
          process.transact((_, machine) =>
            makeDirectory(machine, absolute(process, operand), {
              ...changing(process),
              mode,
              parents: options.has('parents'),
            }),
          );
          for (const each of options.has('verbose') ? made : []) {
            await process.stdout.write(`mkdir: created directory ${shellQuoted(each)}\n`);
          }
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          await complain(process, `cannot create directory ${quoted(operand)}: ${error.text}`);
          status = 1;
        }
      }
      return status;
    },
  );

/** The path and those above it that don't exist, the topmost first. */
function missingParents(process: Process, path: string): string[] {
  const missing: string[] = [];
  for (let at = path.replace(/\/+$/, ''); at !== '' && !lookup(process.machine, absolute(process, at)); ) {
    missing.unshift(at);
    at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '';
  }
  return missing;
}

export const rmdir: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'parents', short: 'p', long: ['parents'] },
      { key: 'ignore', long: ['ignore-fail-on-non-empty'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
    async (options) => {
      if (options.operands.length === 0) return missingOperand(process);
      let status = 0;
      for (const operand of options.operands) {
        const chain = [operand];
        if (options.has('parents'))
          for (let at = operand.lastIndexOf('/'); at > 0; at = operand.lastIndexOf('/', at - 1))
            chain.push(operand.slice(0, at));
        for (const path of chain.filter((part) => part !== '')) {
          try {
            process.transact((_, machine) => removeDirectory(machine, absolute(process, path), changing(process)));
          } catch (error) {
            if (!(error instanceof FileError)) throw error;
            if (error.code === 'ENOTEMPTY' && options.has('ignore')) break;
            await complain(process, `failed to remove ${shellQuoted(path)}: ${error.text}`);
            status = 1;
            break;
          }
        }
      }
      return status;
    },
  );

export const rm: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'recursive', short: 'rR', long: ['recursive'] },
      { key: 'force', short: 'f', long: ['force'] },
      { key: 'interactive', short: 'iI', long: ['interactive'], value: 'none' },
      { key: 'directory', short: 'd', long: ['dir'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'noPreserve', long: ['no-preserve-root'] },
      { key: 'preserve', long: ['preserve-root'] },
    ],
    async (options) => {
      if (options.operands.length === 0) return options.has('force') ? 0 : missingOperand(process);
      const asks =
        options.given.findLast((option) => option.key === 'interactive' || option.key === 'force')?.key ===
        'interactive';
      let status = 0;
      for (const operand of options.operands) {
        if (!(await removeOne(process, operand, options, asks))) status = 1;
      }
      return status;
    },
  );

/** Removes one operand of rm; gives whether all went well. */
async function removeOne(process: Process, operand: string, options: ParsedOptions, asks: boolean): Promise<boolean> {
  const path = absolute(process, operand);
  if (/(^|\/)\.\.?\/?$/.test(operand)) {
    await complain(process, `refusing to remove '.' or '..' directory: skipping ${shellQuoted(operand)}`);
    return false;
  }
  if (path === '/' && options.has('recursive')) {
    await complain(process, "it is dangerous to operate recursively on '/'");
    await complain(process, 'use --no-preserve-root to override this failsafe');
    return false;
  }
  const as = process.credentials;
  let inode: Inode;
  try {
    inode = stat(process.machine, path, { as, follow: false });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (options.has('force') && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return true;
    await complain(process, `cannot remove ${shellQuoted(operand)}: ${error.text}`);
    return false;
  }
  const directory = inode.kind === 'directory';
  if (directory && !options.has('recursive') && !options.has('directory')) {
    await complain(process, `cannot remove ${shellQuoted(operand)}: Is a directory`);
    return false;
  }
  if (asks) {
    const empty = inode.kind === 'file' && inode.content === '' && inode.size === undefined;
    const what = directory
      ? 'directory'
      : inode.kind === 'symlink'
        ? 'symbolic link'
        : empty
          ? 'regular empty file'
          : 'regular file';
    await process.stderr.write(`rm: remove ${what} ${shellQuoted(operand)}? `);
    if (!/^[yY]/.test((await process.stdin.readLine()) ?? '')) return true;
  }
  try {
    process.transact((_, machine) =>
      directory
        ? removeDirectory(machine, path, { ...changing(process), recursive: options.has('recursive') })
        : removeFile(machine, path, changing(process)),
    );
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await complain(process, `cannot remove ${shellQuoted(operand)}: ${error.text}`);
    return false;
  }
  if (options.has('verbose'))
    await process.stdout.write(`removed ${directory ? 'directory ' : ''}${shellQuoted(operand)}\n`);
  return true;
}

export const touch: Program = (process) =>
  withOptions(
    process,
    [
      { key: 'noCreate', short: 'c', long: ['no-create'] },
      { key: 'access', short: 'a' },
      { key: 'modification', short: 'm' },
      { key: 'date', short: 'd', long: ['date'], value: 'required' },
      { key: 'reference', short: 'r', long: ['reference'], value: 'required' },
      { key: 'stamp', short: 't', value: 'required' },
      { key: 'noDereference', short: 'h' },
    ],
    async (options) => {
      if (options.operands.length === 0) {
        await complain(process, 'missing file operand');
        await process.stderr.write(`Try 'touch --help' for more information.\n`);
        return 1;
      }
      const reference = options.value('reference');
      const time = reference
        ? (lookup(process.machine, absolute(process, reference))?.mtime ?? unixNow(process))
        : unixNow(process);
      let status = 0;
      for (const operand of options.operands) {
        try {
          process.transact((_, machine) => {
            const path = absolute(process, operand);
            const inode = lookup(machine, path, { as: process.credentials });
            if (inode) inode.mtime = time;
            else if (!options.has('noCreate')) writeFile(machine, path, '', { as: process.credentials, time });
          });
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          await complain(process, `cannot touch ${shellQuoted(operand)}: ${error.text}`);
          status = 1;
        }
      }
      return status;
    },
  );
