import type { Inode } from '../world/file';
import type { Machine } from '../world/machine';

/** Symbolic links followed before a path counts as a loop, as in Linux. */
const LINK_LIMIT = 40;

/**
 * Content of a file of a machine, or null where there is none. Only for the few files that the network itself reads
 * (`/etc/hosts`, `/etc/resolv.conf`); it knows no permissions.
 */
export function readConfig(machine: Machine, path: string): string | null {
  let links = 0;
  const walk = (parts: string[]): Inode | null => {
    let inode: Inode = machine.root;
    for (let at = 0; at < parts.length; at++) {
      if (inode.kind !== 'directory') return null;
      const next: Inode | undefined = inode.entries[parts[at] ?? ''];
      if (!next) return null;
      if (next.kind === 'symlink') {
        if (++links > LINK_LIMIT) return null;
        const base = next.target.startsWith('/') ? [] : parts.slice(0, at);
        return walk(normalise([...base, ...next.target.split('/'), ...parts.slice(at + 1)]));
      }
      inode = next;
    }
    return inode;
  };
  const found = walk(normalise(path.split('/')));
  return found?.kind === 'file' ? found.content : null;
}

function normalise(parts: readonly string[]): string[] {
  const result: string[] = [];
  for (const part of parts) {
    if (part === '..') result.pop();
    else if (part !== '' && part !== '.') result.push(part);
  }
  return result;
}
