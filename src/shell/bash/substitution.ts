import type { CommandExpansionPart, ProcessSubstitutionPart, Statement } from 'unbash';
import { removeFileIfThere, writeFile } from '../../machine/files';
import { Collector, NullFile, TextFile, Waiters } from '../openfile';
import { openPath } from '../openpath';
import { BoundInput } from '../view';
import { runSubshell } from './execute';
import { expandText } from './expand';
import type { Shell } from './shell';

/** A collector that knows when its last writer is gone, as a pipe's reader does. */
class Capture extends Collector {
  readonly #changed = new Waiters();
  #open = false;
  protected override opened(): void {
    this.#open = true;
  }
  protected override closed(): void {
    this.#open = false;
    this.#changed.wake();
  }
  async end(shell: Shell): Promise<void> {
    while (this.#open) await shell.view.wait(this.#changed);
  }
}

/** `$(…)`: runs the commands in a subshell and gives what they print, without the newlines at the end. */
export async function runSubstitution(shell: Shell, part: CommandExpansionPart): Promise<string> {
  const { script } = part;
  const statements = script?.commands ?? [];
  if (statements.length === 0) {
    shell.status = 0;
    shell.substituted = 0;
    return '';
  }
  const direct = await readDirectly(shell, statements);
  if (direct !== undefined) return direct.replace(/\n+$/, '');
  const capture = new Capture();
  const fds = new Map(shell.core.fds);
  fds.set(1, capture);
  const source = script?.source === undefined ? shell.source : { ...shell.source, text: script.source };
  const child = runSubshell(shell, statements, { fds, source, keepErrexit: shell.options.has('inherit_errexit') });
  shell.status = await shell.view.waitFor(child);
  shell.substituted = shell.status;
  shell.pipeStatus = [shell.status];
  await capture.end(shell);
  return capture.text.replaceAll('\0', '').replace(/\n+$/, '');
}

/** `$(< file)`. */
async function readDirectly(shell: Shell, statements: readonly Statement[]): Promise<string | undefined> {
  const command = statements.length === 1 ? statements[0]?.command : undefined;
  if (command?.type !== 'Command' || command.name || command.prefix.length !== 1) return undefined;
  const redirect = command.prefix[0];
  if (redirect?.type !== 'Redirect' || redirect.operator !== '<' || redirect.descriptor || !redirect.target)
    return undefined;
  const path = await expandText(shell, redirect.target);
  const file = await openPath(shell.view, path, { read: true, write: false }).catch(() => undefined);
  if (!file) return undefined;
  file.retain();
  try {
    shell.status = 0;
    shell.substituted = 0;
    return await new BoundInput(shell.view, file).readAll();
  } finally {
    file.release();
  }
}

/**
 * `<(…)` and `>(…)`: programs open paths of the machine's tree, so the output is collected into a file that is removed
 * after the command (`<`), or what the command wrote is fed to the list afterwards (`>`).
 */
export async function startProcessSubstitution(shell: Shell, part: ProcessSubstitutionPart): Promise<string> {
  const statements = part.script?.commands ?? [];
  const path = `/tmp/sh-np.${shell.view.pid}.${shell.substitutions++}`;
  let text = '';
  if (part.operator === '<') {
    const capture = new Capture();
    const fds = new Map(shell.core.fds);
    fds.set(1, capture);
    const child = runSubshell(shell, statements, { fds });
    await shell.view.waitFor(child);
    await capture.end(shell);
    text = capture.text;
  }
  shell.view.transact((world, machine) => {
    removeFileIfThere(machine, path, world.epoch + world.now);
    writeFile(machine, path, text, { time: world.epoch + world.now, mode: 0o600, as: shell.view.credentials });
  });
  shell.temporaries.push(async () => {
    let written = '';
    shell.view.transact((world, machine) => {
      const inode = machine.root.entries.tmp;
      const file = inode?.kind === 'directory' ? inode.entries[path.slice('/tmp/'.length)] : undefined;
      if (file?.kind === 'file') written = file.content;
      removeFileIfThere(machine, path, world.epoch + world.now);
    });
    if (part.operator === '<') return;
    const fds = new Map(shell.core.fds);
    fds.set(0, written === '' ? new NullFile() : new TextFile(written));
    await shell.view.waitFor(runSubshell(shell, statements, { fds }));
  });
  return path;
}
