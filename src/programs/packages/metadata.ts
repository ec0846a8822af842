import { lookup, readFileIfThere, writeFile } from '../../machine/files';
import type { Process } from '../../shell/process';
import { formatDate } from '../coreutils/dates';
import { downloadProblem, metadataSize, type Repository } from './repositories';
import { progressLine } from './text';

/** `metadata_expire=6h` */
const EXPIRE_MS = 6 * 3_600_000;
/** What the simulated mirrors give, KiB a second. */
const SPEED = 8_000;

function cachePath(id: string): string {
  return `/var/cache/dnf/${id}-repomd.xml`;
}

/** Unix ms of a repository's metadata in the cache; undefined when there is none. */
function cachedAt(process: Process, id: string): number | undefined {
  const inode = lookup(process.machine, cachePath(id));
  return inode?.kind === 'file' ? inode.mtime : undefined;
}

/** Width of dnf's lines: the terminal's, else 80. */
export function lineWidth(process: Process): number {
  return process.stdout.isTerminal ? (process.tty?.columns ?? 80) : 80;
}

/** Simulated seconds of a download. */
export function downloadTime(kib: number): number {
  return 0.25 + kib / SPEED;
}

/**
 * Gets the metadata of repositories that aren't cached or are too old, printing what dnf prints. False, after dnf's
 * error, when a mirror can't be reached.
 */
export async function loadMetadata(
  process: Process,
  repositories: readonly Repository[],
  quiet: boolean,
): Promise<boolean> {
  const now = process.world.epoch + process.world.now;
  let oldest = now;
  let loaded = false;
  for (const repository of repositories) {
    const at = cachedAt(process, repository.id);
    if (at !== undefined && now - at < EXPIRE_MS && readFileIfThere(process.machine, cachePath(repository.id)) !== '') {
      oldest = Math.min(oldest, at);
      continue;
    }
    const problem = downloadProblem(process.world, process.machine, repository.url);
    const width = lineWidth(process);
    if (problem !== null) {
      await process.sleep(/28/.test(problem) ? 30_000 : 1200);
      if (!quiet) await process.stdout.write(progressLine(repository.name, 0, 0, width));
      await process.stderr.write(
        `Errors during downloading metadata for repository '${repository.id}':\n  - ${problem}\nError: Failed to download metadata for repo '${repository.id}': Cannot prepare internal mirrorlist: ${problem}\n`,
      );
      return false;
    }
    const size = metadataSize(repository.id);
    const seconds = downloadTime(size);
    await process.sleep(seconds * 1000);
    if (!quiet) await process.stdout.write(progressLine(repository.name, size, seconds, width));
    process.transact((world, machine) => {
      const time = world.epoch + world.now;
      if (process.credentials.uid === 0)
        writeFile(machine, cachePath(repository.id), 'repomd\n', { time, makeParents: true });
    });
    loaded = true;
  }
  if (!loaded && !quiet && repositories.length > 0) {
    const zone = formatDate(process, oldest, '%a %d %b %Y %I:%M:%S %p %Z');
    await process.stdout.write(`Last metadata expiration check: ${clock(now - oldest)} ago on ${zone}.\n`);
  }
  return true;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Removes cached metadata. Gives how many files went. */
export function cleanMetadata(process: Process): number {
  return process.transact((_, machine) => {
    const folder = lookup(machine, '/var/cache/dnf');
    if (folder?.kind !== 'directory') return 0;
    const names = Object.keys(folder.entries);
    for (const name of names) delete folder.entries[name];
    return names.length;
  });
}
