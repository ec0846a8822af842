/** What every inode has. Times are Unix milliseconds. */
interface InodeBase {
  /** Permission bits including setuid, setgid and sticky, e.g. 0o644. */
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
}

export interface Directory extends InodeBase {
  kind: 'directory';
  entries: Record<string, Inode>;
  /** Number of the mount that covers it: everybody sees that one's tree instead. */
  mounted?: string;
}

export interface RegularFile extends InodeBase {
  kind: 'file';
  content: string;
  /** Size in bytes where it isn't the content's (sparse images, program binaries). */
  size?: number;
  /** Key in the program registry: what executing this file runs. Absent for scripts and data. */
  program?: string;
}

export interface Symlink extends InodeBase {
  kind: 'symlink';
  target: string;
}

/** A device node, FIFO or socket: something with a place in the tree and no content of its own. */
export interface SpecialFile extends InodeBase {
  kind: 'block' | 'character' | 'fifo' | 'socket';
  major: number;
  minor: number;
}

export type Inode = Directory | RegularFile | Symlink | SpecialFile;
