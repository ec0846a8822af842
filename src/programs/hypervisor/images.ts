import { lookup, parentPath, readFileIfThere, writeFile } from '../../machine/files';
import type { Machine } from '../../world/machine';
import type { Filesystem } from '../../world/storage';

/** What a disk image made here holds: it stands as text in the image file, so that a copy of the file is a copy of it. */
export interface DiskImage {
  template: string;
  /** Bytes. */
  size: number;
  rootPassword: string | null;
  hostname: string | null;
  /** What was made on it, where it isn't a system's disk. */
  filesystem?: Filesystem | null;
}

/** First bytes of a qcow2 file. */
const MAGIC = 'QFI\u00fb';

/** The image in a file of the hypervisor; null when it isn't one that was made here. */
export function readImage(machine: Machine, path: string): DiskImage | null {
  const text = readFileIfThere(machine, path);
  if (!text?.startsWith(MAGIC)) return null;
  const [template = '', size = '0', rootPassword = '', hostname = '', tree = ''] = text
    .slice(MAGIC.length + 1)
    .split('\n');
  const filesystem = tree === '' ? null : (JSON.parse(tree) as Filesystem);
  return { template, size: Number(size), rootPassword: rootPassword || null, hostname: hostname || null, filesystem };
}

/** Writes an image file. False when its directory doesn't exist. */
export function writeImage(machine: Machine, path: string, image: DiskImage, time: number): boolean {
  if (lookup(machine, parentPath(path))?.kind !== 'directory') return false;
  const { template, size, rootPassword, hostname, filesystem } = image;
  const tree = filesystem ? [JSON.stringify(filesystem)] : [];
  const text = [MAGIC, template, String(size), rootPassword ?? '', hostname ?? '', ...tree].join('\n');
  const file = writeFile(machine, path, text, { time, mode: 0o644 });
  file.size = Math.round(image.size * 0.07);
  return true;
}

/** A size as libguestfs takes it: `30G`, `512M`. Undefined when it isn't one. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([bKMGT]?)$/i.exec(text);
  if (!match) return undefined;
  const scale = { '': 1, B: 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }[(match[2] ?? '').toUpperCase()] ?? 1;
  return Math.round(Number(match[1]) * scale);
}
