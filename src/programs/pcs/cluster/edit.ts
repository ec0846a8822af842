import { FileError, readFile, removeFileIfThere, writeFile } from '../../../machine/files';
import { DEFAULT_PATH, findExecutable } from '../../../shell/lookup';
import { waitForIdle } from '../cib/live';
import type { Pcs } from '../context';
import { CommandFailure } from '../failure';
import { BadCall } from '../router';
import { checkScope, cibText, pushText } from './cib';

/** `scope=…` or `--config`, never both; null: the whole CIB. */
function scopeOf(pcs: Pcs, args: readonly string[]): string | undefined {
  const [word, ...rest] = args;
  const config = pcs.options.has('--config');
  if (word === undefined) return config ? 'configuration' : undefined;
  if (rest.length > 0 || config || !word.startsWith('scope=')) throw new BadCall();
  const scope = word.slice('scope='.length);
  checkScope(scope);
  return scope;
}

/** The whole value of EDITOR is one program's name: arguments in it aren't told apart. */
async function runEditor(pcs: Pcs, editor: string, path: string): Promise<void> {
  const { process } = pcs;
  const context = { path: process.env.PATH ?? DEFAULT_PATH, cwd: process.cwd, as: process.credentials };
  const { kind } = findExecutable(process.machine, editor, context);
  if (kind !== 'program' && kind !== 'script') {
    throw new CommandFailure(`unable to open file with $EDITOR: ${editor}`);
  }
  await pcs.flush();
  await process.run([editor, path]);
}

/** The text after the editor has been at it, whatever status the editor ended with. */
async function edited(pcs: Pcs, editor: string, text: string): Promise<string> {
  const { process } = pcs;
  const path = `/tmp/tmp${process.pid.toString(36).padStart(8, '_')}.pcs`;
  const { uid, gid } = process.credentials;
  process.transact((world, machine) => {
    writeFile(machine, path, text, { mode: 0o600, uid, gid, time: world.epoch + world.now });
  });
  try {
    await runEditor(pcs, editor, path);
    return readFile(process.machine, path, process.credentials);
  } catch (failure) {
    // An editor that took the file away has changed nothing.
    if (failure instanceof FileError) return text;
    throw failure;
  } finally {
    process.transact((world, machine) => removeFileIfThere(machine, path, world.epoch + world.now));
  }
}

/** `pcs cluster edit`: the CIB in $EDITOR; what was saved is pushed, unless it is what was there. */
export async function edit(pcs: Pcs, args: string[]): Promise<void> {
  const editor = pcs.process.env.EDITOR;
  if (editor === undefined) throw new CommandFailure('$EDITOR environment variable is not set');
  const scope = scopeOf(pcs, args);
  const before = await cibText(pcs, scope);
  const after = await edited(pcs, editor, before);
  if (after === before) {
    pcs.note('CIB not updated, no changes detected');
    return;
  }
  const wait = pcs.options.wait();
  await pushText(pcs, after, scope);
  if (wait !== undefined) await waitForIdle(pcs, wait);
}
