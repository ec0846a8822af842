import { FileError, lookup, makeDirectory, readFileIfThere, writeFile } from '../../machine/files';
import type { Process } from '../../shell/process';
import { formatPublic, type PublicKey, parsePublic } from './keys';

/** One line of a known_hosts file. */
export interface KnownHost {
  names: string[];
  key: PublicKey;
  /** From 1. */
  line: number;
  file: string;
}

/** Name under which a host is kept: `[name]:port` on other ports than 22. */
export function knownName(host: string, port: number): string {
  const lower = host.toLowerCase();
  return port === 22 ? lower : `[${lower}]:${port}`;
}

/** The lines of a known_hosts file that are keys. */
export function readKnownHosts(process: Process, file: string): KnownHost[] {
  const content = readFileIfThere(process.machine, file) ?? '';
  const entries: KnownHost[] = [];
  for (const [index, line] of content.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const at = line.search(/\s/);
    const key = parsePublic(line.slice(at));
    if (at > 0 && key) entries.push({ names: line.slice(0, at).split(','), key, line: index + 1, file });
  }
  return entries;
}

/** Whether a line is about a host. */
export function isAbout(entry: KnownHost, name: string): boolean {
  return entry.names.some((pattern) => {
    if (pattern === name) return true;
    if (!/[*?]/.test(pattern)) return false;
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.');
    return new RegExp(`^${source}$`).test(name);
  });
}

/** Adds a host's key. Nothing happens where the file can't be written (`/dev/null`). Returns whether it was kept. */
export function addKnownHost(process: Process, file: string, name: string, key: PublicKey): boolean {
  if (file === '/dev/null') return true;
  try {
    process.transact((world, machine) => {
      const options = { as: process.credentials, time: world.epoch + world.now };
      const directory = file.slice(0, file.lastIndexOf('/'));
      if (!lookup(machine, directory)) makeDirectory(machine, directory, { ...options, mode: 0o700 });
      const before = readFileIfThere(machine, file) ?? '';
      const separator = before === '' || before.endsWith('\n') ? '' : '\n';
      const line = `${name} ${formatPublic({ ...key, comment: '' })}`;
      writeFile(machine, file, `${before}${separator}${line}`, { ...options, mode: 0o600 });
    });
    return true;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return false;
  }
}

/** Removes the lines of a host; the file as it was is kept as `.old`. Returns the numbers of the lines. */
export function removeKnownHost(process: Process, file: string, name: string): number[] {
  const found = readKnownHosts(process, file).filter((entry) => isAbout(entry, name));
  if (found.length === 0) return [];
  const gone = new Set(found.map((entry) => entry.line));
  process.transact((world, machine) => {
    const options = { as: process.credentials, time: world.epoch + world.now, mode: 0o600 };
    const before = readFileIfThere(machine, file) ?? '';
    const kept = before.split('\n').filter((_, index) => !gone.has(index + 1));
    writeFile(machine, `${file}.old`, before, options);
    writeFile(machine, file, kept.join('\n'), options);
  });
  return [...gone];
}
