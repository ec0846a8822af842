import { FileError, normalizePath, permitted, readFile, stat, writeFile } from '../../machine/files';
import type { Process, Program } from '../../shell/process';
import { programName } from '../options';

/** A file as an editor opens it. */
interface Opened {
  readonly content: string;
  readonly readOnly: boolean;
  readonly isNew: boolean;
}

function open(process: Process, path: string): Opened | FileError {
  try {
    const content = readFile(process.machine, path, process.credentials);
    const readOnly = !permitted(stat(process.machine, path), process.credentials, 2);
    return { content, readOnly, isNew: false };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.code === 'ENOENT') return { content: '', readOnly: false, isNew: true };
    return error;
  }
}

/** Writes the file as the user of the editor; null, or why it can't be. */
function save(process: Process, path: string, content: string): string | null {
  try {
    process.transact((world, machine) => {
      writeFile(machine, path, content, { as: process.credentials, time: world.epoch + world.now });
    });
    return null;
  } catch (error) {
    if (error instanceof FileError) return error.text;
    throw error;
  }
}

async function edit(process: Process, editor: 'vi' | 'nano', name: string, readOnly: boolean): Promise<number> {
  const path = normalizePath(name === '' ? `${process.cwd}/` : name, process.cwd);
  const opened = open(process, path);
  if (opened instanceof FileError) {
    const text = opened.code === 'EISDIR' ? `"${name}" is a directory` : `"${name}" [${opened.text}]`;
    const message = editor === 'vi' ? text : `Error reading ${name}: ${opened.text}`;
    await process.stderr.write(`${message}\n`);
    return 1;
  }
  const { tty } = process;
  const closed = await tty?.edit({
    editor,
    path: name,
    content: opened.content,
    readOnly: readOnly || opened.readOnly,
    save: (content) => (name === '' ? 'No file name' : save(process, path, content)),
  });
  if (closed === 'closed') return 0;
  return withoutEditor(process, editor);
}

/** What the editors say where no screen can be drawn. */
async function withoutEditor(process: Process, editor: 'vi' | 'nano'): Promise<number> {
  if (editor === 'nano') {
    await process.stderr.write(
      process.tty ? 'Error opening terminal: unknown.\n' : 'Standard input is not a terminal\n',
    );
    return 1;
  }
  if (!process.stdout.isTerminal) await process.stderr.write('Vim: Warning: Output is not to a terminal\n');
  if (!process.stdin.isTerminal) await process.stderr.write('Vim: Warning: Input is not from a terminal\n');
  await process.stderr.write('Vim: Error reading input, exiting...\n');
  return 1;
}

/** File names among an editor's arguments; `+N` and options are left out. */
function fileNames(process: Process): string[] {
  const names: string[] = [];
  const args = process.argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') return [...names, ...args.slice(i + 1)];
    if (/^-[cuTtSsw]$/.test(arg)) i++;
    else if (!/^[-+]/.test(arg)) names.push(arg);
  }
  return names;
}

export const vi: Program = async (process) => {
  const name = programName(process);
  const version = process.argv.some((arg) => arg === '--version');
  if (version) {
    await process.stdout.write('VIM - Vi IMproved 8.2 (2019 Dec 12)\n');
    return 0;
  }
  const readOnly = name === 'view' || process.argv.slice(1).some((arg) => /^-[A-Za-z]*R/.test(arg));
  const names = fileNames(process);
  if (!process.tty || !process.stdin.isTerminal || !process.stdout.isTerminal) return withoutEditor(process, 'vi');
  let status = 0;
  for (const file of names.length > 0 ? names : ['']) status = await edit(process, 'vi', file, readOnly);
  return status;
};

export const nano: Program = async (process) => {
  const names = fileNames(process);
  if (!process.tty || !process.stdin.isTerminal || !process.stdout.isTerminal) return withoutEditor(process, 'nano');
  const readOnly = process.argv.slice(1).some((arg) => arg === '-v' || arg === '--view');
  let status = 0;
  for (const file of names.length > 0 ? names : ['']) status = await edit(process, 'nano', file, readOnly);
  return status;
};
