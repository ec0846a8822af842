import { byteLength, FileError, lookup, readFile, writeFile } from '../machine/files';
import { type Caller, OpenFile, type ReadLimit, takeLength } from './openfile';
import type { ProcessTableBase } from './table';

/**
 * A regular file of a machine, opened by path. The tree has no inode numbers, so the path stands for the file: when it
 * is unlinked while open, what is written goes nowhere, as it would go to an unlinked inode.
 */
export class TreeFile extends OpenFile {
  #offset = 0;
  constructor(
    readonly table: ProcessTableBase,
    readonly machineName: string,
    readonly path: string,
    readonly access: { readonly read: boolean; readonly write: boolean; readonly append: boolean },
  ) {
    super(path);
  }

  #content(): string | undefined {
    const machine = this.table.runtime.world.machines[this.machineName];
    if (!machine) return undefined;
    try {
      return readFile(machine, this.path);
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  async read(_by: Caller, limit?: ReadLimit): Promise<string | null> {
    const content = this.access.read ? this.#content() : undefined;
    if (content === undefined || this.#offset >= content.length) return null;
    const rest = content.slice(this.#offset, this.#offset + (limit ? content.length : 65536));
    const taken = rest.slice(0, takeLength(rest, limit));
    this.#offset += taken.length;
    return taken;
  }

  async write(_by: Caller, text: string): Promise<void> {
    if (!this.access.write) return;
    const { runtime } = this.table;
    runtime.transact((world) => {
      const machine = world.machines[this.machineName];
      const inode = machine && lookup(machine, this.path);
      if (!machine || inode?.kind !== 'file') return;
      const time = world.epoch + world.now;
      const at = this.access.append ? inode.content.length : this.#offset;
      if (at === inode.content.length) {
        inode.content += text;
      } else {
        const padded = inode.content.padEnd(at, '\0');
        inode.content = padded.slice(0, at) + text + padded.slice(at + text.length);
      }
      delete inode.size;
      delete inode.program;
      inode.mtime = time;
      this.#offset = at + text.length;
    });
  }

  /** Size in bytes as it is now. */
  get size(): number {
    return byteLength(this.#content() ?? '');
  }
}

/** Creates or truncates the file that a redirection names. Throws FileError. */
export function createForWriting(
  table: ProcessTableBase,
  machineName: string,
  path: string,
  options: { as: { uid: number; gid: number; groups: readonly number[] }; mode: number; truncate: boolean },
): void {
  table.runtime.transact((world) => {
    const machine = world.machines[machineName];
    if (!machine) return;
    const time = world.epoch + world.now;
    writeFile(machine, path, '', { as: options.as, time, mode: options.mode, append: !options.truncate });
  });
}
